#include "firmware/link/tls_handshake.h"

#include "firmware/base/asio.h"
#include "firmware/base/worker.h"

namespace madoguchi {

using Step = TlsSession::Step;
using Socket = TlsStream::Socket;

Task<boost::system::error_code> shake_hands(TlsStream& stream, TlsPolicy& policy) {
  Worker* const worker = policy.worker();
  if (worker == nullptr) {
    auto [error, n] = co_await stream.async_handshake(as_tuple_await);
    co_return error;
  }
  for (;;) {
    auto work = [&stream] { return stream.session().handshake(); };
    const Step step = co_await worker->run(std::move(work));
    if (step.wait == Step::Wait::nothing) co_return step.error;
    const auto what = step.wait == Step::Wait::readable ? Socket::wait_read : Socket::wait_write;
    auto [error] = co_await stream.socket().async_wait(what, as_tuple_await);
    if (error) co_return error;
  }
}

}  // namespace madoguchi
