#include "firmware/link/enrolment.h"

#include <algorithm>

#include "firmware/base/asio.h"
#include "firmware/base/file.h"
#include "firmware/base/log.h"
#include "firmware/crypto/signature.h"
#include "firmware/link/pinned_ca.h"
#include "firmware/link/server_trust.h"
#include "firmware/link/server_url.h"
#include "firmware/message/enrol_ticket.h"

namespace madoguchi {
namespace {

constexpr std::size_t largest_pem = 64 * 1024;
constexpr Timers::Duration ca_patience{20'000};
constexpr Timers::Duration least_pause{1'000};
constexpr const char* key_in_toml = "kiosk.toml";

std::int64_t seconds(Timers::Wall at) { return std::chrono::system_clock::to_time_t(at); }

/// Two thirds of its life.
Timers::Wall renewal_of(const KioskCertificate& certificate) {
  return certificate.from + (certificate.until - certificate.from) / 3 * 2;
}

EnrolFailure no_key(const Error& error) { return {EnrolResult::no_key, error.text()}; }

std::string id_of(const KioskToLink& request) {
  return std::visit(
      []<class R>(const R& one) {
        if constexpr (requires { one.id; }) return one.id;
        return std::string();
      },
      request);
}

bool is_https(const std::string& url) {
  const auto parsed = parse_server_url(url);
  return parsed && parsed->tls;
}

}  // namespace

Enrolment::Enrolment(Timers& timers, EnrolmentSettings settings, Sink to_kiosk, Random random,
                     Clock clock)
    : timers_(timers),
      settings_(std::move(settings)),
      file_(settings_.folder),
      to_kiosk_(std::move(to_kiosk)),
      random_(std::move(random)),
      clock_(std::move(clock)),
      keys_(settings_.keys_socket) {}

Result<std::unique_ptr<Enrolment>> Enrolment::open(Timers& timers, EnrolmentSettings settings,
                                                   Sink to_kiosk, Random random, Clock clock) {
  std::unique_ptr<Enrolment> made(new Enrolment(timers, std::move(settings), std::move(to_kiosk),
                                                std::move(random), std::move(clock)));
  if (made->settings_.keys_socket.empty()) {
    made->key_place_ = key_in_toml;
    made->key_known_ = true;
    const auto pem = read_file(made->settings_.certificate, largest_pem);
    const auto certificate =
        pem ? read_certificate(as_text(*pem)) : Result<KioskCertificate>(pem.error());
    if (certificate) made->certificate_ = *certificate;
    return made;
  }
  auto held = made->file_.load();
  if (!held && held.error().code != Errc::integrity) return held.error();
  if (!held) {
    made->damaged_ = held.error().text();
  } else if (*held) {
    if (Status laid = made->file_.lay_out(**held); !laid) return laid.error();
    made->take(std::move(**held));
  }
  return made;
}

TlsFiles Enrolment::files() const {
  return {.ca = file_.ca_file(),
          .certificate = file_.certificate_file(),
          .key = "",
          .pins = settings_.pins,
          .keys_socket = settings_.keys_socket,
          .renewals = renewals_};
}

void Enrolment::take(HeldIdentity identity) {
  const auto certificate = read_certificate(identity.certificate);
  certificate_.reset();
  if (certificate) certificate_ = *certificate;
  held_ = std::move(identity);
  damaged_.clear();
  revoked_ = false;
  failures_ = 0;
  not_before_.reset();
  renewal_trouble_.clear();
  ++*renewals_;
}

bool Enrolment::is_due(Timers::Wall now) const {
  return held_ && certificate_ && now >= renewal_of(*certificate_);
}

IdentityStanding Enrolment::standing() const {
  const Timers::Wall now = clock_();
  if (settings_.keys_socket.empty()) return IdentityStanding::configured;
  if (!held_) return IdentityStanding::none;
  if (revoked_) return IdentityStanding::revoked;
  if (!certificate_ || certificate_->until <= now) return IdentityStanding::expired;
  return is_due(now) ? IdentityStanding::renewing : IdentityStanding::enrolled;
}

void Enrolment::announce() {
  IdentityState state;
  state.standing = standing();
  if (held_) {
    state.site = held_->site;
    state.seal_key = held_->seal_key;
  }
  if (certificate_) {
    state.kiosk = certificate_->kiosk;
    state.valid_until = seconds(certificate_->until);
    if (held_) state.renew_at = seconds(renewal_of(*certificate_));
  }
  state.key = key_place_;
  // That it is not renewed comes before a weakness that never changes.
  state.trouble = !damaged_.empty()           ? damaged_
                  : !renewal_trouble_.empty() ? renewal_trouble_
                                              : key_trouble_;
  if (said_ && encode(*said_) == encode(state)) return;
  const bool changed = !said_ || said_->standing != state.standing;
  said_ = state;
  if (changed)
    log_event(Event::identity_event, {{"standing", std::string(codec::enum_name(state.standing))},
                                      {"kiosk", state.kiosk}});
  to_kiosk_(std::move(state));
}

void Enrolment::link_is(const LinkState& state) {
  if (!held_) return;
  if (state.up) revoked_ = false;
  if (!state.up && state.detail.starts_with(revoked_at)) revoked_ = true;
  announce();
}

void Enrolment::handle(KioskToLink message) {
  const std::string id = id_of(message);
  if (busy_ || request_)
    return to_kiosk_(EnrolOutcome{id, EnrolResult::busy, "another request is under way"});
  request_ = std::move(message);
  woken_.notify();
}

Task<void> Enrolment::run() {
  announce();
  co_await look_at_key();
  for (;;) {
    announce();
    co_await renew_when_due();
    announce();
    if (!request_) co_await (woken_.wait() || timers_.sleep(until_next_look()));
    if (!request_) {
      co_await look_at_key();
      continue;
    }
    KioskToLink request = std::move(*request_);
    request_.reset();
    busy_ = true;
    EnrolOutcome outcome = co_await carry_out(std::move(request));
    co_await look_at_key();
    busy_ = false;
    announce();
    if (outcome.result != EnrolResult::done) {
      log_event(Event::identity_trouble,
                {{"what", std::string(codec::enum_name(outcome.result))}, {"why", outcome.detail}});
    }
    to_kiosk_(std::move(outcome));
  }
}

Timers::Duration Enrolment::until_next_look() const {
  if (!key_known_) return look_soon;
  const Timers::Wall now = clock_();
  if (standing() == IdentityStanding::renewing && not_before_) {
    const auto left = std::chrono::ceil<Timers::Duration>(*not_before_ - timers_.now());
    return std::clamp(left, least_pause, look_every);
  }
  if (standing() != IdentityStanding::enrolled) return look_every;
  const auto left = std::chrono::ceil<Timers::Duration>(renewal_of(*certificate_) - now);
  return std::clamp(left, least_pause, look_every);
}

Task<void> Enrolment::look_at_key() {
  if (settings_.keys_socket.empty()) co_return;
  const auto state = co_await keys_.state();
  key_known_ = state.ok();
  if (!state) {
    key_trouble_ = state.error().text();
    co_return;
  }
  key_place_ = codec::enum_name(state->place);
  key_trouble_ = state->trouble;
  if (!held_ || !certificate_) co_return;
  if (!state->has_key) {
    if (state->place == KeyPlace::file || key_trouble_.empty())
      key_trouble_ = "the kiosk's key is gone: enrol again";
    co_return;
  }
  const auto point = co_await keys_.public_half();
  if (point && *point != certificate_->point)
    key_trouble_ = "the certificate is for another key: enrol again";
}

Task<EnrolOutcome> Enrolment::carry_out(KioskToLink request) {
  EnrolOutcome outcome{id_of(request), EnrolResult::done, ""};
  std::optional<EnrolFailure> failure;
  if (settings_.keys_socket.empty()) {
    failure = EnrolFailure{EnrolResult::not_possible, "kiosk.toml names certificate and key"};
  } else if (std::holds_alternative<ForgetIdentity>(request)) {
    failure = co_await forget();
  } else {
    const bool anew = std::holds_alternative<EnrolRequest>(request);
    auto got = anew ? enrol(std::get<EnrolRequest>(std::move(request))) : renew();
    auto verdict = co_await std::move(got);
    if (auto* why = std::get_if<EnrolFailure>(&verdict)) {
      failure = std::move(*why);
    } else {
      failure = keep(std::get<HeldIdentity>(std::move(verdict)));
      if (!failure && anew) replaced_.notify();
    }
    if (failure && failure->result == EnrolResult::revoked && held_) revoked_ = true;
  }
  if (failure) {
    outcome.result = failure->result;
    outcome.detail = std::move(failure->detail);
  } else if (held_) {
    outcome.detail = held_->kiosk;
  }
  co_return outcome;
}

std::optional<EnrolFailure> Enrolment::keep(HeldIdentity identity) {
  if (Status kept = file_.keep(identity); !kept)
    return EnrolFailure{EnrolResult::not_kept, kept.error().text()};
  take(std::move(identity));
  return std::nullopt;
}

EnrolVerdict<std::unique_ptr<HttpClient>> Enrolment::client_to(const std::string& url,
                                                               TlsFiles files) {
  HttpServer server{.url = url, .tls = std::move(files), .max_body = largest_pem};
  server.trust.trust = trust_;
  if (!is_https(url)) return EnrolFailure{EnrolResult::not_possible, url + " is no https address"};
  auto client = HttpClient::create(timers_, std::move(server));
  if (!client) return EnrolFailure{EnrolResult::not_possible, client.error().text()};
  return std::move(*client);
}

Task<EnrolVerdict<std::string>> Enrolment::ca_for(const EnrolRequest& request) {
  if (request.ca_pin) {
    std::string url = request.url.value_or(settings_.enrol_url);
    std::string pin = *request.ca_pin;
    auto fetched = co_await fetch_pinned_ca(timers_, std::move(url), std::move(pin), ca_patience);
    if (fetched) co_return std::move(*fetched);
    const Errc code = fetched.error().code;
    const EnrolResult why = code == Errc::integrity ? EnrolResult::untrusted
                            : code == Errc::invalid ? EnrolResult::not_possible
                                                    : EnrolResult::no_gateway;
    co_return EnrolFailure{why, fetched.error().text()};
  }
  if (settings_.ca.empty() && held_) co_return held_->gateway_ca;
  if (settings_.ca.empty())
    co_return EnrolFailure{EnrolResult::not_possible, "no gateway's CA is known: scan the QR code"};
  const auto pem = read_file(settings_.ca, largest_pem);
  if (!pem) co_return EnrolFailure{EnrolResult::not_possible, pem.error().text()};
  co_return as_text(*pem);
}

Task<EnrolVerdict<HeldIdentity>> Enrolment::enrol(EnrolRequest request) {
  const std::string url = request.url.value_or(settings_.enrol_url);
  const auto code = plain_enrol_code(request.code);
  if (!code) co_return EnrolFailure{EnrolResult::unknown_code, code.error().what};
  if (url.empty())
    co_return EnrolFailure{EnrolResult::not_possible, "no gateway is named: scan the QR code"};
  const auto point = co_await keys_.make();
  if (!point) co_return no_key(point.error());
  Bytes half = *point;
  auto csr = co_await keys_.request(std::move(half));
  if (!csr) co_return no_key(csr.error());
  auto ca = co_await ca_for(request);
  if (auto* why = std::get_if<EnrolFailure>(&ca)) co_return std::move(*why);
  const std::string& gateway_ca = std::get<std::string>(ca);
  const std::string ca_file = settings_.folder + "/candidate-ca.pem";
  if (Status written = write_file(ca_file, as_bytes(gateway_ca)); !written)
    co_return EnrolFailure{EnrolResult::not_kept, written.error().text()};
  TlsFiles files{ca_file, "", ""};
  if (!request.ca_pin) files.pins = settings_.pins;
  ServerTrust* const trust = std::exchange(trust_, nullptr);  // of another gateway, perhaps
  auto client = client_to(url, std::move(files));
  trust_ = trust;
  if (auto* why = std::get_if<EnrolFailure>(&client)) co_return std::move(*why);
  api::EnrolAsk ask{*code, std::move(*csr), request.site};
  auto answer = co_await call_enrol(*std::get<std::unique_ptr<HttpClient>>(client), std::move(ask));
  if (auto* why = std::get_if<EnrolFailure>(&answer)) co_return std::move(*why);
  const auto& enrolled = std::get<api::Enrolled>(answer);
  const auto checked = check_certificate(enrolled.certificate, enrolled.issuer, *point, clock_());
  if (!checked) co_return EnrolFailure{EnrolResult::untrusted, checked.error().text()};
  if (checked->kiosk != enrolled.kiosk || !is_https(enrolled.url))
    co_return EnrolFailure{EnrolResult::untrusted, "the gateway's answer contradicts itself"};
  if (const auto seal = P256PublicKey::from_pem(as_bytes(enrolled.seal_key)); !seal)
    co_return EnrolFailure{EnrolResult::untrusted, "seal_key " + seal.error().what};
  co_return HeldIdentity{1,          enrolled.kiosk,       enrolled.site,   enrolled.url,
                         gateway_ca, enrolled.certificate, enrolled.issuer, enrolled.seal_key};
}

Task<EnrolVerdict<HeldIdentity>> Enrolment::renew() {
  if (!held_ || !certificate_)
    co_return EnrolFailure{EnrolResult::not_enrolled, "there is nothing to renew"};
  const auto point = co_await keys_.public_half();
  if (!point) co_return no_key(point.error());
  if (*point != certificate_->point)
    co_return EnrolFailure{EnrolResult::no_key, "the certificate is for another key: enrol again"};
  Bytes half = *point;
  auto csr = co_await keys_.request(std::move(half));
  if (!csr) co_return no_key(csr.error());
  auto client = client_to(held_->url, files());
  if (auto* why = std::get_if<EnrolFailure>(&client)) co_return std::move(*why);
  api::RenewAsk ask{std::move(*csr)};
  auto answer = co_await call_renew(*std::get<std::unique_ptr<HttpClient>>(client), std::move(ask));
  if (auto* why = std::get_if<EnrolFailure>(&answer)) co_return std::move(*why);
  const auto& renewed = std::get<api::Renewed>(answer);
  const auto checked = check_certificate(renewed.certificate, renewed.issuer, *point, clock_());
  if (!checked) co_return EnrolFailure{EnrolResult::untrusted, checked.error().text()};
  if (checked->kiosk != held_->kiosk)
    co_return EnrolFailure{EnrolResult::untrusted, "the new certificate is another kiosk's"};
  HeldIdentity identity = *held_;
  identity.certificate = renewed.certificate;
  identity.issuer = renewed.issuer;
  if (P256PublicKey::from_pem(as_bytes(renewed.seal_key))) identity.seal_key = renewed.seal_key;
  co_return identity;
}

Task<void> Enrolment::renew_when_due() {
  if (standing() != IdentityStanding::renewing) co_return;
  if (not_before_ && timers_.now() < *not_before_) co_return;
  busy_ = true;
  auto verdict = co_await renew();
  busy_ = false;
  std::optional<EnrolFailure> failure;
  if (auto* why = std::get_if<EnrolFailure>(&verdict)) {
    failure = std::move(*why);
  } else {
    failure = keep(std::get<HeldIdentity>(std::move(verdict)));
  }
  if (!failure)
    co_return log_event(Event::identity_event, {{"what", "renewed"}, {"kiosk", held_->kiosk}});
  ++failures_;
  not_before_ = timers_.now() + renewal_back_off.pause(failures_, random_());
  renewal_trouble_ = "not renewed: " + failure->detail;
  revoked_ = revoked_ || failure->result == EnrolResult::revoked;
  log_event(Event::identity_trouble,
            {{"what", std::string(codec::enum_name(failure->result))}, {"why", failure->detail}});
}

Task<std::optional<EnrolFailure>> Enrolment::forget() {
  const bool can_tell = held_ && (standing() == IdentityStanding::enrolled ||
                                  standing() == IdentityStanding::renewing);
  if (can_tell) {
    auto client = client_to(held_->url, files());
    if (auto* good = std::get_if<std::unique_ptr<HttpClient>>(&client)) {
      api::RetireAsk ask{"decommissioned"};
      const auto answer = co_await call_retire(**good, std::move(ask));
      // It is erased all the same: the city revokes it from its own side.
      if (const auto* why = std::get_if<EnrolFailure>(&answer))
        log_event(Event::identity_trouble, {{"what", "retire"}, {"why", why->detail}});
    }
  }
  if (Status erased = file_.erase(); !erased)
    co_return EnrolFailure{EnrolResult::not_kept, erased.error().text()};
  held_.reset();
  certificate_.reset();
  damaged_.clear();
  revoked_ = false;
  renewal_trouble_.clear();
  ++*renewals_;
  replaced_.notify();
  co_return std::nullopt;
}

}  // namespace madoguchi
