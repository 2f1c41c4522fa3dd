// Checkpoints of a kiosk's journal at the real gateway, made by the kiosk's own code: what goes on
// is countersigned, everything else is refused in words.

#include <filesystem>

#include <CppUTest/TestHarness.h>

#include "firmware/base/file.h"
#include "firmware/crypto/signing.h"
#include "firmware/journal/audit.h"
#include "firmware/journal/journal.h"
#include "tests/contract/gateway/gateway_process.h"

using namespace madoguchi;
using namespace madoguchi::gateway;

namespace {

constexpr const char* target = "/v1/checkpoints";

P256PrivateKey audit_key(const std::string& kiosk) {
  auto key = P256PrivateKey::from_pem(
      Secret(*read_file(SharedCity::get().pki("audit/" + kiosk + ".key"))));
  if (!key) FAIL(key.error().text().c_str());
  return std::move(*key);
}

P256PublicKey public_key(const std::string& name) {
  return std::move(*P256PublicKey::from_pem(*read_file(SharedCity::get().pki(name))));
}

}  // namespace

TEST_GROUP(GatewayCheckpoints) {
  GatewayProcess gateway{{"--audit-keys", SharedCity::get().pki("audit")}};
  Kiosk kiosk{gateway};
  OwnFolder folder;
  SystemTimers timers;
  std::unique_ptr<Journal> journal = open("journal.sqlite");

  std::unique_ptr<Journal> open(const std::string& name) {
    JournalOptions options;
    options.kiosk = "kiosk-001";
    options.audit_key = audit_key("kiosk-001");
    options.checkpoint_entries = 1;
    return std::move(*Journal::open(folder.path(name), timers, std::move(options)));
  }
  /// The journal goes on by an entry and a checkpoint, which is not sent yet.
  static UnsentCheckpoint next(Journal & of) {
    CHECK(of.append("v", "charge", R"({"state":"paying"})").ok());
    CHECK(*of.checkpoint_if_due());
    return **of.unsent_checkpoint();
  }
  api::CountersignedCheckpoint send(Journal & from, const UnsentCheckpoint& unsent) {
    const auto answer =
        Kiosk::expect<api::CountersignedCheckpoint>(kiosk.post(target, unsent.checkpoint));
    CHECK(from.countersigned(unsent, answer).ok());
    return answer;
  }
  void conflict(const api::SignedCheckpoint& checkpoint, const char* word) {
    const HttpReply reply = kiosk.post(target, checkpoint);
    Kiosk::refused(reply, 409, api::Refusal::conflict);
    STRCMP_CONTAINS(word, reply.body.c_str());
  }
};

TEST(GatewayCheckpoints, a_journal_is_countersigned_as_it_grows) {
  LONGS_EQUAL(404, kiosk.get("/v1/checkpoints/latest").status);
  api::CountersignedCheckpoint last;
  for (int i = 0; i < 3; ++i) last = send(*journal, next(*journal));
  const auto latest =
      Kiosk::expect<api::CountersignedCheckpoint>(kiosk.get("/v1/checkpoints/latest"));
  CHECK(latest.receipt_signature == last.receipt_signature);
  // The kiosk's own verification, which is another library's, agrees.
  const P256PublicKey kiosk_key = public_key("audit/kiosk-001.pem");
  const P256PublicKey gateway_key = public_key("seal.pem");
  auto reader = journal::Reader::open(folder.path("journal.sqlite"));
  const auto report = journal::audit(**reader, {kiosk_key, &gateway_key}, latest);
  if (!report || report->bad)
    FAIL(report ? report->bad->what.c_str() : report.error().what.c_str());
  LONGS_EQUAL(3, report->countersigned);
}

TEST(GatewayCheckpoints, a_repeat_gets_the_first_countersignature_even_after_a_power_cut) {
  const UnsentCheckpoint unsent = next(*journal);
  const auto first =
      Kiosk::expect<api::CountersignedCheckpoint>(kiosk.post(target, unsent.checkpoint));
  gateway.restart_after_power_cut();
  Kiosk again(gateway);
  const auto second =
      Kiosk::expect<api::CountersignedCheckpoint>(again.post(target, unsent.checkpoint));
  CHECK(first.receipt == second.receipt);
  CHECK(first.receipt_signature == second.receipt_signature);
}

TEST(GatewayCheckpoints, a_gap_a_rewind_and_a_fork_are_refused) {
  (void)send(*journal, next(*journal));
  CHECK(journal->fold().ok());
  // Somebody keeps a copy of the disk here.
  std::filesystem::copy_file(folder.path("journal.sqlite"), folder.path("copy.sqlite"));
  (void)send(*journal, next(*journal));

  const UnsentCheckpoint kept_back = next(*journal);
  CHECK(journal->countersigned(kept_back, {}).ok());  // the journal thinks that it was sent
  conflict(next(*journal).checkpoint, "gap");

  // The copy is put back, and goes on another way.
  auto copy = open("copy.sqlite");
  const UnsentCheckpoint other = next(*copy);
  conflict(other.checkpoint, "rewind");
  // As long as the first one was, but with another past.
  CHECK(copy->countersigned(other, {}).ok());
  conflict(next(*copy).checkpoint, "fork");

  // A journal begun anew with the same key.
  conflict(next(*open("new.sqlite")).checkpoint, "rewind");
}

TEST(GatewayCheckpoints, only_the_registered_key_of_this_kiosk_counts) {
  const UnsentCheckpoint mine = next(*journal);
  Kiosk other(gateway, "kiosk-002");
  Kiosk::refused(other.post(target, mine.checkpoint), 401, api::Refusal::signature_invalid);

  api::SignedCheckpoint forged = mine.checkpoint;
  forged.signature = *audit_key("kiosk-002").sign(api::checkpoint_message(forged.checkpoint));
  Kiosk::refused(kiosk.post(target, forged), 401, api::Refusal::signature_invalid);
  forged.signature = Bytes(64);
  Kiosk::refused(kiosk.post(target, forged), 401, api::Refusal::signature_invalid);
  forged.signature = Bytes(63, 1);
  Kiosk::refused(kiosk.post(target, forged), 401, api::Refusal::signature_invalid);
  forged.checkpoint = Bytes(10, 0xff);
  Kiosk::refused(kiosk.post(target, forged), 400, api::Refusal::malformed);
  Kiosk::refused(kiosk.post_json(target, "{}"), 400, api::Refusal::malformed);

  GatewayProcess without_keys;
  Kiosk unknown(without_keys);
  Kiosk::refused(unknown.post(target, mine.checkpoint), 403, api::Refusal::not_available);
}

TEST(GatewayCheckpoints, methods) {
  LONGS_EQUAL(405, kiosk.get(target).status);
  LONGS_EQUAL(405, kiosk.post_json("/v1/checkpoints/latest", "{}").status);
}
