#pragma once
// A volunteer's badge where the resident is: in a lesson, in the queue's screens, where the card
// should be placed. Help is offered as on the welcome screen, then the visit goes on where it was.
//
// Loop thread. One for each visit.

#include "firmware/visit/ask.h"
#include "firmware/visit/help_offer.h"

namespace madoguchi::visit {

class HelpAside final : public Aside {
 public:
  /// A certificate visit looks at the reader itself, and tells a badge by Dialogue::step_aside().
  enum class Reader { free, used };
  /// Both outlive it. Of what earlier visits were about nothing is left.
  HelpAside(Desk& desk, HelpOffer& help, Reader reader);

  Task<std::optional<BadgeNumber>> comes() override;
  /// A maintainer's opens the service screen. Of a badge that means nothing now: only that it must
  /// be taken away.
  Task<Look> offer(Look look, BadgeNumber badge) override;

 private:
  Desk& desk_;
  HelpOffer& help_;
  const Reader reader_;
};

}  // namespace madoguchi::visit
