#include "firmware/visit/help_offer.h"

#include <algorithm>
#include <utility>

#include "firmware/base/asio.h"
#include "firmware/base/file.h"
#include "firmware/base/log.h"
#include "firmware/crypto/hash.h"
#include "firmware/visit/gateway.h"
#include "firmware/visit/help_records.h"
#include "firmware/visit/screens.h"

namespace madoguchi::visit {

using namespace std::chrono_literals;

namespace {

constexpr auto notice_shown = 20s;
constexpr auto fetch_every = 1h;
constexpr auto fetch_again = 5min;  // after the city gave no list
constexpr std::size_t largest_book = 1u << 20;
// A session that nobody limited sensibly must still end.
constexpr std::int32_t longest_minutes = 120;

void log_book(const Error& error) {
  log_event(Event::help_event, {{"what", "badges"}, {"error", error.text()}});
}

}  // namespace

bool HelpOffer::passes_over(const BadgeNumber& badge) const {
  if (desk_.companion->running()) return true;
  return last_ == badge && desk_.timers.now() - ended_ < bounce;
}

Task<FlowEnd> HelpOffer::make(Dialogue& dialogue, BadgeNumber badge) {
  Bytes badge_sha256 = sha256(desk::badge_message(badge.kind, badge.number));
  FlowEnd end;
  end.flow = numbers::Flow::help;
  end.outcome = co_await offer(dialogue, random_uuid(), std::move(badge_sha256));
  end.ended_at = dialogue.clock().asked();
  co_await until_badge_taken(dialogue);
  last_ = std::move(badge);
  ended_ = desk_.timers.now();
  co_return end;
}

Task<numbers::FlowOutcome> HelpOffer::offer(Dialogue& dialogue, std::string session,
                                            Bytes badge_sha256) {
  dialogue.show(help_checking_screen());
  Checked checked = co_await check(session, std::move(badge_sha256));
  const auto* const known = std::get_if<desk::HelpGranted>(&checked);
  if (known != nullptr && known->role == desk::HelperRole::maintainer) {
    maintainer_ = desk_.service != nullptr;
    if (maintainer_) co_return numbers::FlowOutcome::finished;
    checked = No::refused;
  }
  if (const No* no = std::get_if<No>(&checked)) {
    log_event(Event::help_event,
              {{"what", "offer"}, {"outcome", *no == No::refused ? "refused" : "unchecked"}});
    Screen notice = help_refused_screen();
    if (*no == No::unchecked) notice = help_unchecked_screen();
    (void)co_await dialogue.ask_for(std::move(notice), notice_shown);
    const bool refused = *no == No::refused;
    const auto outcome = refused ? numbers::FlowOutcome::refused : numbers::FlowOutcome::failed;
    co_return outcome;
  }
  const auto& granted = std::get<desk::HelpGranted>(checked);
  const desk::HelpOutcome word = co_await ask_resident(dialogue, granted);
  log_event(
      Event::help_event,
      {{"what", "offer"}, {"session", session}, {"outcome", std::string(codec::enum_name(word))}});
  if (word == desk::HelpOutcome::not_said) {
    begin(session, granted);
    co_return numbers::FlowOutcome::finished;
  }
  desk::HelpRecord record;
  record.language = dialogue.look().language;
  record.outcome = word;
  record.began_at = now_s();
  open_help_record(desk_, session, record);
  const bool left = word == desk::HelpOutcome::left;
  const auto outcome = left ? numbers::FlowOutcome::left : numbers::FlowOutcome::cancelled;
  co_return outcome;
}

/// The city's word; without an answer the list's, which cannot say no: it may be older than the
/// badge.
Task<HelpOffer::Checked> HelpOffer::check(std::string session, Bytes badge_sha256) {
  Gateway gateway(desk_.link, session);
  const desk::HelpAsk ask{session, badge_sha256};
  const auto answer = co_await gateway.ask_help(ask);
  if (const auto* granted = std::get_if<desk::HelpGranted>(&answer)) {
    desk::HelpGranted sensible = *granted;
    sensible.minutes = std::clamp(sensible.minutes, 1, longest_minutes);
    co_return sensible;
  }
  if (std::get<GatewayFailure>(answer).decided()) co_return No::refused;
  if (!book_read_) read_book();
  const desk::Badge* badge = book_.find(badge_sha256, now_s());
  if (badge == nullptr) co_return No::unchecked;
  desk::HelpGranted granted;
  granted.helper = badge->helper;
  granted.role = badge->role;
  co_return granted;
}

/// `not_said` is a yes: what comes of it nobody knows yet.
Task<desk::HelpOutcome> HelpOffer::ask_resident(Dialogue& dialogue, desk::HelpGranted granted) {
  const Reply reply = co_await dialogue.ask_for(help_consent_screen(granted), consent_patience);
  if (reply.is("help.yes")) co_return desk::HelpOutcome::not_said;
  if (reply.what == Reply::What::left) co_return desk::HelpOutcome::left;
  co_return desk::HelpOutcome::declined;
}

void HelpOffer::begin(std::string session, const desk::HelpGranted& granted) {
  HelpSession begun;
  begun.id = std::move(session);
  begun.helper = granted.helper;
  begun.role = granted.role;
  begun.limit = std::chrono::minutes(granted.minutes);
  desk_.companion->begin(std::move(begun));
  const Companion::Finished so_far = desk_.companion->so_far();
  open_help_record(desk_, so_far.session, so_far.record);
}

Task<void> HelpOffer::until_badge_taken(Dialogue& dialogue) {
  const auto gone = co_await within(desk_.timers, 300ms, desk_.reader.wait_for_removal());
  if (gone) co_return;
  const Watch taken = [this]() -> Task<void> { (void)co_await desk_.reader.wait_for_removal(); };
  Reply reply;
  do {
    reply = co_await dialogue.ask_for(remove_badge_screen(), 1h, taken);
  } while (reply.what != Reply::What::watched);
}

Task<bool> HelpOffer::conclude(Dialogue& dialogue, bool somebody_there) {
  if (!possible()) co_return false;
  auto finished = desk_.companion->take_finished();
  if (!finished) co_return false;
  desk::HelpRecord& record = finished->record;
  keep_help_record(desk_, finished->session, record);
  if (somebody_there && record.outcome != desk::HelpOutcome::left) {
    const Reply reply = co_await dialogue.ask_for(help_satisfaction_screen(), rating_patience);
    constexpr std::string_view rate = "rate.";
    if (reply.control.starts_with(rate)) {
      record.satisfaction = reply.control.at(rate.size()) - '0';
      keep_help_record(desk_, finished->session, record);
    }
  }
  co_return true;
}

Task<void> HelpOffer::tend() {
  if (!possible()) co_return;
  if (!book_read_) read_book();
  const bool due = desk_.link.up() && desk_.timers.now() >= fetch_at_;
  if (due) co_await fetch_book();
}

/// What the disk holds is believed as little as what came over the network.
void HelpOffer::read_book() {
  book_read_ = true;
  if (desk_.settings.badges_file.empty()) return;
  const auto content = read_file(desk_.settings.badges_file, largest_book);
  if (!content) {
    if (content.error().code != Errc::not_found) log_book(content.error());
    return;
  }
  const auto badges = decode<desk::SignedBadges>(*content);
  if (!badges) return log_book(badges.error());
  auto book = help::BadgeBook::open(*badges, desk_.seal_key, now_s());
  if (!book) return log_book(book.error());
  book_ = std::move(*book);
}

Task<void> HelpOffer::fetch_book() {
  fetch_at_ = desk_.timers.now() + fetch_again;
  Gateway gateway(desk_.link, "");
  const auto answer = co_await gateway.badges();
  const auto* badges = std::get_if<desk::SignedBadges>(&answer);
  if (badges == nullptr) co_return;
  auto book = help::BadgeBook::open(*badges, desk_.seal_key, now_s());
  if (!book) co_return log_book(book.error());
  fetch_at_ = desk_.timers.now() + fetch_every;
  book_ = std::move(*book);
  if (desk_.settings.badges_file.empty()) co_return;
  if (Status written = write_file(desk_.settings.badges_file, encode(*badges)); !written)
    log_book(written.error());
}

std::int64_t HelpOffer::now_s() const {
  return std::chrono::duration_cast<std::chrono::seconds>(desk_.timers.wall().time_since_epoch())
      .count();
}

}  // namespace madoguchi::visit
