#pragma once
// Reading one response with Beast's parser under the project's limits. Internal to firmware/link
// (the fuzz target reads with it, too); include it in .cpp files only.

#include <cstdint>
#include <optional>

#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/http.hpp>

#include "firmware/base/asio.h"

namespace madoguchi::http_exchange {

namespace http = boost::beast::http;

using Body = http::vector_body<std::uint8_t>;
using Parser = http::response_parser<Body>;

inline constexpr std::size_t largest_header = 16 * 1024;
inline constexpr std::size_t largest_buffer = 64 * 1024;
inline constexpr int most_interim_responses = 8;

/// Reads the final response to a request into the parser; interim responses (1xx) are skipped. What
/// the server sent beyond it stays in the buffer. Errors are Beast's and the stream's.
template <class Stream>
Task<boost::system::error_code> read_response(Stream& stream, boost::beast::flat_buffer& buffer,
                                              std::optional<Parser>& parser, bool to_head,
                                              std::size_t max_body) {
  for (int interim = 0; interim < most_interim_responses; ++interim) {
    parser.emplace();
    parser->header_limit(largest_header);
    parser->body_limit(max_body);
    parser->skip(to_head);
    auto [header_error, n] =
        co_await http::async_read_header(stream, buffer, *parser, as_tuple_await);
    if (header_error) co_return header_error;
    const unsigned status = parser->get().result_int();  // Beast knows only some of 1xx by name
    if (status == 101) co_return http::error::bad_status;
    if (status < 200) continue;
    auto [body_error, m] = co_await http::async_read(stream, buffer, *parser, as_tuple_await);
    co_return body_error;
  }
  co_return http::error::bad_status;
}

}  // namespace madoguchi::http_exchange
