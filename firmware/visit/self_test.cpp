#include "firmware/visit/self_test.h"

#include <array>
#include <filesystem>

#include "firmware/base/asio.h"
#include "firmware/base/log.h"
#include "firmware/base/utc.h"
#include "firmware/message/time_api.h"

namespace madoguchi::visit {

using namespace std::chrono_literals;

namespace {

// How long each part may take; a reader that says nothing bad in this time has looked for a card.
constexpr Timers::Duration reader_looks = 4s;
constexpr Timers::Duration screen_patience = 5s;
constexpr Timers::Duration printer_patience = 15s;
constexpr Timers::Duration terminal_patience = 20s;  // a login may come first
constexpr Timers::Duration receipt_patience = 8s;
constexpr std::chrono::milliseconds gateway_patience = 10s;
// kiosk-link answers at the deadline, or a little later.
constexpr Timers::Duration gateway_grace = 3s;

// A clock that is further off than this gives wrong dates on papers and refuses certificates.
constexpr std::chrono::seconds clock_tolerance = 5min;
constexpr std::int64_t earliest_s = 1'767'225'600;  // 2026-01-01: before it was never set

constexpr std::uintmax_t storage_low = 256u << 20;
constexpr std::uintmax_t storage_too_low = 32u << 20;

PartResult result(Part part, Verdict verdict, std::string code, std::string detail = {}) {
  return {part, verdict, std::move(code), std::move(detail), 0};
}
PartResult well(Part part, std::string detail = {}) {
  return result(part, Verdict::ok, "ok", std::move(detail));
}
PartResult not_fitted(Part part) { return result(part, Verdict::not_fitted, "not_fitted"); }
PartResult late(Part part) { return result(part, Verdict::failed, "no_answer"); }

/// The printer says by a keyword that something runs out ("toner-low-warning", "media-low").
std::string running_out(const std::string& reasons) {
  const std::array<std::pair<const char*, const char*>, 5> words{{
      {"media-low", "media_low"},
      {"toner-low", "ink_low"},
      {"marker-supply-low", "ink_low"},
      {"output-area-almost-full", "tray_full"},
      {"marker-waste-almost-full", "ink_low"},
  }};
  for (const auto& [keyword, code] : words) {
    if (reasons.find(keyword) != std::string::npos) return code;
  }
  return "";
}

Task<PartResult> test_screen(SelfTestBench& bench) {
  if (bench.screen == nullptr) co_return not_fitted(Part::screen);
  Task<Status> frame = bench.screen->frame();
  const auto drawn = co_await within(bench.timers, screen_patience, std::move(frame));
  if (!drawn) co_return late(Part::screen);
  if (!*drawn) co_return result(Part::screen, Verdict::failed, "gone", drawn->error().what);
  co_return well(Part::screen);
}

Task<PartResult> test_reader(SelfTestBench& bench) {
  if (bench.reader == nullptr) co_return not_fitted(Part::reader);
  Task<Result<CardInField>> wait = bench.reader->wait_for_card();
  const auto found = co_await within(bench.timers, reader_looks, std::move(wait));
  if (!found) co_return well(Part::reader);
  if (*found || found->error().code == Errc::io) {
    if (*found) co_await bench.reader->release();
    co_return result(Part::reader, Verdict::attention, "card_there");
  }
  co_return result(Part::reader, Verdict::failed, "gone", found->error().what);
}

Task<PartResult> test_printer(SelfTestBench& bench) {
  if (bench.printer == nullptr) co_return not_fitted(Part::printer);
  Task<Result<PrinterState>> asked = bench.printer->state();
  const auto state = co_await within(bench.timers, printer_patience, std::move(asked));
  if (!state) co_return late(Part::printer);
  if (!*state) {
    const bool wrong = state->error().code == Errc::unsupported;
    co_return result(Part::printer, Verdict::failed, wrong ? "wrong_printer" : "no_answer",
                     state->error().what);
  }
  const PrinterState& now = **state;
  if (now.trouble != PrinterTrouble::none)
    co_return result(Part::printer, Verdict::failed, std::string(name_of(now.trouble)), now.detail);
  if (const std::string low = running_out(now.detail); !low.empty())
    co_return result(Part::printer, Verdict::attention, low, now.detail);
  co_return well(Part::printer, now.model);
}

Task<PartResult> test_receipt(SelfTestBench& bench) {
  if (bench.receipt == nullptr) co_return not_fitted(Part::receipt);
  Task<ReceiptPrinterStatus> asked = bench.receipt->state();
  const auto status = co_await within(bench.timers, receipt_patience, std::move(asked));
  if (!status) co_return late(Part::receipt);
  if (status->state == ReceiptPrinterState::ready) co_return well(Part::receipt, status->model);
  const bool prints_still = prints(status->state);
  co_return result(Part::receipt, prints_still ? Verdict::attention : Verdict::failed,
                   std::string(name_of(status->state)), status->detail);
}

Task<Result<TerminalState>> diagnosed(PaymentTerminal& terminal) {
  Result<TerminalState> first = co_await terminal.diagnose();
  if (first && first->ready) co_return first;
  Result<TerminalState> login = co_await terminal.login();
  if (!login) co_return first ? std::move(login) : std::move(first);
  co_return co_await terminal.diagnose();
}

Task<PartResult> test_terminal(SelfTestBench& bench) {
  if (bench.terminal == nullptr) co_return not_fitted(Part::terminal);
  Task<Result<TerminalState>> asked = diagnosed(*bench.terminal);
  const auto state = co_await within(bench.timers, terminal_patience, std::move(asked));
  if (!state) co_return late(Part::terminal);
  if (!*state) co_return result(Part::terminal, Verdict::failed, "no_answer", state->error().what);
  const TerminalState& now = **state;
  if (!now.ready) co_return result(Part::terminal, Verdict::failed, "not_ready", now.detail);
  co_return well(Part::terminal, now.model);
}

/// The gateway's answer to a question that every kiosk may ask.
Task<std::optional<HttpAnswer>> ask_gateway(SelfTestBench& bench) {
  HttpCall call;
  call.id = random_uuid();
  call.method = "GET";
  call.target = std::string(api::time_path);
  call.deadline_ms = gateway_patience.count();
  Task<HttpAnswer> asked = bench.link->call(std::move(call));
  co_return co_await within(bench.timers, gateway_patience + gateway_grace, std::move(asked));
}

/// The clock, held against the gateway's signed one where there is one.
PartResult test_clock(const SelfTestBench& bench, const std::optional<HttpAnswer>& answer) {
  const auto wall = bench.timers.wall();
  const auto now_s = std::chrono::duration_cast<std::chrono::seconds>(wall.time_since_epoch());
  if (now_s.count() < earliest_s) return result(Part::clock, Verdict::failed, "not_set");
  if (!answer || answer->status != 200 || bench.seal_key == nullptr)
    return result(Part::clock, Verdict::attention, "not_compared");
  const auto envelope = decode<api::SignedTime>(answer->body, Dialect::json);
  const bool signed_well =
      envelope &&
      bench.seal_key->verify(api::time_message(envelope->moment), envelope->signature).ok();
  const auto moment = signed_well ? decode<api::Moment>(envelope->moment)
                                  : Result<api::Moment>(Error{Errc::integrity, "time", ""});
  if (!moment) return result(Part::clock, Verdict::attention, "not_compared");
  const std::int64_t off = now_s.count() - moment->at_s;
  if (std::abs(off) > clock_tolerance.count())
    return result(Part::clock, Verdict::failed, "off", std::to_string(off) + " s");
  return well(Part::clock, std::to_string(off) + " s");
}

PartResult test_link(const SelfTestBench& bench) {
  if (bench.link->up()) return well(Part::link);
  std::string why;
  for (const Fault& fault : bench.faults.standing()) {
    if (fault.device == "link") why = fault.detail;
  }
  return result(Part::link, Verdict::failed, "down", why);
}

PartResult test_gateway(const std::optional<HttpAnswer>& answer) {
  if (!answer || !answer->status)
    return result(Part::gateway, Verdict::failed, "no_answer",
                  answer && answer->failure ? *answer->failure : "");
  if (*answer->status == 200) return well(Part::gateway);
  const bool turned_away = *answer->status == 401 || *answer->status == 403;
  return result(Part::gateway, Verdict::failed, turned_away ? "refused" : "trouble",
                std::to_string(*answer->status));
}

PartResult test_storage(const SelfTestBench& bench) {
  std::error_code missing;
  const auto space = std::filesystem::space(bench.state_dir, missing);
  if (missing) return result(Part::storage, Verdict::failed, "gone", missing.message());
  const std::string free = std::to_string(space.available >> 20) + " MiB";
  if (space.available < storage_too_low)
    return result(Part::storage, Verdict::failed, "full", free);
  if (space.available < storage_low) return result(Part::storage, Verdict::attention, "low", free);
  return well(Part::storage, free);
}

PartResult test_journal(const SelfTestBench& bench) {
  if (bench.journal == nullptr) return result(Part::journal, Verdict::failed, "not_open");
  const Status ready = bench.journal->ready();  // proved by a durable write
  if (!ready) return result(Part::journal, Verdict::failed, "not_written", ready.error().what);
  return well(Part::journal);
}

PartResult test_audit(const SelfTestBench& bench) {
  for (const Fault& fault : bench.faults.standing()) {
    if (fault.device == "audit")
      return result(Part::audit, Verdict::failed, "refused", fault.detail);
  }
  return well(Part::audit);
}

void test_call(const SelfTestBench& bench, std::vector<PartResult>& parts) {
  constexpr std::array devices{Part::camera, Part::microphone, Part::speaker};
  for (const Part part : devices) {
    if (bench.call == nullptr) {
      parts.push_back(not_fitted(part));
      continue;
    }
    const auto& ready = bench.call->ready();
    if (!ready) {
      parts.push_back(late(part));
      continue;
    }
    const bool there = part == Part::camera       ? ready->camera
                       : part == Part::microphone ? ready->microphone
                                                  : ready->speaker;
    parts.push_back(there ? well(part) : result(part, Verdict::failed, "gone"));
  }
}

/// Adds the result with the time that it has taken.
class Stopwatch {
 public:
  Stopwatch(Timers& timers, SelfTestReport& report) : timers_(timers), report_(report) {}
  void add(PartResult result) {
    const auto now = timers_.now();
    result.took_ms = std::chrono::duration_cast<std::chrono::milliseconds>(now - since_).count();
    since_ = now;
    report_.parts.push_back(std::move(result));
  }

