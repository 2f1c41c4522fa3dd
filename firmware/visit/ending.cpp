#include "firmware/visit/ending.h"

#include <array>
#include <cassert>

namespace madoguchi::visit {
namespace {

struct Words {
  Ending ending;
  Tone tone;
  std::string_view picture;
  std::string_view code;  ///< for staff on the phone; empty when nothing is wrong
};

constexpr auto words = std::to_array<Words>({
    {Ending::cancelled, Tone::neutral, "remove_card", ""},
    {Ending::left, Tone::neutral, "remove_card", ""},
    {Ending::card_pulled, Tone::warning, "place_card", "E-CARD-01"},
    {Ending::card_unreadable, Tone::warning, "place_card", "E-CARD-02"},
    {Ending::not_my_number_card, Tone::warning, "place_card", "E-CARD-03"},
    {Ending::pin_locked, Tone::warning, "lock", "E-PIN-01"},
    {Ending::signature_refused, Tone::warning, "warning", "E-ID-01"},
    {Ending::not_registered, Tone::warning, "counter", "E-ID-02"},
    {Ending::not_served, Tone::warning, "counter", "E-ID-03"},
    {Ending::moved_out, Tone::warning, "counter", "E-ID-04"},
    {Ending::under_age, Tone::warning, "counter", "E-ID-05"},
    {Ending::not_available, Tone::warning, "counter", "E-DOC-01"},
    {Ending::name_unprintable, Tone::warning, "counter", "E-DOC-02"},
    {Ending::gateway_gone, Tone::warning, "network", "E-NET-01"},
    {Ending::session_expired, Tone::warning, "warning", "E-NET-02"},
    {Ending::printer_jam, Tone::warning, "printer", "E-PRT-01"},
    {Ending::printer_empty, Tone::warning, "printer", "E-PRT-02"},
    {Ending::printer_cover, Tone::warning, "printer", "E-PRT-03"},
    {Ending::printer_gone, Tone::warning, "printer", "E-PRT-04"},
    {Ending::terminal_gone, Tone::warning, "terminal", "E-PAY-01"},
    {Ending::declined, Tone::warning, "terminal", "E-PAY-02"},
    {Ending::tap_interrupted, Tone::warning, "terminal", "E-PAY-06"},
    {Ending::payment_cancelled, Tone::neutral, "terminal", ""},
    {Ending::payment_busy, Tone::warning, "terminal", "E-PAY-03"},
    {Ending::amount_mismatch, Tone::error, "terminal", "E-PAY-04"},
    {Ending::envelope_refused, Tone::error, "warning", "E-DOC-03"},
    {Ending::journal_failed, Tone::error, "warning", "E-SYS-01"},
    {Ending::print_failed, Tone::error, "printer", "E-PRT-05"},
    {Ending::print_unknown, Tone::error, "printer", "E-PRT-06"},
    {Ending::unresolved, Tone::error, "counter", "E-PAY-05"},
});

std::optional<Text> said(const MoneySaid& money) {
  const std::string yen = std::to_string(money.yen);
  switch (money.what) {
    case MoneySaid::What::never_asked:
      return say("money.never_asked");
    case MoneySaid::What::not_charged:
      return say("money.not_charged");
    case MoneySaid::What::given_back:
      return say("money.given_back", {{"yen", yen}});
    case MoneySaid::What::kept:
      return say("money.kept", {{"yen", yen}});
    case MoneySaid::What::unknown:
      return say("money.unknown", {{"yen", yen}, {"ticket", money.ticket}});
  }
  return std::nullopt;
}

}  // namespace

Screen ending_screen(Ending ending, const MoneySaid& money) {
  const auto* found =
      std::find_if(words.begin(), words.end(), [&](const Words& w) { return w.ending == ending; });
  assert(found != words.end());
  const std::string name = "error." + std::string(codec::enum_name(ending));
  Notice notice;
  notice.picture = found->picture;
  notice.lines = {say(name + ".what"), say(name + ".do")};
  notice.reassurance = said(money);
  notice.code = found->code;
  Screen screen;
  screen.name = name;
  screen.tone = found->tone;
  screen.title = say(name + ".title");
  screen.body = std::move(notice);
  screen.actions = {{"end", Role::primary, say("common.to_start"), {}, "", true, false}};
  return screen;
}

void explain_tap(Screen& screen, payment::InterruptedTap rule) {
  auto& notice = std::get<Notice>(screen.body);
  if (screen.name == "error.tap_interrupted") {
    // The card's own balance may have gone down: "not charged" would seem to be false.
    if (rule == payment::InterruptedTap::no_sale_until_retouch) {
      notice.lines.back() = say("error.tap_interrupted.retouch");
      notice.reassurance = say("money.no_sale");
    }
  } else if (screen.name == "error.unresolved") {
    // The terminal contradicts the brand's rule, or the rule leaves it open: nobody knows yet.
    notice.lines.front() = say("error.unresolved.tap");
  }
}

Ending ending_for(api::Refusal refusal) {
  switch (refusal) {
    case api::Refusal::signature_invalid:
    case api::Refusal::card_untrusted:
      return Ending::signature_refused;
    case api::Refusal::not_registered:
      return Ending::not_registered;
    case api::Refusal::protected_person:
    case api::Refusal::deceased:
      return Ending::not_served;
    case api::Refusal::moved_out:
      return Ending::moved_out;
    case api::Refusal::under_age:
      return Ending::under_age;
    case api::Refusal::not_available:
    case api::Refusal::closed:
      return Ending::not_available;
    case api::Refusal::glyph_missing:
    case api::Refusal::too_long:
      return Ending::name_unprintable;
    case api::Refusal::expired:
    case api::Refusal::unknown_visit:
      return Ending::session_expired;
    case api::Refusal::malformed:
    case api::Refusal::too_large:
    case api::Refusal::out_of_order:
    case api::Refusal::conflict:
    case api::Refusal::internal:
      return Ending::gateway_gone;
  }
  return Ending::gateway_gone;
}

Ending ending_for(PrinterTrouble trouble) {
  switch (trouble) {
    case PrinterTrouble::media_jam:
      return Ending::printer_jam;
    case PrinterTrouble::media_empty:
      return Ending::printer_empty;
    case PrinterTrouble::cover_open:
      return Ending::printer_cover;
    default:
      return Ending::printer_gone;
  }
}

Ending ending_for_unpaid(const payment::ChargeRecord& record) {
  if (record.state == payment::State::reversed) return Ending::amount_mismatch;
  if (record.decline == "journal") return Ending::journal_failed;
  if (record.decline == "cancelled" || record.decline == "aborted" || record.decline == "no_tap") {
    return Ending::payment_cancelled;
  }
  if (record.decline == "busy" || record.decline == "not_processed") return Ending::payment_busy;
  return record.interrupted_tap ? Ending::tap_interrupted : Ending::declined;
}

}  // namespace madoguchi::visit
