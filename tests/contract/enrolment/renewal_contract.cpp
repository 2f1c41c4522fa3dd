// What happens in months: the firmware's own enrolment with a clock of the test's, against the real
// gateway and kiosk-keys.
#include <boost/asio/bind_cancellation_slot.hpp>
#include <boost/asio/cancellation_signal.hpp>

#include "firmware/base/asio.h"
#include "firmware/link/enrolment.h"
#include "tests/contract/enrolment/enrolment_rig.h"

using namespace madoguchi;

TEST_GROUP_BASE(Renewal, EnrolmentRig) {
  asio::io_context loop{1};
  OwnFolder folder;
  KeysProcess keys{"off"};
  VirtualTimers timers{std::chrono::system_clock::now()};
  std::vector<IdentityState> states;
  std::vector<EnrolOutcome> outcomes;
  std::unique_ptr<Enrolment> enrolment;
  asio::cancellation_signal stop;
  bool ended = false;

  void setup() override {
    auto made = Enrolment::open(
        timers, {.folder = folder.path(), .keys_socket = keys.socket()},
        [this](const LinkToKiosk& what) {
          if (const auto* state = std::get_if<IdentityState>(&what)) states.push_back(*state);
          if (const auto* outcome = std::get_if<EnrolOutcome>(&what)) outcomes.push_back(*outcome);
        },
        [] { return 0.0; }, [this] { return timers.wall(); });
    CHECK(made.ok());
    enrolment = std::move(*made);
    asio::co_spawn(
        loop, enrolment->run(),
        asio::bind_cancellation_slot(stop.slot(), [this](std::exception_ptr) { ended = true; }));
  }
  void teardown() override {
    stop.emit(asio::cancellation_type::terminal);
    until([this] { return ended; });
    enrolment.reset();
  }
  /// Runs the loop, in real time, until it is so. No virtual time passes.
  template <class Condition>
  void until(Condition so) {
    const auto deadline = std::chrono::steady_clock::now() + std::chrono::seconds(30);
    loop.restart();
    while (!so() && loop.run_one_until(deadline) > 0) {
    }
    CHECK(so());
  }
  void enrol() {
    const PrintedCode code = make_code();
    enrolment->handle(EnrolRequest{"enrol", code.code, {}, code.ticket.url, code.ticket.ca_pin});
    until([this] { return !outcomes.empty(); });
    expect(EnrolResult::done, outcomes.back());
    until([this] { return asleep(); });
  }
  bool asleep() {
    Timers::Duration due{};
    return timers.next_due(due);
  }
  /// So much time passes; the kiosk looks at its certificate as often as it does.
  void pass(std::chrono::hours time) {
    timers.set_wall(timers.wall() + time);
    const std::size_t before = states.size();
    timers.advance(Enrolment::look_every);
    until([&] { return states.size() > before && asleep(); });
  }
  std::int64_t certificates() {
    return gateway.ask_database("SELECT COUNT(*) FROM kiosk_certificates");
  }
};

TEST(Renewal, by_itself_when_two_thirds_are_over) {
  enrol();
  const std::int64_t first_end = states.back().valid_until;
  const auto life = std::chrono::hours(397 * 24);
  timers.set_wall(timers.wall() + life / 3 * 2 - std::chrono::hours(48));
  timers.advance(Enrolment::look_every);
  loop.restart();
  (void)loop.run_for(std::chrono::milliseconds(1));
  LONGS_EQUAL(1, certificates());
  // The gateway's clock stands where it was, so what it gives ends where the first one does, a
  // moment later; what counts is that there is a second one.
  timers.set_wall(timers.wall() + std::chrono::hours(72));
  timers.advance(Enrolment::look_every);
  until([this] { return certificates() == 2; });
  until([this] { return asleep(); });
  CHECK(states.back().valid_until >= first_end);
}

TEST(Renewal, keeps_trying_with_growing_pauses_while_the_gateway_is_away) {
  enrol();
  in_database("UPDATE kiosk_certificates SET kiosk = 'another'");  // it knows us no more
  pass(std::chrono::hours(300 * 24));
  CHECK(states.back().standing == IdentityStanding::renewing);
  until([this] { return states.back().trouble.find("not renewed") != std::string::npos; });
  until([this] { return asleep(); });
  LONGS_EQUAL(1, certificates());
  Timers::Duration first{};
  CHECK(timers.next_due(first));
  CHECK(first <= std::chrono::minutes(1));
  timers.advance(first);
  // While it tries, what is due next is the patience with the gateway.
  Timers::Duration second{};
  until([&] {
    return timers.next_due(second) && second > first && second <= std::chrono::minutes(2);
  });
  LONGS_EQUAL(1, certificates());
}

TEST(Renewal, expired_needs_a_new_code) {
  enrol();
  pass(std::chrono::hours(400 * 24));
  CHECK(states.back().standing == IdentityStanding::expired);
  LONGS_EQUAL(1, certificates());
}
