// What a console is told of the hub, and what its orders become there.

#include "tools/gateway/staff/live_desk.h"

#include <CppUTest/TestHarness.h>

#include "tests/unit/gateway_staff/staff_rig.h"

using namespace madoguchi;
using namespace madoguchi::gateway;

namespace {

desk::Mirror mirror(const std::string& session, std::int64_t number) {
  desk::Mirror out;
  out.session = session;
  out.number = number;
  return out;
}

}  // namespace

TEST_GROUP(LiveDesk) {
  VirtualTimers timers{std::chrono::system_clock::from_time_t(1'795'000'000)};
  LiveHub hub{timers};
  std::vector<desk::LiveToKiosk> to_kiosk;
  std::vector<LiveToConsole> told;

  LiveHub::Presence arrive(const std::string& kiosk) {
    return hub.arrive(
        kiosk, {[this](const desk::LiveToKiosk& message) { to_kiosk.push_back(message); }, {}});
  }
  std::unique_ptr<LiveDesk> open(HelpSight sight = {true, {}}) {
    return std::make_unique<LiveDesk>(
        hub, timers, std::move(sight),
        [this](const LiveToConsole& message) { told.push_back(message); });
  }
  /// What was told since the last time, as the browser reads it.
  std::string news() {
    std::string all;
    for (const LiveToConsole& message : std::exchange(told, {})) {
      all += as_text(encode(message, Dialect::json)) + "\n";
    }
    return all;
  }
  void tells(const std::vector<LiveToConsole>& expected) {
    std::string all;
    for (const LiveToConsole& message : expected) {
      all += as_text(encode(message, Dialect::json)) + "\n";
    }
    STRCMP_EQUAL(all.c_str(), news().c_str());
  }
};

TEST(LiveDesk, begins_with_the_whole_state) {
  LiveHub::Presence a = arrive("a");
  LiveHub::Presence b = arrive("b");
  a.heard(desk::Pulse{{"printer"}, true});
  a.heard(desk::SessionBegan{"s", "en", 600, "3"});
  a.heard(mirror("s", 1));
  timers.advance(std::chrono::seconds(100));
  const auto desk = open();
  tells({KioskNews{"a", true, true, {"printer"}}, KioskNews{"b", true, false, {}},
         SessionNews{"s", "a", "3", "en", 500}});
}

TEST(LiveDesk, tells_what_changes_and_nothing_twice) {
  const auto desk = open();
  tells({});
  std::optional<LiveHub::Presence> a(arrive("a"));
  tells({KioskNews{"a", true, false, {}}});
  a->heard(desk::Pulse{{}, false});
  tells({});
  a->heard(desk::Pulse{{}, true});
  tells({KioskNews{"a", true, true, {}}});
  a->heard(desk::SessionBegan{"s", "ja", 600, "3"});
  tells({SessionNews{"s", "a", "3", "ja", 600}});
  timers.advance(std::chrono::seconds(1));
  a->heard(desk::SessionBegan{"s", "ja", 599, "3"});
  tells({});
  a->heard(desk::SessionBegan{"s", "en", 599, "3"});
  tells({SessionNews{"s", "a", "3", "en", 599}});
  a->heard(desk::SessionBegan{"t", "en", 600, "3"});
  tells({SessionGone{"s"}, SessionNews{"t", "a", "3", "en", 600}});
  a.reset();
  tells({KioskNews{"a", false, false, {}}, SessionGone{"t"}});
  a.emplace(arrive("a"));
  tells({KioskNews{"a", true, false, {}}});
}

TEST(LiveDesk, mirrors_come_of_the_watched_session_only) {
  LiveHub::Presence a = arrive("a");
  LiveHub::Presence b = arrive("b");
  a.heard(desk::SessionBegan{"s", "ja", 600, "3"});
  b.heard(desk::SessionBegan{"t", "ja", 600, "8"});
  a.heard(mirror("s", 1));
  const auto desk = open();
  (void)news();
  a.heard(mirror("s", 2));
  tells({});
  desk->heard(WatchSession{"s"});
  tells({mirror("s", 2)});
  b.heard(mirror("t", 5));
  a.heard(mirror("s", 3));
  tells({mirror("s", 3)});
  desk->heard(WatchSession{"t"});
  tells({mirror("t", 5)});
  a.heard(mirror("s", 4));
  tells({});
  desk->heard(WatchSession{""});
  b.heard(mirror("t", 6));
  tells({});
}

TEST(LiveDesk, orders_go_to_the_watched_session_and_answers_come_back) {
  LiveHub::Presence a = arrive("a");
  a.heard(desk::SessionBegan{"s", "ja", 600, "3"});
  const auto desk = open();
  (void)news();
  desk->heard(Point{1, "pay", desk::Phrase::press_here});
  desk->heard(PointNowhere{});
  desk->heard(EndHelp{});
  CHECK(to_kiosk.empty());  // nothing is watched
  desk->heard(WatchSession{"s"});
  desk->heard(Point{7, "pay", desk::Phrase::press_here});
  const auto at = std::get<desk::PointAt>(to_kiosk.back());
  STRCMP_EQUAL("s", at.session.c_str());
  STRCMP_EQUAL("pay", at.control.c_str());
  LONGS_EQUAL(7, at.number);
  CHECK(at.phrase == desk::Phrase::press_here);
  a.heard(desk::Pointed{"s", at.order, true});
  tells({desk::Pointed{"s", at.order, true}});
  desk->heard(PointNowhere{});
  CHECK(std::holds_alternative<desk::PointAway>(to_kiosk.back()));
  tells({desk::Pointed{"s", at.order, false}});
  desk->heard(EndHelp{desk::HelpTopic::certificate, desk::HelpOutcome::solved});
  const auto end = std::get<desk::EndSession>(to_kiosk.back());
  CHECK(end.topic == desk::HelpTopic::certificate);
  CHECK(end.outcome == desk::HelpOutcome::solved);
  const std::size_t before = to_kiosk.size();
  a.heard(desk::SessionOver{"s"});
  desk->heard(Point{8, "pay", desk::Phrase::none});
  LONGS_EQUAL(before, to_kiosk.size());
}

TEST(LiveDesk, a_volunteer_sees_the_sessions_of_the_own_badge_only) {
  LiveHub::Presence a = arrive("a");
  LiveHub::Presence b = arrive("b");
  a.heard(desk::SessionBegan{"s", "ja", 600, "3"});
  b.heard(desk::SessionBegan{"t", "ja", 600, "33"});
  a.heard(mirror("s", 1));
  const auto desk = open({false, "3"});
  tells({KioskNews{"a", true, false, {}}, KioskNews{"b", true, false, {}},
         SessionNews{"s", "a", "3", "ja", 600}});
  desk->heard(WatchSession{"s"});
  tells({mirror("s", 1)});
}

TEST(LiveDesk, somebody_elses_session_can_neither_be_watched_nor_pointed_in_nor_ended) {
  LiveHub::Presence b = arrive("b");
  b.heard(desk::SessionBegan{"t", "ja", 600, "8"});
  b.heard(mirror("t", 1));
  for (const HelpSight& sight : {HelpSight{false, "3"}, HelpSight{false, ""}, HelpSight{}}) {
    const auto desk = open(sight);
    tells({KioskNews{"b", true, false, {}}});
    desk->heard(WatchSession{"t"});  // its id may be known from an address that was shown around
    b.heard(mirror("t", 2));
    desk->heard(Point{2, "pay", desk::Phrase::press_here});
    desk->heard(PointNowhere{});
    desk->heard(EndHelp{desk::HelpTopic::certificate, desk::HelpOutcome::solved});
    tells({});
    CHECK(to_kiosk.empty());
  }
}

TEST(LiveDesk, a_session_of_a_badge_without_a_number_is_no_volunteers) {
  LiveHub::Presence a = arrive("a");
  a.heard(desk::SessionBegan{"s", "ja", 600, ""});
  const auto desk = open({false, ""});
  tells({KioskNews{"a", true, false, {}}});
}

TEST(LiveDesk, a_session_that_another_helper_takes_over_is_out_of_sight) {
  LiveHub::Presence a = arrive("a");
  a.heard(desk::SessionBegan{"s", "ja", 600, "3"});
  const auto desk = open({false, "3"});
  desk->heard(WatchSession{"s"});
  (void)news();
  a.heard(desk::SessionBegan{"s", "ja", 600, "8"});
  tells({SessionGone{"s"}});
  a.heard(mirror("s", 5));
  desk->heard(Point{5, "pay", desk::Phrase::none});
  tells({});
  CHECK(to_kiosk.empty());
  // And the own one is seen when it begins, watched before or not.
  desk->heard(WatchSession{"later"});
  a.heard(desk::SessionBegan{"later", "ja", 600, "3"});
  a.heard(mirror("later", 1));
  tells({SessionNews{"later", "a", "3", "ja", 600}, mirror("later", 1)});
}

TEST(LiveDesk, a_console_that_has_gone_is_told_nothing) {
  LiveHub::Presence a = arrive("a");
  a.heard(desk::SessionBegan{"s", "ja", 600, "3"});
  auto desk = open();
  desk->heard(WatchSession{"s"});
  desk.reset();
  told.clear();
  a.heard(mirror("s", 1));
  a.heard(desk::Pulse{{}, true});
  tells({});
}

TEST(LiveDesk, the_route_needs_the_own_page_and_a_web_socket) {
  StaffRig rig;
  const auto ask = [&](const std::map<std::string, std::string>& more) {
    Request request = rig.request("GET", "/console/api/live");
    request.headers["origin"] = "https://desk.test:8445";
    request.headers["connection"] = "Upgrade";
    request.headers["upgrade"] = "websocket";
    request.headers["sec-websocket-version"] = "13";
    request.headers["sec-websocket-key"] = "dGhlIHNhbXBsZSBub25jZQ==";
    request.headers["sec-websocket-protocol"] = "madoguchi-console-1";
    for (const auto& [name, value] : more) request.headers[name] = value;
    return rig.ask(std::move(request));
  };
  StaffRig::refused(ask({}), ConsoleRefusal::not_logged_in);
  for (const auto& [role, name] : enum_names(StaffRole{})) {
    rig.log_in_well(std::string(name));
    LONGS_EQUAL(101, ask({}).status);
  }
  StaffRig::refused(ask({{"origin", ""}}), ConsoleRefusal::wrong_origin);
  StaffRig::refused(ask({{"origin", "https://evil.test"}}), ConsoleRefusal::wrong_origin);
  LONGS_EQUAL(426, ask({{"upgrade", ""}}).status);
  LONGS_EQUAL(400, ask({{"sec-websocket-protocol", "madoguchi-live-1"}}).status);
  rig.timers.advance(std::chrono::seconds(session_idle_s));
  StaffRig::refused(ask({}), ConsoleRefusal::not_logged_in);
}
