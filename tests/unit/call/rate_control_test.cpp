#include "firmware/call/rate_control.h"

#include <CppUTest/TestHarness.h>

using namespace madoguchi;
using namespace madoguchi::call;
using namespace std::chrono_literals;
using consult::Rung;

namespace {

// A way that carries so much; what is more waits in its queue.
struct Way {
  int kbps;
  double empty_ms = 40;
  double queue_ms = 0;

  NetworkReport carry(int sent, std::chrono::milliseconds time) {
    const double more = double(sent - kbps) / kbps * double(time.count());
    const double before = queue_ms;
    queue_ms = std::min(3000.0, std::max(0.0, queue_ms + more));
    NetworkReport report;
    report.sent_kbps = sent;
    report.received_kbps = std::min(sent, kbps);
    report.delay_ms = empty_ms + queue_ms;
    report.growth_ms = (queue_ms - before) / 25;  // packets in this time
    report.loss = 0;
    return report;
  }
};

struct Trip {
  explicit Trip(Rung most = Rung::p720) : control(most, now) {}
  void go(Way& way, std::chrono::seconds time) {
    for (auto passed = 0ms; passed < time; passed += 250ms) {
      now += 250ms;
      control.report(way.carry(control.video_kbps() + control.audio_kbps() + 6, 250ms), now);
    }
  }
  RateControl::Time now{std::chrono::hours(1)};
  RateControl control;
};

}  // namespace

TEST_GROUP(RateControl){};

TEST(RateControl, a_good_way_is_used_up_to_the_best_picture_and_no_further) {
  Trip trip;
  Way way{10'000};
  trip.go(way, 60s);
  CHECK_TRUE(Rung::p720 == trip.control.rung());
  CHECK_EQUAL(2000, trip.control.video_kbps());
  CHECK_EQUAL(32, trip.control.audio_kbps());
}

TEST(RateControl, it_never_goes_above_what_was_asked) {
  Trip trip(Rung::p240);
  Way way{10'000};
  trip.go(way, 60s);
  CHECK_TRUE(Rung::p240 == trip.control.rung());
  CHECK_TRUE(trip.control.video_kbps() <= 350);
}

TEST(RateControl, a_narrow_way_is_found_and_its_queue_stays_short) {
  for (const int kbps : {1500, 600, 250}) {
    Trip trip;
    Way way{kbps};
    trip.go(way, 30s);
    double worst = 0;
    double sum = 0;
    for (int i = 0; i < 120; ++i) {
      trip.go(way, 1s);
      worst = std::max(worst, way.queue_ms);
      sum += trip.control.video_kbps();
    }
    CHECK_TRUE(worst < 700);
    CHECK_TRUE(sum / 120 > 0.55 * (kbps - 46));
    CHECK_TRUE(sum / 120 < kbps);
  }
}

TEST(RateControl, rungs_go_down_to_text_and_come_back) {
  Trip trip;
  Way good{5000};
  trip.go(good, 20s);
  CHECK_TRUE(Rung::p720 == trip.control.rung());
  Way narrow{60};
  trip.go(narrow, 20s);
  CHECK_TRUE(Rung::audio <= trip.control.rung());
  CHECK_EQUAL(0, trip.control.video_kbps());
  Way closed{8};
  trip.go(closed, 30s);
  CHECK_TRUE(Rung::text == trip.control.rung());
  CHECK_EQUAL(0, trip.control.audio_kbps());
  trip.go(good, 120s);
  CHECK_TRUE(Rung::p720 == trip.control.rung());
}

namespace {

// Until there are pictures again, and until they are as good as before.
struct Return {
  std::chrono::milliseconds picture{0};
  std::chrono::milliseconds best{0};
};

Return return_after(int narrow_kbps, std::chrono::seconds narrow_for) {
  Trip trip(Rung::p480);
  Way good{5000};
  trip.go(good, 30s);
  Way narrow{narrow_kbps};
  trip.go(narrow, narrow_for);
  good.queue_ms = narrow.queue_ms;
  Return found;
  for (auto passed = 0ms; passed < 120s; passed += 250ms) {
    if (found.picture == 0ms && trip.control.video_kbps() > 100) found.picture = passed + 1ms;
    if (found.best == 0ms && trip.control.video_kbps() >= 950) found.best = passed + 1ms;
    trip.now += 250ms;
    trip.control.report(good.carry(trip.control.video_kbps() + 46, 250ms), trip.now);
  }
  return found;
}

}  // namespace

TEST(RateControl, when_a_narrow_stretch_ends_the_picture_is_back_in_seconds) {
  const Return found = return_after(100, 6s);
  CHECK_TRUE(found.picture > 0ms);
  CHECK_TRUE(found.picture <= 5s);
  CHECK_TRUE(found.best > 0ms);
  CHECK_TRUE(found.best <= 12s);
}

TEST(RateControl, after_a_long_narrow_stretch_it_takes_longer_but_not_minutes) {
  const Return found = return_after(100, 120s);
  CHECK_TRUE(found.picture > 0ms);
  CHECK_TRUE(found.picture <= 12s);
  CHECK_TRUE(found.best <= 20s);
}

TEST(RateControl, a_line_that_stays_narrow_is_not_tried_at_every_moment) {
  Trip trip(Rung::p480);
  Way good{5000};
  trip.go(good, 30s);
  Way narrow{500};
  trip.go(narrow, 60s);
  int full = 0;
  for (int i = 0; i < 480; ++i) {
    trip.now += 250ms;
    trip.control.report(
        narrow.carry(trip.control.video_kbps() + trip.control.audio_kbps() + 6, 250ms), trip.now);
    full += narrow.queue_ms > 150 ? 1 : 0;
  }
  CHECK_TRUE(full <= 96);  // one fifth of the time
}

TEST(RateControl, loss_is_answered_too) {
  Trip trip;
  const int before = trip.control.video_kbps();
  for (int i = 0; i < 12; ++i) {
    trip.now += 250ms;
    NetworkReport report;
    report.loss = 0.2;
    trip.control.report(report, trip.now);
  }
  CHECK_TRUE(trip.control.video_kbps() < before / 2);
}

TEST(RateControl, a_little_loss_holds_the_rate) {
  Trip trip;
  const int before = trip.control.video_kbps();
  for (int i = 0; i < 40; ++i) {
    trip.now += 250ms;
    NetworkReport report;
    report.loss = 0.05;
    trip.control.report(report, trip.now);
  }
  CHECK_EQUAL(before, trip.control.video_kbps());
}

TEST(RateControl, a_rung_is_not_changed_at_every_report) {
  Trip trip;
  Way way{720};  // between two rungs
  trip.go(way, 20s);
  int changes = 0;
  Rung last = trip.control.rung();
  for (int i = 0; i < 240; ++i) {
    trip.go(way, 1s);
    changes += trip.control.rung() != last ? 1 : 0;
    last = trip.control.rung();
  }
  CHECK_TRUE(changes <= 24);  // one in ten seconds
}
