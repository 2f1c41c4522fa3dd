#pragma once
// The waiting room for everybody's eyes, on the public listener, in Japanese and English:
//   GET /queue            numbers called last, the crowding lamp, who waits for what: for a screen
//                         on the wall and for the phone at home
//   GET /queue/<ticket>   one ticket, by the UUID in the slip's QR code: how many are before it
//   GET /queue/<booking>  one booking, by its UUID: what for, when, where, its number
//   GET /queue/<booking>.ics  for the resident's calendar, which reminds by itself
//   ?part                 only what changes, which the page's own script fetches and puts in place
// The script also chimes and speaks (speechSynthesis) once somebody switched that on, as browsers
// demand. Without scripts the page reloads itself. Nothing here names anybody.
//
// Loop thread only.

#include <string>
#include <string_view>

#include "tools/gateway/http_message.h"
#include "tools/gateway/queue/bookings.h"

namespace madoguchi::gateway {

class QueuePage {
 public:
  /// Both outlive the page.
  QueuePage(WaitingRoom& room, Bookings& bookings, std::string city);

  /// Whether the target is one of this page's.
  static bool takes(std::string_view target);
  Task<Answer> handle(Request request);

 private:
  Result<std::string> board();
  Result<std::string> one_ticket(const Ticket& ticket);
  /// A ticket's or a booking's.
  Result<std::string> one(const std::string& id);
  [[nodiscard]] std::string one_booking(const std::string& id, const queue::Booking& booking) const;
  Answer calendar(const std::string& id);
  [[nodiscard]] Answer page(int status, std::string_view title, const std::string& content,
                            bool part) const;

  WaitingRoom& room_;
  Bookings& bookings_;
  std::string city_;
  std::string policy_;  ///< Content-Security-Policy
};

}  // namespace madoguchi::gateway
