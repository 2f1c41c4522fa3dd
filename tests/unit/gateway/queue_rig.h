#pragma once
// A waiting room without its network: a database, a clock that is stepped, the city's example of a
// configuration, answers committed as routes.cpp does. A second gateway can open the same database.

#include <memory>
#include <string>

#include <CppUTest/TestHarness.h>

#include "tests/postgresql_server.h"
#include "tests/run_task.h"
#include "tests/unit/gateway/card_maker.h"
#include "tools/gateway/queue/bookings.h"

namespace madoguchi::gateway {

/// Sunday 2026-11-22, 09:00 in Japan.
inline constexpr UnixTime nine_o_clock = 1'795'305'600;

/// One gateway's side of it.
struct QueueGateway {
  QueueGateway(const std::string& database, Timers& timers, const QueuePlan& plan)
      : store(good(Store::open(database))),
        room(good(WaitingRoom::open({store, timers, plan, "https://city.example"}))),
        bookings(good(Bookings::open({store, room}))) {}

  template <class T>
  static T good(Result<T> result) {
    if (!result) FAIL(result.error().text().c_str());
    return std::move(*result);
  }
  /// The answer, with what it decided written.
  Answer answer(Task<Decision> task) {
    const Decision decision = run_task(loop, std::move(task));
    if (!decision.write) return decision.answer;
    auto transaction = good(store.begin());
    if (const Status done = decision.write(store); !done) FAIL(done.error().text().c_str());
    CHECK(transaction.commit().ok());
    return decision.answer;
  }
  template <class T>
  T said(Task<Decision> task) {
    const Answer given = answer(std::move(task));
    if (given.status >= 300) FAIL(as_text(given.body).c_str());
    return good(decode<T>(given.body, Dialect::json));
  }
  void refused(Task<Decision> task, api::Refusal code) {
    const Answer given = answer(std::move(task));
    CHECK(given.status >= 400);
    CHECK(good(decode<api::ApiError>(given.body, Dialect::json)).code == code);
  }
  queue::TicketGiven take(const std::string& ticket, queue::Topic topic = queue::Topic::help) {
    return said<queue::TicketGiven>(room.take({"kiosk-001", ""}, {ticket, topic, "ja"}));
  }
  DeskAnswer next(const std::string& desk, const std::string& seen = "") {
    return good(room.call_next(desk, seen));
  }
  /// The number at a desk; empty: none.
  std::string number_at(const std::string& desk) {
    const auto there = good(room.at_desk(desk));
    return there ? there->number : "";
  }
  std::string ticket_at(const std::string& desk) {
    const auto there = good(room.at_desk(desk));
    return there ? there->ticket : "";
  }

  asio::io_context loop;
  Store store;
  WaitingRoom room;
  Bookings bookings;
};

struct QueueRig {
  static QueuePlan example() {
    CHECK(set_time_zone("Asia/Tokyo").ok());
    return QueueGateway::good(QueuePlan::load(MADOGUCHI_SOURCE_DIR "/tools/gateway/queue.toml"));
  }
  void pass(std::int64_t minutes) { timers.advance(std::chrono::minutes(minutes)); }

  OwnFolder directory;
  const std::string where = fresh_database(directory.path("gateway.sqlite"));
  VirtualTimers timers{std::chrono::system_clock::from_time_t(nine_o_clock)};
  QueuePlan plan = example();
  QueueGateway one{where, timers, plan};
};

}  // namespace madoguchi::gateway
