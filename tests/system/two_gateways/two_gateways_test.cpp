// Two gateways on one database are one gateway: every request goes to both at the same moment, from
// several kiosks at once. What is done is done once, and nobody gets what is another's.

#include "tests/system/two_gateways/two_gateways.h"

#include <array>
#include <atomic>
#include <chrono>
#include <cstdio>
#include <functional>
#include <mutex>
#include <set>
#include <thread>

#include <CppUTest/TestHarness.h>

#include "firmware/message/queue_api.h"

using namespace madoguchi;
using namespace madoguchi::gateway;

namespace {

constexpr int kiosks = 6;
constexpr int visits = 3;  // of each kiosk
constexpr std::array residents{"toyonaka-0001", "toyonaka-0002", "toyonaka-0005",
                               "toyonaka-0006", "toyonaka-0007", "toyonaka-0008"};
static_assert(residents.size() == kiosks);

constexpr int places = 4;
constexpr const char* waiting_room = R"toml(
[[topic]]
topic = "help"
letter = "A"
hours = "00:00-24:00"
[[desk]]
desk = "1"
topics = ["help"]
[[desk]]
desk = "2"
topics = ["help"]
[[slot]]
topic = "help"
times = ["06:00", "12:00", "18:00"]
minutes = 30
places = 4
)toml";

struct Visitor {
  KioskAtBoth kiosk;
  std::string visit = random_uuid();
  std::string path(const std::string& step) const { return "/v1/visits/" + visit + "/" + step; }

  /// Everything up to the quote, each step asked of both.
  api::IssueRequest up_to_issue(const std::string& resident) {
    const auto opened = kiosk.post_once<api::VisitOpened>("/v1/visits", api::VisitOpen{visit}, 201);
    const Card& card = SharedCity::get().card_of(resident);
    const api::Identify identify{.auth_certificate = card.certificate,
                                 .signature = card.sign(api::identify_message(opened.nonce))};
    (void)kiosk.post_once<api::Identified>(path("identify"), identify);
    return {kiosk.post_once<api::Quote>(path("quote"), api::QuoteRequest{}).quote};
  }
  api::Seal seal_of(const api::SealedDocument& sealed) const {
    const auto seal = decode<api::Seal>(sealed.seal);
    CHECK(seal.ok());
    STRCMP_EQUAL(visit.c_str(), seal->visit.c_str());
    return *seal;
  }
  api::Settlement settlement(const std::string& document) const {
    return {.document = document,
            .outcome = api::Outcome::issued,
            .charged_yen = 200,
            .sale = "sale-1",
            .pages_printed = 1};
  }
};

std::string json(const auto& body) { return as_text(encode(body, Dialect::json)); }

}  // namespace

TEST_GROUP(TwoGateways) {
  OwnFolder pages;
  std::string page = pages.put("index.html", "<!doctype html>");  // of a console: none is looked at
  TwoGateways gateways{{"--queue", SharedCity::get().directory().put("queue.toml", waiting_room),
                        "--console-listen", "127.0.0.1:0", "--console-dir", pages.path("")}};

  /// A thread for each kiosk; a failed check of one fails the test.
  static void at_once(const std::function<void(int kiosk)>& story) {
    for (int number = 1; number <= kiosks; ++number) (void)SharedCity::get().kiosk(number);
    std::exception_ptr failed;
    std::mutex mutex;
    std::vector<std::thread> threads;
    for (int number = 1; number <= kiosks; ++number) {
      threads.emplace_back([&, number] {
        try {
          story(number);
        } catch (...) {
          const std::lock_guard lock(mutex);
          failed = std::current_exception();
        }
      });
    }
    for (auto& thread : threads) thread.join();
    if (failed) std::rethrow_exception(failed);
  }
};

