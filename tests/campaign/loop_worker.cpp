// Stands in for firmware/base/worker.cpp when campaign-person is linked: the work is done on the
// loop, some turns later, so that the work of twin requests interleaves, and a run can be played
// again exactly.

#include "firmware/base/asio.h"
#include "firmware/base/worker.h"

namespace madoguchi {

struct Worker::State {};

Worker::Worker(std::string) {}
Worker::~Worker() = default;

Task<void> Worker::run_erased(std::function<void()> work, std::function<void()>) {
  constexpr int turns = 8;
  for (int i = 0; i < turns; ++i) co_await asio::post(asio::use_awaitable);
  work();
  for (int i = 0; i < turns; ++i) co_await asio::post(asio::use_awaitable);
}

}  // namespace madoguchi
