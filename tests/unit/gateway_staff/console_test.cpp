#include "tools/gateway/staff/console.h"

#include <CppUTest/TestHarness.h>

#include "tests/unit/gateway_staff/staff_rig.h"
#include "tools/gateway/staff/totp.h"

using namespace madoguchi;
using namespace madoguchi::gateway;
using namespace std::chrono_literals;

TEST_GROUP(Console) {
  StaffRig rig;

  Answer me() { return rig.ask("GET", "/console/api/me"); }
  template <class T>
  static T read(const Answer& answer) {
    auto value = decode<T>(answer.body, Dialect::json);
    CHECK_TEXT(value.ok(), as_text(answer.body).c_str());
    return std::move(*value);
  }
};

TEST(Console, login_sets_a_cookie_that_only_this_server_gets) {
  const Answer answer = rig.log_in("staff");
  LONGS_EQUAL(200, answer.status);
  const std::string& set = answer.headers.at("Set-Cookie");
  CHECK_TEXT(set.starts_with("__Host-console="), set.c_str());
  LONGS_EQUAL(43, set.find(';') - set.find('=') - 1);  // 256 bits in base64url
  for (const char* flag : {"; Path=/", "; Secure", "; HttpOnly", "; SameSite=Strict"}) {
    CHECK_TEXT(set.find(flag) != std::string::npos, flag);
  }
  CHECK(set.find("Domain") == std::string::npos);
  const Me who = read<Me>(me());
  STRCMP_EQUAL("staff", who.name.c_str());
  CHECK(who.role == StaffRole::staff);
  LONGS_EQUAL(session_longest_s, who.ends_in_s);
  CHECK(as_text(answer.body).find(set.substr(15, 43)) == std::string::npos);  // not for scripts
}

TEST(Console, the_database_holds_no_token) {
  if (is_database_url(rig.where)) return;  // its files are the server's
  rig.log_in_well("staff");
  const auto content = read_file(rig.directory.path("gateway.sqlite-wal"), 64u << 20);
  CHECK(content.ok());
  CHECK(as_text(*content).find(rig.cookie().substr(15)) == std::string::npos);
  CHECK(as_text(*content).find(right_password) == std::string::npos);
}

TEST(Console, every_failure_has_the_same_answer) {
  const auto body_of = [&](const std::string& name, const std::string& password,
                           const std::string& code) {
    const Answer answer =
        rig.ask("POST", "/console/api/login", StaffRig::login_body(name, password, code));
    StaffRig::refused(answer, ConsoleRefusal::wrong_login);
    CHECK(!answer.headers.contains("Set-Cookie"));
    return as_text(answer.body);
  };
  CHECK(rig.accounts.set_disabled("volunteer", true).ok());
  const std::string wrong_password = body_of("staff", "wrong password", rig.code("staff"));
  STRCMP_EQUAL(wrong_password.c_str(), body_of("staff", right_password, "000000").c_str());
  STRCMP_EQUAL(wrong_password.c_str(), body_of("no-such", right_password, "000000").c_str());
  STRCMP_EQUAL(wrong_password.c_str(),
               body_of("volunteer", right_password, rig.code("volunteer")).c_str());
}

TEST(Console, a_code_opens_once) {
  rig.log_in_well("staff");
  const std::string same = StaffRig::login_body("staff", right_password, rig.code("staff"));
  StaffRig::refused(rig.ask("POST", "/console/api/login", same), ConsoleRefusal::wrong_login);
  rig.timers.advance(30s);
  const std::string next = StaffRig::login_body("staff", right_password, rig.code("staff"));
  LONGS_EQUAL(200, rig.ask("POST", "/console/api/login", next).status);
}

TEST(Console, guessing_has_to_wait_even_with_the_right_password) {
  for (int i = 0; i < 5; ++i) {
    StaffRig::refused(rig.log_in("staff", "a wrong password"), ConsoleRefusal::wrong_login);
  }
  const std::string right = StaffRig::login_body("staff", right_password, rig.code("staff"));
  // log_in() lets 30 s pass, which is longer than the first wait: so no time passes here.
  const Answer answer = rig.ask("POST", "/console/api/login", right);
  StaffRig::refused(answer, ConsoleRefusal::too_many_tries);
  STRCMP_EQUAL("5", answer.headers.at("Retry-After").c_str());
  rig.timers.advance(5s);
  LONGS_EQUAL(200, rig.ask("POST", "/console/api/login",
                           StaffRig::login_body("staff", right_password, rig.code("staff")))
                       .status);
}

