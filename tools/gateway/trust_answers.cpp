#include "tools/gateway/trust_answers.h"

#include "firmware/base/file.h"
#include "firmware/message/time_api.h"

namespace madoguchi::gateway {

Answer TrustAnswers::time(std::chrono::system_clock::time_point now) const {
  const auto missing = [](int status, const char* why) {
    return refusal({api::Refusal::internal, why, status});
  };
  if (seal_key == nullptr) return missing(404, "this gateway signs no time");
  const api::Moment moment{.at_s = std::chrono::system_clock::to_time_t(now)};
  api::SignedTime answer{encode(moment), {}};
  auto signature = seal_key->sign(api::time_message(answer.moment));
  if (!signature) return missing(500, "the time could not be signed");
  answer.signature = std::move(*signature);
  return json_answer(200, answer);
}

Answer TrustAnswers::revocation_list() const {
  if (crl.empty())
    return refusal({api::Refusal::not_available, "this gateway has no revocation list", 404});
  auto content = read_file(crl, api::largest_revocation_list);
  if (!content) return refusal({api::Refusal::internal, "the revocation list cannot be read", 500});
  return {.status = 200, .content_type = "application/pkix-crl", .body = std::move(*content)};
}

}  // namespace madoguchi::gateway
