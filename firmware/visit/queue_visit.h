#pragma once
// Tickets and bookings: take a number, book, check in, cancel. Nothing here costs anything or names
// anybody. Without the city there are still numbers, of the kiosk's own series.

#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "firmware/visit/ask.h"
#include "firmware/visit/gateway.h"
#include "firmware/visit/queue_board.h"
#include "firmware/visit/screens_queue.h"

namespace madoguchi::visit {

class QueueVisit {
 public:
  QueueVisit(Desk& desk, Dialogue& dialogue, QueueBoard& board)
      : desk_(desk), dialogue_(dialogue), board_(board), gateway_(desk.link, "") {}

  /// From the first choice until the resident is done or has walked away. True: somebody is still
  /// there, as far as is known.
  Task<bool> run();
  /// A time for a call by video about this, from the free times to the slip. As run().
  Task<bool> book_call(consult::Topic about);
  /// Whether the resident has got what they came for.
  [[nodiscard]] bool done() const { return done_; }

 private:
  Task<void> ticket();
  Task<void> book();
  Task<void> check_in();
  Task<void> cancel();

  Task<void> give_number(queue::Topic topic);
  /// Nothing: no number could be made durable.
  Task<std::optional<std::string>> offline_number(std::string ticket, queue::TicketRecord record);
  Task<void> say_number(NumberSaid said, std::optional<queue::Topic> topic, std::string ticket);
  Task<std::optional<std::vector<queue::Slot>>> free_slots(std::optional<consult::Topic> call);
  Task<std::optional<std::vector<queue::Slot>>> choose_subject();
  Task<void> book_one(std::vector<queue::Slot> slots);
  Task<std::optional<queue::Slot>> choose_slot(std::vector<queue::Slot> slots);
  Task<void> make_booking(queue::Slot slot);
  Task<void> tie_card(queue::Booking booking);
  /// The eight digits; nothing: back, or nobody is there.
  Task<std::optional<std::string>> ask_code();
  Task<void> check_in_with(std::string code);
  Task<void> check_in_alone(std::string code);
  Task<void> refuse(QueueNo why);
  Task<void> refuse(const GatewayFailure& failure);
  /// The next answer; false when nobody is there any more.
  Task<bool> ask(Screen screen, Watch watch = {});
  [[nodiscard]] bool online() const { return desk_.link.up() && board_.now() != nullptr; }
  [[nodiscard]] std::int64_t now_s() const;

  Desk& desk_;
  Dialogue& dialogue_;
  QueueBoard& board_;
  Gateway gateway_;
  std::string pressed_;  ///< what ask() was answered
  bool left_ = false;    ///< nobody is there any more
  bool done_ = false;    ///< the resident has what they came for
};

}  // namespace madoguchi::visit
