#include "firmware/base/secret.h"

#include <array>
#include <type_traits>

#include <CppUTest/TestHarness.h>

namespace madoguchi {

static_assert(!std::is_copy_constructible_v<Secret> && !std::is_copy_assignable_v<Secret>);
static_assert(std::is_nothrow_move_constructible_v<Secret>);

TEST_GROUP(Secret){static std::string text(const Secret& secret){return as_text(secret.reveal());
}  // namespace madoguchi
}
;

TEST(Secret, grows_digit_by_digit) {
  Secret pin;
  CHECK(pin.empty());
  for (const char* digit : {"1", "2", "3", "4"}) pin.append(as_bytes(digit));
  STRCMP_EQUAL("1234", text(pin).c_str());
  pin.drop_last();
  STRCMP_EQUAL("123", text(pin).c_str());
  pin.clear();
  CHECK(pin.empty());
  pin.drop_last();
  CHECK(pin.empty());
  pin.append(as_bytes("9"));
  STRCMP_EQUAL("9", text(pin).c_str());
}

TEST(Secret, what_is_dropped_is_wiped) {
  Secret pin(as_bytes("1234"));
  const std::uint8_t* const memory = pin.reveal().data();
  pin.drop_last();
  LONGS_EQUAL(0, memory[3]);
}

TEST(Secret, growing_leaves_no_copy_behind) {
  Secret pin(as_bytes("1"));
  const std::uint8_t* const before = pin.reveal().data();
  pin.append(Bytes(Secret::max_size - 1, 0x55));
  LONGS_EQUAL(Secret::max_size, pin.size());
  POINTERS_EQUAL(before, pin.reveal().data());
}

TEST(Secret, moving_leaves_the_source_empty) {
  Secret from(as_bytes("abc"));
  Secret to(std::move(from));
  CHECK(from.empty());  // NOLINT(bugprone-use-after-move): that is what is tested
  STRCMP_EQUAL("abc", text(to).c_str());
  Secret other(as_bytes("xyz"));
  other = std::move(to);
  STRCMP_EQUAL("abc", text(other).c_str());
  CHECK(to.empty());  // NOLINT(bugprone-use-after-move)
  Secret& same = other;
  other = std::move(same);
  STRCMP_EQUAL("abc", text(other).c_str());
}

TEST(Secret, wipe) {
  std::array<std::uint8_t, 4> bytes{1, 2, 3, 4};
  wipe(bytes.data(), 3);
  CHECK((bytes == std::array<std::uint8_t, 4>{0, 0, 0, 4}));
}

}  // namespace madoguchi
