#include "tools/gateway/kiosks/enrolment_side.h"

#include "firmware/base/asio.h"
#include "firmware/base/log.h"

namespace madoguchi::gateway {
namespace {

using api::EnrolRefusal;
constexpr std::int64_t day_s = 24 * 3600;

}  // namespace

Result<std::unique_ptr<KioskIdentities>> open_identities(const Options& options,
                                                         const SealKey& seal_key,
                                                         Database database) {
  auto kiosks = KioskRegister::open(std::move(database));
  if (!kiosks) return kiosks.error();
  std::optional<KioskAuthority> authority;
  if (!options.kiosk_ca_key.empty()) {
    auto loaded = KioskAuthority::load(options.kiosk_ca, options.kiosk_ca_key);
    if (!loaded) return loaded.error();
    authority.emplace(std::move(*loaded));
  }
  KioskIdentitySettings settings;
  settings.kiosk_url = options.kiosk_url;
  auto seal = seal_key.public_pem();
  if (!seal) return seal.error();
  settings.seal_key = std::move(*seal);
  settings.lifetime_s = std::stol(options.kiosk_days) * day_s;
  return std::make_unique<KioskIdentities>(std::move(*kiosks), std::move(authority), settings);
}

Result<std::unique_ptr<EnrolmentSide>> EnrolmentSide::listen(
    const boost::asio::any_io_executor& loop, Timers& timers, const Options& options,
    KioskIdentities& identities) {
  std::unique_ptr<EnrolmentSide> side;
  if (options.enrol_listen.empty()) return side;
  side.reset(new EnrolmentSide(timers, identities));
  auto tls = enrolment_tls({options.tls_certificate, options.tls_key}, options.gateway_ca);
  if (!tls) return tls.error();
  const HttpLimits limits{
      .most_connections = 64, .largest_body = 8u << 10, .idle = Timers::Duration(10'000)};
  EnrolmentSide* const self = side.get();
  auto server =
      HttpServer::listen(loop, timers, options.enrol_listen, std::move(*tls), limits,
                         [self](Request request) { return self->handle(std::move(request)); });
  if (!server) return server.error();
  side->server_ = std::move(*server);
  return side;
}

Task<Answer> EnrolmentSide::handle(Request request) {
  Answer answer = enrol(request);
  log_event(
      Event::gateway_request,
      {{"request", "enrol"}, {"from", request.address}, {"status", std::to_string(answer.status)}});
  co_return answer;
}

Answer EnrolmentSide::enrol(const Request& request) {
  if (request.target != api::enrol_path || request.method != "POST")
    return enrol_refusal(EnrolRefusal::not_offered, "there is nothing but POST /v1/enrol here");
  const std::string& from = request.address;
  const auto wait = limits_.wait(from, from);
  if (wait > Timers::Duration(0)) {
    return enrol_refusal(EnrolRefusal::too_many_tries, "too many tries from this address",
                         std::chrono::ceil<std::chrono::seconds>(wait).count());
  }
  limits_.tried(from, from);
  const auto now = std::chrono::system_clock::to_time_t(timers_.wall());
  Answer answer = identities_.enrol(request.body, now);
  if (answer.status == 200) limits_.was_right(from, from);
  return answer;
}

}  // namespace madoguchi::gateway
