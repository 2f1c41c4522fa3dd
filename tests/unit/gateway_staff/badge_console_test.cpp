// Badges in the console, whose they are, and a second factor that is reset.

#include <CppUTest/TestHarness.h>

#include "tests/unit/gateway_staff/staff_rig.h"
#include "tools/gateway/staff/badge_console_api.h"
#include "tools/gateway/staff/totp.h"

using namespace madoguchi;
using namespace madoguchi::gateway;
using namespace std::chrono_literals;

namespace {

constexpr const char* felica_three = R"({"helper": "3", "role": "volunteer", "kind": "felica",
  "number": "0123456789abcdef"})";

}  // namespace

TEST_GROUP(BadgeConsole) {
  StaffRig rig;

  void setup() override { rig.become("admin"); }

  template <class T>
  static T read(const Answer& answer) {
    auto value = decode<T>(answer.body, Dialect::json);
    CHECK_TEXT(value.ok(), as_text(answer.body).c_str());
    return std::move(*value);
  }
  Answer add(const std::string& body) { return rig.ask("POST", "/console/api/badges", body); }
  BadgeSeen added(const std::string& body) {
    const Answer answer = add(body);
    LONGS_EQUAL_TEXT(201, answer.status, as_text(answer.body).c_str());
    return read<BadgeSeen>(answer);
  }
  Answer revoke(const std::string& badge) {
    return rig.ask("POST", "/console/api/badges/revoke",
                   as_text(encode(BadgeAct{badge}, Dialect::json)));
  }
  Answer tie(const std::string& account, const std::string& helper) {
    return rig.ask("POST", "/console/api/staff/" + account + "/badge",
                   as_text(encode(OwnBadge{helper}, Dialect::json)));
  }
  BadgesView badges() { return read<BadgesView>(rig.ask("GET", "/console/api/badges")); }
  Me me_of(const std::string& name) {
    rig.become(name);
    const Me me = read<Me>(rig.ask("GET", "/console/api/me"));
    rig.become("admin");
    return me;
  }
};

TEST(BadgeConsole, what_is_added_opens_sessions_until_it_is_revoked) {
  const BadgeSeen made = added(felica_three);
  const Bytes number = from_hex("0123456789abcdef").value();
  STRCMP_EQUAL(to_hex(sha256(desk::badge_message("felica", number))).c_str(), made.badge.c_str());
  CHECK(rig.help_desk.has_valid("3").value());
  LONGS_EQUAL(204, revoke(made.badge).status);
  CHECK_FALSE(rig.help_desk.has_valid("3").value());
  const BadgesView list = badges();
  LONGS_EQUAL(1, list.badges.size());
  CHECK(list.badges[0].revoked_at == rig.now_s());
  LONGS_EQUAL(201, add(felica_three).status);  // found again
  CHECK(rig.help_desk.has_valid("3").value());
}

TEST(BadgeConsole, by_its_hash_and_by_the_number_of_either_kind) {
  const std::string hash(64, 'a');
  STRCMP_EQUAL(
      hash.c_str(),
      added(R"({"helper": "4", "role": "staff", "sha256": ")" + hash + "\"}").badge.c_str());
  for (const char* uid : {"01020304", "01020304050607", "0102030405060708090a"}) {
    const std::string body = R"({"helper": "n)" + std::string(uid) +
                             R"(", "role": "volunteer", "kind": "iso14443a", "number": ")" + uid +
                             "\"}";
    LONGS_EQUAL_TEXT(201, add(body).status, uid);
  }
}

TEST(BadgeConsole, what_is_no_badge) {
  for (
      const char* body : {
          "",
          "{}",
          R"({"helper": "3", "role": "volunteer"})",
          R"({"helper": "", "role": "volunteer", "kind": "felica", "number": "0123456789abcdef"})",
          R"({"helper": "3", "role": "admin", "kind": "felica", "number": "0123456789abcdef"})",
          R"({"helper": "3", "role": "volunteer", "kind": "felica", "number": "0123456789abcd"})",
          R"({"helper": "3", "role": "volunteer", "kind": "felica", "number": "0123456789abcdeg"})",
          R"({"helper": "3", "role": "volunteer", "kind": "iso14443a", "number": "0123456789abcdef"})",
          R"({"helper": "3", "role": "volunteer", "kind": "qr", "number": "01020304"})",
          R"({"helper": "3", "role": "volunteer", "sha256": "00"})",
          R"({"helper": "3\u0000", "role": "volunteer", "kind": "iso14443a", "number": "01020304"})",
          R"({"helper": "3", "role": "volunteer", "number": "01020304"})",
      }) {
    StaffRig::refused(add(body), ConsoleRefusal::malformed);
  }
  const std::string both = R"({"helper": "3", "role": "volunteer", "kind": "iso14443a",
    "number": "01020304", "sha256": ")" +
                           std::string(64, 'a') + "\"}";
  StaffRig::refused(add(both), ConsoleRefusal::malformed);
  LONGS_EQUAL(0, badges().badges.size());
  StaffRig::refused(revoke("00"), ConsoleRefusal::malformed);
  StaffRig::refused(revoke(std::string(64, '0')), ConsoleRefusal::not_found);
}

