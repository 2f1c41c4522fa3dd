// kioskctl and kioskd together, as a maintainer uses them: words, JSON and exit codes.

#include "tests/contract/control/kioskd_process.h"
#include "tests/shell_command.h"

namespace madoguchi {

TEST_GROUP_BASE(Kioskctl, KioskdRig){void setup() override{configure();
}
[[nodiscard]] std::string at() const { return " --socket " + socket; }
void says(const std::string& arguments, int code, const char* text) const {
  const Said said = kioskctl(arguments);
  STRCMP_CONTAINS(text, said.text.c_str());
  LONGS_EQUAL_TEXT(code, said.code, said.text.c_str());
}
}
;

TEST(Kioskctl, status_of_a_kiosk_without_devices) {
  start();
  wait_for_screen("out_of_service");
  say_link(true);
  while (!status().link.up) {
  }
  const Said said = kioskctl("status --json" + at());
  LONGS_EQUAL_TEXT(1, said.code, said.text.c_str());
  const Json status = Json::parse(said.text);
  STRCMP_EQUAL("kiosk-001", status["kiosk"].get<std::string>().c_str());
  STRCMP_EQUAL("out_of_service", status["activity"].get<std::string>().c_str());
  CHECK(status["link"]["up"].get<bool>());
  CHECK(status["journal"]["open"].get<bool>());
  CHECK(status["journal"]["bytes"].get<std::int64_t>() > 0);
  CHECK(status["disk"]["total_bytes"].get<std::int64_t>() > 0);
  CHECK(status["machine_uptime_s"].get<std::int64_t>() > 0);
  LONGS_EQUAL(20, status["clock"]["now"].get<std::string>().size());
  std::map<std::string, Json> devices;
  for (const Json& device : status["devices"]) devices[device["device"]] = device;
  STRCMP_EQUAL("gone", devices["printer"]["fault"]["code"].get<std::string>().c_str());
  STRCMP_EQUAL("not_ready", devices["terminal"]["fault"]["code"].get<std::string>().c_str());
  CHECK_FALSE(devices["receipt"]["fitted"].get<bool>());
  says("status" + at(), 1, "printer      fault: gone");
  says("status" + at(), 1, "receipt      not fitted");
  says("faults" + at(), 1, "terminal     not_ready");
}

TEST(Kioskctl, a_kiosk_that_is_not_there_is_one_line_and_3) {
  const Said said = kioskctl("status" + at());
  LONGS_EQUAL(3, said.code);
  STRCMP_EQUAL(("kioskctl: " + socket + ": no kioskd listens here\n").c_str(), said.text.c_str());
  says("faults --watch" + at(), 3, "no kioskd listens here");
  says("status --socket " + std::string(200, 'x'), 2, "too long for a socket's path");
  says("status --nonsense" + at(), 2, "--nonsense");
}

TEST(Kioskctl, who_may_not_is_told_so) {
  if (geteuid() != 0) return;  // only root can become somebody else
  start();
  CHECK(chmod(folder.path("").c_str(), 0755) == 0);
  const std::string command = "setpriv --reuid 65534 --regid 65534 --clear-groups -- " +
                              ChildProcess::program("kioskctl") + " status" + at() + " 2>&1";
  const Said said = said_by(command);
  STRCMP_CONTAINS("this user may not speak to kioskd", said.text.c_str());
  LONGS_EQUAL(4, said.code);
}

TEST(Kioskctl, a_watch_goes_on_over_a_restart_of_kioskd) {
  start();
  say_link(false, "before the restart");
  ChildProcess watch({ChildProcess::program("kioskctl"), "faults", "--watch", "--socket", socket});
  (void)watch.wait_for("before the restart");
  LONGS_EQUAL(128 + SIGKILL, end(SIGKILL));
  start();
  say_link(false, "after the restart");
  (void)watch.wait_for("after the restart");
  watch.kill();
}

TEST(Kioskctl, a_watch_whose_reader_is_gone_ends) {
  start();
  const std::string line = ChildProcess::program("kioskctl") + " faults --watch" + at() +
                           " | head -n 1 >/dev/null; echo over";
  ChildProcess watch({"/bin/bash", "-c", line});
  // The pipe breaks with the second change that it sees.
  int changes = 0;
  for (; changes < 10'000 && !watch.has_said("over"); ++changes) {
    say_link(changes % 2 == 0, "down");
    (void)status();
  }
  CHECK_TEXT(changes < 10'000, "the watch goes on with nobody who reads it");
  LONGS_EQUAL(0, watch.end());
}

TEST(Kioskctl, self_test_of_a_kiosk_without_devices) {
  start();
  wait_for_screen("out_of_service");
  say_link(true);
  ChildProcess test({ChildProcess::program("kioskctl"), "self-test", "--socket", socket});
  wait_for_screen("upkeep");
  say_ui(FrameDrawn{next_for_ui<AskFrame>().number});
  // kiosk-link's end: the city's clock is not there today.
  for (bool answered = false; !answered;) {
    const auto message = decode<KioskToLink>(*link->receive());
    const auto* call = std::get_if<HttpCall>(&*message);
    if (call == nullptr || call->target != "/v1/time") continue;
    CHECK(link->send(encode(LinkToKiosk(HttpAnswer{call->id, 503, {}, {}}))).ok());
    answered = true;
  }
  for (const char* line :
       {"Screen: ok", "Card reader: failed (gone)", "Certificate printer: failed (gone)",
        "The printer is not found. Check its power and cable.", "Receipt printer: not fitted",
        "Payment terminal: failed (no_answer)", "Network: ok", "City system: failed (trouble) 503",
        "Clock: attention (not_compared)", "Journal: ok", "Camera: not fitted"})
    (void)test.wait_for(line);
  LONGS_EQUAL(1, test.end());
  wait_for_screen("out_of_service");
}

TEST(Kioskctl, touch_grid_tells_the_cells_that_were_never_touched) {
  start();
  wait_for_screen("out_of_service");
  ChildProcess grid({ChildProcess::program("kioskctl"), "touch", "grid", "--columns", "2", "--rows",
                     "2", "--patience", "1", "--json", "--socket", socket});
  const auto watch = next_for_ui<WatchTouch>();
  LONGS_EQUAL(2, watch.columns);
  for (const std::int32_t cell : {0, 1, 3}) say_ui(TouchSeen{watch.number, cell});
  STRCMP_EQUAL(R"({"columns":2,"rows":2,"untouched":[2]})", grid.wait_for("untouched").c_str());
  LONGS_EQUAL(1, grid.end());
}

TEST(Kioskctl, who_is_killed_in_the_middle_leaves_the_kiosk_to_residents) {
  start();
  wait_for_screen("out_of_service");
  ChildProcess grid({ChildProcess::program("kioskctl"), "touch", "grid", "--patience", "120",
                     "--socket", socket});
  (void)next_for_ui<WatchTouch>();
  // Meanwhile nobody else has the devices.
  says("print test" + at(), 5, "something else is being done with the kiosk");
  grid.kill();
  wait_for_screen("out_of_service");
  says("touch grid --columns 41" + at(), 2, "--columns");
}

TEST(Kioskctl, network_as_kiosk_link_finds_it) {
  start();
  ChildProcess network({ChildProcess::program("kioskctl"), "network", "--socket", socket});
  std::string id;
  while (id.empty()) {
    const auto message = decode<KioskToLink>(*link->receive());
    if (const auto* test = std::get_if<TestConnection>(&*message)) id = test->id;
  }
  const ConnectionTested tested{
      id, "gateway.example:443", {{"tcp", true, "192.0.2.1", 3}, {"tls", false, "expired", 5}}};
  CHECK(link->send(encode(LinkToKiosk(tested))).ok());
  (void)network.wait_for("gateway      gateway.example:443");
  STRCMP_CONTAINS("failed 5 ms expired", network.wait_for("tls").c_str());
  LONGS_EQUAL(1, network.end());
}

TEST(Kioskctl, what_this_kiosk_does_not_have_is_6) {
  start();
  wait_for_screen("out_of_service");
  says("camera" + at(), 6, "this kiosk offers no consultations by video");
  const Said print = kioskctl("print test --json" + at());
  LONGS_EQUAL_TEXT(1, print.code, print.text.c_str());
  const Json parts = Json::parse(print.text);
  STRCMP_EQUAL("gone", parts[0]["code"].get<std::string>().c_str());
  STRCMP_EQUAL("not_fitted", parts[1]["code"].get<std::string>().c_str());
}

}  // namespace madoguchi