TEST(TwoGateways, one_request_at_both_is_done_once) {
  std::mutex mutex;
  std::set<std::string> numbers;
  const auto begun = std::chrono::steady_clock::now();
  at_once([&](int number) {
    Visitor visitor{KioskAtBoth(gateways, SharedCity::get().kiosk(number))};
    for (int round = 0; round < visits; ++round) {
      visitor.visit = random_uuid();
      const auto ask =
          visitor.up_to_issue(residents.at(static_cast<std::size_t>(number + round) % kiosks));
      const auto sealed = visitor.kiosk.post_once<api::SealedDocument>(visitor.path("issue"), ask);
      const api::Seal seal = visitor.seal_of(sealed);
      STRCMP_EQUAL(SharedCity::get().kiosk(number).c_str(), seal.kiosk.c_str());
      (void)visitor.kiosk.post_once<api::Settled>(visitor.path("settle"),
                                                  visitor.settlement(seal.document));
      (void)visitor.kiosk.post_once<api::Settled>(visitor.path("feedback"), api::Feedback{5});
      const std::lock_guard lock(mutex);
      CHECK_TEXT(numbers.insert(seal.document).second, "a number was given twice");
    }
  });
  const std::chrono::duration<double> took = std::chrono::steady_clock::now() - begun;
  constexpr int all = kiosks * visits;
  LONGS_EQUAL(all, numbers.size());
  for (const char* table : {"visits", "documents", "ledger", "ratings"}) {
    LONGS_EQUAL_TEXT(all, gateways.ask_database("SELECT count(*) FROM " + std::string(table)),
                     table);
  }
  LONGS_EQUAL(200 * all, gateways.ask_database("SELECT sum(charged_yen) FROM ledger"));
  LONGS_EQUAL(6 * all, gateways.ask_database("SELECT count(*) FROM answers"));
  (void)std::printf("%d visits, each of 6 requests at both gateways, in %.1f s\n", all,
                    took.count());
}

// Two keys are two requests: of a visit and of a document only one of them comes through.
TEST(TwoGateways, two_requests_at_both_get_one_document_and_one_settlement) {
  std::atomic<int> refused{0};
  at_once([&](int number) {
    Visitor visitor{KioskAtBoth(gateways, SharedCity::get().kiosk(number))};
    const auto one_of = [&](const std::string& step, const std::string& body) {
      const auto replies =
          visitor.kiosk.post(visitor.path(step), body, random_uuid(), random_uuid());
      const bool first_won = replies.first.status == 200;
      LONGS_EQUAL_TEXT(200 + 409, replies.first.status + replies.second.status,
                       (replies.first.body + replies.second.body).substr(0, 400).c_str());
      ++refused;
      return first_won ? replies.first.body : replies.second.body;
    };
    const auto ask = visitor.up_to_issue(residents.at(static_cast<std::size_t>(number) % kiosks));
    const auto sealed =
        decode<api::SealedDocument>(as_bytes(one_of("issue", json(ask))), Dialect::json);
    CHECK(sealed.ok());
    const std::string document = visitor.seal_of(*sealed).document;
    one_of("settle", json(visitor.settlement(document)));
    one_of("feedback", json(api::Feedback{3}));
  });
  LONGS_EQUAL(3 * kiosks, refused.load());
  for (const char* table : {"documents", "ledger", "ratings"}) {
    LONGS_EQUAL_TEXT(kiosks, gateways.ask_database("SELECT count(*) FROM " + std::string(table)),
                     table);
  }
}

TEST(TwoGateways, a_number_is_given_once_and_a_place_is_booked_once) {
  constexpr int tickets = 10;  // of each kiosk
  Kiosk asking(gateways.first());
  const auto free = Kiosk::expect<queue::Slots>(asking.get("/v1/queue/slots"));
  CHECK(!free.slots.empty());
  const queue::Slot slot = free.slots.front();
  LONGS_EQUAL(places, slot.places_left);
  std::atomic<int> booked{0};
  at_once([&](int number) {
    KioskAtBoth kiosk(gateways, SharedCity::get().kiosk(number));
    for (int i = 0; i < tickets; ++i) {
      const queue::TicketAsk ask{random_uuid(), queue::Topic::help, "ja"};
      (void)kiosk.post_once<queue::TicketGiven>("/v1/queue/tickets", ask, 201);
    }
    const queue::BookingAsk ask{random_uuid(), slot.id, "ja"};
    const std::string key = random_uuid();
    const auto replies = kiosk.post("/v1/queue/bookings", json(ask), key, key);
    CHECK_TEXT(replies.same(), (replies.first.body + replies.second.body).c_str());
    if (replies.first.status == 201) ++booked;
  });
  LONGS_EQUAL(places, booked.load());
  LONGS_EQUAL(places, gateways.ask_database("SELECT count(*) FROM queue_bookings"));
  LONGS_EQUAL(kiosks * tickets,
              gateways.ask_database("SELECT count(DISTINCT number) FROM queue_tickets"));
  LONGS_EQUAL(kiosks * tickets, gateways.ask_database("SELECT count(*) FROM queue_tickets"));
}

