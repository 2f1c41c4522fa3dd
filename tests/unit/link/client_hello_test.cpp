// What is seen of our own ClientHello before it leaves.
#include "firmware/link/client_hello.h"

#include <CppUTest/TestHarness.h>

namespace madoguchi {
namespace {

void put(Bytes& out, std::size_t number, int octets) {
  for (int i = octets - 1; i >= 0; --i) out.push_back(static_cast<std::uint8_t>(number >> (8 * i)));
}

Bytes behind_length(const Bytes& content, int octets) {
  Bytes out;
  put(out, content.size(), octets);
  out.insert(out.end(), content.begin(), content.end());
  return out;
}

void append(Bytes& out, const Bytes& more) { out.insert(out.end(), more.begin(), more.end()); }

// A record with a ClientHello whose extensions are supported_versions and a share of this group.
Bytes hello(std::size_t group) {
  Bytes share;
  put(share, group, 2);
  append(share, behind_length(Bytes(32, 7), 2));
  Bytes extensions;
  put(extensions, 43, 2);
  append(extensions, behind_length({2, 3, 4}, 2));
  put(extensions, 51, 2);
  append(extensions, behind_length(behind_length(share, 2), 2));
  Bytes body(34, 3);
  append(body, behind_length(Bytes(32, 1), 1));
  append(body, behind_length({0x13, 0x02}, 2));
  append(body, behind_length({0}, 1));
  append(body, behind_length(extensions, 2));
  Bytes message{1};
  append(message, behind_length(body, 3));
  Bytes record{22, 3, 3};
  append(record, behind_length(message, 2));
  return record;
}

const Bytes change_cipher_spec{20, 3, 3, 0, 1, 1};

}  // namespace

TEST_GROUP(ClientHello){};

TEST(ClientHello, its_group) {
  CHECK(key_share_group(hello(0x001d)) == std::optional<std::uint16_t>(0x001d));
  Bytes second = change_cipher_spec;  // as before the answer to a HelloRetryRequest
  append(second, hello(0x0019));
  CHECK(key_share_group(second) == std::optional<std::uint16_t>(0x0019));
}

TEST(ClientHello, other_records_have_none) {
  CHECK_FALSE(key_share_group({}).has_value());
  CHECK_FALSE(key_share_group(change_cipher_spec).has_value());
  Bytes finished = hello(0x0019);
  finished[5] = 20;
  CHECK_FALSE(key_share_group(finished).has_value());
  Bytes data = hello(0x0019);
  data[0] = 23;
  CHECK_FALSE(key_share_group(data).has_value());
}

TEST(ClientHello, whatever_is_cut_off_has_none) {
  const Bytes whole = hello(0x0019);
  for (std::size_t size = 0; size < whole.size(); ++size)
    CHECK_FALSE(key_share_group(ByteView(whole).first(size)).has_value());
}

TEST(ClientHello, groups_of_the_policy) {
  for (const std::uint16_t group : {0x001d, 0x0017, 0x0018}) CHECK(is_group_of_policy(group));
  for (const std::uint16_t group : {0x0019, 0x001e, 0x0100, 0x11ec, 0})
    CHECK_FALSE(is_group_of_policy(group));
}

}  // namespace madoguchi