// Whoever had the same number would see the other one's sessions.
TEST(BadgeConsole, a_number_is_on_one_valid_badge) {
  const BadgeSeen first = added(felica_three);
  const std::string other =
      R"({"helper": "3", "role": "volunteer", "kind": "iso14443a", "number": "01020304"})";
  StaffRig::refused(add(other), ConsoleRefusal::taken);
  LONGS_EQUAL(204, revoke(first.badge).status);
  LONGS_EQUAL(201, add(other).status);
  StaffRig::refused(add(felica_three), ConsoleRefusal::taken);  // nor comes the first one back
}

TEST(BadgeConsole, an_account_has_a_badge_and_a_badge_one_account) {
  (void)added(felica_three);
  LONGS_EQUAL(204, tie("volunteer", "3").status);
  StaffRig::refused(tie("staff", "3"), ConsoleRefusal::taken);
  StaffRig::refused(tie("nobody", "4"), ConsoleRefusal::not_found);
  StaffRig::refused(tie("staff", "4\n"), ConsoleRefusal::malformed);
  LONGS_EQUAL(204, tie("volunteer", "3").status);
  STRCMP_EQUAL("volunteer", badges().badges[0].account->c_str());
  const StaffList list = read<StaffList>(rig.ask("GET", "/console/api/staff"));
  STRCMP_EQUAL("3", list.staff[2].badge->c_str());
  LONGS_EQUAL(204, tie("volunteer", "").status);
  CHECK_FALSE(badges().badges[0].account.has_value());
  LONGS_EQUAL(204, tie("staff", "3").status);
}

TEST(BadgeConsole, a_new_account_may_come_with_a_badge) {
  const auto make = [&](const char* name) {
    return rig.ask(
        "POST", "/console/api/staff",
        R"({"name": ")" + std::string(name) + R"(", "role": "volunteer", "badge": "3"})");
  };
  LONGS_EQUAL(201, make("tanaka").status);
  StaffRig::refused(make("suzuki"), ConsoleRefusal::taken);
  CHECK_FALSE(rig.accounts.find("suzuki").value().has_value());  // not half of it
}

TEST(BadgeConsole, everybody_is_told_what_they_see) {
  CHECK(me_of("staff").sees == HelpSeen::all);
  CHECK(me_of("admin").sees == HelpSeen::all);
  CHECK(me_of("volunteer").sees == HelpSeen::no_badge);
  LONGS_EQUAL(204, tie("volunteer", "3").status);
  CHECK(me_of("volunteer").sees == HelpSeen::not_valid);  // nobody has registered it
  const BadgeSeen made = added(felica_three);
  const Me me = me_of("volunteer");
  CHECK(me.sees == HelpSeen::own);
  STRCMP_EQUAL("3", me.badge->c_str());
  LONGS_EQUAL(204, revoke(made.badge).status);
  CHECK(me_of("volunteer").sees == HelpSeen::not_valid);
}

TEST(BadgeConsole, a_second_factor_that_is_reset) {
  const auto volunteer = *rig.accounts.find("volunteer").value();
  const auto elsewhere = rig.sessions.begin(volunteer.id, rig.now_s());
  const Answer answer = rig.ask("POST", "/console/api/staff/volunteer/reset_totp");
  LONGS_EQUAL(200, answer.status);
  const NewSecondFactor made = read<NewSecondFactor>(answer);
  const Bytes secret = rig.accounts.find("volunteer").value()->totp_secret;
  CHECK(secret != volunteer.totp_secret);
  CHECK(made.otpauth.find(to_base32(secret)) != std::string::npos);
  CHECK(!rig.sessions.peek(*elsewhere, rig.now_s()).value());
  // The old telephone opens nothing, the new one does, and the password is the same.
  StaffRig::refused(rig.log_in("volunteer"), ConsoleRefusal::wrong_login);
  const std::string code = totp_code(secret, rig.now_s() / totp_step_s);
  LONGS_EQUAL(200, rig.ask("POST", "/console/api/login",
                           StaffRig::login_body("volunteer", right_password, code))
                       .status);
}

TEST(BadgeConsole, a_login_that_was_under_way_while_the_factor_was_reset_uses_nothing_up) {
  const auto before = *rig.accounts.find("staff").value();
  CHECK(rig.accounts.set_totp("staff", Bytes(20, 7)).value());
  CHECK_FALSE(rig.accounts.use_code(before.id, before.totp_secret, 99'999'999, 1).value());
  CHECK(rig.accounts.use_code(before.id, Bytes(20, 7), 99'999'999, 1).value());
}

TEST(BadgeConsole, nobody_resets_the_own_factor_or_one_that_is_not_there) {
  StaffRig::refused(rig.ask("POST", "/console/api/staff/admin/reset_totp"),
                    ConsoleRefusal::oneself);
  StaffRig::refused(rig.ask("POST", "/console/api/staff/nobody/reset_totp"),
                    ConsoleRefusal::not_found);
}
