// Between visits: checkpoints reach the gateway, old visits are forgotten, and nothing personal was
// ever there.

#include <filesystem>

#include <CppUTest/TestHarness.h>

#include "firmware/base/file.h"
#include "firmware/crypto/hash.h"
#include "firmware/journal/audit.h"
#include "firmware/visit/archivist.h"
#include "tests/unit/journal/sample_journal.h"
#include "tests/visit/rig.h"

using namespace madoguchi;
using namespace madoguchi::test;
using namespace std::chrono_literals;

TEST_GROUP(archive) {
  Rig rig;
  FaultBoard& faults = rig.faults;

  void setup() override { reopen(); }
  void reopen() {
    rig.journal.reset();
    auto opened = Journal::open(file(), rig.timers, audited());
    if (!opened) FAIL(opened.error().text().c_str());
    rig.journal = std::move(*opened);
  }
  std::string file() const { return rig.directory() + "/journal.sqlite"; }

  /// What a kiosk does between visits for this long.
  void idle(std::chrono::seconds time = 10s) {
    const auto until = rig.timers.now() + time;
    rig.play_at_reception({}, [this, until] { return rig.timers.now() >= until; });
  }
  journal::AuditReport audited_file() {
    const P256PublicKey kiosk = public_half(kiosk_key());
    auto reader = journal::Reader::open(file());
    CHECK(reader.ok());
    auto report = journal::audit(**reader, {kiosk, &rig.seal_key}, {});
    if (!report) FAIL(report.error().text().c_str());
    if (report->bad) FAIL(report->bad->what.c_str());
    return *report;
  }
  bool in_any_file(ByteView needle) {
    bool found = false;
    for (const auto& each : std::filesystem::directory_iterator(rig.directory())) {
      if (each.path().extension() == ".reserve") continue;  // random bytes
      const std::string content = as_text(*read_file(each.path().string()));
      found = found || content.find(as_text(needle)) != std::string::npos;
    }
    return found;
  }
  bool in_any_file(std::string_view needle) { return in_any_file(as_bytes(needle)); }
};

TEST(archive, a_visit_is_countersigned_while_nobody_is_served) {
  STRCMP_EQUAL("issued", rig.play(usual_resident()).outcome.c_str());
  LONGS_EQUAL(0, rig.gateway.checkpoints.size());
  idle();
  LONGS_EQUAL(1, rig.gateway.checkpoints.size());
  const auto report = audited_file();
  LONGS_EQUAL(1, report.checkpoints);
  LONGS_EQUAL(1, report.countersigned);
  CHECK(report.covered >= 8);
}

TEST(archive, without_a_link_nothing_is_lost) {
  for (int visit = 0; visit < 3; ++visit) {
    rig.gateway.is_up = true;
    (void)rig.play(usual_resident());
    rig.gateway.is_up = false;
    idle();
  }
  LONGS_EQUAL(0, rig.gateway.checkpoints.size());
  reopen();
  rig.gateway.is_up = true;
  idle(15s);
  LONGS_EQUAL(3, rig.gateway.checkpoints.size());
  const auto report = audited_file();
  LONGS_EQUAL(3, report.checkpoints);
  LONGS_EQUAL(3, report.countersigned);
}

TEST(archive, a_lost_answer_is_asked_for_again) {
  (void)rig.play(usual_resident());
  rig.gateway.dead_at = "checkpoints";
  idle(30s);
  LONGS_EQUAL(0, audited_file().countersigned);
  rig.gateway.dead_at.clear();
  idle(90s);
  LONGS_EQUAL(1, audited_file().countersigned);
}

TEST(archive, a_refused_checkpoint_is_a_fault_that_keeps_nobody_out) {
  (void)rig.play(usual_resident());
  rig.gateway.refuse["checkpoints"] = api::Refusal::conflict;
  idle(60s);
  CHECK_TRUE(faults.stands("audit"));
  STRCMP_EQUAL("welcome", rig.front.now.name.c_str());
  long asked = 0;
  for (const std::string& request : rig.gateway.requests) asked += request == "checkpoints" ? 1 : 0;
  LONGS_EQUAL(1, asked);  // not again and again
  rig.gateway.refuse.clear();
  idle(30s);
  CHECK_FALSE(faults.stands("audit"));
  LONGS_EQUAL(1, audited_file().countersigned);
}

TEST(archive, only_the_gateways_own_countersignature_counts) {
  (void)rig.play(usual_resident());
  rig.gateway.change_receipt = [](api::CountersignedCheckpoint& answer) {
    answer.receipt_signature[5] ^= 1;
  };
  idle(30s);
  LONGS_EQUAL(0, audited_file().countersigned);
  rig.gateway.change_receipt = [](api::CountersignedCheckpoint& answer) {
    answer.receipt = encode(api::Receipt{1, "kiosk-001", Bytes(32), 1, 1});
  };
  idle(90s);
  LONGS_EQUAL(0, audited_file().countersigned);
}

TEST(archive, old_visits_are_forgotten_to_the_last_byte) {
  const visit::Report report = rig.play(usual_resident());
  CHECK_TRUE(in_any_file(report.document));
  idle();
  rig.timers.set_wall(rig.timers.wall() + std::chrono::days(91));
  idle(30s);
  CHECK_FALSE(in_any_file(report.document));
  CHECK(audited_file().erased >= 8);
}

TEST(archive, a_visit_whose_money_is_unknown_is_never_forgotten) {
  rig.terminal.mode = LedgerTerminal::Mode::lose_reply;
  rig.terminal.status_dead = true;
  STRCMP_EQUAL("unresolved", rig.play(usual_resident()).outcome.c_str());
  rig.terminal.status_dead = false;
  rig.timers.set_wall(rig.timers.wall() + std::chrono::days(400));
  idle(30s);
  LONGS_EQUAL(0, audited_file().erased);
  CHECK_TRUE(in_any_file(R"("state":"unresolved")"));
}

TEST(archive, nothing_that_tells_who_it_was_is_ever_in_the_files) {
  (void)rig.play(usual_resident());
  (void)rig.play({{"place_card", {"#insert"}},
                  {"pin", {"digit.4", "digit.7", "digit.1", "digit.1", "pin.ok"}},
                  {"pin_wrong", {"cancel"}},
                  {"error.cancelled", {"end"}},
                  {"remove_card", {"#pull"}}});
  idle();
  CHECK_TRUE(in_any_file("began"));
  for (const char* needle :
       {"葛", "城　花子", "花子", "太郎", "p-1", "\"1234\"", "\"4711\"", "%PDF", "digit", "世帯主"})
    CHECK_TEXT(!in_any_file(needle), needle);
  // The card: its certificate, and the hash by which the gateway knows it, in any form.
  const Bytes certificate = rig.gateway.card_certificate;
  const Bytes hash = sha256(certificate);
  CHECK(certificate.size() > 300);
  CHECK_FALSE(in_any_file(ByteView(certificate).subspan(100, 32)));
  CHECK_FALSE(in_any_file(to_base64(certificate).substr(120, 40)));
  CHECK_FALSE(in_any_file(hash));
  CHECK_FALSE(in_any_file(to_hex(hash)));
  CHECK_FALSE(in_any_file(to_base64(hash)));
}
