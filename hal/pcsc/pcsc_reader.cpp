#include "hal/pcsc/pcsc_reader.h"

#include <atomic>
#include <chrono>
#include <optional>
#include <thread>
#include <utility>

#include "firmware/base/asio.h"
#include "firmware/base/worker.h"
#include "hal/pcsc/pcsc_link.h"

namespace madoguchi {

namespace {

constexpr auto answer_patience = std::chrono::seconds(3);
constexpr auto stop_interval = std::chrono::milliseconds(5);

/// A link and the thread that serves it.
struct Line {
  explicit Line(const std::string& name_part) : link(name_part) {}
  PcscLink link;
  std::shared_ptr<Worker> worker = std::make_shared<Worker>("pcsc");  // the first to end
};

class PcscReader final : public CardReader {
 public:
  PcscReader(std::string name_part, ExtendedApdus extended)
      : name_part_(std::move(name_part)), extended_(extended), line_(make_line()) {}
  ~PcscReader() override;

  Task<Result<CardInField>> wait_for_card() override;
  Task<Result<void>> wait_for_removal() override;
  Task<Result<ResponseApdu>> transmit(Secret command) override;
  Task<void> release() override;

 private:
  [[nodiscard]] std::shared_ptr<Line> make_line() const {
    return std::make_shared<Line>(name_part_);
  }
  template <class F>
  Task<std::invoke_result_t<F, PcscLink&>> wait(F work);
  template <class F>
  Task<std::optional<std::invoke_result_t<F, PcscLink&>>> bounded(F work);

  const std::string name_part_;
  const ExtendedApdus extended_;
  // Shared with the exchange that runs on it: one that pcscd never ends must not be waited for.
  std::shared_ptr<Line> line_;
  // Whether the last wait is inside the link; shared with the worker and with who stops it.
  std::shared_ptr<std::atomic<bool>> waiting_ = std::make_shared<std::atomic<bool>>(false);
};

/// pcsc-lite loses a cancel that comes just before the wait begins: repeat it until the wait is
/// over.
Task<void> stop_until_over(std::shared_ptr<Line> line, std::shared_ptr<std::atomic<bool>> waiting) {
  asio::steady_timer timer(co_await asio::this_coro::executor);
  do {
    line->link.stop();
    timer.expires_after(stop_interval);
    (void)co_await timer.async_wait(as_tuple_await);
  } while (*waiting);
}

PcscReader::~PcscReader() {
  line_->link.stop();
  while (*waiting_) {
    std::this_thread::sleep_for(stop_interval);
    line_->link.stop();
  }
  let_go(line_->worker, answer_patience);
}

/// Runs a wait without limit on the worker; a cancelled await makes it end.
template <class F>
Task<std::invoke_result_t<F, PcscLink&>> PcscReader::wait(F work) {
  const auto loop = co_await asio::this_coro::executor;
  const auto line = line_;
  const auto waiting = std::make_shared<std::atomic<bool>>(false);
  waiting_ = waiting;
  line->link.allow();
  const auto interrupt = [line, waiting, loop] {
    asio::co_spawn(loop, stop_until_over(line, waiting), asio::detached);
  };
  const auto on_worker = [line, waiting, work] {
    *waiting = true;
    auto result = work(line->link);
    *waiting = false;
    return result;
  };
  co_return co_await line->worker->run(on_worker, interrupt);
}

/// Runs work on the worker, for three seconds at most. Nothing when it takes longer: the link is
/// given up then, with its thread, and a new one takes its place.
template <class F>
Task<std::optional<std::invoke_result_t<F, PcscLink&>>> PcscReader::bounded(F work) {
  auto on_line = [line = line_, on_link = std::move(work)] { return on_link(line->link); };
  auto result = co_await run_for(answer_patience, line_->worker, std::move(on_line));
  if (!result) line_ = make_line();
  co_return result;
}

Task<Result<CardInField>> PcscReader::wait_for_card() {
  Result<CardInField> found = co_await wait([](PcscLink& link) { return link.wait_for_card(); });
  if (found) found->extended_apdus = extended_ != ExtendedApdus::no;
  co_return found;
}

Task<Result<void>> PcscReader::wait_for_removal() {
  co_return co_await wait([](PcscLink& link) { return link.wait_for_removal(); });
}

Task<Result<ResponseApdu>> PcscReader::transmit(Secret command) {
  // A variable of its own: GCC 12 destroys a lambda that is a temporary of a co_await twice.
  auto exchange = [command = std::move(command)](PcscLink& link) { return link.transmit(command); };
  auto answer = co_await bounded(std::move(exchange));
  if (!answer) co_return Error{Errc::timeout, "pcsc.transmit", "no answer from the card"};
  co_return std::move(*answer);
}

Task<void> PcscReader::release() {
  (void)co_await bounded([](PcscLink& link) {
    link.release();
    return true;
  });
}

}  // namespace

std::unique_ptr<CardReader> make_pcsc_reader(std::string name_part, ExtendedApdus extended) {
  return std::make_unique<PcscReader>(std::move(name_part), extended);
}

}  // namespace madoguchi
