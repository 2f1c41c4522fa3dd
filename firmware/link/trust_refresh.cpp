#include "firmware/link/trust_refresh.h"

#include "firmware/base/log.h"
#include "firmware/message/time_api.h"

namespace madoguchi {
namespace {

constexpr Timers::Duration patience{20'000};
constexpr int not_found = 404;

}  // namespace

Task<void> TrustRefresh::run() {
  int failures = 0;
  for (;;) {
    const bool done = co_await refresh();
    failures = done ? 0 : failures + 1;
    const Timers::Duration pause = done ? every : back_off_.pause(failures, 0.0);
    co_await timers_.sleep(pause);
  }
}

// The time first: whether the list is fresh is judged by it.
Task<bool> TrustRefresh::refresh() {
  bool has_time = true;
  bool has_list = true;
  if (trust_.asks_for_time()) has_time = co_await ask(std::string(api::time_path));
  if (trust_.asks_for_list()) has_list = co_await ask(std::string(api::revocation_list_path));
  client_.close();
  const bool both = has_time && has_list;
  co_return both;
}

Task<bool> TrustRefresh::ask(std::string path) {
  HttpRequest request;
  request.target = path;
  const auto outcome = co_await client_.send(std::move(request), patience);
  const auto* const answer = std::get_if<HttpResponse>(&outcome);
  const auto refused = [&path](const std::string& why) {
    log_event(Event::request_failed, {{"what", path}, {"why", why}});
    return false;
  };
  if (answer == nullptr) co_return refused(std::get<HttpFailure>(outcome).error.text());
  const bool is_time = path == api::time_path;
  // A gateway of an older release knows neither.
  if (answer->status == not_found && is_time) co_return true;
  if (answer->status != 200) co_return refused("status " + std::to_string(answer->status));
  const auto taken = is_time ? trust_.take_time(answer->body) : trust_.take_list(answer->body);
  if (!taken) co_return refused(taken.error().text());
  co_return true;
}

}  // namespace madoguchi
