#include "firmware/link/enrolment_calls.h"

#include <sys/random.h>

namespace madoguchi {
namespace {

constexpr Timers::Duration patience{30'000};
constexpr Timers::Duration farewell_patience{10'000};
constexpr const char* subject = "madoguchi-kiosk";

/// For the gateway's Idempotency-Key.
std::string random_key() {
  Bytes bytes(16);
  (void)!getrandom(bytes.data(), bytes.size(), 0);
  return to_hex(bytes);
}

EnrolFailure failure_of(const Error& error) {
  switch (error.code) {
    case Errc::integrity:
      return {EnrolResult::untrusted, error.text()};
    case Errc::refused:
      return {error.where == revoked_at ? EnrolResult::revoked : EnrolResult::untrusted,
              error.text()};
    default:
      return {EnrolResult::no_gateway, error.text()};
  }
}

EnrolResult result_of(api::EnrolRefusal refusal) {
  switch (refusal) {
    case api::EnrolRefusal::unknown_code:
      return EnrolResult::unknown_code;
    case api::EnrolRefusal::used_code:
      return EnrolResult::used_code;
    case api::EnrolRefusal::expired_code:
      return EnrolResult::expired_code;
    case api::EnrolRefusal::wrong_site:
      return EnrolResult::wrong_site;
    case api::EnrolRefusal::too_many_tries:
      return EnrolResult::too_many_tries;
    case api::EnrolRefusal::revoked:
      return EnrolResult::revoked;
    default:
      return EnrolResult::refused;
  }
}

EnrolFailure refusal_in(const HttpResponse& response) {
  const std::string status = "the gateway answers " + std::to_string(response.status);
  const auto error = decode<api::EnrolError>(response.body, Dialect::json);
  if (!error) {
    return {response.status >= 500 ? EnrolResult::no_gateway : EnrolResult::refused, status};
  }
  if (error->code == api::EnrolRefusal::internal) return {EnrolResult::no_gateway, error->message};
  return {result_of(error->code), error->message};
}

template <class Answer, class Question>
Task<EnrolVerdict<Answer>> ask(HttpClient& client, std::string_view path, Question question,
                               Timers::Duration limit) {
  HttpRequest request;
  request.method = "POST";
  request.target = path;
  request.headers = {{"Content-Type", "application/json"}, {"Idempotency-Key", random_key()}};
  request.body = encode(question, Dialect::json);
  const auto outcome = co_await client.send(std::move(request), limit);
  client.close();
  if (const auto* failed = std::get_if<HttpFailure>(&outcome)) co_return failure_of(failed->error);
  const auto& response = std::get<HttpResponse>(outcome);
  if (response.status != 200) co_return refusal_in(response);
  auto answer = decode<Answer>(response.body, Dialect::json);
  if (!answer) co_return EnrolFailure{EnrolResult::untrusted, answer.error().text()};
  co_return std::move(*answer);
}

}  // namespace

Task<Result<Bytes>> KeysDesk::make() {
  auto work = [this] { return client_.make(); };
  co_return co_await worker_.run(std::move(work));
}

Task<Result<Bytes>> KeysDesk::public_half() {
  auto work = [this] { return client_.public_half(); };
  co_return co_await worker_.run(std::move(work));
}

Task<Result<KeysState>> KeysDesk::state() {
  auto work = [this] { return client_.state(); };
  co_return co_await worker_.run(std::move(work));
}

Task<Result<Bytes>> KeysDesk::request(Bytes point) {
  auto work = [this, point = std::move(point)] {
    return certificate_request(point, subject,
                               [this](ByteView digest) { return client_.sign(digest); });
  };
  co_return co_await worker_.run(std::move(work));
}

Task<EnrolVerdict<api::Enrolled>> call_enrol(HttpClient& client, api::EnrolAsk question) {
  return ask<api::Enrolled>(client, api::enrol_path, std::move(question), patience);
}

Task<EnrolVerdict<api::Renewed>> call_renew(HttpClient& client, api::RenewAsk question) {
  return ask<api::Renewed>(client, api::renew_path, std::move(question), patience);
}

Task<EnrolVerdict<api::Retired>> call_retire(HttpClient& client, api::RetireAsk question) {
  return ask<api::Retired>(client, api::retire_path, std::move(question), farewell_patience);
}

}  // namespace madoguchi
