#pragma once
// kiosk-link and kiosk-keys as the kiosk has them, and the real gateway: what an enrolment is made
// of. The test is kioskd.

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include <CppUTest/TestHarness.h>

#include "firmware/message/channel.h"
#include "firmware/message/enrol_ticket.h"
#include "firmware/message/link_protocol.h"
#include "tests/contract/gateway/gateway_process.h"
#include "tests/contract/keys/keys_process.h"

namespace madoguchi {

/// What `gateway enrol-code` prints.
struct PrintedCode {
  std::string code;
  std::string kiosk;
  EnrolTicket ticket;
};

/// kiosk-link with a folder of its own; the test is at the other end of its socket pair.
class LinkUnderTest {
 public:
  /// `more`: lines of [link].
  explicit LinkUnderTest(std::string keys_socket, std::string more = "")
      : keys_socket_(std::move(keys_socket)), more_(std::move(more)) {}
  ~LinkUnderTest() { kill(); }
  LinkUnderTest(const LinkUnderTest&) = delete;
  LinkUnderTest& operator=(const LinkUnderTest&) = delete;

  /// `cut_at`: the power fails before this step that changes a file; 0: it does not.
  void start(int cut_at = 0);
  void kill();
  /// Closes its pair and gives its exit status.
  int end();

  void send(const KioskToLink& message) { CHECK(channel_->send(encode(message)).ok()); }
  /// The next message of this kind; the others are passed over, but identity() and link() know
  /// them. Nothing when the process has ended.
  template <class T>
  std::optional<T> next() {
    for (;;) {
      auto message = receive();
      if (!message) return std::nullopt;
      if (auto* wanted = std::get_if<T>(&*message)) return std::move(*wanted);
    }
  }
  /// Until the identity stands like that; fails the test when the process ends before.
  IdentityState wait_until(IdentityStanding standing);
  void wait_until_up();

  EnrolOutcome ask(const KioskToLink& request);
  std::optional<EnrolOutcome> try_to_ask(const KioskToLink& request);
  EnrolOutcome enrol(const PrintedCode& code, const std::string& site = "");
  EnrolOutcome renew() { return ask(RenewRequest{"renew"}); }
  /// The status of the gateway's answer to a call as this kiosk, 0 for none.
  int call(const std::string& target);

  [[nodiscard]] const std::optional<IdentityState>& identity() const { return identity_; }
  [[nodiscard]] const std::optional<LinkState>& link() const { return link_; }
  [[nodiscard]] std::string file(const std::string& name = "") const { return folder_.path(name); }
  [[nodiscard]] std::string log() const;

 private:
  std::optional<LinkToKiosk> receive();
  int reap();

  OwnFolder folder_;
  std::string keys_socket_;
  std::string more_;
  std::unique_ptr<BlockingChannel> channel_;
  pid_t pid_ = -1;
  std::optional<IdentityState> identity_;
  std::optional<LinkState> link_;
};

struct EnrolmentRig : public Utest {
  gateway::GatewayProcess gateway{options()};

  static std::vector<std::string> options();
  /// `gateway COMMAND... ` beside the running one: its standard output.
  std::string command(const std::string& words);
  PrintedCode make_code(const std::string& site = "umeda", const std::string& more = "");
  void in_database(const char* sql);
};

std::string word_of(EnrolResult result);

/// Fails the test unless it is this.
void expect(EnrolResult wanted, const EnrolOutcome& outcome);

}  // namespace madoguchi
