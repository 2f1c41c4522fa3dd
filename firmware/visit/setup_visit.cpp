#include "firmware/visit/setup_visit.h"

#include "firmware/base/asio.h"
#include "firmware/base/bytes.h"
#include "firmware/base/log.h"
#include "firmware/lesson/keyboard.h"
#include "firmware/message/repair.h"
#include "firmware/visit/screens_setup.h"
#include "hal/api/code_reader.h"

namespace madoguchi::visit {

using namespace std::chrono_literals;

namespace {

constexpr auto glance = 500ms;
constexpr auto not_erased_shown = 60s;

void log_setup(std::string_view what, std::string_view detail) {
  log_event(Event::setup_event, {{"what", std::string(what)}, {"detail", std::string(detail)}});
}

}  // namespace

Task<void> SetupVisit::run() {
  for (;;) {
    left_ = false;
    const bool known = co_await know_identity();
    if (!known) continue;
    if (!enrolled()) {
      const bool by_itself = co_await begin_with_provision();
      if (!by_itself) {
        const Way language = co_await choose_language();
        if (language != Way::enrolled) continue;
        const Way way = co_await enrol_by_hand();
        if (way != Way::enrolled) continue;
      }
    }
    const bool here = co_await confirm_place();
    if (!here) continue;
    const bool kept = co_await keep();
    if (kept) co_return dialogue_.show(restarting_screen());
  }
}

bool SetupVisit::enrolled() const {
  const auto identity = room_.identity.identity();
  if (!identity || identity->kiosk.empty()) return false;
  return identity->standing == IdentityStanding::enrolled ||
         identity->standing == IdentityStanding::renewing ||
         identity->standing == IdentityStanding::configured;
}

/// Somebody else enrols the kiosk while a question is on the glass.
Task<void> SetupVisit::until_enrolled() {
  while (!enrolled()) co_await room_.identity.identity_changed();
}

/// False: kiosk-link said nothing, and whoever stands there was told.
Task<bool> SetupVisit::know_identity() {
  const auto until = room_.pane.timers.now() + link_patience;
  while (!room_.identity.identity()) {
    if (room_.pane.timers.now() >= until) {
      log_setup("identity", "kiosk-link says nothing");
      (void)co_await dialogue_.ask_for(setup_no_link_screen(), link_patience);
      co_return room_.identity.identity().has_value();
    }
    dialogue_.show(setup_starting_screen());
    co_await room_.pane.timers.sleep(glance);
  }
  co_return true;
}

EnrolRequest SetupVisit::request_of(const Provision& provision) {
  EnrolRequest request;
  request.id = random_uuid();
  request.code = provision.enrol_code;
  if (!provision.gateway.empty()) request.url = provision.gateway;
  if (const auto pin = from_hex(provision.gateway_ca_sha256); pin && !pin->empty())
    request.ca_pin = to_base64(*pin);
  // What people call the place may be anything; the gateway knows short names only.
  if (is_site_name(provision.site)) request.site = provision.site;
  return request;
}

/// False: there is none, or it did not lead anywhere and somebody has to go on by hand.
Task<bool> SetupVisit::begin_with_provision() {
  auto found = room_.papers.find_provision();
  if (!found) {
    log_setup("provision", found.error().text());
    (void)co_await dialogue_.ask_for(setup_provision_screen(false), room_.pane.settings.patience);
    co_return false;
  }
  if (!*found) co_return false;
  provided_ = std::move(**found);
  answers_.language = provided_->language;
  (void)dialogue_.change_look("language." + provided_->language);
  EnrolRequest request = request_of(*provided_);
  co_return co_await enrol(std::move(request));
}

Task<SetupVisit::Way> SetupVisit::choose_language() {
  constexpr std::string_view choose = "choose.";
  // Nobody there: it stays until somebody comes.
  const Reply reply =
      co_await dialogue_.ask_for(setup_language_screen(), 24h, [this] { return until_enrolled(); });
  if (!reply.control.starts_with(choose)) co_return Way::left;
  answers_.language = reply.control.substr(choose.size());
  (void)dialogue_.change_look("language." + answers_.language);
  co_return Way::enrolled;
}

Task<SetupVisit::Way> SetupVisit::enrol_by_hand() {
  for (;;) {
    const Way way = co_await choose_way();
    if (way != Way::back || left_) co_return way;
  }
}

/// `enrolled` is done, `back` asks for a way again, `left` begins with the language.
Task<SetupVisit::Way> SetupVisit::choose_way() {
  const bool reader = room_.code_reader != nullptr;
  const Reply reply =
      co_await dialogue_.ask(setup_way_screen(reader), [this] { return until_enrolled(); });
  std::optional<EnrolRequest> request;
  if (reply.is("setup.scan")) request = co_await scan();
  if (reply.is("setup.type")) request = co_await type();
  if (reply.is("setup.provision")) request = co_await look_for_provision();
  if (reply.is("back") || reply.is("cancel") || reply.what != Reply::What::pressed)
    co_return Way::left;
  if (left_) co_return Way::left;
  if (!request) co_return Way::back;
  const bool done = co_await enrol(std::move(*request));
  if (done) co_return Way::enrolled;
  co_return left_ ? Way::left : Way::back;
}

Task<std::optional<EnrolRequest>> SetupVisit::scan() {
  for (;;) {
    std::string line;
    room_.code_reader->forget();
    const Watch held = [&]() -> Task<void> { line = co_await room_.code_reader->next(); };
    Reply reply = co_await dialogue_.ask(setup_scan_screen(), held);
    left_ = reply.what == Reply::What::left || reply.is("cancel");
    if (reply.what != Reply::What::watched) co_return std::nullopt;
    const auto ticket = EnrolTicket::parse(line);
    if (ticket) {
      EnrolRequest request;
      request.id = random_uuid();
      request.code = ticket->code;
      request.url = ticket->url;
      request.ca_pin = ticket->ca_pin;
      if (!ticket->site.empty()) request.site = ticket->site;
      co_return request;
    }
    log_setup("qr", ticket.error().text());
    reply = co_await dialogue_.ask(setup_wrong_qr_screen());
    left_ = reply.what == Reply::What::left || reply.is("cancel");
    if (!reply.is("again")) co_return std::nullopt;
  }
}

Task<std::optional<EnrolRequest>> SetupVisit::type() {
  std::string typed;
  for (;;) {
    const Reply reply = co_await dialogue_.ask(setup_type_screen(typed));
    left_ = reply.what == Reply::What::left || reply.is("cancel");
    if (left_ || reply.is("back")) co_return std::nullopt;
    if (reply.is(lesson::erase_key)) {
      if (!typed.empty()) typed.pop_back();
    } else if (reply.control.starts_with(lesson::key_prefix)) {
      if (typed.size() < enrol_code_size) typed += reply.control.substr(lesson::key_prefix.size());
    } else if (reply.is("ok") && typed.size() == enrol_code_size) {
      EnrolRequest request;
      request.id = random_uuid();
      request.code = typed;
      co_return request;
    }
  }
}

Task<std::optional<EnrolRequest>> SetupVisit::look_for_provision() {
  auto found = room_.papers.find_provision();
  const bool there = found && *found;
  if (there) {
    provided_ = std::move(**found);
    co_return request_of(*provided_);
  }
  if (!found) log_setup("provision", found.error().text());
  const bool none = found.ok();
  const Reply reply = co_await dialogue_.ask(setup_provision_screen(none));
  left_ = reply.what == Reply::What::left;
  co_return std::nullopt;
}

/// False: somebody was told why, and may try again, or has left (left_).
Task<bool> SetupVisit::enrol(EnrolRequest request) {
  for (;;) {
    dialogue_.show(setup_enrolling_screen());
    request.id = random_uuid();
    EnrolRequest sent = request;
    const EnrolOutcome outcome = co_await room_.identity.enrol(std::move(sent));
    log_setup("enrol", codec::enum_name(outcome.result));
    // What was durable before a power cut, or an answer that was lost, is no failure.
    if (outcome.result == EnrolResult::done) {
      wrong_ = 0;
      co_return true;
    }
    if (!outcome.detail.empty()) log_setup("enrol", outcome.detail);
    if (outcome.result == EnrolResult::unknown_code && ++wrong_ >= wrong_codes) {
      co_await too_many();
      co_return false;
    }
    const Reply reply = co_await dialogue_.ask(setup_failed_screen(outcome.result));
    left_ = reply.what == Reply::What::left;
    if (!reply.is("again")) co_return false;
  }
}

Task<void> SetupVisit::too_many() {
  wrong_ = 0;
  for (auto rest = pause; rest > 0s; rest -= 1s) {
    dialogue_.show(setup_pause_screen(rest));
    co_await room_.pane.timers.sleep(1s);
  }
}

/// False: the kiosk is somebody else than it should be, and is nobody again.
Task<bool> SetupVisit::confirm_place() {
  const auto identity = room_.identity.identity();
  if (!identity) co_return false;
  answers_.id = identity->kiosk;
  answers_.site = identity->site;
  answers_.seal_key = identity->seal_key;
  const bool as_provided = provided_ && provided_->id == answers_.id;
  if (as_provided) {
    if (!provided_->site.empty()) answers_.site = provided_->site;
    answers_.service_hours = provided_->service_hours;
    co_return true;
  }
  const Reply reply = co_await dialogue_.ask(setup_place_screen(answers_.id, answers_.site));
  if (reply.is("here")) co_return true;
  if (!reply.is("elsewhere")) co_return false;
  dialogue_.show(setup_enrolling_screen());
  const EnrolOutcome gone = co_await room_.identity.forget();
  log_setup("forget", codec::enum_name(gone.result));
  co_return false;
}

Task<bool> SetupVisit::keep() {
  if (Status kept = room_.papers.keep(answers_); !kept) {
    log_setup("papers", kept.error().text());
    (void)co_await dialogue_.ask(setup_not_kept_screen());
    co_return false;
  }
  if (Status erased = room_.papers.erase_provision(); !erased) {
    log_setup("provision", erased.error().text());
    (void)co_await dialogue_.ask_for(setup_not_erased_screen(), not_erased_shown);
  }
  log_setup("done", answers_.id);
  co_return true;
}

}  // namespace madoguchi::visit
