#include "firmware/apps/kioskd/keys_counter.h"

namespace madoguchi {
namespace {

constexpr std::chrono::milliseconds patience = key_patience + std::chrono::milliseconds(2'000);

Error late() { return {Errc::timeout, "keys", "kiosk-keys does not answer in time"}; }

}  // namespace

struct KeysCounter::Asking {
  explicit Asking(std::string socket) : client(std::move(socket)) {}
  KeysClient client;
  std::shared_ptr<Worker> worker = std::make_shared<Worker>("keys counter");
};

KeysCounter::KeysCounter(std::string socket)
    : asking_(std::make_shared<Asking>(std::move(socket))) {}

KeysCounter::~KeysCounter() { let_go(asking_->worker, std::chrono::milliseconds(100)); }

Task<Result<std::uint64_t>> KeysCounter::read() {
  auto question = [asking = asking_] { return asking->client.counter(); };
  const auto value = co_await run_for(patience, asking_->worker, std::move(question));
  if (!value) co_return late();
  if (!*value) co_return value->error();
  if (**value < 0) co_return Error{Errc::protocol, "keys", "the counter is negative"};
  co_return static_cast<std::uint64_t>(**value);
}

Task<Status> KeysCounter::raise_to(std::uint64_t number) {
  const Result<std::uint64_t> now = co_await read();
  if (!now) co_return now.error();
  if (*now >= number) co_return Status();
  const auto wanted = static_cast<std::int64_t>(number);
  auto question = [asking = asking_, wanted] { return asking->client.raise(wanted); };
  const auto value = co_await run_for(patience, asking_->worker, std::move(question));
  if (!value) co_return late();
  if (!*value) co_return value->error();
  co_return Status();
}

}  // namespace madoguchi
