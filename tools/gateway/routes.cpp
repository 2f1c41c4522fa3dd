#include "tools/gateway/routes.h"

#include <algorithm>
#include <charconv>

#include "firmware/base/log.h"
#include "firmware/message/time_api.h"
#include "tools/gateway/live_kiosk.h"
#include "tools/gateway/local_time.h"
#include "tools/gateway/openssl.h"

namespace madoguchi::gateway {
namespace {

constexpr std::string_view visits_path = "/v1/visits";
constexpr std::string_view help_path = "/v1/help/sessions";
constexpr std::string_view flows_path = "/v1/flows";
constexpr std::string_view badges_path = "/v1/help/badges";
constexpr std::string_view tickets_path = "/v1/queue/tickets";
constexpr std::string_view bookings_path = "/v1/queue/bookings";
constexpr std::string_view check_ins_path = "/v1/queue/check_ins";
constexpr std::string_view cancellations_path = "/v1/queue/cancellations";
constexpr std::string_view card_ties_path = "/v1/queue/card_ties";
constexpr std::string_view card_bookings_path = "/v1/queue/card_bookings";
constexpr std::string_view queue_path = "/v1/queue";
constexpr std::string_view slots_path = "/v1/queue/slots";
constexpr std::string_view booking_path = "/v1/queue/booking";
constexpr std::string_view consultations_path = "/v1/consultations";
constexpr std::string_view consult_topics_path = "/v1/consultations/topics";
constexpr std::string_view papers_step = "/papers/";
constexpr std::string_view checkpoints_path = "/v1/checkpoints";
constexpr std::string_view latest_checkpoint_path = "/v1/checkpoints/latest";
constexpr std::string_view settlements_path = "/v1/settlements";
constexpr std::string_view health_path = "/v1/health";
constexpr UnixTime settlements_told_s = 31 * 24 * 3600;
constexpr std::size_t longest_key = 64;
constexpr UnixTime minutes_kept_s = 30 * 60;
constexpr UnixTime document_kept_s = 24 * 3600;
constexpr UnixTime key_kept_s = 30 * 24 * 3600;
constexpr int most_attempts = 3;

std::string_view path_of(std::string_view target) { return target.substr(0, target.find('?')); }

std::string header(const Request& request, const std::string& name) {
  const auto found = request.headers.find(name);
  return found == request.headers.end() ? std::string() : found->second;
}

/// RFC 9110 8.3.1: the type without its parameters, in any case.
bool is_json(const std::string& content_type) {
  std::string type = content_type.substr(0, content_type.find(';'));
  while (!type.empty() && type.back() == ' ') type.pop_back();
  std::transform(type.begin(), type.end(), type.begin(),
                 [](unsigned char c) { return std::tolower(c); });
  return type == "application/json";
}

bool is_key(std::string_view key) {
  return !key.empty() && key.size() <= longest_key &&
         std::all_of(key.begin(), key.end(), [](char c) { return c > ' ' && c < 0x7f; });
}

/// What makes two requests the same.
Bytes fingerprint(const Request& request) {
  Bytes all = to_bytes(as_bytes(request.method + '\n' + request.target + '\n'));
  all.insert(all.end(), request.body.begin(), request.body.end());
  return sha256(all);
}

template <class Service, class Body>
Task<Decision> decode_and_run(Service& service, Task<Decision> (Service::*operation)(Caller, Body),
                              Caller caller, const Bytes& json) {
  auto body = decode<Body>(json, Dialect::json);
  if (!body) {
    // Error::what names the rule, Error::where the field; neither repeats what was sent.
    const Refused refused{api::Refusal::malformed, body.error().where + " " + body.error().what};
    co_return Decision{.answer = refusal(refused)};
  }
  co_return co_await (service.*operation)(std::move(caller), std::move(*body));
}

template <auto operation>
Task<Decision> visit(const Routes::Parts& parts, Caller caller, const Bytes& json) {
  return decode_and_run(parts.visits, operation, std::move(caller), json);
}
template <auto operation>
Task<Decision> help(const Routes::Parts& parts, Caller caller, const Bytes& json) {
  return decode_and_run(parts.help_desk, operation, std::move(caller), json);
}
template <auto operation>
Task<Decision> tickets(const Routes::Parts& parts, Caller caller, const Bytes& json) {
  return decode_and_run(*parts.waiting_room, operation, std::move(caller), json);
}
template <auto operation>
Task<Decision> booking(const Routes::Parts& parts, Caller caller, const Bytes& json) {
  return decode_and_run(*parts.bookings, operation, std::move(caller), json);
}

template <auto operation>
Task<Decision> consultation(const Routes::Parts& parts, Caller caller, const Bytes& json) {
  return decode_and_run(*parts.consultations, operation, std::move(caller), json);
}

bool is_consultation(std::string_view path) {
  return path == consultations_path || path.starts_with(std::string(consultations_path) + "/");
}
/// Of GET /v1/consultations/{call}/papers/{paper}.
bool is_paper(std::string_view path) {
  return is_consultation(path) && path.find(papers_step) != std::string_view::npos;
}

bool is_of_queue(std::string_view path) {
  return path == queue_path || path.starts_with(std::string(queue_path) + "/");
}

template <auto operation>
Task<Decision> count(const Routes::Parts& parts, Caller caller, const Bytes& json) {
  return decode_and_run(parts.numbers, operation, std::move(caller), json);
}

UnixTime kept_s(Keep keep) {
  switch (keep) {
    case Keep::minutes:
      return minutes_kept_s;
    case Keep::until_settlement:
      return document_kept_s;
    case Keep::as_long_as_the_key:
      return key_kept_s;
  }
  return 0;
}

/// What the log calls a request that is in no table.
std::string name_of(std::string_view path) {
  if (path == checkpoints_path || path == latest_checkpoint_path) return "checkpoints";
  const std::string_view live_path = desk::live_path;
  if (is_of_queue(path)) return "queue";
  if (UpdateDesk::is_path(path)) return "update";
  if (is_consultation(path)) return "consultation";
  for (const std::string_view known : {settlements_path, health_path, badges_path, live_path,
                                       api::time_path, api::revocation_list_path}) {
    if (path == known) return std::string(path.substr(path.rfind('/') + 1));
  }
  return "unknown";
}

Answer wrong_method(std::string allowed) {
  Answer answer = refusal({api::Refusal::malformed, "this path takes " + allowed + " only", 405});
  answer.headers["Allow"] = std::move(allowed);
  return answer;
}

Answer unavailable(const Refused& refused) {
  Answer answer = refusal(refused);
  answer.headers["Retry-After"] = "2";
  return answer;
}

}  // namespace

struct Routes::Route {
  std::string_view collection;
  std::string_view step;  ///< after the visit's or session's id; empty for the collection
  std::string_view name;  ///< for the log
  Task<Decision> (*run)(const Parts&, Caller, const Bytes&);

