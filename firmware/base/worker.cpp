#include "firmware/base/worker.h"

#include <atomic>
#include <thread>

#include <pthread.h>

#include "firmware/base/asio.h"

namespace madoguchi {

struct Worker::State {
  asio::io_context queue{1};
  asio::executor_work_guard<asio::io_context::executor_type> open{queue.get_executor()};
  std::thread thread;
};

Worker::Worker(std::string name) : state_(std::make_unique<State>()) {
  state_->thread = std::thread([state = state_.get()] { state->queue.run(); });
  pthread_setname_np(state_->thread.native_handle(), name.substr(0, 15).c_str());
}

Worker::~Worker() {
  state_->queue.stop();
  state_->thread.join();
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
  co_await asio::async_initiate<decltype(asio::use_awaitable), void(boost::system::error_code)>(
      std::move(start), asio::use_awaitable);
}

}  // namespace madoguchi
