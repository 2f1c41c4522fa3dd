#include "firmware/help/badge_book.h"

#include <CppUTest/TestHarness.h>

#include "firmware/crypto/hash.h"
#include "firmware/crypto/signing.h"

using namespace madoguchi;
using help::BadgeBook;

namespace {

// Made by OpenSSL for this test.
constexpr std::string_view throwaway_key =
    "-----BEGIN PRIVATE KEY-----\n"
    "MIGHAgEAMBMGByqGSM49AgEGCCqGSM49AwEHBG0wawIBAQQgQmHwMcgQYTkMnpO1\n"
    "hD4ban7Qk2tiXLLRwBaizBtQOmShRANCAASbdDWMguDmDWCz22Ym+v9urX2JR2L1\n"
    "0V2VxIkpxtWRLbuoiHj2myTb4Ve+tBx0BlDFKhr9tetnLX+HYcqvwfKM\n"
    "-----END PRIVATE KEY-----\n";

constexpr std::int64_t now = 1'795'000'000;
constexpr std::int64_t day = 24 * 3600;

}  // namespace

TEST_GROUP(badge_book) {
  P256PrivateKey key = *P256PrivateKey::from_pem(Secret(as_bytes(throwaway_key)));
  P256PublicKey seal_key = *key.public_key();
  Bytes hers = sha256(as_bytes("hers"));
  desk::BadgeList list{now - 60, now + 7 * day, {{hers, "3", desk::HelperRole::volunteer}}};

  [[nodiscard]] desk::SignedBadges sealed() const {
    desk::SignedBadges out{encode(list), {}};
    out.signature = *key.sign(desk::badges_message(out.list));
    return out;
  }
  [[nodiscard]] std::string opened() const {
    const auto book = BadgeBook::open(sealed(), seal_key, now);
    return book ? "open" : std::string(name_of(book.error().code));
  }
};

TEST(badge_book, finds_a_badge_by_its_hash_and_no_other) {
  const auto book = BadgeBook::open(sealed(), seal_key, now);
  CHECK(book.ok());
  const desk::Badge* found = book->find(hers, now);
  CHECK(found != nullptr);
  STRCMP_EQUAL("3", found->helper.c_str());
  CHECK(book->find(sha256(as_bytes("his")), now) == nullptr);
  CHECK(book->find({}, now) == nullptr);
  CHECK(BadgeBook().find(hers, now) == nullptr);
}

TEST(badge_book, a_list_that_expires_while_it_is_held_counts_no_longer) {
  const auto book = BadgeBook::open(sealed(), seal_key, now);
  CHECK(book->find(hers, list.expires_at - 1) != nullptr);
  CHECK(book->find(hers, list.expires_at) == nullptr);
}

TEST(badge_book, expired_or_from_the_future_is_refused) {
  list.expires_at = now;
  STRCMP_EQUAL("refused", opened().c_str());
  list.expires_at = now + 30 * day;
  list.made_at = now + day + 1;
  STRCMP_EQUAL("refused", opened().c_str());
  list.made_at = now + day;  // the clocks differ
  STRCMP_EQUAL("open", opened().c_str());
}

TEST(badge_book, what_the_seal_key_has_not_signed_is_refused) {
  desk::SignedBadges changed = sealed();
  list.badges[0].role = desk::HelperRole::staff;
  changed.list = encode(list);
  CHECK(BadgeBook::open(changed, seal_key, now).error().code == Errc::integrity);
  changed = sealed();
  changed.signature.clear();
  CHECK(BadgeBook::open(changed, seal_key, now).error().code == Errc::integrity);
  // Signed, but as something else.
  changed = sealed();
  changed.signature = *key.sign(changed.list);
  CHECK(BadgeBook::open(changed, seal_key, now).error().code == Errc::integrity);
}

TEST(badge_book, a_signed_text_that_is_no_list_is_refused) {
  desk::SignedBadges odd{to_bytes(as_bytes("no list")), {}};
  odd.signature = *key.sign(desk::badges_message(odd.list));
  CHECK_FALSE(BadgeBook::open(odd, seal_key, now).ok());
}
