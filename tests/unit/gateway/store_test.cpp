#include "tools/gateway/store.h"

#include <CppUTest/TestHarness.h>

#include "tests/postgresql_server.h"
#include "tests/unit/gateway/card_maker.h"

using namespace madoguchi;
using namespace madoguchi::gateway;

namespace {

constexpr UnixTime noon = 1'795'000'000;
constexpr UnixTime day_s = 24 * 3600;

Visit visit_of(const std::string& kiosk, const std::string& id) {
  Visit visit;
  visit.kiosk = kiosk;
  visit.id = id;
  visit.nonce = Bytes(32, 7);
  visit.opened = noon;
  return visit;
}

Document document_of(const Visit& visit, const std::string& number) {
  return {.number = number,
          .kiosk = visit.kiosk,
          .visit = visit.id,
          .kind = api::Kind::tax,
          .token = "0123456789abcdef",
          .issued_on = "2026-11-22",
          .copies = 1,
          .amount_yen = 200,
          .pdf_sha256 = Bytes(32, 9),
          .prepared = noon};
}

StoredAnswer answer_of(const std::string& kiosk, const std::string& key) {
  return {.kiosk = kiosk,
          .key = key,
          .request_sha256 = Bytes(32, 1),
          .visit = "v",
          .status = 200,
          .body = to_bytes(as_bytes("{\"a\":1}")),
          .at = noon,
          .keep_until = noon + 1800};
}

}  // namespace

TEST_GROUP(Store) {
  OwnFolder directory;
  const std::string where = fresh_database(directory.path("gateway.sqlite"));

  Store open() {
    auto store = Store::open(where);
    if (!store) FAIL(store.error().text().c_str());
    return std::move(*store);
  }
};

TEST(Store, a_visit_comes_back_as_it_was_after_a_restart) {
  {
    Store store = open();
    Visit visit = visit_of("kiosk-001", "v");
    CHECK(store.add(visit).ok());
    visit.state = VisitState::quoted;
    visit.card_sha256 = Bytes(32, 3);
    visit.quote = "q";
    visit.quote_request = Bytes{1, 2, 0, 3};
    visit.fee_yen = 400;
    visit.pages = 2;
    visit.rated = true;
    CHECK(store.update(visit).ok());
  }
  Store store = open();
  const auto found = store.visit("kiosk-001", "v");
  CHECK(found.ok() && found->has_value());
  const Visit& visit = **found;
  CHECK(visit.state == VisitState::quoted);
  CHECK(visit.nonce == Bytes(32, 7));
  CHECK(visit.card_sha256 == Bytes(32, 3));
  STRCMP_EQUAL("q", visit.quote.c_str());
  CHECK((visit.quote_request == Bytes{1, 2, 0, 3}));
  LONGS_EQUAL(400, visit.fee_yen);
  LONGS_EQUAL(2, visit.pages);
  CHECK(visit.rated);
}

TEST(Store, the_same_visit_id_at_two_kiosks_is_two_visits) {
  Store store = open();
  Visit first = visit_of("kiosk-001", "same");
  Visit second = visit_of("kiosk-002", "same");
  second.nonce = Bytes(32, 8);
  CHECK(store.add(first).ok());
  CHECK(store.add(second).ok());
  CHECK(!store.add(first).ok());
  first.state = VisitState::refused;
  CHECK(store.update(first).ok());
  CHECK((*store.visit("kiosk-002", "same"))->state == VisitState::opened);
  CHECK((*store.visit("kiosk-002", "same"))->nonce == Bytes(32, 8));
  CHECK(!store.visit("kiosk-003", "same")->has_value());
}

TEST(Store, a_document_is_seen_by_its_visit_only) {
  Store store = open();
  const Visit visit = visit_of("kiosk-001", "v");
  CHECK(store.add(document_of(visit, "N")).ok());
  CHECK(store.document("kiosk-001", "v", "N")->has_value());
  CHECK(!store.document("kiosk-002", "v", "N")->has_value());
  CHECK(!store.document("kiosk-001", "w", "N")->has_value());
  CHECK(!store.add(document_of(visit_of("kiosk-002", "w"), "N")).ok());  // one number, one document
  Document foreign = document_of(visit_of("kiosk-002", "v"), "N");
  LONGS_EQUAL(Errc::cancelled, store.set_state(foreign, DocumentState::issued).error().code);
  CHECK((*store.published("N"))->state == DocumentState::prepared);
}

TEST(Store, an_answer_belongs_to_kiosk_and_key) {
  Store store = open();
  CHECK(store.add(answer_of("kiosk-001", "k")).ok());
  CHECK(!store.add(answer_of("kiosk-001", "k")).ok());
  CHECK(store.add(answer_of("kiosk-002", "k")).ok());
  const auto found = store.answer("kiosk-001", "k");
  CHECK(found.ok() && found->has_value());
  LONGS_EQUAL(200, (*found)->status);
  STRCMP_EQUAL("{\"a\":1}", as_text((*found)->body).c_str());
  CHECK((*found)->request_sha256 == Bytes(32, 1));
  CHECK(!store.answer("kiosk-001", "other")->has_value());
}

