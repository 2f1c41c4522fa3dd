#pragma once
// kiosk-link as kioskd starts it: the real process at one end of a socket pair, the test at the
// other, OpenSSL as the gateway.

#include <csignal>
#include <cstdlib>

#include <CppUTest/TestHarness.h>
#include <fcntl.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include "firmware/message/channel.h"
#include "firmware/message/link_protocol.h"
#include "tests/child_process.h"
#include "tests/contract/link/test_pki.h"
#include "tests/contract/link/test_server.h"

namespace madoguchi {

inline CertificateSpec kiosk_spec(const std::string& id = "kiosk-001") {
  CertificateSpec spec;
  spec.common_name = id;
  spec.extended_key_usage = "clientAuth";
  return spec;
}

struct LinkProcessRig : public Utest {
  PemFiles files;
  Identity ca = issue(ca_spec("City CA"));
  std::unique_ptr<TestServer> gateway;
  std::unique_ptr<BlockingChannel> channel;
  pid_t pid = -1;
  bool stopped_clock = false;  ///< wakes in 1970, and its log is kept
  int log = -1;
  std::string said;

  void teardown() override {
    if (log >= 0) close(log);
    if (pid > 0) {
      ::kill(pid, SIGKILL);
      (void)wait_for_exit();
    }
  }

  void start_gateway(TestServer::Script script) {
    ServerTls tls;
    tls.identity = issue(CertificateSpec{}, &ca);
    tls.client_ca = ca.certificate;
    gateway = std::make_unique<TestServer>(tls, std::move(script));
  }

  // Answers the health request, and everything else with its own body.
  void start_echoing_gateway() {
    start_gateway([this](Peer& peer) {
      while (gateway->take(peer)) {
        const SeenRequest request = gateway->requests().back();
        peer.write(
            http_answer(request.first_line == "GET /v1/health HTTP/1.1" ? "{}" : request.body));
      }
    });
  }

  /// `more` are lines of [link], and what stands behind it.
  std::string write_config(const std::string& url, const std::string& more = "") {
    const Identity kiosk = issue(kiosk_spec(), &ca);
    files.add_certificates("ca.pem", {ca.certificate});
    files.add_certificates("kiosk.pem", {kiosk.certificate});
    files.add_key("kiosk.key", kiosk.key);
    return files.add("kiosk.toml",
                     "[link]\nurl = \"" + url +
                         "\"\nca = \"ca.pem\"\ncertificate = \"kiosk.pem\"\nkey = \"kiosk.key\"\n" +
                         more);
  }

  void start(const std::vector<std::string>& arguments) {
    int ends[2];
    CHECK(socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, ends) == 0);
    channel = std::make_unique<BlockingChannel>(ends[0]);
    std::vector<std::string> argv{ChildProcess::program("kiosk-link")};
    argv.insert(argv.end(), arguments.begin(), arguments.end());
    for (std::string& argument : argv) {
      if (argument == "<fd>") argument = std::to_string(ends[1]);
    }
    int log_ends[2];
    CHECK(pipe2(log_ends, O_CLOEXEC) == 0);
    pid = fork();
    if (pid == 0) {
      fcntl(ends[1], F_SETFD, 0);
      if (stopped_clock) {
        setenv("LD_PRELOAD", ChildProcess::program("stopped-clock.so").c_str(), 1);
        dup2(log_ends[1], STDERR_FILENO);
      }
      std::vector<char*> raw;
      for (std::string& argument : argv) raw.push_back(argument.data());
      raw.push_back(nullptr);
      execv(raw[0], raw.data());
      _exit(127);
    }
    close(ends[1]);
    close(log_ends[1]);
    if (log >= 0) close(log);
    log = log_ends[0];
  }

  // Everything that it has logged until a line held this.
  std::string wait_for_log(const std::string& text) {
    while (said.find(text) == std::string::npos || !said.ends_with('\n')) {
      char buffer[4096];
      const ssize_t size = read(log, buffer, sizeof buffer);
      if (size <= 0) FAIL(("the process ended, having said:\n" + said).c_str());
      said.append(buffer, static_cast<std::size_t>(size));
    }
    return said;
  }

  void start_with(const std::string& url, const std::string& more = "") {
    start({"--config", write_config(url, more), "--fd", "<fd>"});
  }

  int wait_for_exit() {
    int status = 0;
    waitpid(pid, &status, 0);
    pid = -1;
    return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
  }

  // The next message that is about calls.
  LinkToKiosk receive() {
    for (;;) {
      auto bytes = channel->receive();
      CHECK(bytes.ok());
      auto message = decode<LinkToKiosk>(*bytes);
      if (!message) FAIL(message.error().text().c_str());
      if (std::holds_alternative<IdentityState>(*message)) continue;
      if (const auto* live = std::get_if<LiveState>(&*message)) {
        CHECK_FALSE(live->up);
      } else {
        return std::move(*message);
      }
    }
  }

  LinkState receive_state() { return std::get<LinkState>(receive()); }
  HttpAnswer receive_answer() { return std::get<HttpAnswer>(receive()); }

  void wait_until_up() {
    while (!receive_state().up) {
    }
  }

  void call(const std::string& id, const std::string& body, std::int64_t deadline_ms = 20'000) {
    const KioskToLink message =
        HttpCall{id, "POST", "/v1/visits", to_bytes(as_bytes(body)), deadline_ms};
    CHECK(channel->send(encode(message)).ok());
  }
};

}  // namespace madoguchi
