// What kioskd's control channel takes from its clients, and what it does not.

#include "tests/contract/control/kioskd_process.h"

namespace madoguchi {

TEST_GROUP_BASE(ControlChannel, KioskdRig){void setup() override{configure();
start();
}  // namespace madoguchi
}
;

TEST(ControlChannel, answers_one_ask_after_another) {
  const auto client = connect();
  ask(*client, control::StatusAsk{}, 7);
  const control::Tell first = told(*client);
  LONGS_EQUAL(7, first.id);
  CHECK(first.last);
  CHECK(std::holds_alternative<control::KioskStatus>(first.answer));
  ask(*client, control::FaultsAsk{}, 8);
  const control::Tell second = told(*client);
  LONGS_EQUAL(8, second.id);
  CHECK(std::holds_alternative<control::FaultsTold>(second.answer));
}

TEST(ControlChannel, what_is_no_ask_is_refused_and_closed) {
  const Json unknown = {{"id", 1}, {"command", {{"type", "open_the_door"}}}};
  const Json more = {{"id", 1}, {"command", {{"type", "status"}, {"deep", true}}}};
  for (const Bytes& message :
       {to_bytes(as_bytes("hello")), Json::to_cbor(unknown), Json::to_cbor(more),
        encode(control::Ask{0, control::StatusAsk{}}), Bytes(control::most_control_ask + 1)}) {
    const auto client = connect();
    CHECK(client->send(message).ok());
    refused(*client, control::Reason::protocol);
    // Only now does it close: what it said could be read.
    shutdown(client->fd(), SHUT_WR);
    closed(*client);
  }
  STRCMP_EQUAL("kiosk-001", status().kiosk.c_str());
}

TEST(ControlChannel, one_command_at_a_time) {
  const auto client = connect();
  ask(*client, control::FaultsAsk{true});
  CHECK_FALSE(told(*client).last);
  ask(*client, control::StatusAsk{}, 2);
  refused(*client, control::Reason::protocol);
}

TEST(ControlChannel, a_watch_hears_every_change) {
  say_link(false, "first");
  const auto client = connect();
  ask(*client, control::FaultsAsk{true}, 3);
  const auto stands = [&](const char* device) {
    for (;;) {
      const control::Tell tell = told(*client);
      LONGS_EQUAL(3, tell.id);
      CHECK_FALSE(tell.last);
      for (const auto& fault : std::get<control::FaultsTold>(tell.answer).faults) {
        if (fault.device == device) return;
      }
    }
  };
  stands("link");
  say_link(true);
  for (bool gone = false; !gone;) {
    const control::Tell tell = told(*client);
    gone = true;
    for (const auto& fault : std::get<control::FaultsTold>(tell.answer).faults)
      gone &= fault.device != "link";
  }
  say_link(false, "again");
  stands("link");
}

TEST(ControlChannel, only_so_many_clients) {
  std::vector<std::unique_ptr<BlockingChannel>> clients;
  for (int i = 0; i < 8; ++i) {
    clients.push_back(connect());
    ask(*clients.back(), control::FaultsAsk{true});
    CHECK_FALSE(told(*clients.back()).last);
  }
  const auto ninth = connect();
  refused(*ninth, control::Reason::too_many);
  // kioskd may not have noticed yet that one has gone.
  clients.pop_back();
  for (bool served = false; !served;) {
    const auto again = connect();
    ask(*again, control::StatusAsk{});
    served = std::holds_alternative<control::KioskStatus>(told(*again).answer);
  }
}

TEST(ControlChannel, a_client_that_is_killed_leaves_nothing_behind) {
  for (int i = 0; i < 40; ++i) {
    const auto client = connect();
    ask(*client, control::FaultsAsk{true});
    if (std::holds_alternative<control::Refused>(told(*client).answer)) --i;
  }
  STRCMP_EQUAL("kiosk-001", status().kiosk.c_str());
}

TEST(ControlChannel, a_client_that_never_reads_does_not_hold_kioskd) {
  const auto deaf = connect();
  ask(*deaf, control::FaultsAsk{true});
  // Far more than the kernel's buffer and what kioskd keeps for one client.
  const std::string detail(8'000, 'x');
  for (int i = 0; i < 400; ++i) {
    say_link(false, detail);
    say_link(true);
    if (i % 50 == 0) STRCMP_EQUAL("kiosk-001", status().kiosk.c_str());
  }
  STRCMP_EQUAL("kiosk-001", status().kiosk.c_str());
  // It was let go: what it reads at last comes to an end.
  for (;;) {
    const auto tell = deaf->receive();
    if (!tell) {
      STRCMP_EQUAL("the other process closed the socket", tell.error().what.c_str());
      break;
    }
  }
}

TEST(ControlChannel, nobody_else_may_speak) {
  struct stat file{};
  CHECK(stat(socket.c_str(), &file) == 0);
  LONGS_EQUAL(0660, file.st_mode & 0777);
  if (geteuid() != 0) return;  // only root can become somebody else
  // Somebody opens the file to everybody: the kernel's word about the peer still counts.
  CHECK(chmod(socket.c_str(), 0666) == 0);
  CHECK(chmod(folder.path("").c_str(), 0755) == 0);
  const pid_t somebody = fork();
  if (somebody == 0) {
    constexpr uid_t nobody = 65534;
    if (setgid(nobody) != 0 || setuid(nobody) != 0) _exit(1);
    const auto client = connect();
    const auto bytes = client->receive();
    if (!bytes) _exit(2);
    const auto tell = decode<control::Tell>(*bytes);
    const auto* why = tell ? std::get_if<control::Refused>(&tell->answer) : nullptr;
    _exit(why != nullptr && why->reason == control::Reason::forbidden ? 42 : 3);
  }
  int status = 0;
  waitpid(somebody, &status, 0);
  CHECK(WIFEXITED(status));
  LONGS_EQUAL(42, WEXITSTATUS(status));
}

TEST(ControlChannel, its_socket_is_made_anew_and_nothing_else_is_replaced) {
  LONGS_EQUAL(128 + SIGKILL, end(SIGKILL));
  start();
  STRCMP_EQUAL("kiosk-001", status().kiosk.c_str());
  stop();
  CHECK(unlink(socket.c_str()) == 0);
  CHECK(write_file(socket, as_bytes("somebody's letter")).ok());
  launch();
  LONGS_EQUAL(2, end(0));
  STRCMP_EQUAL("somebody's letter", as_text(*read_file(socket)).c_str());
}

}  // namespace madoguchi