// Each of the two desks is served from two pages, one at either gateway, while kiosks still give
// tickets at both. Whoever presses, everybody is called once.
TEST(TwoGateways, everybody_is_called_once) {
  constexpr int tickets = 8;  // of each kiosk
  std::atomic<int> giving{kiosks};
  std::atomic<int> overtaken{0};
  std::mutex mutex;
  std::multiset<std::string> called;
  std::exception_ptr failed;
  const auto serve = [&](const GatewayProcess& gateway, const TwoGateways::Login& login,
                         const std::string& desk) {
    try {
      DeskPage desk_page(gateway, login, desk);
      for (;;) {
        const bool last_look = giving == 0;
        const QueueDone done = desk_page.next();
        if (done.outcome == QueueOutcome::nobody && last_look) break;
        if (done.outcome != QueueOutcome::done) continue;
        CHECK(done.number.has_value());
        const std::lock_guard lock(mutex);
        called.insert(*done.number);
      }
      overtaken += desk_page.overtaken();
    } catch (...) {
      const std::lock_guard lock(mutex);
      failed = std::current_exception();
    }
  };
  const auto begun = std::chrono::steady_clock::now();
  const TwoGateways::Login login = gateways.log_in("counter");
  std::vector<std::thread> desks;
  for (const std::string desk : {"1", "2"}) {
    for (const GatewayProcess* gateway : {&gateways.first(), &gateways.second()}) {
      desks.emplace_back([&, gateway, desk] { serve(*gateway, login, desk); });
    }
  }
  try {
    at_once([&](int number) {
      KioskAtBoth kiosk(gateways, SharedCity::get().kiosk(number));
      for (int i = 0; i < tickets; ++i) {
        const queue::TicketAsk ask{random_uuid(), queue::Topic::help, "ja"};
        (void)kiosk.post_once<queue::TicketGiven>("/v1/queue/tickets", ask, 201);
      }
      --giving;
    });
  } catch (...) {
    failed = std::current_exception();
  }
  giving = 0;
  for (auto& thread : desks) thread.join();
  if (failed) std::rethrow_exception(failed);
  const std::chrono::duration<double> took = std::chrono::steady_clock::now() - begun;
  constexpr int all = kiosks * tickets;
  LONGS_EQUAL(all, called.size());
  LONGS_EQUAL(all, std::set<std::string>(called.begin(), called.end()).size());
  LONGS_EQUAL(all, gateways.ask_database("SELECT count(*) FROM queue_tickets WHERE times = 1"));
  LONGS_EQUAL(0,
              gateways.ask_database("SELECT count(*) FROM queue_tickets WHERE state = 'waiting'"));
  (void)std::printf(
      "%d tickets called at 2 desks from 4 pages at both gateways in %.1f s; %d times "
      "another page was faster\n",
      all, took.count(), overtaken.load());
}

TEST(TwoGateways, gateway_gone) {
  Kiosk kiosk(gateways.first());
  kiosk.open();
  kiosk.identify("toyonaka-0001");
  const std::string body = json(api::IssueRequest{kiosk.quote({}).quote});
  const std::string key = random_uuid();
  const HttpReply first = kiosk.post_json(kiosk.path("issue"), body, key);
  LONGS_EQUAL(200, first.status);
  gateways.first().restart_after_power_cut();
  Kiosk other(gateways.second());
  other.visit = kiosk.visit;
  CHECK(first.body == other.post_json(kiosk.path("issue"), body, key).body);
  const auto sealed = decode<api::SealedDocument>(as_bytes(first.body), Dialect::json);
  other.settle(decode<api::Seal>(sealed->seal)->document, api::Outcome::issued, 200);
  LONGS_EQUAL(1, gateways.ask_database("SELECT count(*) FROM ledger"));
}
