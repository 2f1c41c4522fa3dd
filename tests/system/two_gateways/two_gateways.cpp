#include "tests/system/two_gateways/two_gateways.h"

#include <unistd.h>

namespace madoguchi::gateway {

KioskAtBoth::KioskAtBoth(TwoGateways& gateways, const std::string& name)
    : first_(std::make_unique<TlsClient>(gateways.first().kiosk_address(), kiosk_settings(name))),
      second_(
          std::make_unique<TlsClient>(gateways.second().kiosk_address(), kiosk_settings(name))) {
  CHECK(first_->connected() && second_->connected());
}

HttpReply KioskAtBoth::repeat(TlsClient& client, const std::string& request) {
  for (int attempt = 0; attempt < 10; ++attempt) {
    auto reply = client.receive();
    CHECK(reply.has_value());
    if (reply->status != 503) return *reply;
    ::usleep(100'000);  // Retry-After is in seconds; a kiosk would wait longer
    CHECK(client.send(request));
  }
  FAIL("503 again and again");
  return {};
}

KioskAtBoth::Replies KioskAtBoth::post(const std::string& target, const std::string& json,
                                       const std::string& key_at_first,
                                       const std::string& key_at_second) {
  const auto request = [&](const std::string& key) {
    return request_text("POST", target,
                        {{"Content-Type", "application/json"}, {"Idempotency-Key", key}}, json);
  };
  const std::string one = request(key_at_first);
  const std::string other = request(key_at_second);
  CHECK(first_->send(one));
  CHECK(second_->send(other));
  Replies replies;
  replies.first = repeat(*first_, one);
  replies.second = repeat(*second_, other);
  return replies;
}

}  // namespace madoguchi::gateway
