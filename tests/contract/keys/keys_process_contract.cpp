// kiosk-keys as its neighbours ask it, over its socket.
#include <csignal>

#include <CppUTest/TestHarness.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "firmware/crypto/hash.h"
#include "firmware/crypto/signature.h"
#include "firmware/message/channel.h"
#include "tests/contract/keys/keys_process.h"
#include "tests/local_connection.h"

using namespace madoguchi;

namespace {

const Bytes digest = sha256(as_bytes("a certificate signing request"));

void fails_with(Errc code, const Error& error) {
  STRCMP_EQUAL_TEXT(std::string(name_of(code)).c_str(), std::string(name_of(error.code)).c_str(),
                    error.text().c_str());
}

/// What a process of another user sees of it: the code of the refusal, "gone" when it is hung up.
std::string asked_as(uid_t user, const std::string& socket) {
  int ends[2];
  CHECK(::pipe(ends) == 0);
  const pid_t child = ::fork();
  if (child == 0) {
    std::string said = "no such user";
    if (::setuid(user) == 0) {
      const auto answer = KeysClient(socket).state();
      said = answer ? "answered" : std::string(name_of(answer.error().code));
    }
    (void)!::write(ends[1], said.data(), said.size());
    _exit(0);
  }
  ::close(ends[1]);
  char text[64] = {};
  const ssize_t size = ::read(ends[0], text, sizeof text - 1);
  ::close(ends[0]);
  ::waitpid(child, nullptr, 0);
  return {text, static_cast<std::size_t>(std::max<ssize_t>(size, 0))};
}

}  // namespace

TEST_GROUP(KeysProcess){};

TEST(KeysProcess, a_kiosk_with_a_tpm) {
  SoftwareTpm tpm;
  KeysProcess keys(tpm.tcti());
  const KeysClient client = keys.client();
  const auto before = client.state();
  CHECK(before->place == KeyPlace::tpm);
  CHECK_FALSE(before->has_key);
  fails_with(Errc::not_found, client.public_half().error());
  const auto point = client.make();
  CHECK(point.ok());
  const auto signature = client.sign(digest);
  CHECK(signature.ok());
  CHECK(P256PublicKey::from_point(*point)
            ->verify(as_bytes("a certificate signing request"), *signature)
            .ok());
  LONGS_EQUAL(7, *client.raise(7));
  fails_with(Errc::refused, client.raise(6).error());
  LONGS_EQUAL(7, *client.counter());
  LONGS_EQUAL(0, keys.stop());
  keys.start();
  CHECK(*client.public_half() == *point);
  CHECK(client.erase().ok());
  fails_with(Errc::not_found, client.sign(digest).error());
  LONGS_EQUAL(0, keys.stop());
}

TEST(KeysProcess, a_kiosk_without_a_tpm_says_so) {
  KeysProcess keys("off");
  const auto state = keys.client().state();
  CHECK(state->place == KeyPlace::file);
  STRCMP_CONTAINS("no TPM", state->trouble.c_str());
  CHECK(keys.client().make().ok());
  CHECK(keys.client().sign(digest).ok());
  LONGS_EQUAL(0, keys.stop());
  STRCMP_CONTAINS("key_weak", keys.log().c_str());
}

TEST(KeysProcess, tpm_lost_while_it_runs) {
  SoftwareTpm tpm;
  KeysProcess keys(tpm.tcti());
  CHECK(keys.client().make().ok());
  tpm.switch_off();
  fails_with(Errc::gone, keys.client().sign(digest).error());
  tpm.switch_on();
  CHECK(keys.client().sign(digest).ok());
  LONGS_EQUAL(0, keys.stop());
  STRCMP_CONTAINS("key_refused", keys.log().c_str());
}

TEST(KeysProcess, a_board_that_lost_its_tpm_does_not_make_do_with_a_file) {
  KeysProcess keys("auto");  // this machine has none
  CHECK(keys.client().state()->place == KeyPlace::file);
  LONGS_EQUAL(0, keys.stop());
  CHECK(write_file(keys.file("tpm.key"), Bytes(97)).ok());
  keys.start();
  fails_with(Errc::gone, keys.client().state().error());
  fails_with(Errc::gone, keys.client().make().error());
  LONGS_EQUAL(0, keys.stop());
}

