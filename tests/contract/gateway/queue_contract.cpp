// Tickets and bookings at the real gateway: keys, repeats, a power cut, what the log must not hold.
#include <algorithm>
#include <ctime>

#include <CppUTest/TestHarness.h>

#include "firmware/base/file.h"
#include "firmware/message/queue_api.h"
#include "tests/contract/gateway/gateway_process.h"

using namespace madoguchi;
using namespace madoguchi::gateway;

namespace {

constexpr const char* tickets = "/v1/queue/tickets";
constexpr const char* file = R"toml(
[[topic]]
topic = "help"
letter = "A"
hours = "00:00-24:00"
[[desk]]
desk = "1"
topics = ["help"]
[[slot]]
topic = "help"
times = ["06:00", "12:00", "18:00"]
minutes = 30
places = 1
[[slot]]
consultation = "general"
times = ["06:30", "12:30", "18:30"]
minutes = 30
places = 1
)toml";

}  // namespace

TEST_GROUP(GatewayQueue) {
  GatewayProcess gateway{{"--queue", SharedCity::get().directory().put("queue.toml", file)}};
  Kiosk kiosk{gateway};
  const std::string ticket = random_uuid();

  queue::TicketAsk ask() const { return {ticket, queue::Topic::help, "ja"}; }
  queue::TicketGiven given(const HttpReply& reply) const {
    return Kiosk::expect<queue::TicketGiven>(reply, 201);
  }
  std::int64_t waiting() const {
    return gateway.ask_database("SELECT count(*) FROM queue_tickets WHERE state = 'waiting'");
  }
};

TEST(GatewayQueue, a_repeat_gets_the_same_number_after_a_power_cut_too) {
  const std::string key = random_uuid();
  const auto first = kiosk.post(tickets, ask(), key);
  STRCMP_EQUAL("A-001", given(first).number.c_str());
  gateway.restart_after_power_cut();
  Kiosk again{gateway};
  STRCMP_EQUAL(first.body.c_str(), again.post(tickets, ask(), key).body.c_str());
  LONGS_EQUAL(1, waiting());
}

TEST(GatewayQueue, the_number_on_paper_counts_and_is_told_once) {
  (void)given(kiosk.post(tickets, ask()));
  const auto status = Kiosk::expect<queue::Status>(kiosk.get("/v1/queue"));
  STRCMP_EQUAL("K1", status.series.c_str());
  const queue::TicketReport report{"K1-001", queue::Topic::help, "ja", std::time(nullptr), {}};
  const std::string path = std::string(tickets) + "/" + ticket + "/report";
  for (int repeat = 0; repeat < 3; ++repeat)
    (void)Kiosk::expect<api::Settled>(kiosk.post(path, report));
  LONGS_EQUAL(1, waiting());
  LONGS_EQUAL(1,
              gateway.ask_database("SELECT count(*) FROM queue_tickets WHERE number = 'K1-001'"));
}

TEST(GatewayQueue, a_place_is_booked_once_and_its_code_is_in_no_log) {
  const auto slots = Kiosk::expect<queue::Slots>(kiosk.get("/v1/queue/slots"));
  const auto help = std::find_if(slots.slots.rbegin(), slots.slots.rend(),
                                 [](const auto& one) { return one.topic == queue::Topic::help; });
  CHECK(help != slots.slots.rend());
  const std::string slot = help->id;
  const auto booking = Kiosk::expect<queue::Booking>(
      kiosk.post("/v1/queue/bookings", queue::BookingAsk{random_uuid(), slot, "ja"}), 201);
  Kiosk::refused(kiosk.post("/v1/queue/bookings", queue::BookingAsk{random_uuid(), slot, "ja"}),
                 403, api::Refusal::not_available);
  const auto seen =
      Kiosk::expect<queue::Booking>(kiosk.get("/v1/queue/booking?code=" + booking.code));
  STRCMP_EQUAL(slot.c_str(), seen.slot.id.c_str());
  Kiosk::refused(kiosk.post("/v1/queue/check_ins", queue::CheckIn{ticket, booking.code, "ja"}), 409,
                 api::Refusal::out_of_order);
  (void)Kiosk::expect<queue::Booking>(
      kiosk.post("/v1/queue/cancellations", queue::Cancellation{booking.code}));
  (void)Kiosk::expect<queue::Booking>(
      kiosk.post("/v1/queue/bookings", queue::BookingAsk{random_uuid(), slot, "ja"}), 201);
  CHECK(gateway.log().find(booking.code) == std::string::npos);
  CHECK(gateway.log().find(ticket) == std::string::npos);
}

TEST(GatewayQueue, a_time_for_a_call_by_video_is_booked_like_any_other) {
  const auto free = Kiosk::expect<queue::Slots>(kiosk.get("/v1/queue/slots"));
  const auto call = std::find_if(free.slots.begin(), free.slots.end(), [](const auto& slot) {
    return slot.consultation == consult::Topic::general;
  });
  CHECK(call != free.slots.end());
  const queue::BookingAsk asked{random_uuid(), call->id, "ja"};
  const auto booking = Kiosk::expect<queue::Booking>(kiosk.post("/v1/queue/bookings", asked), 201);
  CHECK(booking.slot.consultation == consult::Topic::general);
}

TEST(GatewayQueue, without_a_queue_toml_there_is_none) {
  GatewayProcess plain;
  Kiosk other{plain};
  LONGS_EQUAL(404, other.get("/v1/queue").status);
  LONGS_EQUAL(404, other.post(tickets, ask()).status);
}
