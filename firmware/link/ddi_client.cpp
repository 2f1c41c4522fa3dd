#include "firmware/link/ddi_client.h"

#include <algorithm>

#include "firmware/base/asio.h"
#include "firmware/base/log.h"
#include "firmware/link/bundle_download.h"

namespace madoguchi {
namespace {

constexpr std::size_t most_says = 32;

bool has_ended(const UpdateSay& say) {
  return say.phase == UpdatePhase::succeeded || say.phase == UpdatePhase::failed;
}

Error answered(const std::string& where, int status) {
  const std::string what = "the update server answers " + std::to_string(status);
  if (status == 401 || status == 403) return {Errc::refused, where, what + ": is the token right?"};
  if (status == 404 || status == 410) return {Errc::not_found, where, what};
  if (status == 429 || status >= 500) return {Errc::busy, where, what};
  return {Errc::protocol, where, what};
}

}  // namespace

DdiClient::DdiClient(Timers& timers, HttpClient& api, BundleSource& source, Sink to_kiosk,
                     Random random, DdiSettings settings)
    : timers_(timers),
      api_(api),
      source_(source),
      to_kiosk_(std::move(to_kiosk)),
      random_(std::move(random)),
      settings_(std::move(settings)),
      sleep_(settings_.sleep) {}

DdiClient::~DdiClient() = default;

Task<void> DdiClient::run() { co_await (talk() && download()); }

/// A round: what was said goes out, then the server is asked. The pause after it ends early when
/// kioskd says something.
Task<void> DdiClient::talk() {
  for (int failures = 0;;) {
    const Status done = co_await round();
    failures = done ? 0 : failures + 1;
    const std::string trouble = done ? "" : done.error().text();
    if (trouble != trouble_ && !trouble.empty())
      log_event(Event::update_server_failed, {{"why", trouble}});
    trouble_ = trouble;
    const Timers::Duration pause =
        done ? sleep_ : std::min(sleep_, settings_.back_off.pause(failures, random_()));
    if (done) {
      (void)co_await (said_.wait() || timers_.sleep(pause));
    } else {
      co_await timers_.sleep(pause);
    }
  }
}

HttpRequest DdiClient::request(std::string method, std::string target, Bytes body) const {
  HttpRequest out;
  out.method = std::move(method);
  out.target = std::move(target);
  out.headers["Accept"] = "application/json";
  if (!settings_.authorization.empty()) out.headers["Authorization"] = settings_.authorization;
  if (out.method != "GET") out.headers["Content-Type"] = "application/json";
  out.body = std::move(body);
  return out;
}

Task<Result<HttpResponse>> DdiClient::ask(HttpRequest request) {
  const std::string what =
      request.method + " " + request.target.substr(0, request.target.find('?'));
  auto outcome = co_await api_.send(std::move(request), settings_.patience);
  if (const auto* failure = std::get_if<HttpFailure>(&outcome)) co_return failure->error;
  HttpResponse& response = std::get<HttpResponse>(outcome);
  if (response.status / 100 != 2) co_return answered(what, response.status);
  co_return std::move(response);
}

Task<Status> DdiClient::round() {
  const Status sent = co_await send_queue();
  if (!sent) co_return sent;
  const std::string base = settings_.server.path + settings_.base;
  HttpRequest question = request("GET", base);
  const Result<HttpResponse> response = co_await ask(std::move(question));
  if (!response) co_return response.error();
  const Result<ddi::Poll> poll = ddi::parse_poll(response->body, settings_.server);
  if (!poll) co_return poll.error();
  if (poll->sleep) sleep_ = std::max(*poll->sleep, settings_.least_sleep);
  Status all;
  if (!poll->config_data.empty()) all = co_await send_attributes(poll->config_data);
  Status each;
  if (!poll->cancel.empty()) {
    each = co_await look_at_cancel(poll->cancel);
    if (!each) all = each;
  }
  if (!poll->deployment.empty()) {
    each = co_await look_at_deployment(poll->deployment);
    if (!each) all = each;
  } else if (poll->cancel.empty()) {
    withdraw();
  }
  co_return all;
}

Task<Status> DdiClient::send_attributes(const std::string& target) {
  HttpRequest put = request("PUT", target, ddi::config_data(settings_.attributes, "replace"));
  const Result<HttpResponse> response = co_await ask(std::move(put));
  if (!response) co_return response.error();
  co_return Status();
}

/// Whether it can stop is kioskd's to say: the answer goes out in the next round.
Task<Status> DdiClient::look_at_cancel(const std::string& target) {
  HttpRequest question = request("GET", target);
  const Result<HttpResponse> response = co_await ask(std::move(question));
  if (!response) co_return response.error();
  const Result<ddi::Cancel> cancel = ddi::parse_cancel(response->body);
  if (!cancel) co_return cancel.error();
  if (offered_ && offered_->action == cancel->stop) {
    offered_.reset();
    source_.set(std::nullopt);
  }
  UpdateWithdrawn withdrawn;
  withdrawn.action = cancel->stop;
  withdrawn.stop = cancel->id;
  to_kiosk_(withdrawn);
  co_return Status();
}

Task<Status> DdiClient::look_at_deployment(const std::string& target) {
  HttpRequest question = request("GET", target);
  const Result<HttpResponse> response = co_await ask(std::move(question));
  if (!response) co_return response.error();
  const Result<ddi::Deployment> found = ddi::parse_deployment(response->body, settings_.server);
  if (!found) {
    // The operator sees why in the server's own history of the action.
    const std::string action = ddi::action_of(response->body);
    if (action.empty() || found.error().code == Errc::protocol) co_return found.error();
    UpdateSay say;
    say.action = action;
    say.phase = UpdatePhase::failed;
    say.details = {found.error().what};
    queue(std::move(say));
    co_return Status();
  }
  const auto over = [&](const UpdateSay& say) {
    return has_ended(say) && say.action == found->action;
  };
  if (std::any_of(says_.begin(), says_.end(), over)) co_return Status();
  offered_ = *found;
  source_.set(found->bundle);
  UpdateOffer offer;
  offer.action = found->action;
  offer.version = found->version;
  offer.file = found->bundle.file;
  offer.bytes = found->bundle.bytes;
  offer.stream = settings_.stream;
  offer.may_fetch = found->may_fetch;
  offer.may_install = found->may_install;
  to_kiosk_(offer);
  co_return Status();
}

void DdiClient::withdraw() {
  if (!offered_) return;
  UpdateWithdrawn withdrawn;
  withdrawn.action = offered_->action;
  offered_.reset();
  source_.set(std::nullopt);
  to_kiosk_(withdrawn);
}

// --- What kioskd says

void DdiClient::queue(UpdateSay say) {
  const auto same = [&](const UpdateSay& other) { return other.action == say.action; };
  const auto before = std::find_if(says_.begin(), says_.end(), same);
  // The newest counts, but nothing comes after the end.
  if (before != says_.end() && has_ended(*before) && !has_ended(say)) return;
  if (before != says_.end()) says_.erase(before);
  if (says_.size() >= most_says) says_.pop_front();
  says_.push_back(std::move(say));
  said_.notify();
}

void DdiClient::handle(UpdateSay say) { queue(std::move(say)); }

void DdiClient::handle(const UpdateStopAnswer& answer) {
  if (answers_.size() >= most_says) answers_.pop_front();
  answers_.push_back(answer);
  said_.notify();
}

void DdiClient::handle(const UpdateFetch& fetch) {
  fetch_ = fetch.action;
  wants_bundle_.notify();
}

/// An action that the server no longer knows needs no telling: it was closed there.
Task<Status> DdiClient::send_answers() {
  const std::string base = settings_.server.path + settings_.base;
  while (!answers_.empty()) {
    const UpdateStopAnswer answer = answers_.front();
    HttpRequest post = request("POST", base + "/cancelAction/" + answer.stop + "/feedback",
                               ddi::cancel_feedback(answer, timers_.wall()));
    const Result<HttpResponse> response = co_await ask(std::move(post));
    if (!response && response.error().code != Errc::not_found) co_return response.error();
    if (!answers_.empty()) answers_.pop_front();
  }
  co_return Status();
}

Task<Status> DdiClient::send_queue() {
  const Status answered_all = co_await send_answers();
  if (!answered_all) co_return answered_all;
  const std::string base = settings_.server.path + settings_.base;
  while (!says_.empty()) {
    const UpdateSay say = says_.front();
    HttpRequest post = request("POST", base + "/deploymentBase/" + say.action + "/feedback",
                               ddi::feedback(say, timers_.wall()));
    const Result<HttpResponse> response = co_await ask(std::move(post));
    if (!response && response.error().code != Errc::not_found) co_return response.error();
    // A newer one of the same action may have come meanwhile.
    const auto sent = [&](const UpdateSay& other) {
      return other.action == say.action && other.phase == say.phase && other.percent == say.percent;
    };
    const auto found = std::find_if(says_.begin(), says_.end(), sent);
    if (found != says_.end()) says_.erase(found);
    if (has_ended(say)) ended(say.action);
  }
  co_return Status();
}

void DdiClient::ended(const std::string& action) {
  if (offered_ && offered_->action == action) {
    offered_.reset();
    source_.set(std::nullopt);
  }
  UpdateTold told;
  told.action = action;
  to_kiosk_(told);
}

Task<void> DdiClient::download() {
  for (;;) {
    co_await wants_bundle_.wait();
    while (fetch_) {
      const std::string action = *std::exchange(fetch_, std::nullopt);
      UpdateFetched fetched;
      fetched.action = action;
      if (!offered_ || offered_->action != action) {
        fetched.failure = "the server does not offer it any more";
        to_kiosk_(fetched);
        continue;
      }
      const std::function<void(std::int64_t)> progress = [&](std::int64_t bytes) {
        fetched.bytes = bytes;
        to_kiosk_(fetched);
      };
      const Result<std::string> path =
          co_await download_bundle(source_, settings_.download_dir, progress);
      if (path) {
        fetched.path = *path;
      } else {
        fetched.failure = path.error().text();
      }
      to_kiosk_(fetched);
    }
  }
}

}  // namespace madoguchi
