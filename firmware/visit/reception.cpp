#include "firmware/visit/reception.h"

#include <algorithm>

#include "firmware/base/asio.h"
#include "firmware/base/log.h"
#include "firmware/visit/certificate_visit.h"
#include "firmware/visit/consult_visit.h"
#include "firmware/visit/flow_reports.h"
#include "firmware/visit/help_aside.h"
#include "firmware/visit/lesson_visit.h"
#include "firmware/visit/morning_slip.h"
#include "firmware/visit/queue_visit.h"
#include "firmware/visit/recovery.h"
#include "firmware/visit/screens.h"
#include "firmware/visit/screens_consult.h"
#include "firmware/visit/service_visit.h"
#include "firmware/visit/slip.h"

namespace madoguchi::visit {

using namespace std::chrono_literals;

namespace {

constexpr auto glance = 2s;          // how soon a change of hours or faults shows
constexpr auto check_devices = 10s;  // how often idle devices are asked
constexpr auto forget_look = 60s;    // a language that nobody uses goes back to the city's
constexpr auto find_card = 1s;       // whether one lies on the reader
constexpr Timers::Duration shown_at_least = 5min;  // what became of an interrupted visit

}  // namespace

Task<void> Reception::run() {
  start_over();
  const std::optional<std::string> interrupted = interrupted_language(desk_);
  if (interrupted) {
    dialogue_.emplace(desk_, Look{*interrupted, TextSize::m});
    dialogue_->show(recovering_screen());
  }
  (void)co_await desk_.terminal.login();
  co_await look_at_devices();
  co_await resume_open_visits();
  if (aftermath_) {
    const auto card = co_await within(desk_.timers, find_card, desk_.reader.wait_for_card());
    card_lay_there_ = card && *card;
  }
  co_await archivist_.tend();
  co_await help_.tend();
  co_await queue_.tend();
  touched_ = desk_.timers.now();
  const bool first = desk_.service != nullptr && desk_.service->setup_is_due;
  if (first && desk_.service->setup_is_due()) co_await end_setup();
  for (;;) {
    if (morning_is_due(desk_) && !helped()) co_await morning();
    if (desk_.timers.now() - checked_ >= check_devices) {
      co_await look_at_devices();
      co_await resume_open_visits();
      co_await archivist_.tend();
      co_await help_.tend();
      co_await queue_.tend();
    }
    const bool concluded = co_await help_.conclude(*dialogue_, true);
    if (concluded) touched_ = desk_.timers.now();
    if (desk_.timers.now() - touched_ >= forget_look) start_over();
    tell_pulse(false);
    if (upkeep_.waits() && !helped()) co_await keep_up();
    // Not with a full storage: its last room is for what became of moved money.
    if (!desk_.faults.stands("storage")) (void)day_end_.begin();
    co_await idle();
    if (!desk_.faults.stands("storage")) co_await day_end_.run_when_due();
  }
}

/// What maintainers do with the kiosk. Whoever comes meanwhile reads that it takes a moment.
Task<void> Reception::keep_up() {
  dialogue_->show(upkeep_screen());
  co_await upkeep_.tend();
  checked_ = {};  // the devices may be in another state now
  start_over();
}

Task<void> Reception::resume_open_visits() {
  Recovered found = co_await recover(desk_);
  paper_owed_ = found.paper_owed;
  std::optional<Aftermath> news;
  for (Aftermath& each : found.aftermaths) {
    if (!said_.emplace(each.visit, each.became).second) continue;
    if (!news || each.became >= news->became) news = std::move(each);
  }
  if (!news) co_return;
  aftermath_ = std::move(news);
  const Timers::Duration window = desk_.settings.reprint_window;
  aftermath_until_ = desk_.timers.now() + (window.count() > 0 ? window : shown_at_least);
}

/// What the resident of the interrupted visit shall read now.
const Aftermath* Reception::aftermath() const {
  const bool now = aftermath_ && desk_.timers.now() < aftermath_until_;
  return now ? &*aftermath_ : nullptr;
}

Task<void> Reception::idle() {
  const Look before = dialogue_->look();
  const auto updating = desk_.update == nullptr ? std::nullopt : desk_.update->closed_for();
  if (updating) {
    co_await dialogue_->ask_for(updating_screen(*updating), glance);
  } else if (!desk_.settings.hours.open_at(desk_.timers.wall())) {
    upkeep_.now(Activity::closed);
    Screen closed = closed_screen(desk_.settings.hours);
    if (aftermath() != nullptr) reassure(closed, reassurance(*aftermath()));
    const Watch badge = [this] { return wait_for_badge(); };
    const Reply reply = co_await dialogue_->ask_for(std::move(closed), glance, badge);
    if (reply.what == Reply::What::watched && placed_) co_await offer_help(*placed_->badge);
  } else if (const auto fault = out_of_service()) {
    upkeep_.now(Activity::out_of_service);
    // A reader that was gone shows by itself that it is back; the others are asked by
    // look_at_devices().
    Watch reader_back = [this] { return wait_for_badge(); };
    if (fault->device == "reader") reader_back = [this] { return wait_for_card(); };
    Screen screen =
        out_of_service_screen(fault->device, fault->code, desk_.settings.phone, lessons());
    if (aftermath() != nullptr) reassure(screen, reassurance(*aftermath()));
    // A number needs neither card nor money; but without storage it could be given twice.
    if (queue_.possible() && fault->device != "storage") offer_queue(screen);
    const Reply reply = co_await dialogue_->ask_for(std::move(screen), glance, reader_back);
    const bool came = reply.what == Reply::What::watched && placed_ && placed_->badge;
    if (came && help_.possible() && !help_.passes_over(*placed_->badge))
      co_await offer_help(*placed_->badge);
    if (reply.is("service.lessons")) co_await learn();
    if (reply.is("service.queue")) co_await queue();
  } else {
    upkeep_.now(helped() ? Activity::help : Activity::idle);
    co_await welcome();
  }
  if (!(before == dialogue_->look())) touched_ = desk_.timers.now();
}

Task<void> Reception::welcome() {
  const Watch card_placed = [this] { return wait_for_new_card(); };
  Screen screen = welcome_screen(paper_owed_, lessons(), queue_.possible());
  if (consults()) offer_consultation(screen);
  if (queue_.now() != nullptr) mention_queue(screen, *queue_.now());
  if (aftermath() != nullptr) screen.lead = welcome_lead(*aftermath(), desk_.timers.wall());
  const auto updating = desk_.update == nullptr ? std::nullopt : desk_.update->notice();
  if (updating) screen.lead.push_back(*updating);
  const Reply reply = co_await dialogue_->ask_for(std::move(screen), glance, card_placed);
  const bool card = reply.what == Reply::What::watched && !desk_.faults.stands("reader");
  if (reply.is("service.guide")) {
    co_await guide();
  } else if (reply.is("service.lessons")) {
    co_await learn();
  } else if (reply.is("service.queue")) {
    co_await queue();
  } else if (reply.is("service.consult")) {
    co_await consult();
  } else if (card && placed_ && placed_->badge && help_.possible()) {
    co_await offer_help(*placed_->badge);
  } else if (reply.is("service.certificate") || card) {
    co_await serve();
  }
}

Task<void> Reception::guide() {
  if (desk_.update != nullptr) desk_.update->serving(true);
  const Look look = dialogue_->look();
  HelpAside aside(desk_, help_, HelpAside::Reader::free);
  Dialogue dialogue(desk_, look, help_.possible() ? &aside : nullptr);
  const Reply reply = co_await dialogue.ask_for(guide_screen(desk_.settings.hours), forget_look);
  const bool left = reply.what == Reply::What::left;
  FlowEnd end;
  end.flow = numbers::Flow::guide;
  end.outcome = left ? numbers::FlowOutcome::left : numbers::FlowOutcome::finished;
  end.ended_at = dialogue.clock().asked();
  report_flow(desk_, end, dialogue.look(), dialogue.clock().finish());
  dialogue_.emplace(desk_, dialogue.look());
  touched_ = desk_.timers.now();
  if (left) start_over();
}

bool Reception::lessons() const {
  return desk_.lessons != nullptr && !desk_.lessons->lessons.empty();
}

Task<void> Reception::learn() {
  const Upkeep::Visit visit_now(upkeep_, Activity::lesson);
  tell_pulse(true);
  const Look look = dialogue_->look();
  HelpAside aside(desk_, help_, HelpAside::Reader::free);
  Dialogue dialogue(desk_, look, help_.possible() ? &aside : nullptr);
  LessonVisit visit(desk_, dialogue);
  const LessonEnd how = co_await visit.run();
  const bool stayed = how != LessonEnd::left;
  FlowEnd end;
  end.flow = numbers::Flow::lesson;
  end.ended_at = dialogue.clock().asked();
  const std::vector<StepTime> steps = dialogue.clock().finish();
  end.outcome = lesson_outcome(steps, stayed);
  report_flow(desk_, end, dialogue.look(), steps);
  (void)co_await help_.conclude(dialogue, stayed);
  dialogue_.emplace(desk_, dialogue.look());
  touched_ = desk_.timers.now();
  if (!stayed) start_over();
}

Task<void> Reception::queue(std::optional<consult::Topic> call) {
  const Upkeep::Visit visit_now(upkeep_, Activity::queue);
  tell_pulse(true);
  const Look look = dialogue_->look();
  HelpAside aside(desk_, help_, HelpAside::Reader::free);
  Dialogue dialogue(desk_, look, help_.possible() ? &aside : nullptr);
  QueueVisit visit(desk_, dialogue, queue_);
  bool somebody_there = true;
  if (call) somebody_there = co_await visit.book_call(*call);
  if (!call) somebody_there = co_await visit.run();
  FlowEnd end;
  end.flow = numbers::Flow::queue;
  if (!visit.done()) {
    end.outcome = somebody_there ? numbers::FlowOutcome::cancelled : numbers::FlowOutcome::left;
  }
  end.ended_at = dialogue.clock().asked();
  report_flow(desk_, end, dialogue.look(), dialogue.clock().finish());
  (void)co_await help_.conclude(dialogue, somebody_there);
  checked_ = {};  // what the city is to be told is told at once
  dialogue_.emplace(desk_, dialogue.look());
  start_over();
}

bool Reception::consults() const {
  return desk_.consult != nullptr && desk_.consult->call.ready() && desk_.link.up();
}

Task<void> Reception::consult() {
  const Upkeep::Visit visit_now(upkeep_, Activity::consultation);
  tell_pulse(true);
  const Look look = dialogue_->look();
  Dialogue dialogue(desk_, look);
  bool somebody_there = true;
  bool books = false;
  std::optional<consult::Topic> about;
  {
    ConsultVisit visit(desk_, dialogue, queue_.possible());
    somebody_there = co_await visit.run();
    books = visit.wants_booking();
    about = visit.topic();
  }
  (void)dialogue.clock().finish();
  (void)co_await help_.conclude(dialogue, somebody_there);
  checked_ = {};  // what the city is to be told is told at once
  dialogue_.emplace(desk_, dialogue.look());
  if (books) co_return co_await queue(about);
  start_over();
}

Task<void> Reception::serve() {
  const Upkeep::Visit visit_now(upkeep_, Activity::certificate);
  tell_pulse(true);
  if (passed_over_) co_await help_.until_badge_taken(*dialogue_);
  passed_over_ = false;
  aftermath_.reset();
  card_lay_there_ = false;
  const Look look = dialogue_->look();
  HelpAside aside(desk_, help_, HelpAside::Reader::used);
  Dialogue dialogue(desk_, look, help_.possible() ? &aside : nullptr);
  CertificateVisit visit(desk_, dialogue);
  const Report report = co_await visit.run();
  if (!desk_.settings.report_file.empty()) {
    if (Status written = write_report(desk_.settings.report_file, report); !written)
      log_event(Event::journal_failed, {{"error", written.error().text()}});
  }
  co_await visit.clear_the_desk();
  const bool stayed = report.outcome != "left" && report.left_behind.empty();
  (void)co_await help_.conclude(dialogue, stayed);
  FlowEnd end;
  end.outcome = flow_outcome(visit.ending());
  end.ended_at = report.ended_at;
  report_flow(desk_, end, dialogue.look(), report.steps);
  checked_ = {};  // what the visit left open goes on at once
  dialogue_.emplace(desk_, dialogue.look());
  start_over();
}

/// Asks the devices how they are and keeps the fault board true.
Task<void> Reception::look_at_devices() {
  const Result<PrinterState> printer = co_await desk_.printer.state();
  if (!printer) {
    desk_.faults.raise(
        {"printer", std::string(name_of(printer.error().code)), printer.error().what});
  } else if (printer->trouble != PrinterTrouble::none) {
    desk_.faults.raise({"printer", std::string(name_of(printer->trouble)), printer->detail});
  } else {
    desk_.faults.clear("printer");
  }
  const Result<TerminalState> terminal = co_await desk_.terminal.diagnose();
  if (terminal && terminal->ready) {
    desk_.faults.clear("terminal");
  } else {
    desk_.faults.raise(
        {"terminal", "not_ready", terminal ? terminal->detail : terminal.error().what});
    (void)co_await desk_.terminal.login();
  }
  co_await look_at_receipt_printer(desk_);
  checked_ = desk_.timers.now();
}

Task<void> Reception::wait_for_card() {
  const Result<CardInField> card = co_await desk_.reader.wait_for_card();
  placed_.reset();
  if (card) {
    desk_.faults.clear("reader");
    placed_ = *card;
    co_return;
  }
  // Cancelled means that something else ended the wait, such as a press: the reader is well.
  if (card.error().code == Errc::cancelled) co_return;
  desk_.faults.raise({"reader", std::string(name_of(card.error().code)), card.error().what});
  co_await desk_.timers.sleep(glance);
}

/// A card that was left on the reader would begin a visit before anybody has read what became of
/// the last one; and a badge that means nothing now is passed over until it has been taken away.
Task<void> Reception::wait_for_new_card() {
  for (;;) {
    const bool lies_there = passed_over_ || (aftermath() != nullptr && card_lay_there_);
    if (lies_there) (void)co_await desk_.reader.wait_for_removal();
    passed_over_ = card_lay_there_ = false;
    co_await wait_for_card();
    passed_over_ =
        help_.possible() && placed_ && placed_->badge && help_.passes_over(*placed_->badge);
    if (!passed_over_) co_return;
  }
}

/// For a kiosk that serves nobody now: a maintainer comes all the same. A card means nothing.
Task<void> Reception::wait_for_badge() {
  placed_.reset();
  while (!help_.possible()) co_await desk_.timers.sleep(1h);
  for (;;) {
    const Result<CardInField> card = co_await desk_.reader.wait_for_card();
    if (!card) {
      co_await desk_.timers.sleep(glance);
      continue;
    }
    if (card->badge && !help_.passes_over(*card->badge)) {
      placed_ = *card;
      co_return;
    }
    (void)co_await desk_.reader.wait_for_removal();
  }
}

/// The first start is not over before somebody has seen what works.
Task<void> Reception::end_setup() {
  const Upkeep::Visit visit_now(upkeep_, Activity::setup);
  const Look look = dialogue_->look();
  Dialogue dialogue(desk_, look);
  ServiceVisit visit(desk_, dialogue);
  co_await visit.end_setup();
  checked_ = {};
  start_over();
}

Task<void> Reception::morning() {
  const Upkeep::Visit visit_now(upkeep_, Activity::setup);
  const Look look{desk_.settings.language, TextSize::m};
  Dialogue dialogue(desk_, look);
  co_await give_morning_slip(desk_, dialogue);
  checked_ = {};
  start_over();
}

Task<void> Reception::offer_help(BadgeNumber badge) {
  const Upkeep::Visit visit_now(upkeep_, Activity::help);
  tell_pulse(true);
  const Look before = dialogue_->look();
  HelpAside aside(desk_, help_, HelpAside::Reader::used);
  const Look after = co_await aside.offer(before, std::move(badge));
  dialogue_.emplace(desk_, after);
  touched_ = desk_.timers.now();
}

void Reception::tell_pulse(bool somebody_there) {
  // Who has paid and waits for the paper comes back.
  if (desk_.update != nullptr) desk_.update->serving(somebody_there || helped() || paper_owed_);
  if (desk_.companion == nullptr) return;
  desk::Pulse pulse;
  for (const Fault& fault : desk_.faults.standing()) pulse.faults.push_back(fault.device);
  pulse.serving = somebody_there || helped();
  desk_.companion->pulse(std::move(pulse));
}

bool Reception::helped() const { return desk_.companion != nullptr && desk_.companion->running(); }

/// The fault that keeps the kiosk from serving, or nothing.
std::optional<Fault> Reception::out_of_service() const {
  const std::vector<Fault> standing = desk_.faults.standing();
  for (const char* device : {"storage", "reader", "printer", "terminal"}) {
    const auto found = std::ranges::find(standing, device, &Fault::device);
    if (found != standing.end()) return *found;
  }
  if (!desk_.link.up()) return Fault{"link", "down", {}};
  return std::nullopt;
}

void Reception::start_over() {
  // Who is being helped has not gone away.
  Look look{desk_.settings.language, TextSize::m};
  if (helped()) look = dialogue_->look();
  dialogue_.emplace(desk_, std::move(look));
  touched_ = desk_.timers.now();
}

}  // namespace madoguchi::visit
