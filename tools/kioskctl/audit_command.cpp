#include <cstdio>

#include "firmware/base/file.h"
#include "firmware/journal/audit.h"
#include "tools/kioskctl/commands.h"

namespace madoguchi::kioskctl {
namespace {

constexpr std::size_t largest_file = 64u << 10;

int unusable(const std::string& file, const std::string& what) {
  (void)std::fprintf(stderr, "kioskctl: %s: %s\n", file.c_str(), what.c_str());
  return 2;
}

Result<P256PublicKey> read_key(const std::string& path) {
  const auto pem = read_file(path, largest_file);
  if (!pem) return pem.error();
  return P256PublicKey::from_pem(*pem);
}

Result<std::optional<api::CountersignedCheckpoint>> read_expected(const std::string& path) {
  if (path.empty()) return std::optional<api::CountersignedCheckpoint>();
  const auto json = read_file(path, largest_file);
  if (!json) return json.error();
  auto read = journal::read_countersigned(*json);
  if (!read) return read.error();
  return std::optional(std::move(*read));
}

int tell(const journal::AuditReport& report, bool gateway_checked) {
  if (report.bad && report.bad->number == 0) {
    std::printf("bad: the file: %s\n", report.bad->what.c_str());
    return 1;
  }
  if (report.bad) {
    const std::string visit = report.bad->visit.empty() ? "" : " (visit " + report.bad->visit + ")";
    std::printf("bad: entry %lld%s %s\n", static_cast<long long>(report.bad->number), visit.c_str(),
                report.bad->what.c_str());
    return 1;
  }
  std::printf("ok: %lld entries, %lld checkpoints, %lld countersigned%s, %lld erased\n",
              static_cast<long long>(report.entries), static_cast<long long>(report.checkpoints),
              static_cast<long long>(report.countersigned),
              gateway_checked ? "" : " (unchecked: no --gateway-key)",
              static_cast<long long>(report.erased));
  if (report.covered < report.entries) {
    std::printf("not covered by a countersigned checkpoint: entries %lld-%lld\n",
                static_cast<long long>(report.covered + 1), static_cast<long long>(report.entries));
  }
  return 0;
}

}  // namespace

int verify_audit(const AuditOptions& options) {
  const auto kiosk = read_key(options.kiosk_key);
  if (!kiosk) return unusable(options.kiosk_key, kiosk.error().what);
  std::optional<P256PublicKey> gateway;
  if (!options.gateway_key.empty()) {
    auto key = read_key(options.gateway_key);
    if (!key) return unusable(options.gateway_key, key.error().what);
    gateway = std::move(*key);
  }
  const auto expected = read_expected(options.expect);
  if (!expected) return unusable(options.expect, expected.error().text());
  auto reader = journal::Reader::open(options.journal);
  if (!reader && reader.error().code == Errc::integrity) {
    std::printf("bad: the file: %s\n", reader.error().what.c_str());
    return 1;
  }
  if (!reader) return unusable(options.journal, reader.error().what);
  const auto report = journal::audit(**reader, {*kiosk, gateway ? &*gateway : nullptr}, *expected);
  if (!report) return unusable(options.expect, report.error().what);
  return tell(*report, gateway.has_value());
}

}  // namespace madoguchi::kioskctl
