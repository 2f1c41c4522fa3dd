#include "firmware/visit/help_aside.h"

#include "firmware/base/asio.h"
#include "firmware/visit/flow_reports.h"
#include "firmware/visit/help_records.h"
#include "firmware/visit/service_visit.h"

namespace madoguchi::visit {

using namespace std::chrono_literals;

namespace {

constexpr auto reader_again = 2s;  // after it has failed; Reception says so when the visit is over

}  // namespace

HelpAside::HelpAside(Desk& desk, HelpOffer& help, Reader reader)
    : desk_(desk), help_(help), reader_(reader) {
  const bool runs = desk_.companion != nullptr && desk_.companion->running();
  if (!runs) note_topic(desk_, desk::HelpTopic::other);
}

/// A card means nothing where none is asked for.
Task<std::optional<BadgeNumber>> HelpAside::comes() {
  while (reader_ == Reader::used) co_await desk_.timers.sleep(1h);
  for (;;) {
    const Result<CardInField> card = co_await desk_.reader.wait_for_card();
    if (!card) {
      co_await desk_.timers.sleep(reader_again);
      continue;
    }
    if (card->badge && !help_.passes_over(*card->badge)) co_return *card->badge;
    (void)co_await desk_.reader.wait_for_removal();
  }
}

Task<Look> HelpAside::offer(Look look, BadgeNumber badge) {
  Dialogue dialogue(desk_, std::move(look));
  if (help_.passes_over(badge)) {
    co_await help_.until_badge_taken(dialogue);
    co_return dialogue.look();
  }
  const FlowEnd end = co_await help_.make(dialogue, std::move(badge));
  if (help_.take_maintainer()) {
    ServiceVisit service(desk_, dialogue);
    (void)co_await service.run();
    co_return dialogue.look();
  }
  report_flow(desk_, end, dialogue.look(), dialogue.clock().finish());
  co_return dialogue.look();
}

}  // namespace madoguchi::visit
