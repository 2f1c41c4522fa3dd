// A database server that is wrong, away, or away in the worst moment: the kiosk gets an answer that
// it may repeat, and what it repeats is done once. For PostgreSQL only; see CMakeLists.txt.
#include <cstdlib>

#include <CppUTest/TestHarness.h>

#include "tests/contract/gateway/cut_wire.h"
#include "tests/contract/gateway/gateway_process.h"
#include "tests/postgresql_server.h"
#include "tools/gateway/database/database.h"

using namespace madoguchi;
using namespace madoguchi::gateway;

// Group and tests do nothing when the tests are for SQLite, which has no server.
TEST_GROUP(GatewayDatabase) {
  std::string url = tests_are_for_postgresql() ? shared_postgresql_server().make_database() : "";
  OwnFolder directory;

  static void later(const HttpReply& reply) {
    Kiosk::refused(reply, 503, api::Refusal::internal);
    CHECK(reply.headers.contains("retry-after"));
  }
  /// What the kiosk does: the same request with the same key, until it is answered.
  static HttpReply repeat(Kiosk & kiosk, const std::string& target, const std::string& body,
                          const std::string& key) {
    for (int second = 0; second < 20; ++second) {
      HttpReply reply = kiosk.post_json(target, body, key);
      if (reply.status != 503) return reply;
      ::usleep(200'000);  // real time: the gateway looks for its server once a second
    }
    FAIL("the gateway does not find its database again");
    return {};
  }
  static std::string ready_to_issue(Kiosk & kiosk) {
    kiosk.open();
    kiosk.identify("toyonaka-0001");
    return as_text(encode(api::IssueRequest{kiosk.quote({}).quote}, Dialect::json));
  }
  /// Exit status of the gateway with this database; its words are in "words".
  int start_with(const std::string& database, const std::string& command = "") {
    const std::string line =
        ChildProcess::program("gateway") +
        (command.empty() ? " --config " + SharedCity::get().settings_file() : command) +
        " --database '" + database + "' >" + directory.path("words") + " 2>&1";
    const int status = std::system(line.c_str());
    return WEXITSTATUS(status);
  }
  std::string words() const { return as_text(*read_file(directory.path("words"))); }
  void says_in_one_line(const std::string& part) {
    const std::string said = words();
    CHECK_TEXT(said.find(part) != std::string::npos, said.c_str());
    LONGS_EQUAL_TEXT(1, std::count(said.begin(), said.end(), '\n'), said.c_str());
    CHECK_TEXT(said.find("of-the-tests") == std::string::npos, said.c_str());
    CHECK_TEXT(said.find("secret") == std::string::npos, said.c_str());
  }
};

TEST(GatewayDatabase, what_cannot_be_used_is_one_line_and_no_password) {
  if (!tests_are_for_postgresql()) return;
  LONGS_EQUAL(2, start_with(PostgresqlServer::with_password(url, "secret")));
  says_in_one_line("password authentication failed");
  LONGS_EQUAL(2, start_with(PostgresqlServer::with_port(url, 1)));
  says_in_one_line("Connection refused");
  LONGS_EQUAL(2, start_with(url + "-not-there"));
  says_in_one_line("does not exist");
  LONGS_EQUAL(2, start_with("postgresql://gateway:secret@[::1/x"));
  says_in_one_line("no URL");
  LONGS_EQUAL(2, start_with("postgresql://gateway:secret@127.0.0.1/x?pasword=secret"));
  says_in_one_line("no URL");
}

TEST(GatewayDatabase, staff_are_added_by_url) {
  if (!tests_are_for_postgresql()) return;
  const std::string add = " </dev/null; echo 'correct horse battery' | " +
                          ChildProcess::program("gateway") + " staff add hana --role admin";
  // The first word of the line does nothing but end.
  const std::string before = " --version >/dev/null";
  LONGS_EQUAL(0, start_with(url, before + add));
  STRCMP_CONTAINS("otpauth://totp/", words().c_str());
  LONGS_EQUAL(2, start_with(url, before + add));
  STRCMP_CONTAINS("hana: exists already", words().c_str());
}

TEST(GatewayDatabase, database_gone) {
  if (!tests_are_for_postgresql()) return;
  GatewayProcess gateway({}, url);
  Kiosk kiosk(gateway);
  const std::string body = ready_to_issue(kiosk);
  const std::string key = random_uuid();
  shared_postgresql_server().crash();
  later(kiosk.post_json(kiosk.path("issue"), body, key));
  later(kiosk.get("/v1/settlements?since=0"));
  later(kiosk.get("/v1/help/badges"));
  LONGS_EQUAL(200, kiosk.get("/v1/health").status);
  shared_postgresql_server().start();
  const HttpReply first = repeat(kiosk, kiosk.path("issue"), body, key);
  LONGS_EQUAL_TEXT(200, first.status, first.body.c_str());
  CHECK(first.body == kiosk.post_json(kiosk.path("issue"), body, key).body);
  LONGS_EQUAL(1, gateway.ask_database("SELECT count(*) FROM documents"));
  const std::string log = gateway.log();
  STRCMP_CONTAINS("database_away", log.c_str());
  STRCMP_CONTAINS("database_back", log.c_str());
  CHECK(log.find("of-the-tests") == std::string::npos);
}

TEST(GatewayDatabase, a_server_that_was_restarted_unseen_costs_nobody_an_answer) {
  if (!tests_are_for_postgresql()) return;
  GatewayProcess gateway({}, url);
  Kiosk kiosk(gateway);
  const std::string body = ready_to_issue(kiosk);
  shared_postgresql_server().crash();
  shared_postgresql_server().start();
  LONGS_EQUAL(200, kiosk.post_json(kiosk.path("issue"), body).status);
}

TEST(GatewayDatabase, reply_lost) {
  if (!tests_are_for_postgresql()) return;
  CutWire wire(shared_postgresql_server().port());
  GatewayProcess gateway({}, PostgresqlServer::with_port(url, wire.port()));
  for (const auto when : {CutWire::Cut::before, CutWire::Cut::after}) {
    Kiosk kiosk(gateway);
    const std::string body = ready_to_issue(kiosk);
    const std::string key = random_uuid();
    const std::string documents =
        "SELECT count(*) FROM documents WHERE visit = '" + kiosk.visit + "'";
    wire.cut(when, "COMMIT");
    later(kiosk.post_json(kiosk.path("issue"), body, key));
    CHECK(wire.has_cut());
    // Whether it was done is not known to the gateway: it was, or it was not.
    auto direct = Database::open(url);
    CHECK(direct.ok());
    const auto kept =
        direct->one(documents.c_str(), [](const Statement& row) { return row.integer(0); });
    LONGS_EQUAL(when == CutWire::Cut::after ? 1 : 0, kept->value_or(-1));
    const HttpReply first = repeat(kiosk, kiosk.path("issue"), body, key);
    LONGS_EQUAL_TEXT(200, first.status, first.body.c_str());
    CHECK(first.body == kiosk.post_json(kiosk.path("issue"), body, key).body);
    LONGS_EQUAL(1, gateway.ask_database(documents));
  }
}

TEST(GatewayDatabase, a_wire_that_is_cut_in_the_middle_leaves_nothing_half_done) {
  if (!tests_are_for_postgresql()) return;
  CutWire wire(shared_postgresql_server().port());
  GatewayProcess gateway({}, PostgresqlServer::with_port(url, wire.port()));
  for (const auto* word : {"INSERT INTO documents", "UPDATE visits", "INSERT INTO answers"}) {
    for (const auto when : {CutWire::Cut::before, CutWire::Cut::after}) {
      Kiosk kiosk(gateway);
      const std::string body = ready_to_issue(kiosk);
      const std::string key = random_uuid();
      // A connection of its own has to prepare the statement anew, and so says its words.
      wire.cut(when, "BEGIN");
      later(kiosk.post_json(kiosk.path("issue"), body, key));
      wire.cut(when, word);
      const HttpReply cut = kiosk.post_json(kiosk.path("issue"), body, key);
      if (cut.status != 200) later(cut);
      const HttpReply first = repeat(kiosk, kiosk.path("issue"), body, key);
      LONGS_EQUAL_TEXT(200, first.status, first.body.c_str());
      CHECK_TEXT(wire.has_cut(), word);
      LONGS_EQUAL(1, gateway.ask_database("SELECT count(*) FROM documents WHERE visit = '" +
                                          kiosk.visit + "'"));
    }
  }
}
