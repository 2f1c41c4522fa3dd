#include "firmware/apps/kioskd/identity_control.h"

#include "firmware/base/file.h"
#include "firmware/base/utc.h"
#include "firmware/message/keys_client.h"

namespace madoguchi {
namespace {

/// Empty: not known.
std::string expiry(const IdentityState& identity) {
  if (identity.valid_until == 0) return {};
  return utc_text(std::chrono::system_clock::from_time_t(identity.valid_until));
}

}  // namespace

control::Answer IdentityControl::told(EnrolOutcome outcome) const {
  control::IdentityTold answer{outcome.result, std::move(outcome.detail), {}};
  if (const auto identity = desk_.identity()) answer.identity = *identity;
  return answer;
}

Task<control::Answer> IdentityControl::enrol(control::EnrolAsk ask) {
  EnrolRequest request{"", std::move(ask.code), std::move(ask.site), std::move(ask.url),
                       std::move(ask.ca_pin)};
  EnrolOutcome outcome = co_await desk_.enrol(std::move(request));
  co_return told(std::move(outcome));
}

Task<control::Answer> IdentityControl::renew() {
  EnrolOutcome outcome = co_await desk_.renew();
  co_return told(std::move(outcome));
}

// The certificate first: the gateway is told with it, and a kiosk without a key could not.
Task<control::Answer> IdentityControl::erase() {
  EnrolOutcome outcome = co_await desk_.forget();
  const bool nobody = outcome.result == EnrolResult::not_enrolled;  // a try before has come so far
  if ((outcome.result != EnrolResult::done && !nobody) || keys_socket_.empty())
    co_return told(std::move(outcome));
  auto work = [socket = keys_socket_] { return KeysClient(socket).erase(); };
  const Status erased = co_await worker_.run(std::move(work));
  if (!erased) {
    outcome.result = EnrolResult::no_key;
    outcome.detail = "the certificate is gone, the key is not: " + erased.error().text();
    co_return told(std::move(outcome));
  }
  outcome.result = EnrolResult::done;
  if (erase_request_.empty()) co_return told(std::move(outcome));
  if (Status asked = write_file(erase_request_, as_bytes("erase\n"), 0644); !asked) {
    outcome.result = EnrolResult::not_kept;
    outcome.detail = "key and certificate are gone, the data are not: " + asked.error().text();
  }
  co_return told(std::move(outcome));
}

void IdentityControl::serve(ControlDesk& control) {
  control.tell_of([this](control::KioskStatus& status) {
    const auto identity = desk_.identity();
    if (!identity) return;
    status.identity = control::IdentityStatus{std::string(codec::enum_name(identity->standing)),
                                              identity->key, identity->kiosk, expiry(*identity)};
  });
  if (control.port() == nullptr) return;
  control.port()->serve<control::EnrolAsk>(
      [this](control::EnrolAsk ask, ControlTell) { return enrol(std::move(ask)); });
  control.port()->serve<control::RenewAsk>(
      [this](control::RenewAsk, ControlTell) { return renew(); });
  control.port()->serve<control::EraseAsk>(
      [this](control::EraseAsk, ControlTell) { return erase(); });
}

}  // namespace madoguchi
