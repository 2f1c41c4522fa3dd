#include "tests/campaign/kiosk.h"

#include <algorithm>

#include "firmware/visit/recovery.h"
#include "tests/campaign/town.h"

namespace madoguchi::campaign {

using namespace std::chrono_literals;

namespace {

/// The sum on the review screen: what the resident agrees to by pressing "pay".
std::int64_t total_of(const Screen& screen) {
  const auto* review = std::get_if<Review>(&screen.body);
  if (review == nullptr) return 0;
  const auto yen = review->total.args.find("yen");
  return yen == review->total.args.end() ? 0 : std::stoll(yen->second);
}

/// Whether the screen tells the name of somebody of another household.
bool names_a_stranger(const Screen& screen, const Citizen& reader) {
  if (screen.name != "options" && screen.name != "review") return false;
  const std::string text = as_text(encode(screen, Dialect::json));
  const std::string before = "町民　";
  for (std::size_t at = text.find(before); at != std::string::npos; at = text.find(before, at)) {
    at += before.size();
    std::size_t end = at;
    while (end < text.size() && text[end] != '"' && text[end] != '\\') ++end;
    const std::string id = text.substr(at, end - at);
    const auto& own = reader.household;
    if (std::find(own.begin(), own.end(), id) == own.end() && id != reader.id) return true;
  }
  return false;
}

}  // namespace

struct Kiosk::Sitting {
  Sitting(Kiosk& kiosk, std::size_t the_citizen, Plan the_plan)
      : citizen(the_citizen), plan(std::move(the_plan)), desk(kiosk.desk_with(front)) {}