TEST(Console, names_that_nobody_has_wait_as_well) {
  for (int i = 0; i < 5; ++i) {
    StaffRig::refused(rig.log_in("no-such", "a wrong password"), ConsoleRefusal::wrong_login);
  }
  StaffRig::refused(
      rig.ask("POST", "/console/api/login", StaffRig::login_body("no-such", "x", "000000")),
      ConsoleRefusal::too_many_tries);
}

TEST(Console, a_session_ends_after_half_an_hour_without_a_request) {
  rig.log_in_well("staff");
  rig.timers.advance(29min);
  LONGS_EQUAL(200, me().status);
  rig.timers.advance(29min);
  LONGS_EQUAL(200, me().status);
  rig.timers.advance(30min);
  StaffRig::refused(me(), ConsoleRefusal::not_logged_in);
}

TEST(Console, a_session_ends_after_ten_hours_whatever_is_done) {
  rig.log_in_well("staff");
  for (int i = 0; i < 29; ++i) {
    rig.timers.advance(20min);
    LONGS_EQUAL(200, me().status);
  }
  LONGS_EQUAL(20 * 60, read<Me>(me()).ends_in_s);
  rig.timers.advance(20min);
  StaffRig::refused(me(), ConsoleRefusal::not_logged_in);
}

TEST(Console, a_connection_that_stays_open_does_not_keep_a_session_alive) {
  rig.log_in_well("staff");
  const std::string token = rig.cookie().substr(15);
  for (int i = 0; i < 29; ++i) {
    rig.timers.advance(1min);
    CHECK(rig.sessions.peek(token, rig.now_s()).value().has_value());
  }
  rig.timers.advance(1min);
  CHECK(!rig.sessions.peek(token, rig.now_s()).value());
}

TEST(Console, logout_ends_the_session_at_the_server) {
  rig.log_in_well("staff");
  const Answer answer = rig.ask("POST", "/console/api/logout");
  LONGS_EQUAL(204, answer.status);
  CHECK(answer.headers.at("Set-Cookie").find("Max-Age=0") != std::string::npos);
  StaffRig::refused(me(), ConsoleRefusal::not_logged_in);
}

TEST(Console, an_upgrade_needs_cookie_and_origin) {
  rig.log_in_well("staff");
  Request request = rig.request("GET", "/console/api/live");
  CHECK(!rig.console->who_upgrades(request).value());  // any page may open a WebSocket
  request.headers["origin"] = "https://evil.test";
  CHECK(!rig.console->who_upgrades(request).value());
  request.headers["origin"] = "https://desk.test:8445";
  STRCMP_EQUAL("staff", rig.console->who_upgrades(request).value()->name.c_str());
  request.headers["cookie"] = "a=b; __Host-console=; x=y";
  CHECK(!rig.console->who_upgrades(request).value());
}

TEST(Console, an_admin_makes_disables_and_ends) {
  rig.log_in_well("admin");
  const Answer answer =
      rig.ask("POST", "/console/api/staff", R"({"name": "tanaka", "role": "volunteer"})");
  LONGS_EQUAL(201, answer.status);
  const AddedStaff added = read<AddedStaff>(answer);
  CHECK(added.otpauth.starts_with("otpauth://totp/"));
  const StaffAccount made = *rig.accounts.find("tanaka").value();
  CHECK(password_matches(made.password, Secret(as_bytes(added.password))));
  StaffRig::refused(rig.ask("POST", "/console/api/staff", R"({"name": "tanaka", "role": "admin"})"),
                    ConsoleRefusal::taken);

  const auto token = rig.sessions.begin(made.id, rig.now_s());
  CHECK(rig.sessions.peek(*token, rig.now_s()).value().has_value());
  LONGS_EQUAL(204, rig.ask("POST", "/console/api/staff/tanaka/end_sessions").status);
  CHECK(!rig.sessions.peek(*token, rig.now_s()).value());

  const auto other = rig.sessions.begin(made.id, rig.now_s());
  LONGS_EQUAL(204, rig.ask("POST", "/console/api/staff/tanaka/disable").status);
  LONGS_EQUAL(204, rig.ask("POST", "/console/api/staff/tanaka/enable").status);
  CHECK(!rig.sessions.peek(*other, rig.now_s()).value());  // ended, not asleep
  const StaffList list = read<StaffList>(rig.ask("GET", "/console/api/staff"));
  LONGS_EQUAL(4, list.staff.size());
  STRCMP_EQUAL("admin", list.staff[0].name.c_str());
  LONGS_EQUAL(1, list.staff[0].sessions);
  CHECK(list.staff[0].last_login_at == rig.now_s());
}

