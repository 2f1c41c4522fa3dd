#include "firmware/base/worker.h"

#include <atomic>
#include <future>
#include <thread>
#include <vector>

#include <CppUTest/TestHarness.h>
#include <boost/asio/bind_cancellation_slot.hpp>
#include <boost/asio/cancellation_signal.hpp>

#include "firmware/base/asio.h"

namespace madoguchi {

TEST_GROUP(Worker) {
  asio::io_context loop{1};
  Worker worker{"test"};

  void run() {
    loop.restart();
    loop.run();
  }
};

TEST(Worker, work_runs_on_its_thread_and_comes_back_to_the_loop) {
  std::thread::id worked;
  std::thread::id resumed;
  std::string result;
  const auto task = [&]() -> Task<void> {
    result = co_await worker.run([&worked] {
      worked = std::this_thread::get_id();
      return std::string("done");
    });
    resumed = std::this_thread::get_id();
  };
  asio::co_spawn(loop, task, asio::detached);
  run();
  STRCMP_EQUAL("done", result.c_str());
  CHECK(worked != std::this_thread::get_id());
  CHECK(resumed == std::this_thread::get_id());
}

TEST(Worker, one_piece_at_a_time_in_order) {
  std::vector<int> order;
  int running = 0;
  const auto task = [&](int number) -> Task<void> {
    co_await worker.run([&, number] {
      CHECK(++running == 1);
      order.push_back(number);
      --running;
    });
  };
  for (int i = 0; i < 20; ++i) asio::co_spawn(loop, task(i), asio::detached);
  run();
  LONGS_EQUAL(20, order.size());
  for (int i = 0; i < 20; ++i) LONGS_EQUAL(i, order[static_cast<std::size_t>(i)]);
}

TEST(Worker, cancelling_work_that_has_begun_interrupts_it_and_waits_for_it) {
  std::promise<void> begun;
  std::promise<void> interrupted;
  bool returned = false;
  int result = 0;
  std::exception_ptr thrown;
  asio::cancellation_signal signal;
  const auto work = [&] {
    begun.set_value();
    interrupted.get_future().wait();
    returned = true;
    return 5;
  };
  asio::co_spawn(
      loop, worker.run(work, [&] { interrupted.set_value(); }),
      asio::bind_cancellation_slot(signal.slot(), [&](std::exception_ptr error, int value) {
        CHECK(returned);
        thrown = error;
        result = value;
      }));
  loop.poll();
  begun.get_future().wait();
  signal.emit(asio::cancellation_type::terminal);
  run();
  CHECK(thrown == nullptr);  // it had begun: its result counts
  LONGS_EQUAL(5, result);
}

TEST(Worker, cancelling_work_that_waits_throws_and_never_runs_it) {
  std::promise<void> release;
  std::shared_future<void> released = release.get_future().share();
  bool ran = false;
  std::exception_ptr thrown;
  asio::cancellation_signal signal;
  asio::co_spawn(loop, worker.run([released] { released.wait(); }), asio::detached);
  asio::co_spawn(loop, worker.run([&] { ran = true; }),
                 asio::bind_cancellation_slot(signal.slot(),
                                              [&](std::exception_ptr error) { thrown = error; }));
  loop.poll();
  signal.emit(asio::cancellation_type::terminal);
  release.set_value();
  run();
  CHECK(thrown != nullptr);
  CHECK_FALSE(ran);
}

TEST(Worker, its_end_drops_what_waits) {
  std::promise<void> begun;
  std::promise<void> release;
  std::shared_future<void> released = release.get_future().share();
  bool ran = false;
  {
    Worker short_lived("short");
    asio::co_spawn(loop, short_lived.run([&begun, released] {
      begun.set_value();
      released.wait();
    }),
                   asio::detached);
    asio::co_spawn(loop, short_lived.run([&ran] { ran = true; }), asio::detached);
    loop.poll();
    begun.get_future().wait();
    // Nothing tells when the destructor has stopped the queue, so the work ends a moment later by
    // itself.
    std::thread([release = std::move(release)]() mutable {
      std::this_thread::sleep_for(std::chrono::milliseconds(50));  // NOLINT(sleep)
      release.set_value();
    }).detach();
  }
  run();
  CHECK_FALSE(ran);
}

TEST(Worker, work_that_never_ends_is_given_up_and_seen_to_be_busy_until_it_ends) {
  const auto stuck = std::make_shared<Worker>("test");
  std::promise<void> driver;
  std::optional<int> early{7};
  std::optional<int> late;
  const auto task = [&]() -> Task<void> {
    early = co_await run_for(std::chrono::milliseconds(20), stuck, [&driver] {
      driver.get_future().wait();
      return 1;
    });
    CHECK(stuck->busy());
    driver.set_value();
    late = co_await run_for(std::chrono::seconds(60), stuck, [] { return 2; });
  };
  asio::co_spawn(loop, task, asio::detached);
  run();
  CHECK_FALSE(early.has_value());
  CHECK(late == 2);
  CHECK_FALSE(stuck->busy());
}

TEST(Worker, one_that_is_let_go_has_ended_before_the_loop_goes) {
  std::promise<void> begun;
  std::promise<void> driver;
  std::atomic<bool> ended = false;
  std::thread hardware([&] {
    begun.get_future().wait();
    driver.set_value();
  });
  {
    asio::io_context short_lived{1};
    auto worker_of_it = std::make_shared<Worker>("test");
    const auto task = [&]() -> Task<void> {
      (void)co_await run_for(std::chrono::seconds(60), worker_of_it, [&] {
        begun.set_value();
        driver.get_future().wait();
        return ended = true;
      });
    };
    asio::co_spawn(short_lived, task, asio::detached);
    short_lived.poll();
    hardware.join();
    let_go(worker_of_it, std::chrono::seconds(60));
    CHECK(ended);
  }
}

}  // namespace madoguchi