  /// The id of a help session, a ticket or a flow is neither logged nor stored with the answer: it
  /// would tell whose it was.
  [[nodiscard]] bool anonymous() const { return collection != visits_path; }
};

const std::vector<Routes::Route>& Routes::table() {
  static const std::vector<Route> routes{
      {visits_path, "", "open", visit<&Visits::open>},
      {visits_path, "identify", "identify", visit<&Visits::identify>},
      {visits_path, "quote", "quote", visit<&Visits::quote>},
      {visits_path, "issue", "issue", visit<&Visits::issue>},
      {visits_path, "settle", "settle", visit<&Visits::settle>},
      {visits_path, "feedback", "feedback", visit<&Visits::feedback>},
      {visits_path, "notice", "notice", visit<&Visits::notice>},
      {help_path, "", "help", help<&HelpDesk::open_session>},
      {help_path, "record", "help record", help<&HelpDesk::record>},
      {flows_path, "", "flow", count<&Numbers::flow>},
      {tickets_path, "", "ticket", tickets<&WaitingRoom::take>},
      {tickets_path, "report", "ticket report", booking<&Bookings::report>},
      {tickets_path, "withdraw", "ticket withdraw", tickets<&WaitingRoom::withdraw>},
      {bookings_path, "", "book", booking<&Bookings::book>},
      {check_ins_path, "", "check in", booking<&Bookings::check_in>},
      {cancellations_path, "", "cancel booking", booking<&Bookings::cancel>},
      {card_ties_path, "", "tie card", booking<&Bookings::tie_card>},
      {card_bookings_path, "", "booking of card", booking<&Bookings::of_card>},
      {consultations_path, "", "consultation", consultation<&Consultations::ask>},
      {consultations_path, "relay", "relay", consultation<&Consultations::relay>},
      {consultations_path, "record", "consultation record", consultation<&Consultations::record>},
  };
  return routes;
}

Routes::Match Routes::find(std::string_view path) {
  for (const std::string_view collection :
       {visits_path, help_path, flows_path, tickets_path, bookings_path, check_ins_path,
        cancellations_path, card_ties_path, card_bookings_path, consultations_path}) {
    if (!path.starts_with(collection)) continue;
    path.remove_prefix(collection.size());
    std::string visit;
    std::string_view step;
    if (!path.empty()) {
      const auto slash = path.find('/', 1);
      if (path.front() != '/' || slash == std::string_view::npos || slash == 1) return {};
      visit = path.substr(1, slash - 1);
      step = path.substr(slash + 1);
      if (step.empty()) return {};
    }
    for (const Route& route : table()) {
      if (route.collection == collection && route.step == step) return {&route, std::move(visit)};
    }
    return {};
  }
  return {};
}

Task<Answer> Routes::handle(Request request) {
  const auto begun = parts_.timers.now();
  const std::string kiosk = request.peer;
  const std::string path(path_of(request.target));
  const Match match = find(path);
  Answer given = co_await answer(match, path, std::move(request));
  if (given.status == 500 && !parts_.store.database().reachable())
    given = unavailable({api::Refusal::internal, "the gateway's database is away", 503});
  const auto took =
      std::chrono::duration_cast<std::chrono::milliseconds>(parts_.timers.now() - begun);
  const bool shown = match.route != nullptr && !match.route->anonymous();
  log_event(Event::gateway_request,
            {{"kiosk", kiosk},
             {"request", match.route != nullptr ? std::string(match.route->name) : name_of(path)},
             {"visit", shown ? match.visit : ""},
             {"status", std::to_string(given.status)},
             {"ms", std::to_string(took.count())}});
  co_return given;
}

Task<Answer> Routes::answer(const Match& match, std::string_view path, Request request) {
  // The handshake refuses it; a connection from before, or one that was resumed, ends here.
  if (parts_.identities != nullptr && parts_.identities->is_out(request.peer))
    co_return enrol_refusal(api::EnrolRefusal::revoked, "this kiosk is revoked");
  if (path == api::renew_path || path == api::retire_path)
    co_return co_await identity(std::move(request));
  const bool no_queue = parts_.waiting_room == nullptr || parts_.bookings == nullptr;
  if (no_queue && is_of_queue(path))
    co_return refusal({api::Refusal::malformed, "there is no queue here", 404});
  if (parts_.consultations == nullptr && is_consultation(path))
    co_return refusal({api::Refusal::malformed, "there are no consultations here", 404});
  if (match.route != nullptr) {
    if (request.method != "POST") co_return wrong_method("POST");
    co_return co_await post(*match.route, match.visit, std::move(request));
  }
  if (path == checkpoints_path || path == latest_checkpoint_path)
    co_return co_await checkpoints(std::move(request));
  if (path == settlements_path) co_return co_await settlements(std::move(request));
  if (path == badges_path) co_return co_await badges(std::move(request));
  if (path == queue_path || path == slots_path || path == booking_path)
    co_return co_await queue(std::move(request));
  if (path == consult_topics_path || is_paper(path))
    co_return co_await consultations(std::move(request));
  if (parts_.updates != nullptr && UpdateDesk::is_path(path))
    co_return parts_.updates->handle(request);
  if (path == desk::live_path) co_return accept_live_kiosk(parts_.live_hub, request);
  if (path == api::time_path || path == api::revocation_list_path) {
    if (request.method != "GET") co_return wrong_method("GET");
    if (path == api::time_path) co_return parts_.trust.time(parts_.timers.wall());
    co_return parts_.trust.revocation_list();
  }
  if (path != health_path)
    co_return refusal({api::Refusal::malformed, "there is no such path", 404});
  if (request.method != "GET") co_return wrong_method("GET");
  co_return health();
}

/// The badges that open a session while the kiosk cannot ask.
Task<Answer> Routes::badges(Request request) {
  if (request.method != "GET") co_return wrong_method("GET");
  auto turn = co_await parts_.turns.take(request.peer);
  if (const auto* refused = std::get_if<Refused>(&turn)) co_return unavailable(*refused);
  co_return parts_.help_desk.badges();
}

Task<Answer> Routes::queue(Request request) {
  if (request.method != "GET") co_return wrong_method("GET");
  auto turn = co_await parts_.turns.take(request.peer);
  if (const auto* refused = std::get_if<Refused>(&turn)) co_return unavailable(*refused);
  const std::string_view path = path_of(request.target);
  if (path == slots_path) co_return parts_.bookings->slots();
  if (path == queue_path) co_return parts_.waiting_room->status(request.peer);
  constexpr std::string_view parameter = "?code=";
  std::string_view query = std::string_view(request.target).substr(path.size());
  if (!query.starts_with(parameter))
    co_return refusal({api::Refusal::malformed, "code is missing"});
  query.remove_prefix(parameter.size());
  co_return parts_.bookings->show(query);
}

/// What can be asked for now, or a paper of a call.
Task<Answer> Routes::consultations(Request request) {
  if (request.method != "GET") co_return wrong_method("GET");
  auto turn = co_await parts_.turns.take(request.peer);
  if (const auto* refused = std::get_if<Refused>(&turn)) co_return unavailable(*refused);
  std::string_view path = path_of(request.target);
  if (path == consult_topics_path) co_return parts_.consultations->topics();
  path.remove_prefix(consultations_path.size() + 1);
  const auto step = path.find(papers_step);
  const std::string call(path.substr(0, step));
  const std::string paper(path.substr(step + papers_step.size()));
  co_return parts_.consultations->paper(request.peer, call, paper);
}

/// The kiosk's own lines of the fee ledger, for its reconciliation at the end of the day.
Task<Answer> Routes::settlements(Request request) {
  if (request.method != "GET") co_return wrong_method("GET");
  constexpr std::string_view parameter = "?since=";
  const std::string_view query = std::string_view(request.target).substr(settlements_path.size());
  UnixTime since = 0;
  const char* const end = query.data() + query.size();
  const bool named = query.starts_with(parameter);
  const char* const digits = named ? query.data() + parameter.size() : end;
  const auto parsed = std::from_chars(digits, end, since);
  if (parsed.ec != std::errc() || parsed.ptr != end || since < 0)
    co_return refusal({api::Refusal::malformed, "since is not a number of seconds"});
  auto turn = co_await parts_.turns.take(request.peer);
  if (const auto* refused = std::get_if<Refused>(&turn)) co_return unavailable(*refused);
  const UnixTime now = std::chrono::system_clock::to_time_t(parts_.timers.wall());
  const auto lines = parts_.store.ledger(request.peer, std::max(since, now - settlements_told_s));
  if (!lines) co_return refusal({api::Refusal::internal, "the gateway could not read its ledger"});
  api::Settlements out;
  for (const LedgerLine& line : *lines)
    out.settlements.push_back({line.document, line.outcome, line.charged_yen, line.at});
  co_return json_answer(200, out);
}

/// What a checkpoint does is in itself: a repeat needs no key to be recognised.
Task<Answer> Routes::checkpoints(Request request) {
  auto turn = co_await parts_.turns.take(request.peer);
  if (const auto* refused = std::get_if<Refused>(&turn)) co_return unavailable(*refused);
  if (path_of(request.target) == latest_checkpoint_path) {
    co_return request.method == "GET" ? parts_.checkpoints.latest(request.peer)
                                      : wrong_method("GET");
  }
  if (request.method != "POST") co_return wrong_method("POST");
  if (!is_json(header(request, "content-type")))
    co_return refusal({api::Refusal::malformed, "the body is not application/json", 415});
  co_return parts_.checkpoints.take(request.peer, request.body,
                                    std::chrono::system_clock::to_time_t(parts_.timers.wall()));
}

/// What is asked again is done again, and harms nobody: no key.
Task<Answer> Routes::identity(Request request) {
  if (request.method != "POST") co_return wrong_method("POST");
  if (parts_.identities == nullptr)
    co_return enrol_refusal(api::EnrolRefusal::not_offered, "this gateway issues no certificates");
  auto turn = co_await parts_.turns.take(request.peer);
  if (const auto* refused = std::get_if<Refused>(&turn)) co_return unavailable(*refused);
  const auto now = std::chrono::system_clock::to_time_t(parts_.timers.wall());
  const bool renews = path_of(request.target) == api::renew_path;
  co_return renews ? parts_.identities->renew(request.peer, request.body, now)
                   : parts_.identities->retire(request.peer, request.body, now);
}

Task<Answer> Routes::post(const Route& route, std::string visit, Request request) {
  if (!is_json(header(request, "content-type"))) {
    co_return refusal({api::Refusal::malformed, "the body is not application/json", 415});
  }
  const std::string key = header(request, "idempotency-key");
  if (!is_key(key))
    co_return refusal({api::Refusal::malformed, "Idempotency-Key is missing or not a UUID"});

  auto turn = co_await parts_.turns.take(request.peer);
  if (const auto* refused = std::get_if<Refused>(&turn)) co_return unavailable(*refused);
  StoredAnswer stored;
  stored.kiosk = request.peer;
  stored.key = key;
  stored.request_sha256 = fingerprint(request);
  if (!route.anonymous()) stored.visit = visit;
  // Another gateway on the same database may be faster, with this very request or another one of
  // the visit. Then everything is looked at anew.
  for (int attempt = 1; attempt <= most_attempts; ++attempt) {
    if (auto earlier = answered_before(stored)) co_return std::move(*earlier);
    // A named Caller: GCC 12 destroys a temporary one twice when it stands in a co_await.
    Caller caller{request.peer, visit};
    const Decision decision = co_await route.run(parts_, std::move(caller), request.body);
    if (decision.answer.status >= 500)
      co_return decision.answer;  // nothing was done: the kiosk may try again
    const Status done = commit(decision, stored);
    if (done) co_return decision.answer;
    log_event(Event::gateway_refused, {{"what", done.error().text()}});
    const Errc code = done.error().code;
    if (code == Errc::invalid)
      co_return refusal({api::Refusal::malformed, "no database keeps this text", 422});
    if (code == Errc::timeout) break;
    if (code != Errc::busy && code != Errc::cancelled)
      co_return refusal({api::Refusal::internal, "the gateway could not record this"});
  }
  co_return unavailable({api::Refusal::internal, "too much at once happens to this visit", 503});
}

/// The answer that this key got before, by whichever gateway; or why there is none to be had.
std::optional<Answer> Routes::answered_before(const StoredAnswer& asked) {
  const auto earlier = parts_.store.answer(asked.kiosk, asked.key);
  if (!earlier) return refusal({api::Refusal::internal, "the gateway could not look up the key"});
  if (!*earlier) return std::nullopt;
  const StoredAnswer& first = **earlier;
  if (first.request_sha256 != asked.request_sha256) {
    return refusal({api::Refusal::conflict, "this Idempotency-Key belongs to another request"});
  }
  if (first.emptied)
    return refusal(
        {api::Refusal::expired, "this request was answered; the answer is not kept any more"});
  return Answer{.status = first.status, .body = first.body};
}

/// Writes what was decided and the answer, both or neither.
Status Routes::commit(const Decision& decision, StoredAnswer stored) {
  stored.status = decision.answer.status;
  stored.body = decision.answer.body;
  stored.at = std::chrono::system_clock::to_time_t(parts_.timers.wall());
  stored.keep_until = stored.at + kept_s(decision.keep);
  stored.until_settlement = decision.keep == Keep::until_settlement;
  auto transaction = parts_.store.begin();
  if (!transaction) return transaction.error();
  if (decision.write) {
    if (auto done = decision.write(parts_.store); !done) return done;
  }
  if (auto done = parts_.store.add(stored); !done) return done;
  return transaction->commit();
}

Answer Routes::health() const {
  return json_answer(200,
                     api::GatewayHealth{parts_.city, local_time(parts_.timers.wall()).iso8601()});
}

}  // namespace madoguchi::gateway