TEST(Store, what_was_not_committed_never_was) {
  Store store = open();
  {
    auto transaction = store.begin();
    CHECK(transaction.ok());
    CHECK(store.add(visit_of("kiosk-001", "v")).ok());
    CHECK(store.add(answer_of("kiosk-001", "k")).ok());
  }
  CHECK(!store.visit("kiosk-001", "v")->has_value());
  CHECK(!store.answer("kiosk-001", "k")->has_value());
  auto transaction = store.begin();
  CHECK(transaction.ok());
  CHECK(store.add(visit_of("kiosk-001", "v")).ok());
  CHECK(transaction->commit().ok());
  CHECK(store.visit("kiosk-001", "v")->has_value());
}

TEST(Store, settled_documents_leave_the_answers) {
  Store store = open();
  StoredAnswer document = answer_of("kiosk-001", "issue");
  document.until_settlement = true;
  StoredAnswer neighbour = answer_of("kiosk-002", "issue");
  neighbour.until_settlement = true;
  CHECK(store.add(document).ok());
  CHECK(store.add(neighbour).ok());
  CHECK(store.add(answer_of("kiosk-001", "quote")).ok());
  CHECK(store.forget_documents("kiosk-001", "v").ok());
  CHECK((*store.answer("kiosk-001", "issue"))->emptied);
  CHECK((*store.answer("kiosk-001", "issue"))->body.empty());
  CHECK(!(*store.answer("kiosk-001", "quote"))->emptied);
  CHECK(!(*store.answer("kiosk-002", "issue"))->emptied);
}

TEST(Store, tidying_empties_then_removes) {
  Store store = open();
  CHECK(store.add(visit_of("kiosk-001", "v")).ok());
  CHECK(store.add(answer_of("kiosk-001", "k")).ok());
  CHECK(store.tidy(noon + 1800).ok());
  CHECK(!(*store.answer("kiosk-001", "k"))->emptied);
  CHECK(store.tidy(noon + 1801).ok());
  CHECK((*store.answer("kiosk-001", "k"))->emptied);
  CHECK((*store.answer("kiosk-001", "k"))->body.empty());
  CHECK(store.visit("kiosk-001", "v")->has_value());
  CHECK(store.tidy(noon + day_s + 1).ok());
  CHECK(!store.visit("kiosk-001", "v")->has_value());
  CHECK(store.answer("kiosk-001", "k")->has_value());
  CHECK(store.tidy(noon + 30 * day_s + 1).ok());
  CHECK(!store.answer("kiosk-001", "k")->has_value());
}

TEST(Store, emptied_answers_are_gone_from_the_disk) {
  if (tests_are_for_postgresql()) return;  // which promises nothing here
  Store store = open();
  StoredAnswer answer = answer_of("kiosk-001", "k");
  answer.body = to_bytes(as_bytes(std::string(20'000, 'x') + "SECRET-HOUSEHOLD"));
  CHECK(store.add(answer).ok());
  CHECK(store.tidy(noon + 1801).ok());
  for (const char* name : {"gateway.sqlite", "gateway.sqlite-wal"}) {
    const auto content = read_file(directory.path(name));
    if (content) CHECK(as_text(*content).find("SECRET-HOUSEHOLD") == std::string::npos);
  }
}

TEST(Store, a_ledger_line_needs_its_document) {
  Store store = open();
  const LedgerLine line{.document = "N", .kiosk = "kiosk-001", .sale = "s", .at = noon};
  CHECK(!store.add(line).ok());
  CHECK(store.add(document_of(visit_of("kiosk-001", "v"), "N")).ok());
  CHECK(store.add(line).ok());
}

TEST(Store, two_gateways_cannot_both_change_a_visit) {
  Store here = open();
  Store there = open();
  CHECK(here.add(visit_of("kiosk-001", "v")).ok());
  Visit first = **here.visit("kiosk-001", "v");
  Visit second = **there.visit("kiosk-001", "v");
  first.state = VisitState::identified;
  second.state = VisitState::refused;
  CHECK(here.update(first).ok());
  LONGS_EQUAL(Errc::cancelled, there.update(second).error().code);
  CHECK((*there.visit("kiosk-001", "v"))->state == VisitState::identified);
}

TEST(Store, two_gateways_cannot_both_settle_a_document) {
  Store here = open();
  Store there = open();
  CHECK(here.add(document_of(visit_of("kiosk-001", "v"), "N")).ok());
  const Document read = **there.document("kiosk-001", "v", "N");
  CHECK(here.set_state(read, DocumentState::issued).ok());
  LONGS_EQUAL(Errc::cancelled, there.set_state(read, DocumentState::voided).error().code);
  CHECK((*there.published("N"))->state == DocumentState::issued);
}

TEST(Store, a_newer_database_is_left_alone) {
  {
    auto database = Database::open(where);
    CHECK(database.ok());
    CHECK(database->migrate(std::vector<const char*>(99, "SELECT 1;")).ok());
  }
  const auto store = Store::open(where);
  CHECK(!store.ok());
  LONGS_EQUAL(Errc::unsupported, store.error().code);
}

TEST(Store, a_file_that_is_no_database) {
  directory.put("gateway.sqlite", std::string(4096, 'x'));
  CHECK(!Store::open(directory.path("gateway.sqlite")).ok());
  CHECK(!Store::open(directory.path("no/such/folder/gateway.sqlite")).ok());
}