TEST(KeysProcess, who_asks_decides_what_may_be_asked) {
  if (::geteuid() != 0) return;  // only root can be two users
  // kiosk-link is "daemon", kioskd is us.
  KeysProcess keys("off", "link_user = \"daemon\"\n");
  const KeysClient kioskd = keys.client();
  CHECK(kioskd.state().ok());
  LONGS_EQUAL(1, *kioskd.raise(1));
  fails_with(Errc::refused, kioskd.make().error());
  fails_with(Errc::refused, kioskd.public_half().error());
  fails_with(Errc::refused, kioskd.sign(digest).error());
  CHECK(kioskd.erase().ok());
  LONGS_EQUAL(0, keys.stop());
  STRCMP_CONTAINS("not yours", keys.log().c_str());
}

TEST(KeysProcess, kiosk_link_gets_neither_counter_nor_erase) {
  if (::geteuid() != 0) return;
  KeysProcess keys("off", "kioskd_user = \"daemon\"\n");
  const KeysClient link = keys.client();
  CHECK(link.make().ok());
  fails_with(Errc::refused, link.counter().error());
  fails_with(Errc::refused, link.raise(1).error());
  fails_with(Errc::refused, link.erase().error());
  CHECK(link.sign(digest).ok());
  LONGS_EQUAL(0, keys.stop());
}

TEST(KeysProcess, a_stranger_is_hung_up_on) {
  if (::geteuid() != 0) return;
  KeysProcess keys("off");
  (void)::chmod(keys.file().c_str(), 0755);
  STRCMP_EQUAL("gone", asked_as(65534, keys.socket()).c_str());
  LONGS_EQUAL(0, keys.stop());
  STRCMP_CONTAINS("\"user\":\"65534\"", keys.log().c_str());
}

TEST(KeysProcess, makes_its_own_socket_where_there_is_no_supervisor) {
  OwnFolder folder;
  CHECK(write_file(folder.path("kiosk.toml"),
                   as_bytes("[keys]\nsocket = \"own\"\ndir = \".\"\ntpm = \"off\"\n"))
            .ok());
  ChildProcess process({"/bin/sh", "-c",
                        "exec " + ChildProcess::program("kiosk-keys") + " --config " +
                            folder.path("kiosk.toml") + " 2>&1"});
  process.wait_for("process_started");
  CHECK(KeysClient(folder.path("own")).make().ok());
  ::kill(process.pid(), SIGTERM);
  LONGS_EQUAL(0, process.end());
}

TEST(KeysProcess, nonsense_ends_that_connection_only) {
  KeysProcess keys("off");
  CHECK(keys.client().make().ok());
  for (const char* nonsense : {"", "not CBOR", "\xa1\x64type\x64sign"}) {
    BlockingChannel channel(connect_to(keys.socket()));
    CHECK(channel.send(as_bytes(nonsense)).ok());
    fails_with(Errc::gone, channel.receive().error());
  }
  fails_with(Errc::invalid, keys.client().sign(Bytes(31)).error());
  CHECK(keys.client().sign(digest).ok());
  LONGS_EQUAL(0, keys.stop());
}

TEST(KeysProcess, wrong_configurations) {
  const auto status = [](const std::string& arguments) {
    ChildProcess process({"/bin/sh", "-c",
                          "exec " + ChildProcess::program("kiosk-keys") + " " + arguments +
                              " 2>/dev/null >/dev/null"});
    return process.end();
  };
  OwnFolder folder;
  LONGS_EQUAL(2, status(""));
  LONGS_EQUAL(2, status("--config /nowhere/kiosk.toml"));
  CHECK(write_file(folder.path("a.toml"), as_bytes("[keys]\nsocket = \"s\"\n")).ok());
  LONGS_EQUAL(2, status("--config " + folder.path("a.toml")));
  CHECK(write_file(folder.path("b.toml"),
                   as_bytes("[keys]\nsocket = \"s\"\ndir = \".\"\nlink_user = \"nobody-here\"\n"))
            .ok());
  LONGS_EQUAL(2, status("--config " + folder.path("b.toml")));
  CHECK(write_file(folder.path("c.toml"), as_bytes("[keys]\nsocket = \"s\"\ndir = \".\"\n")).ok());
  LONGS_EQUAL(2, status("--config " + folder.path("c.toml") + " --socket-fd 0"));
  LONGS_EQUAL(0, status("--version"));
}
