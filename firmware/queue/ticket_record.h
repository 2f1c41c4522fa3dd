#pragma once
// A ticket as it stands in the journal, and what the city is still to be told of it. A ticket is
// written before anybody is asked and before anything is printed, so that whatever the power does
//   - no number is on two papers: an offline number is durable before it is said,
//   - no number on paper is unknown to the city for good, and
//   - no number is called that nobody holds.
// Pure.

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "firmware/message/queue_api.h"

namespace madoguchi::queue {

struct TicketRecord {
  Topic topic = Topic::help;
  std::string language;
  std::int64_t taken_at = 0;           ///< seconds since 1970
  std::string number;                  ///< of the kiosk's own series; empty: the city is asked
  std::string key;                     ///< Idempotency-Key of what the city is to be told
  std::optional<std::string> booking;  ///< code of a booking
};
MADOGUCHI_DESCRIBE(TicketRecord, topic, language, taken_at, number, key, booking)

/// What the city is still to be told of a ticket whose visit has not ended.
enum class Duty {
  withdraw,  ///< it was asked and nobody saw its answer: nobody holds the ticket
  report,    ///< somebody holds this number on paper
};
Duty duty_of(const TicketRecord& record);
TicketReport report_of(const TicketRecord& record);

/// "K3-004" of series "K3" and count 4. Counts go from 1 to 999 and begin anew; over midnight they
/// go on, so that a clock that was set wrong gives no number twice.
std::string offline_number(std::string_view series, int count);
/// The count of such a number; nothing: it is none of this series.
std::optional<int> count_in(std::string_view series, std::string_view number);
int count_after(int count);

/// Whether tickets of the topic are given at this time of the city's clock, for a kiosk that cannot
/// ask. `weekday`: 0 is Sunday; `minute` of the day.
bool given_offline(const TopicNow& topic, int weekday, int minute);

}  // namespace madoguchi::queue
