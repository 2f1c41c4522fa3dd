#include "firmware/link/server_trust.h"

#include "firmware/base/file.h"
#include "firmware/base/log.h"
#include "firmware/base/utc.h"
#include "firmware/link/revocation_list.h"
#include "firmware/message/time_api.h"

namespace madoguchi {
namespace {

constexpr std::size_t largest_pem = 64 * 1024;

Error unusable(const std::string& path, const Error& why) {
  return {Errc::invalid, "trust", path + ": " + why.what};
}

}  // namespace

ServerTrust::ServerTrust(ServerTrustSettings settings, Bytes ca, TimeFloor floor)
    : settings_(std::move(settings)), ca_(std::move(ca)), floor_(std::move(floor)) {}

Result<std::unique_ptr<ServerTrust>> ServerTrust::open(ServerTrustSettings settings) {
  auto ca = read_file(settings.ca, largest_pem);
  if (!ca) return unusable(settings.ca, ca.error());
  std::optional<P256PublicKey> key;
  if (!settings.seal_key.empty()) {
    const auto pem = read_file(settings.seal_key, largest_pem);
    if (!pem) return unusable(settings.seal_key, pem.error());
    auto read = P256PublicKey::from_pem(*pem);
    if (!read) return unusable(settings.seal_key, read.error());
    key.emplace(std::move(*read));
  }
  const std::string file = settings.state_dir.empty() ? "" : settings.state_dir + "/time.json";
  TimeFloor floor(std::move(key), file);
  std::unique_ptr<ServerTrust> trust(
      new ServerTrust(std::move(settings), std::move(*ca), std::move(floor)));
  if (trust->asks_for_list()) {
    trust->load_list(trust->settings_.crl);
    trust->load_list(trust->kept_list());
  }
  return trust;
}

std::string ServerTrust::kept_list() const {
  return settings_.state_dir.empty() ? "" : settings_.state_dir + "/gateway-ca.crl";
}

// The newer of the one that it was set up with and the one that it fetched later.
void ServerTrust::load_list(const std::string& path) {
  if (path.empty()) return;
  const auto content = read_file(path, api::largest_revocation_list);
  if (!content) {
    if (content.error().code != Errc::not_found)
      log_event(Event::message_refused, {{"what", path}, {"why", content.error().text()}});
    return;
  }
  auto parsed = RevocationList::parse(*content, ca_);
  if (!parsed) {
    log_event(Event::message_refused, {{"what", path}, {"why", parsed.error().text()}});
  } else if (list_ == nullptr || parsed->is_newer_than(*list_)) {
    list_ = std::make_shared<const RevocationList>(std::move(*parsed));
  }
}

bool ServerTrust::list_is_fresh(WallClock clock) const {
  return list_ != nullptr && list_->is_fresh(now(clock), settings_.crl_max_age);
}

Result<bool> ServerTrust::take_list(ByteView content) {
  auto parsed = RevocationList::parse(content, ca_);
  if (!parsed) return parsed.error();
  if (list_ != nullptr && !parsed->is_newer_than(*list_)) return false;
  list_ = std::make_shared<const RevocationList>(std::move(*parsed));
  log_event(Event::trust_renewed, {{"what", "revocation list"},
                                   {"number", to_hex(list_->number())},
                                   {"revoked", std::to_string(list_->size())},
                                   {"until", utc_text(list_->next_update())}});
  const std::string file = kept_list();
  if (!file.empty()) {
    if (Status kept = write_file(file, content); !kept) return kept.error();
  }
  return true;
}

Result<bool> ServerTrust::take_time(ByteView signed_time) {
  auto taken = floor_.take(signed_time);
  if (taken && *taken)
    log_event(Event::trust_renewed, {{"what", "signed time"}, {"at", utc_text(floor_.floor())}});
  return taken;
}

}  // namespace madoguchi
