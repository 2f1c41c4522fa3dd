#include "tools/gateway/updates/update_desk.h"

#include <fstream>

#include <CppUTest/TestHarness.h>

#include "firmware/link/ddi_messages.h"
#include "tests/own_folder.h"

using namespace madoguchi;
using namespace madoguchi::gateway;

// What the kiosk's own parser makes of the gateway's answers counts: both speak DDI, neither knows
// the other's code.
// clang-format off
TEST_GROUP(UpdateDesk) {
  const OwnFolder folder;
  VirtualTimers timers{Timers::Wall(std::chrono::hours(24 * 20'000))};
  std::optional<Database> database;
  std::optional<gateway::UpdateDesk> desk;
  const ServerUrl server = *parse_server_url("https://gateway.example:8443");

  void setup() override {
    std::ofstream(folder.path("m-1.2.raucb")) << std::string(5'000'000, 'x');
    std::ofstream(folder.path("m-1.3.raucb")) << "newer";
    std::ofstream(folder.path("updates.toml"))
        << "[[update]]\nfile = \"m-1.2.raucb\"\nversion = \"1.2\"\n"
           "[[update]]\nfile = \"m-1.3.raucb\"\nversion = \"1.3\"\nkiosks = [\"kiosk-002\"]\ninstall = false\n";
    database.emplace(*Database::open(folder.path("db.sqlite")));
    auto plan = UpdatePlan::load(folder.path("updates.toml"));
    CHECK_TEXT(plan.ok(), plan ? "" : plan.error().text().c_str());
    desk.emplace(*gateway::UpdateDesk::open(*database, timers, *plan));
  }
  void teardown() override {
    desk.reset();
    database.reset();
  }
  Answer ask(const std::string& method, const std::string& target, const std::string& body = "",
             const std::string& range = "", const std::string& peer = "kiosk-001") {
    Request request;
    request.peer = peer;
    request.method = method;
    request.target = target;
    request.headers["host"] = "gateway.example:8443";
    if (!range.empty()) request.headers["range"] = range;
    request.body = to_bytes(as_bytes(body));
    return desk->handle(request);
  }
  ddi::Deployment offered(const std::string& peer = "kiosk-001") {
    const auto poll = ddi::parse_poll(ask("GET", "/default/controller/v1/" + peer, "", "", peer).body, server);
    CHECK(poll.ok());
    CHECK_FALSE(poll->deployment.empty());
    const auto found = ddi::parse_deployment(ask("GET", poll->deployment, "", "", peer).body, server);
    CHECK_TEXT(found.ok(), found ? "" : found.error().text().c_str());
    return *found;
  }
};
// clang-format on

TEST(UpdateDesk, each_kiosk_is_offered_its_bundle) {
  const ddi::Deployment first = offered();
  STRCMP_EQUAL("1.2", first.version.c_str());
  CHECK_EQUAL(5'000'000, first.bundle.bytes);
  CHECK(first.may_install);
  const ddi::Deployment second = offered("kiosk-002");
  STRCMP_EQUAL("1.3", second.version.c_str());
  CHECK_FALSE(second.may_install);
}

TEST(UpdateDesk, a_bundle_is_read_in_parts) {
  const std::string target = offered().bundle.target;
  const Answer part = ask("GET", target, "", "bytes=10-19");
  CHECK_EQUAL(206, part.status);
  CHECK_EQUAL(10u, part.body.size());
  STRCMP_EQUAL("bytes 10-19/5000000", part.headers.at("Content-Range").c_str());
  CHECK_EQUAL(416, ask("GET", target, "", "bytes=5000000-").status);
  CHECK_EQUAL(416, ask("GET", target).status);  // too large for one answer
  CHECK(ask("GET", target, "", "bytes=0-").body.size() < 5'000'000u);
}

TEST(UpdateDesk, what_has_ended_is_not_offered_again) {
  const std::string action = offered().action;
  const std::string path =
      "/default/controller/v1/kiosk-001/deploymentBase/" + action + "/feedback";
  UpdateSay say;
  say.action = action;
  say.phase = UpdatePhase::installing;
  CHECK_EQUAL(200, ask("POST", path, as_text(ddi::feedback(say, timers.wall()))).status);
  (void)offered();
  say.phase = UpdatePhase::failed;
  say.details = {"self_test: printer"};
  CHECK_EQUAL(200, ask("POST", path, as_text(ddi::feedback(say, timers.wall()))).status);
  CHECK_EQUAL(200, ask("POST", path, as_text(ddi::feedback(say, timers.wall()))).status);
  const auto poll = ddi::parse_poll(ask("GET", "/default/controller/v1/kiosk-001").body, server);
  CHECK(poll.ok());
  CHECK(poll->deployment.empty());
}

TEST(UpdateDesk, nobody_asks_for_another) {
  CHECK_EQUAL(403, ask("GET", "/default/controller/v1/kiosk-002").status);
  CHECK_EQUAL(403, ask("GET", "/default/controller/v1/kiosk-001", "", "", "").status);
  CHECK_EQUAL(404, ask("GET", "/default/controller/v1/kiosk-001/deploymentBase/0").status);
  CHECK_EQUAL(405, ask("POST", "/default/controller/v1/kiosk-001").status);
  CHECK_EQUAL(
      400,
      ask("POST",
          "/default/controller/v1/kiosk-001/deploymentBase/" + offered().action + "/feedback", "{")
          .status);
}

TEST(UpdateDesk, a_plan_that_is_wrong_says_where) {
  for (const char* wrong :
       {"[[update]]\nfile = \"../m-1.2.raucb\"\nversion = \"1\"\n",
        "[[update]]\nfile = \"none.raucb\"\nversion = \"1\"\n",
        "[[update]]\nfile = \"m-1.2.raucb\"\n",
        "[[update]]\nfile = \"m-1.2.raucb\"\nversion = \"1\"\nkiosk = \"x\"\n"}) {
    std::ofstream(folder.path("wrong.toml")) << wrong;
    const auto plan = UpdatePlan::load(folder.path("wrong.toml"));
    CHECK_FALSE_TEXT(plan.ok(), wrong);
    CHECK(plan.error().where.find("wrong.toml:") != std::string::npos);
  }
}
