#include "firmware/visit/service_visit.h"

#include "firmware/base/asio.h"
#include "firmware/base/log.h"
#include "firmware/message/repair.h"
#include "firmware/visit/device_checks.h"
#include "firmware/visit/morning_slip.h"
#include "firmware/visit/screens_service.h"
#include "firmware/visit/slip.h"

namespace madoguchi::visit {

using namespace std::chrono_literals;

namespace {

constexpr std::int32_t touch_columns = 6;
constexpr std::int32_t touch_rows = 10;
constexpr auto touch_patience = 20s;
constexpr auto link_comes = 30s;  // after the first start, before the self-test
constexpr auto glance = 500ms;

void log_service(std::string_view what) {
  log_event(Event::setup_event, {{"what", "service"}, {"detail", std::string(what)}});
}

}  // namespace

Task<std::string> ServiceVisit::ask(Screen screen) {
  const Reply reply = co_await dialogue_.ask(std::move(screen));
  if (reply.what == Reply::What::left || reply.is("cancel")) left_ = true;
  co_return reply.control;
}

Task<bool> ServiceVisit::run() {
  log_service("begun");
  while (!left_) {
    const bool calls = desk_.consult != nullptr;
    const std::string pressed = co_await ask(service_screen(calls, room_.update != nullptr));
    if (left_ || pressed == "end") break;
    co_await chosen(pressed);
  }
  log_service(left_ ? "left" : "ended");
  co_return !left_;
}

Task<void> ServiceVisit::chosen(std::string what) {
  log_service(what);
  if (what == "service.self_test" || what == "service.call") {
    SelfTestReport report = co_await test();
    if (what == "service.call") report = parts_of_call(std::move(report));
    co_await show_report(std::move(report));
  } else if (what == "service.faults") {
    (void)co_await ask(service_faults_screen(desk_.faults.standing()));
  } else if (what == "service.network") {
    co_await try_network();
  } else if (what == "service.print") {
    co_await try_paper();
  } else if (what == "service.touch") {
    co_await try_touch();
  } else if (what == "service.update") {
    (void)co_await ask(service_update_screen(room_.update()));
  } else if (what == "service.identity") {
    co_await show_identity();
  } else if (what == "service.slip") {
    co_await give_slip_now();
  } else if (what == "service.restart") {
    co_await restart();
  }
}

Task<SelfTestReport> ServiceVisit::test() {
  dialogue_.show(service_testing_screen());
  SelfTestBench bench = room_.bench();
  co_return co_await self_test(std::move(bench));
}

/// What is not well comes first, some on each page.
Task<void> ServiceVisit::show_report(SelfTestReport report) {
  for (std::size_t page = 0;;) {
    const std::string pressed = co_await ask(service_report_screen(report, page));
    if (left_ || pressed != "more") co_return;
    page = page + 1 < report_pages(report) ? page + 1 : 0;
  }
}

Task<void> ServiceVisit::try_paper() {
  dialogue_.show(service_printing_screen());
  SelfTestReport report;
  report.parts.push_back(co_await print_check(desk_));
  report.parts.push_back(co_await slip_check(desk_));
  co_await show_report(std::move(report));
}

Task<void> ServiceVisit::try_touch() {
  ScreenProbe* const glass = room_.bench().screen;
  if (glass == nullptr) co_return;
  const std::string pressed = co_await ask(service_touch_screen());
  if (left_ || pressed != "begin") co_return;
  std::function<void(std::int32_t)> nobody_counts = [](std::int32_t) {};
  Task<TouchChecked> check = touch_check(desk_.timers, *glass, touch_columns, touch_rows,
                                         touch_patience, std::move(nobody_counts));
  const TouchChecked seen = co_await std::move(check);
  const auto dead = static_cast<std::int32_t>(seen.untouched.size());
  (void)co_await ask(
      service_touched_screen(touch_columns * touch_rows - dead, touch_columns * touch_rows));
}

Task<void> ServiceVisit::try_network() {
  dialogue_.show(service_testing_screen());
  if (!room_.network) co_return;
  const Result<ConnectionTested> tested = co_await room_.network();
  Screen screen = service_no_network_screen();
  if (tested) screen = service_network_screen(*tested);
  (void)co_await ask(std::move(screen));
}

Task<void> ServiceVisit::show_identity() {
  std::optional<IdentityState> identity;
  if (room_.identity) identity = room_.identity();
  const std::string& site = desk_.settings.site;
  (void)co_await ask(service_identity_screen(identity, desk_.settings.kiosk_id, site));
}

Task<void> ServiceVisit::give_slip_now() {
  const SelfTestReport report = co_await test();
  Slip slip = morning_slip(report, desk_.settings, desk_.timers.wall());
  dialogue_.show(slip_printing_screen());
  const SlipGiven given = co_await give_slip(desk_, std::move(slip));
  if (given == SlipGiven::printed) {
    (void)co_await ask(service_slip_screen());
    co_return;
  }
  co_await show_report(report);
}

Task<void> ServiceVisit::restart() {
  const std::string pressed = co_await ask(service_restart_screen());
  if (left_ || pressed != "restart" || !room_.restart) co_return;
  dialogue_.show(restarting_screen());
  room_.restart();
  // Whoever ends this process takes a moment; nothing else shall be shown meanwhile.
  co_await desk_.timers.sleep(1min);
}

Task<void> ServiceVisit::end_setup() {
  const auto until = desk_.timers.now() + link_comes;
  while (!desk_.link.up() && desk_.timers.now() < until) {
    dialogue_.show(service_testing_screen());
    co_await desk_.timers.sleep(glance);
  }
  for (;;) {
    const SelfTestReport report = co_await test();
    std::string pressed = "more";
    for (std::size_t page = 0; pressed == "more"; ++page)
      pressed = co_await ask(setup_done_screen(report, page % report_pages(report)));
    if (left_ || pressed != "again") break;
  }
  log_service("set up");
  if (room_.setup_is_done) room_.setup_is_done();
}

}  // namespace madoguchi::visit
