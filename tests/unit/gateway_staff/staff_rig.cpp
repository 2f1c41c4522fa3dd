#include "tests/unit/gateway_staff/staff_rig.h"

#include <filesystem>

#include <CppUTest/TestHarness.h>

#include "tests/postgresql_server.h"
#include "tests/run_task.h"
#include "tools/gateway/staff/console_answers.h"
#include "tools/gateway/staff/totp.h"

namespace madoguchi::gateway {
namespace {

template <class T>
T good(Result<T> result) {
  if (!result) FAIL(result.error().text().c_str());
  return std::move(*result);
}

/// A folder of pages beside the database.
StaticFiles pages(const OwnFolder& directory) {
  put_below(directory, "pages/index.html", "<!doctype html><title>console</title>");
  put_below(directory, "pages/assets/main-1a2b.js", "console.log(1)");
  return good(StaticFiles::load(directory.path("pages")));
}

QueuePlan city_plan() {
  CHECK(set_time_zone("Asia/Tokyo").ok());
  return good(QueuePlan::load(MADOGUCHI_SOURCE_DIR "/tools/gateway/queue.toml"));
}

}  // namespace

void put_below(const OwnFolder& directory, const std::string& name, std::string_view content) {
  std::filesystem::create_directories(std::filesystem::path(directory.path(name)).parent_path());
  directory.put(name, content);
}

StaffRig::StaffRig()
    : where(fresh_database(directory.path("gateway.sqlite"))),
      store(good(Store::open(where))),
      numbers(good(Numbers::open({store, timers, {}}))),
      seal_key(good(SealKey::load(directory.put(
          "seal.key", CardAuthority("x").issue({.name = "seal", .ec_key = true}).key_pem())))),
      help_desk(good(HelpDesk::open({store, timers, seal_key}))),
      accounts(good(StaffAccounts::open(where))),
      sessions(good(StaffSessions::open(where))),
      files(pages(directory)),
      plan(city_plan()),
      room(good(WaitingRoom::open({store, timers, plan, "https://city.example"}))),
      bookings(good(Bookings::open({store, room}))),
      console(good(Console::make({accounts, sessions, files, hub, numbers, help_desk, timers,
                                  "豊中市", nullptr, &room, &bookings}))) {
  static const std::string hash = good(hash_password(Secret(as_bytes(right_password))));
  for (const auto& [role, name] : enum_names(StaffRole{})) {
    StaffAccount account;
    account.name = name;
    account.role = role;
    account.password = hash;
    account.totp_secret = to_bytes(as_bytes("secret of " + account.name));
    CHECK(accounts.add(account, now_s()).ok());
  }
}

std::string StaffRig::code(const std::string& name) const {
  const std::string secret = "secret of " + name;
  return totp_code(as_bytes(secret), now_s() / totp_step_s);
}

std::string StaffRig::login_body(const std::string& name, const std::string& password,
                                 const std::string& code) {
  const LoginRequest body{name, password, code};
  return as_text(encode(body, Dialect::json));
}

Request StaffRig::request(const std::string& method, const std::string& target,
                          const std::string& body) const {
  Request request{.peer = {},
                  .method = method,
                  .target = target,
                  .headers = {{"host", "desk.test:8445"}},
                  .body = to_bytes(as_bytes(body)),
                  .address = "192.0.2.1"};
  if (method != "GET") request.headers["origin"] = "https://desk.test:8445";
  if (!cookie_.empty()) request.headers["cookie"] = cookie_;
  if (!csrf_.empty() && method != "GET") request.headers["x-csrf-token"] = csrf_;
  return request;
}

Answer StaffRig::ask(Request request) {
  return run_task(loop, console->handle(std::move(request)));
}

Answer StaffRig::log_in(const std::string& name, const std::string& password) {
  timers.advance(std::chrono::seconds(totp_step_s));
  forget_session();
  const Answer answer = ask("POST", "/console/api/login", login_body(name, password, code(name)));
  if (answer.status == 200) {
    const std::string& set = answer.headers.at("Set-Cookie");
    cookie_ = set.substr(0, set.find(';'));
    csrf_ = good(decode<Me>(answer.body, Dialect::json)).csrf;
  }
  return answer;
}

void StaffRig::log_in_well(const std::string& name) {
  const Answer answer = log_in(name);
  LONGS_EQUAL_TEXT(200, answer.status, as_text(answer.body).c_str());
}

void StaffRig::become(const std::string& name) {
  const auto account = good(accounts.find(name));
  CHECK(account.has_value());
  const std::string token = good(sessions.begin(account->id, now_s()));
  cookie_ = std::string(session_cookie) + "=" + token;
  csrf_ = good(sessions.peek(token, now_s()))->csrf();
}

void StaffRig::refused(const Answer& answer, ConsoleRefusal code) {
  LONGS_EQUAL_TEXT(status_of(code), answer.status, as_text(answer.body).c_str());
  const ConsoleError error = good(decode<ConsoleError>(answer.body, Dialect::json));
  STRCMP_EQUAL(std::string(codec::enum_name(code)).c_str(),
               std::string(codec::enum_name(error.code)).c_str());
}

}  // namespace madoguchi::gateway
