// Whatever a server answers: reading ends with a response or an error, within the limits. The first
// byte says in which pieces the bytes arrive.
#include <cstdlib>
#include <string_view>

#include <boost/beast/_experimental/test/stream.hpp>

#include "firmware/link/http_exchange.h"

using namespace madoguchi;

namespace {

constexpr std::size_t max_body = 4096;

Task<void> read(boost::beast::test::stream& stream, bool& ended) {
  boost::beast::flat_buffer buffer{http_exchange::largest_buffer};
  std::optional<http_exchange::Parser> parser;
  const auto error = co_await http_exchange::read_response(stream, buffer, parser, false, max_body);
  ended = true;
  if (!error && parser->get().body().size() > max_body) std::abort();
  if (!error && parser->get().result_int() < 200) std::abort();
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size == 0) return 0;
  asio::io_context loop(1);
  boost::beast::test::stream near(loop);
  boost::beast::test::stream far(loop);
  near.connect(far);
  bool ended = false;
  asio::co_spawn(loop, read(near, ended), asio::detached);
  std::string_view rest(reinterpret_cast<const char*>(data) + 1, size - 1);
  const std::size_t piece = data[0] == 0 ? rest.size() : data[0];
  while (!rest.empty()) {
    const std::string_view part = rest.substr(0, piece);
    near.append(boost::beast::string_view(part.data(), part.size()));
    rest.remove_prefix(part.size());
    loop.poll();
  }
  far.close();
  loop.poll();
  if (!ended) std::abort();  // the stream has ended, so must the reading
  return 0;
}
