#include "tests/contract/enrolment/enrolment_rig.h"

#include <csignal>
#include <cstdlib>

#include <fcntl.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include "firmware/base/file.h"
#include "tests/shell_command.h"
#include "tools/gateway/database/database.h"

namespace madoguchi {

void LinkUnderTest::start(int cut_at) {
  CHECK(write_file(folder_.path("kiosk.toml"), as_bytes("[keys]\nsocket = \"" + keys_socket_ +
                                                        "\"\n[link]\nstate_dir = \".\"\n" + more_))
            .ok());
  identity_.reset();
  link_.reset();
  int ends[2];
  CHECK(::socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, ends) == 0);
  channel_ = std::make_unique<BlockingChannel>(ends[0]);
  const std::string program = ChildProcess::program("kiosk-link");
  const std::string config = folder_.path("kiosk.toml");
  const std::string log = folder_.path("log");
  const std::string fd = std::to_string(ends[1]);
  pid_ = ::fork();
  if (pid_ == 0) {
    ::fcntl(ends[1], F_SETFD, 0);
    const int to = ::open(log.c_str(), O_WRONLY | O_CREAT | O_APPEND, 0600);
    ::dup2(to, STDERR_FILENO);
    if (cut_at > 0) {
      ::setenv("LD_PRELOAD", ChildProcess::program("power-cut.so").c_str(), 1);
      ::setenv("MADOGUCHI_CUT_AT", std::to_string(cut_at).c_str(), 1);
    }
    ::execl(program.c_str(), program.c_str(), "--config", config.c_str(), "--fd", fd.c_str(),
            nullptr);
    ::_exit(127);
  }
  ::close(ends[1]);
}

int LinkUnderTest::reap() {
  int status = 0;
  ::waitpid(pid_, &status, 0);
  pid_ = -1;
  return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
}

void LinkUnderTest::kill() {
  if (pid_ <= 0) return;
  ::kill(pid_, SIGKILL);
  (void)reap();
}

int LinkUnderTest::end() {
  channel_.reset();
  return pid_ > 0 ? reap() : 0;
}

std::string LinkUnderTest::log() const {
  const auto content = read_file(folder_.path("log"));
  return content ? as_text(*content) : "";
}

std::optional<LinkToKiosk> LinkUnderTest::receive() {
  auto bytes = channel_->receive();
  if (!bytes) return std::nullopt;
  auto message = decode<LinkToKiosk>(*bytes);
  if (!message) FAIL(message.error().text().c_str());
  if (const auto* state = std::get_if<IdentityState>(&*message)) identity_ = *state;
  if (const auto* state = std::get_if<LinkState>(&*message)) link_ = *state;
  return std::move(*message);
}

IdentityState LinkUnderTest::wait_until(IdentityStanding standing) {
  while (!identity_ || identity_->standing != standing) {
    if (!receive()) FAIL(("kiosk-link ended, having said:\n" + log()).c_str());
  }
  return *identity_;
}

void LinkUnderTest::wait_until_up() {
  while (!link_ || !link_->up) {
    if (!receive()) FAIL(("kiosk-link ended, having said:\n" + log()).c_str());
  }
}

std::optional<EnrolOutcome> LinkUnderTest::try_to_ask(const KioskToLink& request) {
  if (!channel_->send(encode(request)).ok()) return std::nullopt;
  return next<EnrolOutcome>();
}

EnrolOutcome LinkUnderTest::ask(const KioskToLink& request) {
  auto outcome = try_to_ask(request);
  if (!outcome) FAIL(("kiosk-link ended, having said:\n" + log()).c_str());
  return std::move(*outcome);
}

EnrolOutcome LinkUnderTest::enrol(const PrintedCode& code, const std::string& site) {
  EnrolRequest request{"enrol", code.code, {}, code.ticket.url, code.ticket.ca_pin};
  if (!site.empty()) request.site = site;
  return ask(request);
}

int LinkUnderTest::call(const std::string& target) {
  send(HttpCall{random_uuid(), "POST", target,
                to_bytes(as_bytes("{\"visit\":\"" + random_uuid() + "\"}")), 20'000});
  const auto answer = next<HttpAnswer>();
  return answer && answer->status ? *answer->status : 0;
}

std::vector<std::string> EnrolmentRig::options() {
  const gateway::SharedCity& city = gateway::SharedCity::get();
  return {"--kiosk-ca-key",           city.pki("kiosk-ca.key"), "--gateway-ca",
          city.pki("gateway-ca.pem"), "--enrol-listen",         "127.0.0.1:0"};
}

std::string EnrolmentRig::command(const std::string& words) {
  const gateway::SharedCity& city = gateway::SharedCity::get();
  return output_of(ChildProcess::program("gateway") + " " + words + " --config " +
                   city.settings_file() + " --database " + gateway.database() + " --kiosk-ca-key " +
                   city.pki("kiosk-ca.key") + " --gateway-ca " + city.pki("gateway-ca.pem") +
                   " --enrol-url https://" + gateway.enrol_address());
}

PrintedCode EnrolmentRig::make_code(const std::string& site, const std::string& more) {
  const std::string text = command("enrol-code --site " + site + " " + more);
  const auto value = [&](const std::string& name) {
    const auto at = text.find(name);
    CHECK(at != std::string::npos);
    const auto from = at + name.size();
    return text.substr(from, text.find('\n', from) - from);
  };
  const auto ticket = EnrolTicket::parse(value("qr    "));
  if (!ticket) FAIL(ticket.error().text().c_str());
  return {value("code  "), value("kiosk "), *ticket};
}

void EnrolmentRig::in_database(const char* sql) {
  auto opened = gateway::Database::open(gateway.database());
  CHECK(opened.ok());
  CHECK(opened->script(sql).ok());
}

std::string word_of(EnrolResult result) { return std::string(codec::enum_name(result)); }

void expect(EnrolResult wanted, const EnrolOutcome& outcome) {
  STRCMP_EQUAL_TEXT(word_of(wanted).c_str(), word_of(outcome.result).c_str(),
                    outcome.detail.c_str());
}

}  // namespace madoguchi
