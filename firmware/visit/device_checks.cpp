#include "firmware/visit/device_checks.h"

#include <algorithm>
#include <array>
#include <ctime>
#include <exception>
#include <set>

#include "firmware/base/asio.h"
#include "firmware/payment/staff_words.h"
#include "firmware/visit/free_print.h"
#include "firmware/visit/screen_parts.h"
#include "firmware/visit/slip.h"

namespace madoguchi::visit {

using namespace std::chrono_literals;

namespace {

constexpr Timers::Duration drawing_patience = 8s;
constexpr Timers::Duration asking_patience = 5s;

/// For staff, not for residents: words of ui/strings/staff.
Text words(const char* key) {
  return written(
      {{"ja", payment::staff_words("ja", key)}, {"en", payment::staff_words("en", key)}});
}

Text time_line(const Settings& settings, Timers::Wall now) {
  const std::tm local = settings.hours.local(now);
  std::array<char, 32> text{};
  (void)std::strftime(text.data(), text.size(), "%Y-%m-%d %H:%M", &local);
  return literal(text.data());
}

Sheet test_sheet(const Desk& desk) {
  Sheet sheet;
  sheet.title = words("print_test.title");
  sheet.lesson = literal(desk.settings.kiosk_id);
  sheet.date = time_line(desk.settings, desk.timers.wall());
  for (const char* key : {"print_test.straight", "print_test.black", "print_test.edges"})
    sheet.can.push_back(words(key));
  sheet.remember_title = words("print_test.no_worth_title");
  sheet.remember = {words("print_test.no_worth")};
  sheet.ask_title = words("print_test.bad_title");
  sheet.ask = {words("print_test.bad")};
  return sheet;
}

Slip test_slip(const Desk& desk) {
  Slip slip;
  slip.title = words("print_test.title");
  slip.money = words("print_test.no_worth");
  slip.advice = {words("print_test.straight"), words("print_test.black")};
  slip.lines = {{words("print_test.kiosk"), literal(desk.settings.kiosk_id)},
                {words("print_test.time"), time_line(desk.settings, desk.timers.wall())}};
  slip.code = "madoguchi-test:" + desk.settings.kiosk_id;
  slip.code_caption = words("print_test.code");
  return slip;
}

PartResult failed(Part part, const std::string& code, std::string detail) {
  const auto codes = codes_of(part);
  const bool known = std::find(codes.begin(), codes.end(), code) != codes.end();
  return {part, Verdict::failed, known ? code : "not_printed", std::move(detail), 0};
}

Task<PartResult> print_page(Desk& desk) {
  Task<Result<PrinterState>> asked = desk.printer.state();
  const auto state = co_await within(desk.timers, asking_patience, std::move(asked));
  if (!state || !*state) co_return failed(Part::printer, "no_answer", "");
  if ((*state)->trouble != PrinterTrouble::none)
    co_return failed(Part::printer, std::string(name_of((*state)->trouble)), (*state)->detail);
  if (desk.sheets == nullptr) co_return failed(Part::printer, "not_printed", "nobody draws it");
  Task<Result<Bytes>> draw = desk.sheets->set(test_sheet(desk));
  const auto drawn = co_await within(desk.timers, drawing_patience, std::move(draw));
  if (!drawn || !*drawn) co_return failed(Part::printer, "not_printed", "kiosk-ui did not draw it");
  const std::string job = "test-" + random_uuid();
  Task<Status> print = print_for_free(desk, job, **drawn);
  const Status printed = co_await std::move(print);
  if (!printed) co_return failed(Part::printer, printed.error().what, printed.error().what);
  co_return PartResult{Part::printer, Verdict::ok, "ok", (*state)->model, 0};
}

Task<PartResult> print_slip(Desk& desk) {
  if (desk.receipt_printer == nullptr || desk.typesetter == nullptr)
    co_return PartResult{Part::receipt, Verdict::not_fitted, "not_fitted", "", 0};
  const ReceiptPrinterStatus before = co_await desk.receipt_printer->state();
  if (!prints(before.state))
    co_return failed(Part::receipt, std::string(name_of(before.state)), before.detail);
  Task<Result<Raster>> draw = desk.typesetter->set(test_slip(desk));
  auto drawn = co_await within(desk.timers, drawing_patience, std::move(draw));
  if (!drawn || !*drawn) co_return failed(Part::receipt, "not_printed", "kiosk-ui did not draw it");
  Task<SlipOutcome> print = desk.receipt_printer->print(std::move(**drawn));
  const SlipOutcome outcome = co_await std::move(print);
  if (outcome.what == SlipOutcome::What::printed)
    co_return PartResult{Part::receipt, Verdict::ok, "ok", before.model, 0};
  co_return failed(Part::receipt, std::string(name_of(outcome.now.state)), outcome.now.detail);
}

Task<PartResult> timed(Timers& timers, Task<PartResult> check) {
  const auto began = timers.now();
  PartResult result = co_await std::move(check);
  result.took_ms =
      std::chrono::duration_cast<std::chrono::milliseconds>(timers.now() - began).count();
  co_return result;
}

}  // namespace

Task<PartResult> print_check(Desk& desk) {
  Task<PartResult> page = print_page(desk);
  co_return co_await timed(desk.timers, std::move(page));
}

Task<PartResult> slip_check(Desk& desk) {
  Task<PartResult> slip = print_slip(desk);
  co_return co_await timed(desk.timers, std::move(slip));
}

namespace {

/// Until it was shown, or the camera is gone: its code.
Task<std::string> watch_camera(Timers& timers, const CallSeat& seat, std::chrono::seconds shown) {
  for (auto left = shown;; --left) {
    const std::optional<CallReady>& ready = seat.ready();
    if (!ready) co_return "no_answer";
    if (!ready->camera) co_return "gone";
    if (left.count() <= 0) co_return "ok";
    co_await timers.sleep(1s);
  }
}

Screen camera_screen() {
  Screen picture = screen("camera_check");
  picture.lead = {say("camera_check.lead")};
  VideoCall body;
  body.self = body.camera = true;
  picture.body = std::move(body);
  return picture;
}

}  // namespace

Task<PartResult> camera_check(Timers& timers, Front& front, CallSeat& seat,
                              std::chrono::seconds shown) {
  front.show(camera_screen());
  seat.say(Preview{true});
  std::string code;
  std::exception_ptr cancelled;
  try {
    code = co_await watch_camera(timers, seat, shown);
  } catch (const boost::system::system_error&) {
    cancelled = std::current_exception();  // the lamp goes out all the same
  }
  seat.say(Preview{false});
  if (cancelled) std::rethrow_exception(cancelled);
  const Verdict verdict = code == "ok" ? Verdict::ok : Verdict::failed;
  co_return PartResult{Part::camera, verdict, code, "", shown.count() * 1000};
}

std::vector<PartResult> sound_check(const CallSeat& seat) {
  const std::optional<CallReady>& ready = seat.ready();
  const auto found = [&](Part part, bool there) {
    const Verdict verdict = ready && there ? Verdict::ok : Verdict::failed;
    return PartResult{part, verdict, !ready ? "no_answer" : there ? "ok" : "gone", "", 0};
  };
  return {found(Part::microphone, ready && ready->microphone),
          found(Part::speaker, ready && ready->speaker)};
}

Task<TouchChecked> touch_check(Timers& timers, ScreenProbe& screen, std::int32_t columns,
                               std::int32_t rows, Timers::Duration patience,
                               std::function<void(std::int32_t)> reached) {
  std::set<std::int32_t> seen;
  screen.watch_touch(columns, rows);
  const auto all = static_cast<std::size_t>(columns) * static_cast<std::size_t>(rows);
  while (seen.size() < all) {
    Task<std::int32_t> touch = screen.touched();
    const auto cell = co_await within(timers, patience, std::move(touch));
    if (!cell) break;
    if (*cell < 0 || *cell >= columns * rows || !seen.insert(*cell).second) continue;
    if (reached) reached(static_cast<std::int32_t>(seen.size()));
  }
  TouchChecked out{columns, rows, {}};
  for (std::int32_t cell = 0; cell < columns * rows; ++cell) {
    if (!seen.contains(cell)) out.untouched.push_back(cell);
  }
  co_return out;
}

}  // namespace madoguchi::visit
