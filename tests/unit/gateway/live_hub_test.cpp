#include "tools/gateway/live_hub.h"

#include <CppUTest/TestHarness.h>

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

TEST_GROUP(LiveHub) {
  VirtualTimers timers{std::chrono::system_clock::from_time_t(1'795'000'000)};
  LiveHub hub{timers};
  std::vector<desk::LiveToKiosk> said;
  int replaced = 0;
  int changes = 0;
  std::vector<std::int64_t> mirrors;
  std::vector<desk::Pointed> pointed;
  int gone = 0;

  LiveHub::Presence arrive(const std::string& kiosk) {
    return hub.arrive(
        kiosk, {[this](const desk::LiveToKiosk& m) { said.push_back(m); }, [this] { ++replaced; }});
  }
  LiveHub::Watch watch(const std::string& session) {
    return hub.watch_session(
        session, {[this](const desk::Mirror& m) { mirrors.push_back(m.number); },
                  [this](const desk::Pointed& p) { pointed.push_back(p); }, [this] { ++gone; }});
  }
  std::int64_t last_order() { return std::get<desk::PointAt>(said.back()).order; }
};

TEST(LiveHub, kiosks_come_and_go) {
  LiveHub::Watch all = hub.watch_all([this] { ++changes; });
  {
    LiveHub::Presence a = arrive("a");
    LiveHub::Presence b = arrive("b");
    a.heard(desk::Pulse{{"printer"}, true});
    LONGS_EQUAL(3, changes);
    LONGS_EQUAL(2, hub.kiosks().size());
    STRCMP_EQUAL("printer", hub.kiosks()[0].pulse.faults.at(0).c_str());
  }
  LONGS_EQUAL(5, changes);
  CHECK(hub.kiosks().empty());
}

TEST(LiveHub, a_session_from_its_beginning_to_its_end) {
  LiveHub::Presence kiosk = arrive("a");
  LiveHub::Watch early = watch("s");
  kiosk.heard(desk::SessionBegan{"s", "ja", 600, "helper"});
  STRCMP_EQUAL("s", hub.kiosks()[0].session.c_str());
  const LiveSession session = *hub.session("s");
  STRCMP_EQUAL("helper", session.helper.c_str());
  CHECK(session.ends_at == timers.wall() + std::chrono::seconds(600));
  kiosk.heard(mirror("s", 1));
  kiosk.heard(mirror("s", 2));
  LiveHub::Watch late = watch("s");  // the newest comes at once
  CHECK((mirrors == std::vector<std::int64_t>{1, 2, 2}));
  kiosk.heard(desk::SessionOver{"s"});
  LONGS_EQUAL(2, gone);
  CHECK(hub.sessions().empty());
  CHECK(!hub.point(late, 2, "pay", desk::Phrase::none));
  CHECK(!hub.end_session(late, std::nullopt, desk::HelpOutcome::solved));
}

TEST(LiveHub, pointing_goes_to_the_kiosk_and_its_answer_to_who_pointed) {
  LiveHub::Presence kiosk = arrive("a");
  kiosk.heard(desk::SessionBegan{"s", "ja", 600, "helper"});
  std::vector<desk::Pointed> other;
  LiveHub::Watch mine = watch("s");
  LiveHub::Watch theirs =
      hub.watch_session("s", {{}, [&](const desk::Pointed& p) { other.push_back(p); }, {}});
  CHECK(hub.point(mine, 7, "pay", desk::Phrase::press_here));
  const auto& at = std::get<desk::PointAt>(said.back());
  STRCMP_EQUAL("pay", at.control.c_str());
  LONGS_EQUAL(7, at.number);
  const std::int64_t first = at.order;
  kiosk.heard(desk::Pointed{"s", first, true});
  LONGS_EQUAL(1, pointed.size());
  CHECK(pointed[0].shown);
  // The other one points: the first learns that it is over, and gets nothing of what follows.
  CHECK(hub.point(theirs, 7, "back", desk::Phrase::none));
  CHECK(last_order() > first);
  LONGS_EQUAL(2, pointed.size());
  CHECK(!pointed[1].shown);
  kiosk.heard(desk::Pointed{"s", first, false});  // crossed
  kiosk.heard(desk::Pointed{"s", last_order(), true});
  kiosk.heard(desk::Pointed{"s", last_order(), false});
  kiosk.heard(desk::Pointed{"s", last_order(), true});  // after the last word
  LONGS_EQUAL(2, pointed.size());
  LONGS_EQUAL(2, other.size());
  CHECK(hub.point_away(mine));
  CHECK(std::holds_alternative<desk::PointAway>(said.back()));
  CHECK(hub.end_session(mine, desk::HelpTopic::cashless, desk::HelpOutcome::partly));
  const auto& end = std::get<desk::EndSession>(said.back());
  CHECK(end.topic == desk::HelpTopic::cashless);
  CHECK(end.outcome == desk::HelpOutcome::partly);
}

TEST(LiveHub, who_has_gone_gets_no_answer) {
  LiveHub::Presence kiosk = arrive("a");
  kiosk.heard(desk::SessionBegan{"s", "ja", 600, ""});
  {
    LiveHub::Watch mine = watch("s");
    CHECK(hub.point(mine, 1, "pay", desk::Phrase::none));
  }
  kiosk.heard(desk::Pointed{"s", last_order(), true});
  CHECK(pointed.empty());
}

TEST(LiveHub, orders_go_up_across_a_restart) {
  LiveHub::Presence kiosk = arrive("a");
  kiosk.heard(desk::SessionBegan{"s", "ja", 600, ""});
  LiveHub::Watch mine = watch("s");
  CHECK(hub.point(mine, 1, "", desk::Phrase::well_done));
  const std::int64_t before = last_order();
  timers.advance(std::chrono::milliseconds(1));
  LiveHub next(timers);
  LiveHub::Presence again =
      next.arrive("a", {[this](const desk::LiveToKiosk& m) { said.push_back(m); }, {}});
  again.heard(desk::SessionBegan{"s", "ja", 600, ""});
  LiveHub::Watch yours = next.watch_session("s", {});
  CHECK(next.point(yours, 1, "", desk::Phrase::none));
  CHECK(last_order() > before);
}

TEST(LiveHub, sessions_that_are_not_ones_own_are_refused) {
  LiveHub::Presence a = arrive("a");
  LiveHub::Presence b = arrive("b");
  LiveHub::Watch watching = watch("s");
  a.heard(desk::SessionBegan{"s", "ja", 600, "right"});
  b.heard(desk::SessionBegan{"s", "ja", 600, "wrong"});
  b.heard(mirror("s", 1));
  b.heard(desk::SessionOver{"s"});
  a.heard(mirror("other", 2));
  CHECK(mirrors.empty());
  STRCMP_EQUAL("a", hub.session("s")->kiosk.c_str());
  STRCMP_EQUAL("right", hub.session("s")->helper.c_str());
}

TEST(LiveHub, a_second_connection_replaces_the_first) {
  LiveHub::Watch watching = watch("s");
  LiveHub::Presence first = arrive("a");
  first.heard(desk::SessionBegan{"s", "ja", 600, ""});
  {
    LiveHub::Presence second = arrive("a");
    LONGS_EQUAL(1, replaced);
    LONGS_EQUAL(1, gone);
    first.heard(mirror("s", 1));  // too late
    CHECK(mirrors.empty());
    second.heard(desk::SessionBegan{"s", "ja", 600, ""});
    second.heard(mirror("s", 2));
    LONGS_EQUAL(1, mirrors.size());
    {
      LiveHub::Presence ended = std::move(first);
    }
    LONGS_EQUAL(1, hub.kiosks().size());
  }
  CHECK(hub.kiosks().empty());
  LONGS_EQUAL(2, gone);
}

TEST(LiveHub, a_new_session_ends_the_one_before) {
  LiveHub::Presence kiosk = arrive("a");
  LiveHub::Watch watching = watch("s");
  kiosk.heard(desk::SessionBegan{"s", "ja", 600, ""});
  kiosk.heard(desk::SessionBegan{"t", "ja", 600, ""});
  LONGS_EQUAL(1, gone);
  LONGS_EQUAL(1, hub.sessions().size());
  kiosk.heard(desk::SessionBegan{"", "ja", 600, ""});
  STRCMP_EQUAL("t", hub.sessions()[0].session.c_str());
}

TEST(LiveHub, a_callback_may_end_its_own_watch) {
  LiveHub::Presence kiosk = arrive("a");
  kiosk.heard(desk::SessionBegan{"s", "ja", 600, ""});
  std::optional<LiveHub::Watch> mine;
  mine.emplace(hub.watch_session("s", {{}, {}, [&] {
                                         mine.reset();
                                         ++gone;
                                       }}));
  LiveHub::Watch other = watch("s");
  kiosk.heard(desk::SessionOver{"s"});
  LONGS_EQUAL(2, gone);
}