TEST(Console, nobody_shuts_himself_out) {
  rig.log_in_well("admin");
  StaffRig::refused(rig.ask("POST", "/console/api/staff/admin/disable"), ConsoleRefusal::oneself);
}

TEST(Console, a_new_password_ends_the_other_sessions) {
  rig.log_in_well("staff");
  const auto account = *rig.accounts.find("staff").value();
  const auto elsewhere = rig.sessions.begin(account.id, rig.now_s());
  const auto change = [&](const std::string& now, const std::string& next) {
    const NewPassword body{now, next};
    return rig.ask("POST", "/console/api/password", as_text(encode(body, Dialect::json)));
  };
  StaffRig::refused(change("wrong", "another password"), ConsoleRefusal::wrong_login);
  StaffRig::refused(change(right_password, "short"), ConsoleRefusal::weak_password);
  LONGS_EQUAL(204, change(right_password, "another password").status);
  CHECK(!rig.sessions.peek(*elsewhere, rig.now_s()).value());
  LONGS_EQUAL(200, me().status);
  LONGS_EQUAL(200, rig.log_in("staff", "another password").status);
}

TEST(Console, malformed_requests) {
  for (const char* body : {"", "{}", "[]", "{\"name\": 1}", "{\"name\": \"staff\"}"}) {
    StaffRig::refused(rig.ask("POST", "/console/api/login", body), ConsoleRefusal::malformed);
  }
  const std::string endless(longest_password + 1, 'x');
  StaffRig::refused(
      rig.ask("POST", "/console/api/login", StaffRig::login_body("staff", endless, "000000")),
      ConsoleRefusal::malformed);
  rig.log_in_well("admin");
  for (const char* name : {"", "Tanaka", "1st", "a b", "田中", "a/b", ".a"}) {
    const NewStaff body{name, StaffRole::staff, {}};
    StaffRig::refused(rig.ask("POST", "/console/api/staff", as_text(encode(body, Dialect::json))),
                      ConsoleRefusal::malformed);
  }
}

TEST(Console, figures_of_the_guide_are_entered_and_corrected) {
  rig.log_in_well("staff");
  const auto put = [&](const std::string& month, std::int64_t users, std::int64_t procedures) {
    const GuideFigure figure{month, LifeEvent::marriage, users, procedures};
    return rig.ask("POST", "/console/api/guide", as_text(encode(figure, Dialect::json)));
  };
  const auto view = [&] { return read<GuideView>(rig.ask("GET", "/console/api/guide")); };
  const std::string month = view().this_month;
  STRCMP_EQUAL("2026-11", month.c_str());
  CHECK_FALSE(read<GuideKept>(put(month, 20, 139)).replaced);
  CHECK(read<GuideKept>(put(month, 21, 139)).replaced);
  StaffRig::refused(put("2026-12", 1, 2), ConsoleRefusal::malformed);
  StaffRig::refused(put(month, 3, 2), ConsoleRefusal::malformed);
  StaffRig::refused(rig.ask("POST", "/console/api/guide", R"({"month": "2026-10"})"),
                    ConsoleRefusal::malformed);
  StaffRig::refused(
      rig.ask("POST", "/console/api/guide",
              R"({"month": "2026-10", "event": "wedding", "users": 1, "procedures": 2})"),
      ConsoleRefusal::malformed);
  LONGS_EQUAL(1, view().figures.size());
  LONGS_EQUAL(21, view().figures[0].users);
}

TEST(Console, every_answer_carries_the_policies) {
  for (const char* target : {"/console/", "/console/assets/main-1a2b.js", "/console/api/me", "/",
                             "/elsewhere", "/console/../etc/passwd"}) {
    const Answer answer = rig.ask("GET", target);
    STRCMP_EQUAL_TEXT(
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; "
        "connect-src 'self'; frame-ancestors 'none'; base-uri 'none'; form-action 'none'",
        answer.headers.at("Content-Security-Policy").c_str(), target);
    CHECK(answer.headers.at("Strict-Transport-Security").starts_with("max-age="));
    STRCMP_EQUAL("no-referrer", answer.headers.at("Referrer-Policy").c_str());
  }
}

TEST(Console, made_up_passwords_are_long_and_differ) {
  const std::string one = made_up_password();
  LONGS_EQUAL(19, one.size());
  CHECK(one != made_up_password());
}
