#include "tools/gateway/kiosks/kiosk_identities.h"

#include <algorithm>

#include <openssl/hmac.h>

#include "firmware/base/log.h"
#include "firmware/message/enrol_ticket.h"

namespace madoguchi::gateway {
namespace {

using api::EnrolRefusal;

int status_of(EnrolRefusal code) {
  switch (code) {
    case EnrolRefusal::malformed:
      return 400;
    case EnrolRefusal::wrong_site:
    case EnrolRefusal::revoked:
    case EnrolRefusal::not_enrolled:
      return 403;
    case EnrolRefusal::unknown_code:
    case EnrolRefusal::not_offered:
      return 404;
    case EnrolRefusal::used_code:
      return 409;
    case EnrolRefusal::expired_code:
      return 410;
    case EnrolRefusal::bad_request:
      return 422;
    case EnrolRefusal::too_many_tries:
      return 429;
    case EnrolRefusal::internal:
      return 500;
  }
  return 500;
}

Answer broken(const Error& error) {
  log_event(Event::gateway_refused, {{"what", error.text()}});
  return enrol_refusal(EnrolRefusal::internal, "the gateway could not look into its register");
}

Answer malformed(const Error& error) {
  return enrol_refusal(EnrolRefusal::malformed, error.where + " " + error.what);
}

}  // namespace

Answer enrol_refusal(EnrolRefusal code, std::string message, std::int64_t retry_after_s) {
  Answer answer = json_answer(status_of(code), api::EnrolError{code, std::move(message)});
  if (retry_after_s > 0) answer.headers["Retry-After"] = std::to_string(retry_after_s);
  return answer;
}

Bytes hmac_of_code(const KioskAuthority& authority, std::string_view plain) {
  Bytes out(32);
  const Bytes& key = authority.pepper();
  HMAC(EVP_sha256(), key.data(), static_cast<int>(key.size()),
       reinterpret_cast<const unsigned char*>(plain.data()), plain.size(), out.data(), nullptr);
  return out;
}

Answer KioskIdentities::enrolled(const EnrolmentCode& code, const std::string& certificate) const {
  return json_answer(200, api::Enrolled{code.kiosk, code.site, settings_.kiosk_url, certificate,
                                        authority_->certificate(), settings_.seal_key});
}

Answer KioskIdentities::enrol(ByteView json, std::int64_t now_s) {
  if (!authority_)
    return enrol_refusal(EnrolRefusal::not_offered, "this gateway issues no certificates");
  const auto ask = decode<api::EnrolAsk>(json, Dialect::json);
  if (!ask) return malformed(ask.error());
  const auto plain = plain_enrol_code(ask->code);
  if (!plain) return enrol_refusal(EnrolRefusal::unknown_code, "there is no such code");
  const auto request = read_certificate_request(ask->csr);
  if (!request) return enrol_refusal(EnrolRefusal::bad_request, "csr " + request.error().what);
  return use_code(*ask, hmac_of_code(*authority_, *plain), *request, now_s);
}

Answer KioskIdentities::use_code(const api::EnrolAsk& ask, ByteView code,
                                 const CertificateRequest& request, std::int64_t now_s) {
  // Alone from looking to writing: a code makes one kiosk, whatever comes side by side.
  auto transaction = Transaction::begin(kiosks_.database());
  if (!transaction) return broken(transaction.error());
  const auto row = kiosks_.code(code);
  if (!row) return broken(row.error());
  if (!*row) return enrol_refusal(EnrolRefusal::unknown_code, "there is no such code");
  const EnrolmentCode& held = **row;
  if (ask.site && !ask.site->empty() && *ask.site != held.site)
    return enrol_refusal(EnrolRefusal::wrong_site, "the code is for another site");
  if (held.used_s != 0) {
    // Its answer was lost on the way: the same key may have it again.
    const bool same = held.spki_sha256 == request.spki_sha256 && now_s < held.used_s + repeat_s;
    if (same) return enrolled(held, held.certificate);
    return enrol_refusal(EnrolRefusal::used_code, "the code was used already");
  }
  if (held.expires_s <= now_s)
    return enrol_refusal(EnrolRefusal::expired_code, "the code is no longer good");
  const auto issued = authority_->issue(request, held.kiosk, now_s, settings_.lifetime_s);
  if (!issued) return broken(issued.error());
  const auto used = kiosks_.use_code(code, request.spki_sha256, issued->pem, now_s);
  if (!used) return broken(used.error());
  if (!*used) return enrol_refusal(EnrolRefusal::used_code, "the code was used already");
  const KioskEntry entry{
      held.kiosk, held.site, issued->serial, request.spki_sha256, now_s, issued->until_s, 0, ""};
  Status done = kiosks_.add(entry);
  if (done) done = kiosks_.revoke_other_keys(held.kiosk, request.spki_sha256, now_s);
  if (done) done = transaction->commit();
  if (!done) return broken(done.error());
  log_event(Event::identity_event,
            {{"what", "enrolled"}, {"kiosk", held.kiosk}, {"site", held.site}});
  return enrolled(held, issued->pem);
}

Answer KioskIdentities::renew(const std::string& kiosk, ByteView json, std::int64_t now_s) {
  if (!authority_)
    return enrol_refusal(EnrolRefusal::not_offered, "this gateway issues no certificates");
  const auto ask = decode<api::RenewAsk>(json, Dialect::json);
  if (!ask) return malformed(ask.error());
  const auto request = read_certificate_request(ask->csr);
  if (!request) return enrol_refusal(EnrolRefusal::bad_request, "csr " + request.error().what);
  const auto entries = kiosks_.entries(kiosk);
  if (!entries) return broken(entries.error());
  const auto same_key = std::find_if(entries->begin(), entries->end(), [&](const KioskEntry& one) {
    return one.revoked_s == 0 && one.spki_sha256 == request->spki_sha256;
  });
  if (same_key == entries->end()) {
    return enrol_refusal(EnrolRefusal::not_enrolled,
                         "no certificate for this key is on the register: enrol with a new code");
  }
  const auto today = std::count_if(entries->begin(), entries->end(), [&](const KioskEntry& one) {
    return one.issued_s > now_s - 24 * 3600;
  });
  if (today >= most_renewals)
    return enrol_refusal(EnrolRefusal::too_many_tries, "too many renewals in a day", 3600);
  const auto issued = authority_->issue(*request, kiosk, now_s, settings_.lifetime_s);
  if (!issued) return broken(issued.error());
  const KioskEntry entry{
      kiosk, same_key->site, issued->serial, request->spki_sha256, now_s, issued->until_s, 0, ""};
  if (auto done = kiosks_.add(entry); !done) return broken(done.error());
  log_event(Event::identity_event, {{"what", "renewed"}, {"kiosk", kiosk}});
  return json_answer(200, api::Renewed{issued->pem, authority_->certificate(), settings_.seal_key});
}

Answer KioskIdentities::retire(const std::string& kiosk, ByteView json, std::int64_t now_s) {
  const auto ask = decode<api::RetireAsk>(json, Dialect::json);
  if (!ask) return malformed(ask.error());
  const auto revoked = kiosks_.revoke(kiosk, "retired by itself", now_s);
  if (!revoked) return broken(revoked.error());
  log_event(Event::identity_event, {{"what", "retired"}, {"kiosk", kiosk}});
  return json_answer(200, api::Retired{true});
}

bool KioskIdentities::is_revoked(const std::string& kiosk, const std::string& serial) {
  const auto revoked = kiosks_.is_revoked(kiosk, serial);
  return revoked && *revoked;
}

bool KioskIdentities::is_out(const std::string& kiosk) {
  const auto out = kiosks_.is_out(kiosk);
  return out && *out;
}

}  // namespace madoguchi::gateway
