#pragma once
// A volunteer's badge on the reader: the city is asked whether it counts, the resident is asked
// whether to be helped, and one press of theirs begins a session (adr/0013). When it is over, the
// resident says how it was, and an anonymous record stays. One for each kiosk.
//
// Loop thread, between visits.

#include <optional>
#include <utility>
#include <variant>

#include "firmware/help/badge_book.h"
#include "firmware/visit/ask.h"
#include "firmware/visit/companion.h"
#include "firmware/visit/flow_reports.h"

namespace madoguchi::visit {

class HelpOffer {
 public:
  /// Needs Desk::companion for everything below; without one no badge means anything.
  explicit HelpOffer(Desk& desk) : desk_(desk) {}

  [[nodiscard]] bool possible() const { return desk_.companion != nullptr; }
  /// Whether the badge means nothing now: a session runs already, or its own offer ended a moment
  /// ago.
  [[nodiscard]] bool passes_over(const BadgeNumber& badge) const;
  /// From the tap until the badge is off the reader again. What came of the offer; finished: a
  /// session runs.
  Task<FlowEnd> make(Dialogue& dialogue, BadgeNumber badge);
  /// Whether the badge of the last make() was a maintainer's; asked once. Nobody is helped then.
  [[nodiscard]] bool take_maintainer() { return std::exchange(maintainer_, false); }
  /// Nobody goes on while a badge lies where a card should.
  Task<void> until_badge_taken(Dialogue& dialogue);
  /// Sees a session that is over to its end; `somebody_there` may be asked how it was. False: none
  /// is.
  Task<bool> conclude(Dialogue& dialogue, bool somebody_there);
  /// Keeps the list of badges for when the city cannot be asked. To be called while nobody is
  /// there.
  Task<void> tend();

  static constexpr std::chrono::seconds bounce{3};
  static constexpr std::chrono::seconds consent_patience{60};
  static constexpr std::chrono::seconds rating_patience{20};

 private:
  enum class No { refused, unchecked };
  using Checked = std::variant<desk::HelpGranted, No>;

  Task<numbers::FlowOutcome> offer(Dialogue& dialogue, std::string session, Bytes badge_sha256);
  Task<Checked> check(std::string session, Bytes badge_sha256);
  Task<desk::HelpOutcome> ask_resident(Dialogue& dialogue, desk::HelpGranted granted);
  void begin(std::string session, const desk::HelpGranted& granted);
  void read_book();
  Task<void> fetch_book();
  [[nodiscard]] std::int64_t now_s() const;

  Desk& desk_;
  bool maintainer_ = false;
  std::optional<BadgeNumber> last_;  ///< whose offer ended last
  Timers::Monotonic ended_{};
  help::BadgeBook book_;
  bool book_read_ = false;  ///< from the disk
  Timers::Monotonic fetch_at_{};
};

}  // namespace madoguchi::visit
