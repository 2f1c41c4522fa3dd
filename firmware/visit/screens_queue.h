#pragma once
// The screens and slips of tickets and bookings. Pure functions; every word is a key of ui/strings.

#include <optional>
#include <string>
#include <vector>

#include "firmware/message/queue_api.h"
#include "firmware/message/screen.h"
#include "firmware/message/slip.h"
#include "firmware/visit/service_hours.h"
#include "firmware/visit/slip.h"

namespace madoguchi::visit {

/// Adds to the welcome screen which numbers were called last and the crowding lamp.
void mention_queue(Screen& welcome, const queue::Status& status);
/// A way to tickets where the kiosk serves nothing else now.
void offer_queue(Screen& out_of_service);

/// `now`: nothing when the city cannot be asked; then there are tickets only.
Screen queue_screen(const queue::Status* now);
Screen queue_topics_screen(const std::vector<queue::TopicNow>& topics);
Screen queue_closed_screen();
Screen queue_asking_screen();

/// A number and what is known of the wait.
struct NumberSaid {
  std::string number;
  bool offline = false;  ///< the city does not know of it yet
  bool booked = false;
  std::optional<std::int32_t> ahead;
  std::optional<std::int32_t> wait_min;
};
/// `follow_url`: shown as a QR code; empty: none.
Screen queue_number_screen(const NumberSaid& said, const std::string& follow_url, SlipGiven slip);
Slip number_slip(const NumberSaid& said, std::optional<queue::Topic> topic,
                 const std::string& follow_url, const std::tm& local, const std::string& language);

/// What can be booked, as what it is about: "topic.help", "course.fraud".
std::string subject_of(const queue::Slot& slot);
Screen queue_subjects_screen(const std::vector<queue::Slot>& slots);
/// Eight at a time; page 0 is the first.
inline constexpr std::size_t slots_of_page = 8;
Screen queue_slots_screen(const std::vector<queue::Slot>& slots, std::size_t page,
                          const ServiceHours& hours);
Screen queue_review_screen(const queue::Slot& slot, const ServiceHours& hours);
Screen queue_booked_screen(const queue::Booking& booking, SlipGiven slip,
                           const ServiceHours& hours);
Slip booking_slip(const queue::Booking& booking, const ServiceHours& hours,
                  const std::string& language);

/// Asks for the card that shall stand for the booking's code.
Screen queue_tie_screen();
/// Whether it does. If not, the number is still good.
Screen queue_tied_screen(const queue::Booking& booking, bool tied);

/// Asks for a booking: held before the code reader, typed, or, where `cards`, by the card.
Screen queue_scan_screen(bool has_reader, bool cards);
Screen queue_code_screen(const std::string& typed);
Screen queue_class_screen(const queue::Booking& booking, const ServiceHours& hours);
Screen queue_cancel_screen(const queue::Booking& booking, const ServiceHours& hours);
Screen queue_cancelled_screen();

/// Why it cannot be.
enum class QueueNo {
  no_answer,
  full,
  none_free,
  unknown_code,
  unknown_card,
  too_early,
  too_late,
  not_written
};
Screen queue_no_screen(QueueNo why);

}  // namespace madoguchi::visit