 private:
  Timers& timers_;
  SelfTestReport& report_;
  Timers::Monotonic since_ = timers_.now();
};

void log(const SelfTestReport& report) {
  std::string bad;
  for (const PartResult& part : report.parts) {
    if (part.verdict <= Verdict::ok) continue;
    bad += (bad.empty() ? "" : ", ") + std::string(codec::enum_name(part.part)) + " " + part.code;
  }
  log_event(Event::self_test,
            {{"verdict", std::string(codec::enum_name(report.verdict()))}, {"parts", bad}});
}

}  // namespace

Task<SelfTestReport> self_test(SelfTestBench bench) {
  SelfTestReport report;
  report.at = utc_text(bench.timers.wall());
  Stopwatch watch(bench.timers, report);
  watch.add(co_await test_screen(bench));
  watch.add(co_await test_reader(bench));
  watch.add(co_await test_printer(bench));
  watch.add(co_await test_receipt(bench));
  watch.add(co_await test_terminal(bench));
  std::optional<HttpAnswer> answer;
  if (bench.link == nullptr) {
    watch.add(not_fitted(Part::link));
    watch.add(not_fitted(Part::gateway));
  } else {
    watch.add(test_link(bench));
    answer = co_await ask_gateway(bench);
    watch.add(test_gateway(answer));
  }
  watch.add(test_clock(bench, answer));
  watch.add(test_storage(bench));
  watch.add(test_journal(bench));
  watch.add(test_audit(bench));
  test_call(bench, report.parts);
  log(report);
  co_return report;
}

}  // namespace madoguchi::visit
