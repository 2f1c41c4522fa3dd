#include "firmware/visit/journal_wait.h"

#include "firmware/base/log.h"
#include "firmware/visit/ask.h"
#include "firmware/visit/screens.h"

namespace madoguchi::visit {

using namespace std::chrono_literals;

namespace {

constexpr auto pause_between_tries = 10s;

}  // namespace

Task<std::unique_ptr<Journal>> wait_for_journal(Pane pane, FaultBoard& faults,
                                                const OpenJournal& open) {
  for (bool shown = false;; shown = true) {
    Result<std::unique_ptr<Journal>> journal = open();
    if (journal) {
      faults.clear("storage");
      co_return std::move(*journal);
    }
    log_event(Event::journal_failed, {{"error", journal.error().text()}});
    faults.raise({"storage", std::string(name_of(journal.error().code)), journal.error().what});
    if (!shown) {
      const std::string code(name_of(journal.error().code));
      Screen screen = out_of_service_screen("storage", code, pane.settings.phone);
      dress(screen, Look{});
      pane.front.show(screen);
    }
    co_await pane.timers.sleep(pause_between_tries);
  }
}

}  // namespace madoguchi::visit
