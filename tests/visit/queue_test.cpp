// Tickets and bookings at the kiosk, by hazard: no number twice, nobody lost, nothing told twice.

#include <algorithm>
#include <set>

#include <CppUTest/TestHarness.h>

#include "firmware/message/queue_api.h"
#include "firmware/visit/queue_tickets.h"
#include "firmware/visit/records.h"
#include "tests/visit/rig.h"
#include "tests/visit/scripted_code_reader.h"
#include "tests/visit/slip_roll.h"

using namespace madoguchi;
using namespace madoguchi::test;
using namespace std::chrono_literals;

namespace {

constexpr const char* code = "12345674";

/// The city's waiting room at the end of the link, which keeps its own books. A repeat with the
/// same key gets the first answer.
class WaitingCity {
 public:
  explicit WaitingCity(Timers& timers) : timers_(timers) {
    status.series = "K3";
    status.public_url = "https://city.example";
    for (const auto topic : {queue::Topic::help, queue::Topic::resident}) {
      queue::TopicNow now;
      now.topic = topic;
      now.open = true;
      now.weekdays = 0x7f;
      now.to_minute = 24 * 60;
      status.topics.push_back(now);
    }
    booking.code = code;
    booking.slot = {"help-20261120-1400", queue::Topic::help, {}, 1'795'150'800, 30, 2};
  }

  HttpAnswer answer(const HttpCall& call) {
    ++calls;
    if (const auto first = first_answers_.find(call.id); first != first_answers_.end())
      return first->second;
    HttpAnswer out = decide(call);
    if (call.method == "POST") first_answers_[call.id] = out;
    const bool lost = call.method == "POST" && lose_answers > 0 && lose_answers-- > 0;
    if (lost) return {call.id, {}, "timeout", {}};
    return out;
  }

  queue::Status status;
  queue::Booking booking;
  int lose_answers = 0;  ///< of so many POSTs, after they were obeyed
  int calls = 0;
  std::optional<api::Refusal> refuse;
  /// UUID -> the number that counts now; withdrawn ones are gone.
  std::map<std::string, std::string> waiting;
  std::vector<queue::TicketReport> reports;
  std::vector<std::string> withdrawn;
  std::vector<std::string> booked, checked_in, cancelled;
  std::map<std::string, std::string> cards;  ///< digest -> code

 private:
  template <class T>
  static HttpAnswer ok(const HttpCall& call, const T& body) {
    return {call.id, 200, {}, encode(body, Dialect::json)};
  }
  HttpAnswer decide(const HttpCall& call) {
    if (refuse && call.method == "POST") {
      HttpAnswer out = ok(call, api::ApiError{*refuse, "as the test asked"});
      out.status = 403;
      return out;
    }
    if (call.target == "/v1/queue") return ok(call, status);
    if (call.target == "/v1/queue/slots") return ok(call, queue::Slots{{booking.slot}});
    if (call.target.starts_with("/v1/queue/booking?")) return ok(call, booking);
    if (call.target == "/v1/queue/tickets") return take(call);
    if (call.target.starts_with("/v1/queue/tickets/")) return told_of_ticket(call);
    if (call.target == "/v1/queue/bookings") {
      booked.push_back(decode<queue::BookingAsk>(call.body, Dialect::json)->slot);
      return ok(call, booking);
    }
    if (call.target == "/v1/queue/cancellations") {
      cancelled.push_back(decode<queue::Cancellation>(call.body, Dialect::json)->code);
      return ok(call, booking);
    }
    if (call.target == "/v1/queue/card_ties") {
      const auto tie = *decode<queue::CardTie>(call.body, Dialect::json);
      cards[tie.card] = tie.code;
      return ok(call, booking);
    }
    if (call.target == "/v1/queue/card_bookings") {
      const auto shown = *decode<queue::CardShown>(call.body, Dialect::json);
      if (cards.contains(shown.card)) return ok(call, booking);
      HttpAnswer out = ok(call, api::ApiError{api::Refusal::unknown_visit, "no such booking"});
      out.status = 404;
      return out;
    }
    const auto in = *decode<queue::CheckIn>(call.body, Dialect::json);
    checked_in.push_back(in.code);
    waiting[in.ticket] = "A-900";
    return ok(call, queue::CheckedIn{booking, queue::TicketGiven{"A-900", 0, {}}});
  }
  HttpAnswer take(const HttpCall& call) {
    const auto ask = *decode<queue::TicketAsk>(call.body, Dialect::json);
    const std::string number = "A-0" + std::to_string(10 + ++given_);
    waiting[ask.ticket] = number;
    return ok(call, queue::TicketGiven{number, 3, 20});
  }
  HttpAnswer told_of_ticket(const HttpCall& call) {
    const std::string ticket = call.target.substr(std::string("/v1/queue/tickets/").size(), 36);
    if (call.target.ends_with("/withdraw")) {
      waiting.erase(ticket);
      withdrawn.push_back(ticket);
    } else {
      reports.push_back(*decode<queue::TicketReport>(call.body, Dialect::json));
      waiting[ticket] = reports.back().number;
    }
    return ok(call, api::Settled{});
  }

  Timers& timers_;
  int given_ = 0;
  std::map<std::string, HttpAnswer> first_answers_;
};

Resident wants(const char* what) {
  return {{"welcome", {"service.queue"}},
          {"out_of_service", {"service.queue"}},
          {"queue", {what}},
          {"queue_topics", {"topic.help"}},
          {"queue_number", {"end"}}};
}

Resident types(const char* what) {
  Resident resident = wants(what);
  resident["queue_scan"] = {"type"};
  for (const char* digit = code; *digit != 0; ++digit)
    resident["queue_code"].push_back(std::string("digit.") + *digit);
  resident["queue_code"].push_back("ok");
  return resident;
}

}  // namespace

TEST_GROUP(queue) {
  Rig rig;
  WaitingCity city{rig.timers};
  SlipRoll roll{rig.timers};

  void setup() override {
    rig.settings.queue = true;
    rig.settings.queue_file = rig.directory() + "/queue.cbor";
    rig.receipt_printer = &roll;
    rig.typesetter = &roll;
    rig.gateway.queue = [this](const HttpCall& call) { return city.answer(call); };
  }
  /// The kiosk has heard from the city once.
  void hear() { play_for({}, 3s); }
  void play_for(Resident resident, std::chrono::seconds time) {
    rig.play_at_reception(std::move(resident), [this, end = rig.timers.now() + time] {
      return rig.timers.now() >= end;
    });
  }
  void go_offline() { rig.gateway.is_up = false; }
  /// The number on the slip that came out last.
  std::string on_paper() const {
    return roll.printed.empty() ? "" : roll.printed.back().money.literal;
  }
  std::string on_screen() const {
    const Screen* screen = rig.front.last("queue_number");
    return screen == nullptr ? "" : screen->title.args.at("number");
  }
  [[nodiscard]] std::vector<std::string> waiting() const {
    std::vector<std::string> out;
    for (const auto& [ticket, number] : city.waiting) out.push_back(number);
    std::sort(out.begin(), out.end());
    return out;
  }
  /// In the journal, where reports of flows wait for the city, too.
  std::size_t open_tickets() {
    const auto ids = rig.journal->open_visits();
    return static_cast<std::size_t>(std::ranges::count_if(*ids, [this](const std::string& id) {
      const auto entries = rig.journal->entries(id);
      return std::ranges::any_of(*entries, visit::is_of_queue);
    }));
  }
};

TEST(queue, a_number_on_the_screen_and_on_paper) {
  play_for(wants("queue.ticket"), 40s);
  STRCMP_EQUAL("A-011", on_paper().c_str());
  STRCMP_EQUAL("A-011", on_screen().c_str());
  const Slip& slip = roll.printed.back();
  STRCMP_EQUAL(("https://city.example/queue/" + city.waiting.begin()->first).c_str(),
               slip.code.c_str());
  LONGS_EQUAL(0, open_tickets());
  LONGS_EQUAL(0, city.reports.size() + city.withdrawn.size());
  STRCMP_EQUAL("welcome", rig.front.now.name.c_str());
}

TEST(queue, the_welcome_screen_shows_the_lamp_and_who_was_called) {
  city.status.called = {{"A-003", "1", 0, 1}, {"B-001", "2", 0, 1}};
  hear();
  play_for({}, 3s);
  const Text& lamp = rig.front.now.lead.back();
  STRCMP_EQUAL("queue.lamp_and_called", lamp.key.c_str());
  STRCMP_EQUAL("A-003  B-001", lamp.args.at("numbers").c_str());
  const std::size_t shown = rig.front.shown.size();
  play_for({}, 40s);
  CHECK(rig.front.shown.size() <= shown + 2);  // what has not changed is not drawn again
}

TEST(queue, a_kiosk_without_a_waiting_room_has_no_tickets) {
  rig.gateway.queue = {};
  play_for(wants("queue.ticket"), 30s);
  CHECK(find_control(rig.front.now, "service.queue") == nullptr);
}

TEST(queue, no_receipt_printer) {
  rig.receipt_printer = nullptr;
  play_for(wants("queue.ticket"), 40s);
  STRCMP_EQUAL("A-011", on_screen().c_str());
  const auto& lines = std::get<Notice>(rig.front.last("queue_number")->body).lines;
  STRCMP_EQUAL("queue_number.remember", lines.front().key.c_str());
}

TEST(queue, link_down_gives_numbers_of_the_kiosk_s_own_and_tells_the_city_later) {
  hear();
  go_offline();
  play_for(wants("queue.ticket"), 40s);
  STRCMP_EQUAL("K3-001", on_paper().c_str());
  CHECK(rig.front.saw("out_of_service"));
  play_for(wants("queue.ticket"), 40s);
  STRCMP_EQUAL("K3-002", on_paper().c_str());
  LONGS_EQUAL(2, open_tickets());
  CHECK(city.waiting.empty());
  rig.gateway.is_up = true;
  play_for({}, 40s);
  CHECK((waiting() == std::vector<std::string>{"K3-001", "K3-002"}));
  LONGS_EQUAL(2, city.reports.size());
  LONGS_EQUAL(0, open_tickets());
}

TEST(queue, link_down_from_the_start_with_what_the_disk_knows) {
  hear();
  go_offline();
  rig.restart();
  play_for(wants("queue.ticket"), 40s);
  STRCMP_EQUAL("K3-001", on_paper().c_str());
  rig.restart();
  play_for(wants("queue.ticket"), 40s);
  STRCMP_EQUAL("K3-002", on_paper().c_str());  // the series goes on where the journal ends
}

TEST(queue, link_down_and_never_heard_of_the_city) {
  go_offline();
  play_for(wants("queue.ticket"), 40s);
  CHECK(find_control(rig.front.now, "service.queue") == nullptr);
  LONGS_EQUAL(0, roll.printed.size());
}

TEST(queue, link_down_outside_the_hours) {
  for (auto& topic : city.status.topics) topic.to_minute = 1;
  hear();
  go_offline();
  play_for(wants("queue.ticket"), 40s);
  CHECK(rig.front.saw("queue_closed"));
  LONGS_EQUAL(0, roll.printed.size());
}

TEST(queue, reply_lost_and_the_number_on_paper_is_the_one_that_counts) {
  hear();
  city.lose_answers = 1;
  play_for(wants("queue.ticket"), 40s);
  STRCMP_EQUAL("K3-001", on_paper().c_str());
  play_for({}, 20s);
  CHECK((waiting() == std::vector<std::string>{"K3-001"}));  // one person, one number
  LONGS_EQUAL(0, open_tickets());
}

TEST(queue, reply_lost_when_the_city_is_told) {
  hear();
  go_offline();
  play_for(wants("queue.ticket"), 40s);
  rig.gateway.is_up = true;
  city.lose_answers = 2;
  play_for({}, 60s);
  LONGS_EQUAL(1, city.reports.size());
  CHECK((waiting() == std::vector<std::string>{"K3-001"}));
  LONGS_EQUAL(0, open_tickets());
}

TEST(queue, a_city_that_refuses_is_not_asked_for_ever) {
  hear();
  go_offline();
  play_for(wants("queue.ticket"), 40s);
  rig.gateway.is_up = true;
  city.refuse = api::Refusal::malformed;
  play_for({}, 40s);
  LONGS_EQUAL(0, open_tickets());
}

TEST(queue, power_cut_at_every_entry_online) {
  for (int n = 1;; ++n) {
    Rig again;
    WaitingCity town{again.timers};
    SlipRoll paper{again.timers};
    again.settings = rig.settings;
    again.settings.queue_file.clear();
    again.receipt_printer = &paper;
    again.typesetter = &paper;
    again.gateway.queue = [&](const HttpCall& call) { return town.answer(call); };
    bool cut_off = false;
    again.cut = [&] { return cut_off = again.journal_appends() >= n; };
    const auto end = again.timers.now() + 40s;
    again.play_at_reception(wants("queue.ticket"), [&] { return again.timers.now() >= end; });
    again.cut = {};
    if (!cut_off) break;
    CHECK_TEXT(n < 10, "a ticket never ends");
    again.restart_and_recover();
    LONGS_EQUAL(0, again.journal->open_visits()->size());
    // Nobody is called who holds nothing; whoever holds a number is called by it.
    CHECK(town.waiting.size() <= 1);
    if (!paper.printed.empty())
      STRCMP_EQUAL(town.waiting.begin()->second.c_str(),
                   paper.printed.back().money.literal.c_str());
  }
}

TEST(queue, power_cut_at_every_entry_offline_gives_no_number_twice) {
  hear();
  go_offline();
  std::multiset<std::string> held;
  for (int n = 1; n <= 4; ++n) {
    const int before = rig.journal_appends();
    const std::size_t slips = roll.printed.size();
    rig.cut = [&] { return rig.journal_appends() - before >= n; };
    play_for(wants("queue.ticket"), 40s);
    rig.cut = {};
    if (roll.printed.size() > slips) held.insert(on_paper());
    rig.restart();
  }
  play_for(wants("queue.ticket"), 40s);
  held.insert(on_paper());
  for (const std::string& number : held) LONGS_EQUAL(1, held.count(number));
  rig.gateway.is_up = true;
  play_for({}, 60s);
  LONGS_EQUAL(0, open_tickets());
  const auto known = waiting();
  for (const std::string& number : held)
    CHECK_TEXT(std::find(known.begin(), known.end(), number) != known.end(), "somebody is lost");
  const std::set<std::string> different(known.begin(), known.end());
  LONGS_EQUAL(known.size(), different.size());
}

TEST(queue, storage_full_gives_no_number_that_could_be_given_again) {
  hear();
  CHECK(rig.journal->limit_pages(1).ok());
  play_for(wants("queue.ticket"), 60s);
  for (const Slip& slip : roll.printed) CHECK(!slip.money.literal.starts_with("K3"));
}

TEST(queue, book_a_time) {
  Resident resident = wants("queue.book");
  resident["queue_subjects"] = {"topic.help"};
  resident["queue_slots"] = {"slot.help-20261120-1400"};
  resident["queue_review"] = {"book"};
  resident["queue_booked"] = {"end"};
  play_for(resident, 60s);
  LONGS_EQUAL(1, city.booked.size());
  STRCMP_EQUAL("MADOGUCHI-BOOKING:12345674", roll.printed.back().code.c_str());
  CHECK(rig.front.saw("queue_booked"));
  CHECK(rig.journal_text().find(code) == std::string::npos);
}

TEST(queue, the_last_place_was_taken_just_now) {
  Resident resident = wants("queue.book");
  resident["queue_subjects"] = {"topic.help"};
  resident["queue_slots"] = {"slot.help-20261120-1400"};
  resident["queue_review"] = {"book"};
  resident["queue_no"] = {"end"};
  city.refuse = api::Refusal::not_available;
  play_for(resident, 60s);
  const auto& lines = std::get<Notice>(rig.front.last("queue_no")->body).lines;
  STRCMP_EQUAL("queue_no.full", lines.front().key.c_str());
}

TEST(queue, check_in_with_typed_digits) {
  play_for(types("queue.check_in"), 60s);
  LONGS_EQUAL(1, city.checked_in.size());
  STRCMP_EQUAL(code, city.checked_in[0].c_str());
  STRCMP_EQUAL("A-900", on_paper().c_str());
}

TEST(queue, check_in_with_the_code_reader) {
  ScriptedCodeReader reader;
  reader.codes = {"https://example.com", "MADOGUCHI-BOOKING:12345674"};
  rig.code_reader = &reader;
  Resident resident = wants("queue.check_in");
  resident["queue_no"] = {"end"};
  resident["welcome"] = {"service.queue", "service.queue"};
  resident["queue"] = {"queue.check_in", "queue.check_in"};
  play_for(resident, 60s);
  CHECK(rig.front.saw("queue_no"));  // the first code was something else
  LONGS_EQUAL(1, city.checked_in.size());
  STRCMP_EQUAL("A-900", on_screen().c_str());
}

namespace {

Resident books_and(const char* what) {
  Resident resident = wants("queue.book");
  resident["queue_subjects"] = {"topic.help"};
  resident["queue_slots"] = {"slot.help-20261120-1400"};
  resident["queue_review"] = {"book"};
  resident["queue_booked"] = {what};
  return resident;
}

}  // namespace

TEST(queue, the_card_is_enough_when_it_was_tied_to_the_booking) {
  Resident resident = books_and("tie_card");
  resident["queue_tie"] = {"#insert"};
  resident["remove_card"] = {"#pull"};
  resident["queue_tied"] = {"end"};
  play_for(resident, 60s);
  LONGS_EQUAL(1, city.cards.size());
  CHECK(queue::is_card_digest(city.cards.begin()->first));
  LONGS_EQUAL(0, rig.reader.verifies_with_data);
  CHECK(!rig.reader.inserted);
  CHECK(rig.journal_text().find(city.cards.begin()->first) == std::string::npos);

  resident = wants("queue.check_in");
  resident["queue_scan"] = {"#insert"};
  resident["remove_card"] = {"#pull"};
  play_for(resident, 60s);
  LONGS_EQUAL(1, city.checked_in.size());
  STRCMP_EQUAL(code, city.checked_in[0].c_str());
  STRCMP_EQUAL("A-900", on_paper().c_str());
}

TEST(queue, card_of_somebody_else_checks_nobody_in) {
  Resident resident = wants("queue.check_in");
  resident["queue_scan"] = {"#insert"};
  resident["remove_card"] = {"#pull"};
  resident["queue_no"] = {"end"};
  city.cards[std::string(queue::card_digest_digits, 'a')] = code;
  play_for(resident, 60s);
  const auto& lines = std::get<Notice>(rig.front.last("queue_no")->body).lines;
  STRCMP_EQUAL("queue_no.unknown_card", lines.front().key.c_str());
  CHECK(city.checked_in.empty());
}

TEST(queue, card_pulled_while_it_is_tied_and_the_booking_stands) {
  Resident resident = books_and("tie_card");
  resident["queue_tie"] = {"#insert"};
  resident["queue_tied"] = {"end"};
  rig.reader.pull_after = 2;
  play_for(resident, 60s);
  CHECK(city.cards.empty());
  STRCMP_EQUAL("queue_tied.title_not", rig.front.last("queue_tied")->title.key.c_str());
  LONGS_EQUAL(1, city.booked.size());
  LONGS_EQUAL(0, city.cancelled.size());
}

TEST(queue, reply_lost_when_the_card_is_tied) {
  Resident resident = books_and("tie_card");
  resident["queue_tie"] = {"#insert"};
  resident["remove_card"] = {"#pull"};
  resident["queue_tied"] = {"end"};
  rig.gateway.queue = [this](const HttpCall& call) -> HttpAnswer {
    if (call.target == "/v1/queue/card_ties") return {call.id, {}, "timeout", {}};
    return city.answer(call);
  };
  play_for(resident, 120s);
  STRCMP_EQUAL("queue_tied.title_not", rig.front.last("queue_tied")->title.key.c_str());
}

TEST(queue, a_badge_is_no_booking_and_digits_go_on) {
  Resident resident = types("queue.check_in");
  resident["queue_scan"] = {"#badge", "type"};
  resident["still_there"] = {"more_time"};  // nothing happens with a badge
  resident["remove_card"] = {"#pull"};
  play_for(resident, 180s);
  LONGS_EQUAL(1, city.checked_in.size());
}

TEST(queue, link_down_and_a_card_is_not_asked_for) {
  hear();
  go_offline();
  Resident resident = types("queue.check_in");
  play_for(resident, 60s);
  const auto& lines = std::get<Notice>(rig.front.last("queue_scan")->body).lines;
  for (const Text& line : lines) CHECK(line.key != "queue_scan.card");
}

TEST(queue, link_down_at_check_in_and_nobody_is_late_for_it) {
  hear();
  go_offline();
  play_for(types("queue.check_in"), 60s);
  STRCMP_EQUAL("K3-001", on_paper().c_str());
  rig.gateway.is_up = true;
  play_for({}, 40s);
  LONGS_EQUAL(1, city.reports.size());
  STRCMP_EQUAL(code, city.reports[0].booking.value_or("").c_str());
}

TEST(queue, cancel_a_booking) {
  Resident resident = types("queue.cancel");
  resident["queue_cancel"] = {"cancel_booking"};
  resident["queue_cancelled"] = {"end"};
  play_for(resident, 60s);
  LONGS_EQUAL(1, city.cancelled.size());
  CHECK(rig.front.saw("queue_cancelled"));
}

TEST(queue, a_typed_code_with_a_slip_of_the_finger_asks_nobody) {
  Resident resident = types("queue.check_in");
  resident["queue_code"][7] = "digit.5";
  resident["queue_no"] = {"end"};
  play_for(resident, 60s);
  CHECK(rig.front.saw("queue_no"));
  CHECK(city.checked_in.empty());
}

TEST(queue, somebody_walks_away_in_the_middle) {
  play_for({{"welcome", {"service.queue"}}, {"queue", {"queue.ticket"}}}, 240s);
  CHECK(rig.front.saw("still_there"));
  STRCMP_EQUAL("welcome", rig.front.now.name.c_str());
  LONGS_EQUAL(0, roll.printed.size());
}
