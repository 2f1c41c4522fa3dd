#include "firmware/visit/slip.h"

#include "firmware/base/asio.h"
#include "firmware/base/log.h"
#include "firmware/payment/brand_rules.h"
#include "firmware/visit/screen_parts.h"
#include "firmware/visit/screens.h"

namespace madoguchi::visit {

using namespace std::chrono_literals;
using payment::ChargeRecord;
using payment::InterruptedTap;

namespace {

constexpr auto drawing_patience = 5s;

Text time_text(const Settings& settings, Timers::Wall now) {
  const std::tm local = settings.hours.local(now);
  return say("slip.time", {{"year", std::to_string(local.tm_year + 1900)},
                           {"month", std::to_string(local.tm_mon + 1)},
                           {"day", std::to_string(local.tm_mday)},
                           {"hour", std::to_string(local.tm_hour)},
                           {"minute", two_digits(local.tm_min)}});
}

std::string percent_encoded(std::string_view text) {
  constexpr std::string_view digits = "0123456789ABCDEF";
  std::string out;
  for (const char c : text) {
    const bool plain = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
                       std::string_view("-._~").find(c) != std::string_view::npos;
    if (plain) {
      out += c;
    } else {
      const auto byte = static_cast<unsigned char>(c);
      out += {'%', digits[byte >> 4], digits[byte & 0xF]};
    }
  }
  return out;
}

void say_money(Slip& slip, const ChargeRecord& charge) {
  const std::int64_t yen = charge.booked_yen > 0 ? charge.booked_yen : charge.amount_yen;
  const std::map<std::string, std::string> amount{{"yen", std::to_string(yen)}};
  switch (charge.state) {
    case payment::State::charged:
      slip.money = say("slip.money.moved", amount);
      slip.advice = {say("slip.advice.keep")};
      break;
    case payment::State::reversed:
      slip.money = say("slip.money.given_back", amount);
      slip.advice = {say("slip.advice.given_back"), say("slip.advice.keep")};
      break;
    case payment::State::not_charged:
      slip.money = say("slip.money.not_moved");
      slip.advice = {say("slip.advice.start_again")};
      break;
    default:
      slip.money = say("slip.money.checking");
      slip.advice = {say("slip.advice.counter"), say("slip.advice.do_not_pay_again")};
      break;
  }
}

/// What the tap means if it was interrupted: of the brand, if the terminal has said which; else of
/// every brand, since the resident knows.
std::vector<SlipLine> interrupted_taps(const ChargeRecord& charge) {
  if (!charge.brand.empty()) {
    const InterruptedTap rule = payment::interrupted_tap_rule(charge.brand);
    return {{literal(charge.brand), say(payment::meaning_key(rule))}};
  }
  std::vector<SlipLine> out;
  for (const InterruptedTap rule :
       {InterruptedTap::no_sale_until_retouch, InterruptedTap::sold_and_corrected_later,
        InterruptedTap::no_sale, InterruptedTap::status_decides}) {
    out.push_back({say(payment::brands_key(rule)), say(payment::meaning_key(rule))});
  }
  return out;
}

void note(Desk& desk, ReceiptPrinterStatus now) {
  if (now.state == ReceiptPrinterState::ready) {
    desk.faults.clear("receipt");
  } else {
    desk.faults.raise({"receipt", std::string(name_of(now.state)), std::move(now.detail)});
  }
}

}  // namespace

bool deserves_slip(const ChargeRecord& charge) {
  switch (charge.state) {
    case payment::State::charged:
    case payment::State::reversed:
    case payment::State::unresolved:
      return true;
    case payment::State::not_charged:
      return charge.decline != "journal" && charge.decline != "cancelled" &&
             charge.decline != "aborted" && charge.decline != "no_tap";
    default:
      return false;
  }
}

std::string sale_code(const std::string& kiosk, const ChargeRecord& charge) {
  return "madoguchi-sale:kiosk=" + percent_encoded(kiosk) +
         "&sale=" + percent_encoded(charge.sale_id) +
         "&service=" + percent_encoded(charge.payment_service_id) +
         "&terminal=" + percent_encoded(charge.terminal_sale) +
         "&transaction=" + percent_encoded(charge.transaction);
}

Slip make_slip(const Settings& settings, Timers::Wall now, api::Kind kind,
               const ChargeRecord& charge, const std::string& language) {
  Slip slip;
  slip.language = language;
  slip.title = say("slip.title");
  say_money(slip, charge);
  if (language != "ja") slip.for_staff = slip.money;
  if (charge.interrupted_tap) {
    slip.advice.insert(slip.advice.begin(), say(payment::slip_key(*charge.interrupted_tap)));
  } else if (charge.state == payment::State::unresolved) {
    slip.advice.push_back(say("slip.advice.interrupted"));
    slip.brands = interrupted_taps(charge);
  }
  const std::string yen = std::to_string(charge.amount_yen);
  slip.lines = {{say("slip.line.kind"), say(kind_key(kind))},
                {say("slip.line.fee"), say("slip.yen", {{"yen", yen}})}};
  if (!charge.brand.empty()) slip.lines.push_back({say("slip.line.brand"), literal(charge.brand)});
  slip.lines.push_back({say("slip.line.time"), time_text(settings, now)});
  slip.lines.push_back({say("slip.line.kiosk"), literal(settings.kiosk_id)});
  slip.lines.push_back({say("slip.line.reference"), literal(charge.payment_service_id)});
  if (!charge.terminal_sale.empty()) {
    slip.lines.push_back({say("slip.line.terminal_sale"), literal(charge.terminal_sale)});
  }
  slip.code = sale_code(settings.kiosk_id, charge);
  slip.code_caption = say("slip.code_caption");
  return slip;
}

Task<SlipGiven> give_slip(Desk& desk, Slip slip) {
  if (desk.receipt_printer == nullptr || desk.typesetter == nullptr) co_return SlipGiven::none;
  auto drawn =
      co_await within(desk.timers, drawing_patience, desk.typesetter->set(std::move(slip)));
  if (!drawn || !*drawn) {
    const std::string why = drawn ? drawn->error().text() : "kiosk-ui does not answer";
    desk.faults.raise({"receipt", "not_drawn", why});
    co_return SlipGiven::failed;
  }
  SlipOutcome outcome = co_await desk.receipt_printer->print(std::move(**drawn));
  const bool printed = outcome.what == SlipOutcome::What::printed;
  log_event(Event::print_event, {{"document", "slip"},
                                 {"state", printed ? "completed" : "failed"},
                                 {"rows_taken", std::to_string(outcome.rows_taken)},
                                 {"detail", outcome.now.detail}});
  note(desk, std::move(outcome.now));
  co_return printed ? SlipGiven::printed : SlipGiven::failed;
}

Screen slip_printing_screen() {
  return working(screen("slip_printing"), "printer",
                 {{say("slip_printing.stage"), StageState::running}});
}

void mention(Screen& screen, SlipGiven slip) {
  if (slip == SlipGiven::none) return;
  if (slip == SlipGiven::failed) {
    if (auto* notice = std::get_if<Notice>(&screen.body)) {
      notice->lines.push_back(say("slip.failed"));
    } else {
      screen.lead.push_back(say("slip.failed"));
    }
  } else if (auto* list = std::get_if<Checklist>(&screen.body)) {
    list->items.push_back({say("slip.take"), "paper", false});
  }
}

Task<void> look_at_receipt_printer(Desk& desk) {
  if (desk.receipt_printer == nullptr) co_return;
  note(desk, co_await desk.receipt_printer->state());
}

}  // namespace madoguchi::visit
