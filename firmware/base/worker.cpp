#include "firmware/base/worker.h"

#include <atomic>
#include <future>
#include <thread>
#include <vector>

#include <pthread.h>

#include "firmware/base/asio.h"

namespace madoguchi {

struct Worker::State {
  asio::io_context queue{1};
  asio::executor_work_guard<asio::io_context::executor_type> open{queue.get_executor()};
  std::thread thread;
  std::promise<void> ended;
  std::future<void> over = ended.get_future();
  // That run or wait; loop thread. Shared, because a coroutine may be destroyed after its worker.
  std::shared_ptr<int> pieces = std::make_shared<int>(0);
};

Worker::Worker(std::string name) : state_(std::make_unique<State>()) {
  state_->thread = std::thread([state = state_.get()] {
    state->queue.run();
    state->ended.set_value();
  });
  pthread_setname_np(state_->thread.native_handle(), name.substr(0, 15).c_str());
}

Worker::~Worker() {
  state_->queue.stop();
  if (state_->thread.joinable()) state_->thread.join();
}

bool Worker::finish_within(std::chrono::milliseconds patience) {
  state_->queue.stop();
  if (!state_->thread.joinable()) return true;
  if (state_->over.wait_for(patience) != std::future_status::ready) return false;
  state_->thread.join();
  return true;
}

namespace {

// One piece of work: the loop may cancel it before the thread has begun it, or interrupt it
// afterwards.
struct Piece {
  enum class Stage { waiting, running, done, cancelled };
  std::atomic<Stage> stage{Stage::waiting};
  std::function<void()> work;
  std::function<void()> interrupt;
};

class Counted {
 public:
  explicit Counted(std::shared_ptr<int> pieces) : pieces_(std::move(pieces)) { ++*pieces_; }
  ~Counted() { --*pieces_; }
  Counted(const Counted&) = delete;
  Counted& operator=(const Counted&) = delete;

 private:
  std::shared_ptr<int> pieces_;
};

}  // namespace

Task<void> Worker::run_erased(std::function<void()> work, std::function<void()> interrupt) {
  auto piece = std::make_shared<Piece>();  // shared by the loop and the thread
  piece->work = std::move(work);
  piece->interrupt = std::move(interrupt);
  auto start = [this, piece](auto handler) {
    auto slot = asio::get_associated_cancellation_slot(handler);
    if (slot.is_connected()) {
      slot.assign([piece](asio::cancellation_type) {
        auto expected = Piece::Stage::waiting;
        if (piece->stage.compare_exchange_strong(expected, Piece::Stage::cancelled)) return;
        if (expected == Piece::Stage::running && piece->interrupt) piece->interrupt();
      });
    }
    auto loop = asio::get_associated_executor(handler);
    asio::post(state_->queue, [piece, loop, open = asio::make_work_guard(loop),
                               handler = std::move(handler)]() mutable {
      boost::system::error_code result;
      auto expected = Piece::Stage::waiting;
      if (piece->stage.compare_exchange_strong(expected, Piece::Stage::running)) {
        piece->work();
        piece->stage = Piece::Stage::done;
      } else {
        result = asio::error::operation_aborted;
      }
      asio::post(loop, [handler = std::move(handler), result]() mutable { handler(result); });
    });
  };
  const Counted counted(state_->pieces);
  co_await asio::async_initiate<decltype(asio::use_awaitable), void(boost::system::error_code)>(
      std::move(start), asio::use_awaitable);
}

bool Worker::busy() const { return *state_->pieces > 0; }

namespace {

/// Its destructor would wait for a thread that never comes back.
void keep_for_ever(std::shared_ptr<Worker> worker) {
  static auto* const given_up = new std::vector<std::shared_ptr<Worker>>();
  given_up->push_back(std::move(worker));
}

struct Awaited {
  Awaited(const asio::any_io_executor& loop, std::chrono::milliseconds patience)
      : timer(loop, patience) {}
  asio::steady_timer timer;
  bool done = false;
};

Task<void> carry(std::shared_ptr<Worker> worker, std::shared_ptr<Awaited> awaited,
                 std::function<void()> work) {
  co_await worker->run(std::move(work));
  awaited->done = true;
  awaited->timer.cancel();
}

}  // namespace

Task<bool> run_erased_for(std::chrono::milliseconds patience, std::shared_ptr<Worker> worker,
                          std::function<void()> work) {
  const auto loop = co_await asio::this_coro::executor;
  const auto awaited = std::make_shared<Awaited>(loop, patience);
  asio::co_spawn(loop, carry(worker, awaited, std::move(work)), asio::detached);
  const auto [error] = co_await awaited->timer.async_wait(as_tuple_await);
  if (awaited->done) co_return true;
  if (error) throw boost::system::system_error(error);  // this await was cancelled
  keep_for_ever(std::move(worker));
  co_return false;
}

void let_go(const std::shared_ptr<Worker>& worker, std::chrono::milliseconds patience) {
  if (!worker->finish_within(patience)) keep_for_ever(worker);
}

}  // namespace madoguchi
