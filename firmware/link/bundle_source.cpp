#include "firmware/link/bundle_source.h"

#include <algorithm>

#include "firmware/base/asio.h"
#include "firmware/base/log.h"

namespace madoguchi {

/// One request at a time; who waits is woken when the one before is done.
struct BundleSource::Turns {
  bool taken = false;
  std::weak_ptr<asio::steady_timer> over;

  Task<void> wait() {
    while (taken) {
      std::shared_ptr<asio::steady_timer> timer = over.lock();
      if (!timer) {
        timer = std::make_shared<asio::steady_timer>(co_await asio::this_coro::executor,
                                                     asio::steady_timer::time_point::max());
        over = timer;
      }
      const auto [error] = co_await timer->async_wait(as_tuple_await);
      // Woken by cancel() as everybody; whoever was cancelled alone ends here.
      const auto state = co_await asio::this_coro::cancellation_state;
      if (state.cancelled() != asio::cancellation_type::none)
        throw boost::system::system_error(asio::error::operation_aborted);
      (void)error;
    }
  }
};

namespace {

/// Holds the turns: a read that is dropped with its loop may outlive its source.
template <class Turns>
struct Turn {
  explicit Turn(std::shared_ptr<Turns> of) : turns(std::move(of)) { turns->taken = true; }
  ~Turn() {
    turns->taken = false;
    if (const auto timer = turns->over.lock()) timer->cancel();
  }
  Turn(const Turn&) = delete;
  Turn& operator=(const Turn&) = delete;

  std::shared_ptr<Turns> turns;
};

bool final_answer(Errc code) {
  return code == Errc::refused || code == Errc::protocol || code == Errc::not_found ||
         code == Errc::invalid;
}

}  // namespace

BundleSource::BundleSource(Timers& timers, HttpClient& client, Random random,
                           BundleSourceSettings settings)
    : timers_(timers),
      client_(client),
      random_(std::move(random)),
      settings_(std::move(settings)),
      turns_(std::make_shared<Turns>()) {}

BundleSource::~BundleSource() = default;

void BundleSource::set(std::optional<ddi::Artifact> artifact) { artifact_ = std::move(artifact); }

Task<Result<Bytes>> BundleSource::read_once(std::int64_t from, std::int64_t size) {
  if (!artifact_) co_return Error{Errc::not_found, "bundle", "no bundle is offered"};
  const ddi::Artifact wanted = *artifact_;
  if (from < 0 || from >= wanted.bytes || size <= 0)
    co_return Error{Errc::invalid, "bundle", "there is nothing at this place"};
  const std::int64_t last =
      std::min({from + size, from + static_cast<std::int64_t>(settings_.part), wanted.bytes}) - 1;
  HttpRequest request;
  request.target = wanted.target;
  request.headers["Range"] = "bytes=" + std::to_string(from) + "-" + std::to_string(last);
  if (!settings_.authorization.empty()) request.headers["Authorization"] = settings_.authorization;
  auto outcome = co_await client_.send(std::move(request), settings_.patience);
  if (const auto* failure = std::get_if<HttpFailure>(&outcome)) co_return failure->error;
  auto& response = std::get<HttpResponse>(outcome);
  moved_ += static_cast<std::int64_t>(response.body.size());
  if (!artifact_ || !(*artifact_ == wanted))
    co_return Error{Errc::not_found, "bundle", "another bundle is offered now"};
  const int status = response.status;
  if (status == 401 || status == 403 || status == 404 || status == 410)
    co_return Error{Errc::refused, "bundle", "the server answers " + std::to_string(status)};
  if (status == 429 || status >= 500)
    co_return Error{Errc::busy, "bundle", "the server answers " + std::to_string(status)};
  const auto range = ddi::parse_content_range(response.headers["content-range"]);
  const bool whole = status == 200 && from == 0 && last + 1 == wanted.bytes;
  const bool part = status == 206 && range && range->from == from && range->last == last &&
                    range->whole == wanted.bytes;
  if ((!whole && !part) || static_cast<std::int64_t>(response.body.size()) != last - from + 1)
    co_return Error{
        Errc::protocol, "bundle",
        "the server does not give the part that was asked for (" + std::to_string(status) + ")"};
  co_return std::move(response.body);
}

Task<Result<Bytes>> BundleSource::read(std::int64_t from, std::int64_t size) {
  co_await turns_->wait();
  const Turn<Turns> turn(turns_);
  const Timers::Monotonic until = timers_.now() + settings_.give_up;
  for (int failures = 1;; ++failures) {
    Result<Bytes> part = co_await read_once(from, size);
    if (part || final_answer(part.error().code)) co_return part;
    if (failures == 1) log_event(Event::update_server_failed, {{"why", part.error().text()}});
    const Timers::Duration pause = settings_.back_off.pause(failures, random_());
    if (timers_.now() + pause >= until)
      co_return Error{Errc::gone, "bundle", "given up: " + part.error().text()};
    co_await timers_.sleep(pause);
  }
}

}  // namespace madoguchi