  std::size_t citizen;
  Plan plan;
  test::ScriptedFront front;
  test::Hand hand;
  visit::Desk desk;
  visit::Dialogue dialogue{desk, {}};
  visit::CertificateVisit visit{desk, dialogue};
  visit::Report report;
};

Kiosk::Kiosk(Town& town, int number, int stays)
    : town_(town),
      number_(number),
      name_("kiosk-" + std::to_string(number)),
      stays_left_(stays),
      dice_({town.seed, 2, static_cast<std::uint64_t>(number)}),
      reader_(town.card(0)),
      terminal_(town.timers),
      printer_(town.timers),
      line_(town.wires(), number) {
  settings_.kiosk_id = name_;
  settings_.sale_id = "SALE-" + std::to_string(number);
  journal_ = open_journal();
  until_ = now() + std::chrono::milliseconds(dice_.number(0, 20'000));
}

Kiosk::~Kiosk() { loop_.reset(); }

std::unique_ptr<Journal> Kiosk::open_journal() const {
  // Towns are many, and no storage fills up here.
  JournalOptions options;
  options.reserve_bytes = 64 << 10;
  return must(Journal::open(town_.file(name_ + ".sqlite"), town_.timers, std::move(options)));
}

Timers::Monotonic Kiosk::now() const { return town_.timers.now(); }

visit::Desk Kiosk::desk_with(test::ScriptedFront& front) {
  return {town_.timers, front,     line_,
          reader_,      terminal_, printer_,
          *journal_,    faults_,   town_.city().seal_key(),
          settings_};
}

std::optional<Timers::Monotonic> Kiosk::due() const {
  const bool waits = stage_ == Stage::resting || stage_ == Stage::dark;
  return waits ? std::optional(until_) : std::nullopt;
}

std::string Kiosk::doing() const {
  const char* stages[] = {"resting", "serving", "dark", "recovering", "closed"};
  std::string text = name_ + " " + stages[static_cast<int>(stage_)];
  return sitting_ ? text + " " + stay_.resident + " at " + sitting_->front.now.name : text;
}

bool Kiosk::turn() {
  switch (stage_) {
    case Stage::resting:
      if (now() < until_) return false;
      begin_stay();
      return true;
    case Stage::serving:
      return serve();
    case Stage::dark:
      if (now() < until_) return false;
      power_up();
      return true;
    case Stage::recovering:
      return recovering();
    case Stage::closed:
      return false;
  }
  return false;
}

void Kiosk::start(Task<void> task) {
  done_ = false;
  loop_ = std::make_unique<asio::io_context>(1);
  asio::co_spawn(*loop_, std::move(task), [this](std::exception_ptr error) {
    if (error) std::rethrow_exception(error);
    done_ = true;
  });
}

/// One handler of the loop. False when none is ready.
bool Kiosk::step() {
  loop_->restart();
  return loop_->poll_one() > 0;
}

void Kiosk::begin_stay() {
  if (stays_left_ == 0) {
    stage_ = Stage::closed;
    return;
  }
  // Somebody whose visit was cut short often comes back at once.
  const std::string again = dice_.chance(0.5) ? stay_.resident : "";
  const auto citizen = town_.somebody(dice_, again);
  if (!citizen) {
    until_ = now() + 2s;
    return;
  }
  --stays_left_;
  stay_ = {};
  stay_.number = town_.arrive();
  stay_.kiosk = name_;
  stay_.resident = town_.citizen(*citizen).id;
  Plan plan =
      draw_plan(town_.citizen(*citizen), {town_.seed, 3, static_cast<std::uint64_t>(number_),
                                          static_cast<std::uint64_t>(stays_left_)});
  stay_.wish = plan.wish;
  for (const std::string& trouble : plan.troubles) ++town_.troubles[trouble];
  break_things(plan);
  reader_.lay_out(town_.card(*citizen));
  sitting_ = std::make_unique<Sitting>(*this, *citizen, std::move(plan));
  Sitting& here = *sitting_;
  here.front.on_show = [this](const Screen& screen) { watch(screen); };
  const auto visit = [](Sitting& sitting) -> Task<void> {
    sitting.report = co_await sitting.visit.run();
    co_await sitting.visit.clear_the_desk();
  };
  cut_in_ = -1;
  stage_ = Stage::serving;
  start(visit(here));
}

void Kiosk::break_things(const Plan& plan) {
  reader_.pull_after = plan.pull_after_apdus;
  terminal_.mode = plan.terminal;
  terminal_.lose_reversal_reply = plan.lose_reversal_reply;
  terminal_.refuse_reversal = plan.refuse_reversal;
  terminal_.status_dead = plan.status_dead;
  terminal_.statuses_in_progress = plan.statuses_in_progress;
  printer_.idle_trouble = plan.idle_trouble;
  printer_.job_trouble = plan.job_trouble;
  printer_.trouble_clears = plan.trouble_clears;
  printer_.refuse_job = plan.refuse_job;
  printer_.lose_reply = plan.lose_reply;
  printer_.lose_request = plan.lose_request;
  printer_.abort_job = plan.abort_job;
  printer_.vanish = plan.vanish;
  printer_.refuse_validate = plan.refuse_validate;
}

void Kiosk::watch(const Screen& screen) {
  const Citizen& reader = town_.citizen(sitting_->citizen);
  if (names_a_stranger(screen, reader)) ++stay_.strangers;
  if (screen.name == "take_up") ++town_.troubles["owed paper taken up"];
  if (cut_in_ < 0 && screen.name == sitting_->plan.cut_at) cut_in_ = sitting_->plan.cut_after;
}

bool Kiosk::serve() {
  if (done_) {
    ++town_.endings[sitting_->report.outcome];
    end_stay();
    rest();
    return true;
  }
  if (cut_in_ == 0) {
    cut_power();
    return true;
  }
  if (step()) {
    if (cut_in_ > 0) --cut_in_;
    return true;
  }
  Sitting& here = *sitting_;
  const std::string action = here.hand.act(here.plan.resident, here.front, reader_);
  if (action == "pay") stay_.agreed_yen = total_of(here.front.now);
  return !action.empty();
}

void Kiosk::end_stay() {
  const auto visits = must(journal_->visits());
  if (!visits.empty() && visits.back() != last_visit_) {
    last_visit_ = visits.back();
    stay_.visit = last_visit_;
  }
  note_whose(stay_.number);
  town_.left(stay_);
  town_.leaves(sitting_->citizen);
  loop_.reset();
  sitting_.reset();
  reader_.pull();
}

/// Whatever was sold or handed to the printer since the last time was so for this stay.
void Kiosk::note_whose(int stay) {
  paper_for_.resize(printer_.jobs.size(), stay);
  for (const auto& [id, sale] : terminal_.sales()) sale_for_.try_emplace(id, stay);
}

void Kiosk::rest() {
  until_ = now() + std::chrono::milliseconds(dice_.number(1'000, 90'000));
  if (dice_.chance(0.3)) {
    start_recovery();
  } else {
    stage_ = Stage::resting;
  }
}

void Kiosk::cut_power() {
  loop_.reset();
  cut_in_ = -1;
  stage_ = Stage::dark;
  if (!sitting_) {  // in the middle of recovery
    until_ = now() + 30s;
    ++town_.troubles["power cut in recovery"];
    return;
  }
  const Plan plan = std::move(sitting_->plan);
  until_ = now() + std::chrono::seconds(plan.dark_s);
  ++town_.troubles["power cut at " + plan.cut_at];
  ++town_.endings["power cut"];
  if (plan.taps_in_the_dark) terminal_.tap_after_power_cut();
  terminal_.nobody_taps();
  if (plan.prints_in_the_dark) {
    for (auto& job : printer_.jobs) {
      if (job.state == JobState::processing) job.state = JobState::completed;
    }
  }
  end_stay();
}

void Kiosk::power_up() {
  journal_.reset();
  journal_ = open_journal();
  reader_.inserted = false;
  start_recovery();
}

void Kiosk::start_recovery() {
  stage_ = Stage::recovering;
  if (dice_.chance(0.05)) cut_in_ = dice_.number(0, 25);
  desk_.emplace(desk_with(front_));
  const auto once = [](visit::Desk& desk) -> Task<void> { (void)co_await visit::recover(desk); };
  start(once(*desk_));
}

bool Kiosk::recovering() {
  if (done_) {
    note_whose(0);
    loop_.reset();
    cut_in_ = -1;
    stage_ = stays_left_ > 0 ? Stage::resting : Stage::closed;
    return true;
  }
  if (cut_in_ == 0) {
    note_whose(0);
    cut_power();
    return true;
  }
  const bool stepped = step();
  if (stepped && cut_in_ > 0) --cut_in_;
  return stepped;
}

void Kiosk::mend() {
  break_things({});
  start_recovery();
  cut_in_ = -1;
}

void Kiosk::tell(Books& books) const {
  for (std::size_t i = 0; i < printer_.jobs.size(); ++i) {
    const auto& job = printer_.jobs[i];
    books.papers.push_back({name_, paper_for_[i], job.name, written_on(job.pdf, "whose"),
                            written_on(job.pdf, "wish"), job.state == JobState::completed});
  }
  for (const auto& [id, sale] : terminal_.sales())
    books.sales.push_back(
        {name_, sale_for_.at(id), sale.transaction, sale.reversed ? 0 : sale.booked});
  const auto open = must(journal_->open_visits());
  for (const std::string& visit : must(journal_->visits())) {
    Entry entry{name_, visit, "", false, false};
    entry.open = std::find(open.begin(), open.end(), visit) != open.end();
    for (const JournalEntry& each : must(journal_->entries(visit))) {
      if (each.kind == visit::entry::ticket) entry.ticket = true;
      if (each.kind != visit::entry::document) continue;
      entry.document =
          must(decode<visit::DocumentRecord>(as_bytes(each.body), Dialect::json)).document;
    }
    books.journal.push_back(std::move(entry));
  }
}

}  // namespace madoguchi::campaign
