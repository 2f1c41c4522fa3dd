#include "firmware/link/server_url.h"

#include <algorithm>
#include <charconv>

#include <arpa/inet.h>

namespace madoguchi {
namespace {

Error wrong(std::string_view text, const std::string& why) {
  return {Errc::invalid, "url", "'" + std::string(text) + "' " + why};
}

bool is_ipv4(const std::string& host) {
  in_addr address{};
  return inet_pton(AF_INET, host.c_str(), &address) == 1;
}

bool is_ipv6(const std::string& host) {
  in6_addr address{};
  return inet_pton(AF_INET6, host.c_str(), &address) == 1;
}

bool is_letter_or_digit(char c) { return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9'); }

// RFC 1123: labels of 1 to 63 letters, digits and inner hyphens; a last label of digits only would
// be an address.
bool is_dns_name(std::string_view host) {
  if (host.empty() || host.size() > 253) return false;
  for (;;) {
    const std::size_t dot = host.find('.');
    const std::string_view label = host.substr(0, dot);
    if (label.empty() || label.size() > 63 || label.front() == '-' || label.back() == '-')
      return false;
    const auto allowed = [](char c) { return is_letter_or_digit(c) || c == '-'; };
    if (!std::all_of(label.begin(), label.end(), allowed)) return false;
    if (dot == std::string_view::npos)
      return label.find_first_not_of("0123456789") != std::string_view::npos;
    host.remove_prefix(dot + 1);
  }
}

char lower(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; }

}  // namespace

std::string ServerUrl::authority() const {
  const std::string name = host.find(':') == std::string::npos ? host : "[" + host + "]";
  return port == (tls ? 443 : 80) ? name : name + ":" + std::to_string(port);
}

Result<ServerUrl> parse_server_url(std::string_view text) {
  ServerUrl url;
  std::string_view rest = text;
  if (rest.starts_with("https://")) {
    url.tls = true;
    rest.remove_prefix(8);
  } else if (rest.starts_with("http://")) {
    rest.remove_prefix(7);
  } else {
    return wrong(text, "does not begin with https:// or http://");
  }
  const auto visible = [](char c) { return c > ' ' && c < 0x7f; };
  if (!std::all_of(rest.begin(), rest.end(), visible) ||
      rest.find_first_of("?#@\\") != std::string_view::npos) {
    return wrong(text, "holds a character that has no place here");
  }
  const std::size_t slash = rest.find('/');
  if (slash != std::string_view::npos) {
    url.path = rest.substr(slash);
    while (url.path.ends_with('/')) url.path.pop_back();
    rest = rest.substr(0, slash);
  }

  const bool bracketed = rest.starts_with('[');
  const std::size_t host_end = bracketed ? rest.find(']') : rest.find(':');
  if (bracketed && host_end == std::string_view::npos)
    return wrong(text, "has no ']' after its address");
  url.host = rest.substr(bracketed ? 1 : 0, bracketed ? host_end - 1 : host_end);
  std::transform(url.host.begin(), url.host.end(), url.host.begin(), lower);
  url.is_address = bracketed ? is_ipv6(url.host) : is_ipv4(url.host);
  if (!url.is_address && (bracketed || !is_dns_name(url.host)))
    return wrong(text, "has no valid host");

  rest = host_end == std::string_view::npos ? "" : rest.substr(bracketed ? host_end + 1 : host_end);
  url.port = url.tls ? 443 : 80;
  if (!rest.empty()) {
    const char* const end = rest.data() + rest.size();
    const auto [stop, failure] = std::from_chars(rest.data() + 1, end, url.port);
    if (rest[0] != ':' || failure != std::errc{} || stop != end || url.port == 0) {
      return wrong(text, "has no valid port");
    }
  }
  return url;
}

}  // namespace madoguchi
