// Two gateways on one database, each on a thread of its own, as fast as they can: nobody is called
// twice or forgotten, no number is given twice, no place is booked twice.

#include <future>
#include <set>
#include <variant>

#include "tests/postgresql_server.h"
#include "tests/unit/gateway/queue_rig.h"

using namespace madoguchi;
using namespace madoguchi::gateway;

TEST_GROUP(QueueLoad) {
  static constexpr int people = 30;  // at each gateway
  OwnFolder directory;
  const std::string where = fresh_database(directory.path("gateway.sqlite"));
  VirtualTimers timers{std::chrono::system_clock::from_time_t(nine_o_clock)};
  QueuePlan plan = four_desks();
  QueueGateway one{where, timers, plan};
  QueueGateway two{where, timers, plan};

  /// The city's example with three desks more for the same topic.
  QueuePlan four_desks() const {
    CHECK(set_time_zone("Asia/Tokyo").ok());
    std::string text = as_text(*read_file(MADOGUCHI_SOURCE_DIR "/tools/gateway/queue.toml"));
    for (const char* desk : {"4", "5", "6"})
      text += "\n[[desk]]\ndesk = \"" + std::string(desk) + "\"\ntopics = [\"help\"]\n";
    return QueueGateway::good(QueuePlan::load(directory.put("queue.toml", text)));
  }

  /// The same story at both; what each of them gave.
  template <class Story, class Other>
  static auto at_once(Story here, Other there) {
    auto other = std::async(std::launch::async, there);
    auto first = here();
    auto second = other.get();
    first.insert(first.end(), second.begin(), second.end());
    return first;
  }
  static std::size_t different(const std::vector<std::string>& all) {
    return std::set(all.begin(), all.end()).size();
  }

  using Texts = std::vector<std::string>;
  static Texts take_tickets(QueueGateway & gateway) {
    Texts numbers;
    for (int i = 0; i < people; ++i) numbers.push_back(gateway.take(random_uuid()).number);
    return numbers;
  }
  /// Both desks call until nobody waits.
  static Texts call_all(QueueGateway & gateway, const Texts& desks) {
    Texts called;
    for (std::size_t quiet = 0; quiet < desks.size();) {
      quiet = 0;
      for (const auto& desk : desks) {
        const DeskAnswer answer = gateway.next(desk, gateway.ticket_at(desk));
        if (answer == DeskAnswer::nobody) ++quiet;
        if (answer == DeskAnswer::done) called.push_back(gateway.ticket_at(desk));
      }
    }
    return called;
  }
  static Texts book(QueueGateway & gateway, const std::string& slot) {
    Texts codes;
    for (int i = 0; i < 10; ++i) {
      const auto booked = gateway.bookings.book_now({random_uuid(), slot, "ja"});
      if (!booked && booked.error().code == Errc::busy) continue;  // somebody was faster
      const auto answer = QueueGateway::good(booked);
      if (const auto* booking = std::get_if<queue::Booking>(&answer))
        codes.push_back(booking->code);
    }
    return codes;
  }
};

TEST(QueueLoad, everybody_gets_a_number_and_is_called_once) {
  const Texts numbers =
      at_once([&] { return take_tickets(one); }, [&] { return take_tickets(two); });
  LONGS_EQUAL(2 * people, numbers.size());
  LONGS_EQUAL(2 * people, different(numbers));
  const Texts called =
      at_once([&] { return call_all(one, {"1", "4"}); }, [&] { return call_all(two, {"5", "6"}); });
  LONGS_EQUAL(2 * people, called.size());
  LONGS_EQUAL(2 * people, different(called));
}

TEST(QueueLoad, a_class_has_as_many_bookings_as_seats) {
  std::string slot;
  std::size_t seats = 0;
  for (const queue::Slot& free : QueueGateway::good(one.bookings.free_slots())) {
    if (!free.course || !slot.empty()) continue;
    slot = free.id;
    seats = static_cast<std::size_t>(free.places_left);
  }
  CHECK(!slot.empty());
  const Texts codes = at_once([&] { return book(one, slot); }, [&] { return book(two, slot); });
  LONGS_EQUAL(seats, codes.size());
  LONGS_EQUAL(seats, different(codes));
}
