#pragma once
// What the kiosk knows of the waiting room: the city's last word, kept on the disk for when it
// cannot be asked, and the kiosk's own series of numbers. One for each kiosk.
//
// Loop thread.

#include <chrono>
#include <optional>
#include <string>
#include <vector>

#include "firmware/queue/ticket_record.h"
#include "firmware/visit/desk.h"

namespace madoguchi::visit {

class QueueBoard {
 public:
  /// Nothing below happens unless Settings::queue says so.
  explicit QueueBoard(Desk& desk) : desk_(desk) {}

  /// Whether the city has a waiting room, as far as is known.
  [[nodiscard]] bool possible() const { return status_.has_value(); }
  /// The city's last word, if it is not older than a minute.
  [[nodiscard]] const queue::Status* now() const;
  /// What tickets are given for now; by the clock when the city's word is old.
  [[nodiscard]] std::vector<queue::TopicNow> offered() const;
  /// Where a ticket is followed at home; empty: nowhere.
  [[nodiscard]] std::string follow_url(const std::string& ticket) const;
  /// A number that no other paper has. Errors: not_found (this kiosk has no series yet), io.
  Result<std::string> next_offline_number();

  /// Asks the city how it is, now and then. To be called while nobody is there.
  Task<void> tend();
  /// The next tend() asks, whenever it was asked last.
  void look_soon() { ask_at_ = {}; }

 private:
  void read_file_once();
  void keep_on_disk(const queue::Status& status);
  Task<void> ask();

  Desk& desk_;
  std::optional<queue::Status> status_;
  bool file_read_ = false;
  std::optional<Timers::Monotonic> heard_at_;
  Timers::Monotonic ask_at_{};
  std::optional<int> last_count_;  ///< of the series; nothing: the journal was not asked yet
};

}  // namespace madoguchi::visit
