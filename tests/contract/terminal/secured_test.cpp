// nexo's local security against emulator-terminal, which has it from OpenSSL: whatever is wrong
// with a protected reply, the payment is neither approved nor declined, and TransactionStatus
// tells.
#include "tests/contract/terminal/terminal_rig.h"

using namespace madoguchi;
using namespace madoguchi::test;

TEST_GROUP_BASE(SecuredTerminalTest, TerminalRig){void setup() override{TerminalRig::setup();
emulator.reset();
config.key = key_file("terminal.key", "kiosk-key", 3, "a passphrase: of a desk");
start({"--key", config.key});
}
std::string key_file(const std::string& name, const std::string& identifier, int version,
                     const std::string& passphrase) {
  const std::string path = folder.path(name);
  const std::string text = "identifier: " + identifier + "\nversion: " + std::to_string(version) +
                           "\npassphrase: " + passphrase + "\n";
  CHECK(write_file(path, as_bytes(text)).ok());
  return path;
}
/// A payment whose reply is wrong in this way.
void is_refused_then_found(const char* wrong) {
  const std::int64_t before = ledger("charged_yen");
  mode(wrong);
  const auto reference = sale();
  CHECK_TEXT(std::holds_alternative<Unknown>(paid(reference)), wrong);
  LONGS_EQUAL_TEXT(fee, approval(status_of(reference)).amount_yen, wrong);
  LONGS_EQUAL_TEXT(before + fee, ledger("charged_yen"), wrong);
}
}
;

TEST(SecuredTerminalTest, payment_status_and_reversal) {
  const auto reference = sale();
  const auto outcome = paid(reference);
  CHECK(std::holds_alternative<Approved>(outcome));
  LONGS_EQUAL(fee, approval(status_of(reference)).amount_yen);
  CHECK(std::holds_alternative<Reversed>(
      run_task(loop, terminal->reverse(sale(), std::get<Approved>(outcome).terminal_sale, fee))));
  LONGS_EQUAL(0, ledger("net_yen"));
}

TEST(SecuredTerminalTest, abort_while_waiting) {
  const auto reference = sale();
  Result<void> aborted = Error{Errc::io, "", ""};
  const auto abort = [&]() -> Task<void> {
    aborted = co_await terminal->abort(reference, next_id());
  };
  const auto outcome =
      run_task(loop, pay_and(reference, [&] { asio::co_spawn(loop, abort(), asio::detached); }));
  CHECK(decline(outcome) == Declined::Reason::aborted);
  CHECK(aborted.ok());
}

TEST(SecuredTerminalTest, wrong_mac) { is_refused_then_found("wrong-mac"); }
TEST(SecuredTerminalTest, wrong_key) { is_refused_then_found("wrong-key"); }
TEST(SecuredTerminalTest, wrong_version) { is_refused_then_found("wrong-version"); }
TEST(SecuredTerminalTest, truncated_blob) { is_refused_then_found("truncated"); }
TEST(SecuredTerminalTest, unprotected_reply) { is_refused_then_found("unprotected"); }
TEST(SecuredTerminalTest, half_a_reply) { is_refused_then_found("malformed"); }
TEST(SecuredTerminalTest, reply_to_another_service_id) {
  is_refused_then_found("other-service-id");
}
TEST(SecuredTerminalTest, reply_of_another_poi_id) { is_refused_then_found("other-poi-id"); }
TEST(SecuredTerminalTest, reply_to_another_sale_id) { is_refused_then_found("other-sale-id"); }

TEST(SecuredTerminalTest, replayed_reply) {
  CHECK(std::holds_alternative<Approved>(paid(sale())));
  is_refused_then_found("replay");       // the earlier message, protected anew
  is_refused_then_found("replay-blob");  // its very bytes under the new message's header
}

TEST(SecuredTerminalTest, a_refused_message_charges_nothing_and_is_no_decline) {
  const std::string right = config.key;
  for (const std::string& wrong :
       {key_file("other.key", "kiosk-key", 3, "another"),
        key_file("stranger.key", "stranger", 3, "a passphrase: of a desk"),
        key_file("newer.key", "kiosk-key", 4, "a passphrase: of a desk"), std::string()}) {
    config.key = wrong;
    auto other = std::move(make_nexo_terminal(timers, config)).value();
    CHECK_TEXT(!run_task(loop, other->login()).ok(), wrong.c_str());
    const auto reference = sale();
    CHECK_TEXT(std::holds_alternative<Unknown>(run_task(loop, other->pay(reference, fee))),
               wrong.c_str());
    CHECK_TEXT(std::holds_alternative<NotFound>(status_of(reference)), wrong.c_str());
  }
  LONGS_EQUAL(0, ledger("charged_yen"));
}

TEST(SecuredTerminalTest, a_terminal_that_forgets_protection_is_not_listened_to) {
  emulator.reset();
  const std::string key = std::exchange(config.key, "");
  start({"--auto-tap", "0"});
  config.key = key;
  auto careful = std::move(make_nexo_terminal(timers, config)).value();
  const auto state = run_task(loop, careful->diagnose());
  CHECK(!state.ok());
  CHECK(std::holds_alternative<Unknown>(run_task(loop, careful->pay(sale(), fee))));
}

TEST(SecuredTerminalTest, key_files_that_are_refused) {
  const auto refuses = [&](const std::string& text, unsigned file_mode = 0600) {
    const std::string path = folder.path("bad.key");
    CHECK(write_file(path, as_bytes(text), file_mode).ok());
    config.key = path;
    const auto made = make_nexo_terminal(timers, config);
    CHECK_TEXT(!made.ok(), text.c_str());
    CHECK_TEXT(made.error().text().find("hush") == std::string::npos, "the passphrase is told");
  };
  refuses("identifier: a\nversion: 1\n");
  refuses("identifier: a\nversion: one\npassphrase: hush\n");
  refuses("identifier: a\nversion: 0\npassphrase: hush\n");
  refuses("identifier:\nversion: 1\npassphrase: hush\n");
  refuses("identifier: a\nversion: 1\npass phrase hush\n");
  refuses("identifier: a\nversion: 1\npassphrase: hush\n", 0644);
  config.key = folder.path("missing.key");
  CHECK(make_nexo_terminal(timers, config).error().code == Errc::not_found);
}
