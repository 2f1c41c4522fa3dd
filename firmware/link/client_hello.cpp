#include "firmware/link/client_hello.h"

#include <algorithm>

#include "firmware/link/policy_table.h"

namespace madoguchi {
namespace {

constexpr std::uint8_t handshake_record = 22;
constexpr std::uint8_t client_hello = 1;
constexpr std::size_t key_share = 51;

std::optional<ByteView> take(ByteView& rest, std::size_t size) {
  if (rest.size() < size) return std::nullopt;
  const ByteView part = rest.first(size);
  rest = rest.subspan(size);
  return part;
}

std::optional<std::size_t> take_number(ByteView& rest, std::size_t octets) {
  const auto digits = take(rest, octets);
  if (!digits) return std::nullopt;
  std::size_t number = 0;
  for (const std::uint8_t digit : *digits) number = number << 8 | digit;
  return number;
}

// A vector behind its length.
std::optional<ByteView> take_vector(ByteView& rest, std::size_t octets_of_length) {
  const auto size = take_number(rest, octets_of_length);
  return size ? take(rest, *size) : std::nullopt;
}

// legacy_version, random, legacy_session_id, cipher_suites, legacy_compression_methods, extensions
std::optional<std::uint16_t> group_of(ByteView hello) {
  if (!take(hello, 2 + 32) || !take_vector(hello, 1) || !take_vector(hello, 2) ||
      !take_vector(hello, 1)) {
    return std::nullopt;
  }
  auto extensions = take_vector(hello, 2);
  while (extensions && !extensions->empty()) {
    const auto kind = take_number(*extensions, 2);
    auto content = take_vector(*extensions, 2);
    if (!kind || !content) return std::nullopt;
    if (*kind != key_share) continue;
    auto shares = take_vector(*content, 2);
    const auto group = shares ? take_number(*shares, 2) : std::nullopt;
    return group ? std::optional(static_cast<std::uint16_t>(*group)) : std::nullopt;
  }
  return std::nullopt;
}

}  // namespace

std::optional<std::uint16_t> key_share_group(ByteView records) {
  while (!records.empty()) {
    const auto kind = take_number(records, 1);
    if (!take(records, 2)) return std::nullopt;
    auto content = take_vector(records, 2);
    if (!content) return std::nullopt;
    if (*kind != handshake_record || content->empty() || content->front() != client_hello) continue;
    content = content->subspan(1);
    const auto hello = take_vector(*content, 3);
    return hello ? group_of(*hello) : std::nullopt;
  }
  return std::nullopt;
}

bool is_group_of_policy(std::uint16_t group) {
  const auto& ours = policy_table::groups;
  return std::any_of(ours.begin(), ours.end(),
                     [&](const policy_table::Entry& entry) { return entry.iana == group; });
}

}  // namespace madoguchi
