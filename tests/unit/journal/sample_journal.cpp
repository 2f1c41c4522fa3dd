#include "tests/unit/journal/sample_journal.h"

#include <cstdlib>

#include <CppUTest/TestHarness.h>

#include "firmware/crypto/hash.h"

namespace madoguchi::test {

using namespace std::chrono_literals;

namespace {

constexpr std::string_view kiosk_pem =
    "-----BEGIN PRIVATE KEY-----\n"
    "MIGHAgEAMBMGByqGSM49AgEGCCqGSM49AwEHBG0wawIBAQQgur57RJR00kxXJ79m\n"
    "o5gwgbSlL5c6BPNPLqyu3UyIwz2hRANCAAT0uhey4+np0IiOJwvWsAfWeHSS3DBe\n"
    "4dWtpP6yaAx67CCmIfzQt98jac7ACXOJYECHGjnlfdZ+qBV4pebao+8Y\n"
    "-----END PRIVATE KEY-----\n";
constexpr std::string_view gateway_pem =
    "-----BEGIN PRIVATE KEY-----\n"
    "MIGHAgEAMBMGByqGSM49AgEGCCqGSM49AwEHBG0wawIBAQQgJWdGGWwfzsVBbb31\n"
    "aw0byFSZSvUdtuQ7K1Iyq5VlKcmhRANCAATnTV5tp9X1eazK0O8mPjNEm34tESyP\n"
    "BTEOK56MtRMOlnNUYzVqj9nnUKsFy1DSnZjblZFevp21LcpQfpq/yt3v\n"
    "-----END PRIVATE KEY-----\n";
constexpr std::string_view another_pem =
    "-----BEGIN PRIVATE KEY-----\n"
    "MIGHAgEAMBMGByqGSM49AgEGCCqGSM49AwEHBG0wawIBAQQgsqATenut/GRohHEa\n"
    "gOSLpD1SDKL/29/plYH2hUDJgu2hRANCAATFUYKyzHF1fjI4+GW3kQvylt1OialD\n"
    "jP56vNHJxp+o2XiyFPEiaVW0INa0NOs1ICnW1kb6Fs5pzKD6ZaGqJqfD\n"
    "-----END PRIVATE KEY-----\n";

P256PrivateKey key_of(std::string_view pem) {
  auto key = P256PrivateKey::from_pem(Secret(as_bytes(pem)));
  if (!key) std::abort();
  return std::move(*key);
}

void must(const Status& done) {
  if (!done) FAIL(done.error().text().c_str());
}

}  // namespace

P256PrivateKey kiosk_key() { return key_of(kiosk_pem); }
P256PrivateKey gateway_key() { return key_of(gateway_pem); }
P256PrivateKey another_key() { return key_of(another_pem); }

P256PublicKey public_half(const P256PrivateKey& key) { return std::move(*key.public_key()); }

JournalOptions audited() {
  JournalOptions options;
  options.reserve_bytes = 0;
  options.kiosk = "kiosk-001";
  options.audit_key = kiosk_key();
  options.checkpoint_entries = 5;
  return options;
}

api::CountersignedCheckpoint countersign(const api::SignedCheckpoint& checkpoint) {
  const auto read = api::read_checkpoint(checkpoint.checkpoint);
  const api::Receipt receipt{1, read->kiosk, sha256(checkpoint.checkpoint), read->last,
                             1'795'000'000};
  const Bytes encoded = encode(receipt);
  auto signature = gateway_key().sign(api::receipt_message(encoded));
  return {checkpoint.checkpoint, checkpoint.signature, encoded, *signature};
}

std::optional<api::CountersignedCheckpoint> countersign_all(Journal& journal) {
  std::optional<api::CountersignedCheckpoint> latest;
  for (;;) {
    const auto unsent = journal.unsent_checkpoint();
    if (!unsent) FAIL(unsent.error().text().c_str());
    if (!*unsent) return latest;
    latest = countersign((*unsent)->checkpoint);
    must(journal.countersigned(**unsent, *latest));
  }
}

void write_visit(Journal& journal, const std::string& visit, const std::string& name) {
  must(journal.append(visit, "began", R"({"service":"certificate"})"));
  must(journal.append(visit, "document", R"({"document":")" + name + R"("})"));
  must(journal.append(visit, "charge", R"({"state":"paying","transaction":")" + name + R"("})"));
  must(journal.append(visit, "charge", R"({"state":"charged","transaction":")" + name + R"("})"));
  must(journal.append(visit, "ended", R"({"outcome":"issued"})"));
}

Sample write_sample(const std::string& file) {
  VirtualTimers timers(std::chrono::sys_days(std::chrono::year(2026) / 11 / 20));
  auto journal = Journal::open(file, timers, audited());
  if (!journal) FAIL(journal.error().text().c_str());
  write_visit(**journal, "11111111-0000-4000-8000-000000000000");
  CHECK(*(*journal)->checkpoint_if_due());
  CHECK(countersign_all(**journal).has_value());
  timers.set_wall(timers.wall() + std::chrono::days(91));
  must((*journal)->erase("11111111-0000-4000-8000-000000000000"));
  write_visit(**journal, "22222222-0000-4000-8000-000000000000");
  CHECK(*(*journal)->checkpoint_if_due());
  Sample sample{file, *countersign_all(**journal)};
  write_visit(**journal, "33333333-0000-4000-8000-000000000000");
  must((*journal)->fold());
  return sample;
}

journal::AuditReport audit_of(const std::string& file,
                              const std::optional<api::CountersignedCheckpoint>& expected) {
  static const P256PublicKey kiosk = public_half(kiosk_key());
  static const P256PublicKey gateway = public_half(gateway_key());
  const auto damaged = [](const Error& error) {
    journal::AuditReport report;
    report.bad = journal::BadEntry{0, "", error.text()};
    return report;
  };
  auto reader = journal::Reader::open(file);
  if (!reader) return damaged(reader.error());
  auto report = journal::audit(**reader, {kiosk, &gateway}, expected);
  return report ? *report : damaged(report.error());
}

}  // namespace madoguchi::test
