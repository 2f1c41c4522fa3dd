// Every route of the console for everybody: nobody, and each role.

#include <CppUTest/TestHarness.h>

#include "tests/unit/gateway_staff/staff_rig.h"

using namespace madoguchi;
using namespace madoguchi::gateway;

TEST_GROUP(Roles) {
  StaffRig rig;

  static std::string target_of(const Console::Route& route) {
    std::string path(route.path);
    const auto hole = path.find("{name}");
    if (hole != std::string::npos) path.replace(hole, 6, "nobody-at-all");
    return "/console/api" + path;
  }
  /// Whether the request came as far as the route itself: what it then says does not matter here.
  static bool passed(const Answer& answer) {
    if (answer.status < 400 || answer.status == 426) return true;
    const auto error = decode<ConsoleError>(answer.body, Dialect::json);
    CHECK(error.ok());
    return error->code == ConsoleRefusal::malformed || error->code == ConsoleRefusal::not_found ||
           error->code == ConsoleRefusal::weak_password;
  }
};

// What the table is meant to say, said a second time: a new route must be thought about here too.
TEST(Roles, the_table) {
  const std::map<std::string, std::string> meant{
      {"POST /login", "everybody"},
      {"POST /logout", "volunteer"},
      {"GET /me", "volunteer"},
      {"POST /password", "volunteer"},
      {"GET /live", "volunteer"},
      {"GET /lessons", "volunteer"},
      {"GET /stats", "volunteer"},
      {"GET /guide", "staff"},
      {"POST /guide", "staff"},
      {"GET /open_data/{name}", "staff"},
      {"GET /staff", "admin"},
      {"POST /staff", "admin"},
      {"POST /staff/{name}/disable", "admin"},
      {"POST /staff/{name}/enable", "admin"},
      {"POST /staff/{name}/end_sessions", "admin"},
      {"POST /staff/{name}/badge", "admin"},
      {"POST /staff/{name}/reset_totp", "admin"},
      {"GET /badges", "admin"},
      {"POST /badges", "admin"},
      {"POST /badges/revoke", "admin"},
      {"GET /queue", "volunteer"},
      {"POST /queue/next", "volunteer"},
      {"POST /queue/again", "volunteer"},
      {"POST /queue/done", "volunteer"},
      {"POST /queue/absent", "volunteer"},
      {"POST /queue/hand_over", "volunteer"},
      {"POST /queue/back", "volunteer"},
      {"POST /queue/take", "volunteer"},
      {"GET /bookings", "volunteer"},
      {"POST /bookings", "volunteer"},
      {"POST /bookings/check_in", "volunteer"},
      {"POST /bookings/cancel", "volunteer"},
  };
  LONGS_EQUAL(meant.size(), Console::routes().size());
  for (const auto& route : Console::routes()) {
    const std::string name = std::string(route.method) + " " + std::string(route.path);
    const std::string who(route.least ? codec::enum_name(*route.least) : "everybody");
    CHECK_TEXT(meant.contains(name), name.c_str());
    STRCMP_EQUAL_TEXT(meant.at(name).c_str(), who.c_str(), name.c_str());
  }
}

TEST(Roles, every_route_without_a_session) {
  for (const auto& route : Console::routes()) {
    const Answer answer = rig.ask(std::string(route.method), target_of(route));
    if (!route.least) {
      CHECK_TEXT(passed(answer), target_of(route).c_str());
    } else {
      StaffRig::refused(answer, ConsoleRefusal::not_logged_in);
    }
  }
}

TEST(Roles, every_route_for_every_role) {
  for (const auto& [role, name] : enum_names(StaffRole{})) {
    for (const auto& route : Console::routes()) {
      rig.become(std::string(name));  // anew: one of the routes logs out
      Request request = rig.request(std::string(route.method), target_of(route));
      request.headers["origin"] = "https://desk.test:8445";
      const Answer answer = rig.ask(std::move(request));
      if (!route.least || role >= *route.least) {
        CHECK_TEXT(passed(answer), target_of(route).c_str());
      } else {
        StaffRig::refused(answer, ConsoleRefusal::not_allowed);
      }
    }
  }
}

TEST(Roles, every_change_needs_the_origin_and_the_token) {
  rig.log_in_well("admin");
  for (const auto& route : Console::routes()) {
    if (route.method == "GET") continue;
    const auto with = [&](const std::string& header, const std::string& value) {
      Request request = rig.request("POST", target_of(route));
      if (value.empty()) {
        request.headers.erase(header);
      } else {
        request.headers[header] = value;
      }
      return rig.ask(std::move(request));
    };
    StaffRig::refused(with("origin", ""), ConsoleRefusal::wrong_origin);
    StaffRig::refused(with("origin", "null"), ConsoleRefusal::wrong_origin);
    StaffRig::refused(with("origin", "https://evil.test"), ConsoleRefusal::wrong_origin);
    StaffRig::refused(with("origin", "http://desk.test:8445"), ConsoleRefusal::wrong_origin);
    StaffRig::refused(with("host", ""), ConsoleRefusal::wrong_origin);
    if (!route.least) continue;
    StaffRig::refused(with("x-csrf-token", ""), ConsoleRefusal::wrong_origin);
    StaffRig::refused(with("x-csrf-token", rig.csrf().substr(1) + "A"),
                      ConsoleRefusal::wrong_origin);
  }
}

TEST(Roles, a_change_is_never_a_get) {
  rig.log_in_well("admin");
  for (const auto& route : Console::routes()) {
    if (route.method != "POST" || route.path == "/staff" || route.path == "/bookings" ||
        route.path == "/badges" || route.path == "/guide")
      continue;  // their GET is the list
    StaffRig::refused(rig.ask("GET", target_of(route)), ConsoleRefusal::wrong_method);
  }
}

TEST(Roles, paths_that_are_none) {
  rig.log_in_well("admin");
  for (const char* path : {"/console/api", "/console/api/", "/console/api/ME", "/console/api/me/",
                           "/console/api//me", "/console/api/staff/x/y/disable",
                           "/console/api/staff//disable", "/console/api/staff/../disable"}) {
    StaffRig::refused(rig.ask("GET", path), ConsoleRefusal::not_found);
    StaffRig::refused(rig.ask("POST", path), ConsoleRefusal::not_found);
  }
}

// A period begins with a digit, which no account does: the route is found all the same.
TEST(Roles, an_edition_of_the_open_data_is_staffs) {
  for (const char* period : {"2026-10", "fy2026"}) {
    const std::string target = std::string("/console/api/open_data/") + period;
    rig.log_in_well("volunteer");
    StaffRig::refused(rig.ask("GET", target), ConsoleRefusal::not_allowed);
    rig.log_in_well("staff");
    StaffRig::refused(rig.ask("GET", target), ConsoleRefusal::not_found);  // nothing is published
  }
}
