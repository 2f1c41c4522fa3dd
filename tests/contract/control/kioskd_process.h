#pragma once
// kioskd as its supervisor starts it, without any device: the test holds the other ends of its
// socket pairs, and speaks to it as kioskctl does.

#include <csignal>
#include <map>
#include <memory>
#include <string>

#include <CppUTest/TestHarness.h>
#include <fcntl.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "firmware/base/file.h"
#include "firmware/message/channel.h"
#include "firmware/message/control_protocol.h"
#include "firmware/message/link_protocol.h"
#include "firmware/message/ui_protocol.h"
#include "tests/child_process.h"
#include "tests/local_connection.h"
#include "tests/shell_command.h"
#include "tests/unit/journal/sample_journal.h"

namespace madoguchi {

struct KioskdRig : public Utest {
  static constexpr std::string_view seal_key =
      "-----BEGIN PUBLIC KEY-----\n"
      "MFkwEwYHKoZIzj0CAQYIKoZIzj0DAQcDQgAE501ebafV9XmsytDvJj4zRJt+LREs\n"
      "jwUxDiuejLUTDpZzVGM1ao/Z51CrBctQ0p2Y25WRXr6dtS3KUH6av8rd7w==\n"
      "-----END PUBLIC KEY-----\n";

  OwnFolder folder;
  std::string socket = folder.path("control");
  std::unique_ptr<BlockingChannel> ui;
  std::unique_ptr<BlockingChannel> link;
  Screen now;  ///< the last that was received
  pid_t pid = -1;

  void teardown() override { stop(); }

  void configure(const std::map<std::string, std::string>& more = {}) {
    std::map<std::string, std::string> tables{
        {"kiosk",
         "id = \"kiosk-001\"\nstate_dir = \"state\"\nservice_hours = \"00:00-24:00\"\n"
         "control_socket = \"" +
             socket + "\"\n"},
        {"terminal", "url = \"http://127.0.0.1:1/nexo\"\n"},
        {"printer", "uri = \"ipp://127.0.0.1:1/ipp/print\"\n"},
        {"gateway", "seal_key = \"seal.pem\"\n"}};
    for (const auto& [table, lines] : more) tables[table] += lines;
    std::string text;
    for (const auto& [table, lines] : tables) text += "[" + table + "]\n" + lines;
    CHECK(write_file(folder.path("seal.pem"), as_bytes(seal_key)).ok());
    CHECK(write_file(folder.path("kiosk.toml"), as_bytes(text)).ok());
  }

  /// Runs, and listens for maintainers, when this returns.
  void start() {
    launch();
    (void)next_screen();
  }
  void launch() {
    now = Screen();
    int ui_ends[2];
    int link_ends[2];
    CHECK(socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, ui_ends) == 0);
    CHECK(socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, link_ends) == 0);
    ui = std::make_unique<BlockingChannel>(ui_ends[0]);
    link = std::make_unique<BlockingChannel>(link_ends[0]);
    std::vector<std::string> argv{
        ChildProcess::program("kioskd"), "--config",  folder.path("kiosk.toml"),   "--ui-fd",
        std::to_string(ui_ends[1]),      "--link-fd", std::to_string(link_ends[1])};
    std::vector<char*> raw;
    for (std::string& argument : argv) raw.push_back(argument.data());
    raw.push_back(nullptr);
    pid = fork();
    if (pid == 0) {
      fcntl(ui_ends[1], F_SETFD, 0);
      fcntl(link_ends[1], F_SETFD, 0);
      execv(raw[0], raw.data());
      _exit(127);
    }
    close(ui_ends[1]);
    close(link_ends[1]);
  }
  Screen next_screen() {
    for (;;) {
      const auto bytes = ui->receive();
      if (!bytes) FAIL(bytes.error().text().c_str());
      const auto message = decode<KioskToUi>(*bytes);
      CHECK(message.ok());
      if (const auto* show = std::get_if<ShowScreen>(&*message)) return now = show->screen;
    }
  }
  /// The one that is shown now counts.
  void wait_for_screen(const std::string& name) {
    while (now.name != name) (void)next_screen();
  }
  /// The next message to the window of this kind; screens before it are dropped.
  template <class T>
  T next_for_ui() {
    for (;;) {
      const auto bytes = ui->receive();
      if (!bytes) FAIL(bytes.error().text().c_str());
      auto message = decode<KioskToUi>(*bytes);
      CHECK(message.ok());
      if (const auto* show = std::get_if<ShowScreen>(&*message)) now = show->screen;
      if (auto* wanted = std::get_if<T>(&*message)) return std::move(*wanted);
    }
  }
  void say_ui(UiToKiosk message) { CHECK(ui->send(encode(message)).ok()); }
  void say_link(bool up, const std::string& detail = "") {
    CHECK(link->send(encode(LinkToKiosk(LinkState{up, detail}))).ok());
  }
  /// 0: it ends by itself.
  int end(int signal) {
    if (pid < 0) return 0;
    if (signal != 0) ::kill(pid, signal);
    int status = 0;
    waitpid(pid, &status, 0);
    pid = -1;
    ui.reset();
    link.reset();
    return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
  }
  void stop() { (void)end(SIGTERM); }

  [[nodiscard]] std::unique_ptr<BlockingChannel> connect() const {
    return std::make_unique<BlockingChannel>(connect_to(socket));
  }
  static control::Tell told(BlockingChannel& client) {
    const auto bytes = client.receive();
    if (!bytes) FAIL(bytes.error().text().c_str());
    auto tell = decode<control::Tell>(*bytes);
    if (!tell) FAIL(tell.error().text().c_str());
    return std::move(*tell);
  }
  static void ask(BlockingChannel& client, control::Command command, std::int64_t id = 1) {
    CHECK(client.send(encode(control::Ask{id, std::move(command)})).ok());
  }
  static void refused(BlockingChannel& client, control::Reason reason) {
    const control::Tell tell = told(client);
    CHECK(tell.last);
    const auto* why = std::get_if<control::Refused>(&tell.answer);
    CHECK(why != nullptr);
    CHECK(why->reason == reason);
    CHECK_FALSE(why->what.empty());
  }
  static void closed(BlockingChannel& client) {
    const auto more = client.receive();
    CHECK_FALSE(more.ok());
    STRCMP_EQUAL("the other process closed the socket", more.error().what.c_str());
  }
  control::KioskStatus status() {
    const auto client = connect();
    ask(*client, control::StatusAsk{});
    control::Tell tell = told(*client);
    CHECK(std::holds_alternative<control::KioskStatus>(tell.answer));
    return std::get<control::KioskStatus>(std::move(tell.answer));
  }

  Said kioskctl(const std::string& arguments) const {
    return said_by(ChildProcess::program("kioskctl") + " " + arguments + " 2>&1");
  }
};

}  // namespace madoguchi
