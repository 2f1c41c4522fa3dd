#include "hal/tpm/tpm_vault.h"

#include "firmware/base/worker.h"
#include "hal/tpm/tpm_keys.h"

namespace madoguchi {
namespace {

constexpr std::chrono::milliseconds farewell{1'000};

}  // namespace

TpmVault::TpmVault(std::string tcti, std::string folder, TpmPatience patience)
    : patience_(patience),
      keys_(std::make_shared<tpm::TpmKeys>(std::move(tcti), std::move(folder))),
      worker_(std::make_shared<Worker>("tpm")) {}

TpmVault::~TpmVault() { let_go(worker_, farewell); }

template <class T>
Task<Result<T>> TpmVault::on_worker(std::chrono::milliseconds patience,
                                    std::function<Result<T>(tpm::TpmKeys&)> work) {
  if (hangs_ && worker_->busy())
    co_return Error{Errc::busy, "tpm", "the TPM has not answered since an earlier call"};
  hangs_ = false;
  // Shared: the work may outlive this call, and the vault.
  auto piece = [keys = keys_, work = std::move(work)] { return work(*keys); };
  auto outcome = co_await run_for(patience, worker_, std::move(piece));
  if (!outcome) {
    hangs_ = true;
    co_return Error{Errc::timeout, "tpm", "the TPM does not answer"};
  }
  co_return std::move(*outcome);
}

Task<Result<KeyVault::State>> TpmVault::state() {
  std::function<Result<State>(tpm::TpmKeys&)> work = [](tpm::TpmKeys& keys) {
    return keys.state();
  };
  co_return co_await on_worker<State>(patience_.other, std::move(work));
}

Task<Result<Bytes>> TpmVault::make_key() {
  std::function<Result<Bytes>(tpm::TpmKeys&)> work = [](tpm::TpmKeys& keys) {
    return keys.make_key();
  };
  co_return co_await on_worker<Bytes>(patience_.making, std::move(work));
}

Task<Result<Bytes>> TpmVault::public_half() {
  std::function<Result<Bytes>(tpm::TpmKeys&)> work = [](tpm::TpmKeys& keys) {
    return keys.public_half();
  };
  co_return co_await on_worker<Bytes>(patience_.other, std::move(work));
}

Task<Result<Bytes>> TpmVault::sign(Bytes digest) {
  std::function<Result<Bytes>(tpm::TpmKeys&)> work =
      [digest = std::move(digest)](tpm::TpmKeys& keys) { return keys.sign(digest); };
  co_return co_await on_worker<Bytes>(patience_.other, std::move(work));
}

Task<Result<std::int64_t>> TpmVault::counter() {
  std::function<Result<std::int64_t>(tpm::TpmKeys&)> work = [](tpm::TpmKeys& keys) {
    return keys.counter();
  };
  co_return co_await on_worker<std::int64_t>(patience_.other, std::move(work));
}

Task<Result<std::int64_t>> TpmVault::raise_counter(std::int64_t to) {
  std::function<Result<std::int64_t>(tpm::TpmKeys&)> work = [to](tpm::TpmKeys& keys) {
    return keys.raise_counter(to, most_steps);
  };
  co_return co_await on_worker<std::int64_t>(patience_.making, std::move(work));
}

Task<Status> TpmVault::erase() {
  std::function<Status(tpm::TpmKeys&)> work = [](tpm::TpmKeys& keys) { return keys.erase(); };
  co_return co_await on_worker<void>(patience_.making, std::move(work));
}

}  // namespace madoguchi
