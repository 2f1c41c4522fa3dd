#include "tests/visit/rig.h"

#include <CppUTest/TestHarness.h>

#include "firmware/base/file.h"
#include "firmware/visit/reception.h"
#include "firmware/visit/recovery.h"
#include "tools/emulators/card/card_state.h"

namespace madoguchi::test {

using namespace std::chrono_literals;

namespace {

/// One card of each name for all tests of the program: making its keys takes a second.
std::unique_ptr<emulator::CardModel> card_with_three_tries(const std::string& name) {
  static const OwnFolder folder;
  emulator::CardOptions options;
  options.state_dir = folder.path(name);
  options.pin = "1234";
  options.tries = 3;
  auto card = emulator::open_card(options);
  if (!card) FAIL(card.error().text().c_str());
  return std::move(*card);
}

}  // namespace

Rig::Rig()
    : timers(std::chrono::sys_days(std::chrono::year(2026) / 11 / 20) + 3h),
      card(card_with_three_tries("hers")),
      reader(*card),
      terminal(timers),
      printer(timers),
      gateway(timers),
      seal_key(gateway.seal_key()) {
  settings.kiosk_id = "kiosk-001";
  settings.sale_id = "KIOSK-001";
  auto opened = Journal::open(folder_.path("journal.sqlite"), timers);
  if (!opened) FAIL(opened.error().text().c_str());
  journal = std::move(*opened);
}

Rig::~Rig() = default;

visit::Desk Rig::desk() {
  visit::Front& stage = companion ? static_cast<visit::Front&>(*companion) : front;
  return {timers,          stage,   gateway,  reader,      terminal,        printer,
          *journal,        faults,  seal_key, settings,    receipt_printer, typesetter,
          companion.get(), lessons, sheets,   code_reader, consult,         service};
}

void Rig::offer_help() { companion = std::make_unique<visit::Companion>(front, gateway, timers); }

void Rig::run(Task<void> task) {
  Resident nobody;
  drive(std::move(task), nobody, [] { return false; });
}

void Rig::run_with(Resident resident, Task<void> task) {
  drive(std::move(task), resident, [] { return false; });
}

void Rig::drive(Task<void> task, Resident& resident, std::function<bool()> ended) {
  asio::io_context loop;
  bool done = false;
  std::exception_ptr thrown;
  asio::co_spawn(loop, std::move(task), [&](std::exception_ptr error) {
    thrown = error;
    done = true;
  });
  if (companion) asio::co_spawn(loop, companion->run(), asio::detached);
  const auto limit = timers.now() + 1h;
  while (!done && !ended()) {
    loop.restart();
    if (loop.poll() > 0) {
      if (cut && cut()) return;
      continue;
    }
    if (!hand_.act(resident, front, reader).empty()) continue;
    Timers::Duration due{};
    if (!timers.next_due(due) || timers.now() > limit) {
      FAIL(("this does not end; the screen is " + front.now.name).c_str());
    }
    timers.advance(due);
  }
  if (thrown) std::rethrow_exception(thrown);
}

visit::Report Rig::play(Resident resident) {
  visit::Report report;
  visit::Desk kiosk = desk();
  visit::Dialogue dialogue(kiosk, {});
  visit::CertificateVisit visit(kiosk, dialogue);
  const auto task = [&]() -> Task<void> {
    report = co_await visit.run();
    co_await visit.clear_the_desk();
  };
  drive(task(), resident, [] { return false; });
  return report;
}

void Rig::play_at_reception(Resident resident, std::function<bool()> ended) {
  visit::Desk kiosk = desk();
  visit::Reception reception(kiosk);
  drive(reception.run(), resident, std::move(ended));
}

bool Rig::play_until_append(Resident resident, int n) {
  const int before = journal_appends();
  bool cut_off = false;
  cut = [&] { return cut_off = journal_appends() - before >= n; };
  play(std::move(resident));
  cut = {};
  return cut_off;
}

void Rig::restart_and_recover() {
  restart();
  recover();
}

void Rig::restart() {
  journal.reset();
  auto opened = Journal::open(folder_.path("journal.sqlite"), timers);
  if (!opened) FAIL(opened.error().text().c_str());
  journal = std::move(*opened);
  reader.inserted = false;
}

void Rig::change_card() {
  reader.pull();
  card = card_with_three_tries("his");
  reader.lay_out(*card);
}

bool Rig::recover() {
  visit::Desk kiosk = desk();
  const auto task = [&]() -> Task<void> { recovered = co_await visit::recover(kiosk); };
  run(task());
  return recovered.paper_owed;
}

int Rig::journal_appends() const {
  int count = 0;
  const auto visits = journal->visits();
  for (const std::string& visit : *visits)
    count += static_cast<int>(journal->entries(visit)->size());
  return count;
}

std::string Rig::journal_text() const {
  std::string text;
  for (const char* suffix : {"", "-wal"}) {
    auto content = read_file(folder_.path("journal.sqlite") + suffix);
    if (content) text += as_text(*content);
  }
  return text;
}

}  // namespace madoguchi::test
