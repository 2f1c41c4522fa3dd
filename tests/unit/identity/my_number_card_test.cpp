#include "firmware/identity/my_number_card.h"

#include <CppUTest/TestHarness.h>

#include "firmware/crypto/hash.h"
#include "firmware/identity/jpki.h"
#include "tests/unit/emulator_card/test_card.h"
#include "tests/unit/identity/scripted_reader.h"

using namespace madoguchi;
using namespace madoguchi::identity;

namespace {

bool is(const std::string& command, const char* beginning) {
  return command.starts_with(beginning);
}
bool is_verify(const std::string& command) { return is(command, "00200080") && command.size() > 8; }
bool is_extended_read(const std::string& command) {
  return is(command, "00b0") && command.size() == 14;
}

ScriptedReader::Answer failed(Errc code) { return Error{code, "test", "bent"}; }
ScriptedReader::Answer status_only(std::uint16_t status) { return ResponseApdu{{}, status}; }

Secret pin(const char* digits) { return Secret(as_bytes(digits)); }

}  // namespace

TEST_GROUP(MyNumberCard) {
  std::unique_ptr<emulator::CardModel> model = emulator::make_test_card();
  ScriptedReader reader{*model};
  MyNumberCard card{reader, CardInField{"", true}};

  void teardown() override { CHECK_FALSE(reader.my_number_selected); }

  const Bytes& certificate() { return model->image().auth_certificate; }
  /// Reads, verifies and signs as a visit does, and checks what comes out.
  void whole_visit(MyNumberCard & session) {
    const auto read = finish(session.read_auth_certificate());
    CHECK(read.ok());
    CHECK(*read == certificate());
    LONGS_EQUAL(3, *finish(session.pin_tries_left()));
    const std::size_t before_pin = reader.sent.size();
    CHECK(std::holds_alternative<PinAccepted>(finish(session.verify_pin(pin("1234"), false))));
    const Bytes message = to_bytes(as_bytes("nonce"));
    const auto signature = finish(session.sign(message));
    CHECK(signature.ok());
    CHECK(*signature == model->image().auth_key.sign(jpki::digest_info_of_sha256(sha256(message))));
    LONGS_EQUAL(3, reader.sent.size() - before_pin);
  }
  std::size_t verifies() {
    return static_cast<std::size_t>(
        std::count_if(reader.sent.begin(), reader.sent.end(), is_verify));
  }
};

TEST(MyNumberCard, eight_apdus_with_extended_lengths) {
  whole_visit(card);
  LONGS_EQUAL(8, card.apdus());
  LONGS_EQUAL(8, reader.sent.size());
}

TEST(MyNumberCard, twelve_apdus_without) {
  CHECK(certificate().size() <= 1280);
  MyNumberCard session(reader, CardInField{"", false});
  whole_visit(session);
  LONGS_EQUAL(12, session.apdus());
  for (const std::string& command : reader.sent) CHECK(!is_extended_read(command));
}

TEST(MyNumberCard, falls_back_when_the_card_refuses_the_extended_form) {
  model->accept_extended(false);
  whole_visit(card);
  LONGS_EQUAL(13, card.apdus());
}

TEST(MyNumberCard, falls_back_when_the_reader_loses_the_extended_answer) {
  for (const Errc code : {Errc::io, Errc::timeout, Errc::protocol}) {
    model = emulator::make_test_card();
    ScriptedReader fresh(*model);
    MyNumberCard session(fresh, CardInField{"", true});
    fresh.script = [&](const std::string& command) -> std::optional<ScriptedReader::Answer> {
      if (!is_extended_read(command)) return std::nullopt;
      model->power_off();  // a reader that gives up resets the card
      return failed(code);
    };
    const auto read = finish(session.read_auth_certificate());
    CHECK(read.ok());
    CHECK(*read == certificate());
    LONGS_EQUAL(2 + 1 + 2 + 5, session.apdus());
  }
}

TEST(MyNumberCard, a_pulled_card_is_gone_at_every_step) {
  for (std::size_t step = 0; step < 8; ++step) {
    model = emulator::make_test_card();
    ScriptedReader fresh(*model);
    MyNumberCard session(fresh, CardInField{"", true});
    fresh.script = [&](const std::string&) -> std::optional<ScriptedReader::Answer> {
      if (fresh.sent.size() <= step) return std::nullopt;
      return failed(Errc::gone);
    };
    const auto certificate_read = finish(session.read_auth_certificate());
    LONGS_EQUAL(step >= 3, certificate_read.ok());
    if (!certificate_read) {
      CHECK(certificate_read.error().code == Errc::gone);
      continue;
    }
    const auto outcome = finish(session.verify_pin(pin("1234"), false));
    LONGS_EQUAL(step >= 6, std::holds_alternative<PinAccepted>(outcome));
    if (const auto* error = std::get_if<Error>(&outcome)) {
      CHECK(error->code == Errc::gone);
      continue;
    }
    CHECK(finish(session.sign(as_bytes("nonce"))).error().code == Errc::gone);
    LONGS_EQUAL(step + 1, session.apdus());
  }
}

TEST(MyNumberCard, another_card_is_unsupported) {
  reader.script = [](const std::string&) { return status_only(0x6A82); };
  CHECK(finish(card.read_auth_certificate()).error().code == Errc::unsupported);
  LONGS_EQUAL(1, card.apdus());
}

TEST(MyNumberCard, tolerates_filler_behind_the_certificate) {
  reader.script = [&](const std::string& command) -> std::optional<ScriptedReader::Answer> {
    if (!is(command, "00b0")) return std::nullopt;
    Bytes padded = certificate();
    padded.insert(padded.end(), 300, 0xFF);
    return ResponseApdu{padded, 0x9000};
  };
  CHECK(*finish(card.read_auth_certificate()) == certificate());
}

TEST(MyNumberCard, tolerates_6282_and_6b00_with_data_at_the_end_of_the_file) {
  for (const int end : {0x6282, 0x6B00}) {
    model->power_off();
    MyNumberCard session(reader, CardInField{"", true});
    reader.script = [&](const std::string& command) -> std::optional<ScriptedReader::Answer> {
      if (!is_extended_read(command)) return std::nullopt;
      return ResponseApdu{certificate(), static_cast<std::uint16_t>(end)};
    };
    CHECK(*finish(session.read_auth_certificate()) == certificate());
  }
}

TEST(MyNumberCard, fetches_what_61xx_announces) {
  Bytes waiting;
  reader.script = [&](const std::string& command) -> std::optional<ScriptedReader::Answer> {
    if (is(command, "00b0") || is(command, "802a")) {
      waiting = reader.card_answer(command)->data;
      return status_only(0x6100);
    }
    if (!is(command, "00c00000")) return std::nullopt;
    const std::size_t part = std::min<std::size_t>(256, waiting.size());
    ResponseApdu answer{Bytes(waiting.begin(), waiting.begin() + static_cast<std::ptrdiff_t>(part)),
                        0x9000};
    waiting.erase(waiting.begin(), waiting.begin() + static_cast<std::ptrdiff_t>(part));
    if (!waiting.empty())
      answer.status = static_cast<std::uint16_t>(0x6100 | (waiting.size() & 0xFF));
    if (waiting.size() >= 256) answer.status = 0x6100;
    return answer;
  };
  CHECK(*finish(card.read_auth_certificate()) == certificate());
  CHECK(std::holds_alternative<PinAccepted>(finish(card.verify_pin(pin("1234"), false))));
  CHECK(finish(card.sign(as_bytes("nonce"))).ok());
}

TEST(MyNumberCard, an_endless_61xx_ends) {
  reader.script = [&](const std::string& command) -> std::optional<ScriptedReader::Answer> {
    if (is(command, "00b0") || is(command, "00c0")) return ResponseApdu{Bytes(256, 0x30), 0x6100};
    return std::nullopt;
  };
  CHECK(!finish(card.read_auth_certificate()).ok());
  CHECK(card.apdus() < 50);
}

TEST(MyNumberCard, takes_the_length_of_6cxx) {
  MyNumberCard session(reader, CardInField{"", false});
  reader.script = [&](const std::string& command) -> std::optional<ScriptedReader::Answer> {
    if (is(command, "00b00000") && command != "00b0000040") return status_only(0x6C40);
    return std::nullopt;
  };
  CHECK(*finish(session.read_auth_certificate()) == certificate());
}

TEST(MyNumberCard, a_file_that_ends_too_early_is_an_error) {
  reader.script = [&](const std::string& command) -> std::optional<ScriptedReader::Answer> {
    if (is_extended_read(command) && is(command, "00b00000")) {
      return ResponseApdu{Bytes(certificate().begin(), certificate().begin() + 500), 0x6282};
    }
    if (is(command, "00b0")) return status_only(0x6B00);
    return std::nullopt;
  };
  CHECK(finish(card.read_auth_certificate()).error().code == Errc::protocol);
}

TEST(MyNumberCard, reads_on_when_a_part_is_smaller_than_asked) {
  reader.script = [&](const std::string& command) -> std::optional<ScriptedReader::Answer> {
    if (!is(command, "00b0")) return std::nullopt;
    const std::size_t offset = std::stoul(command.substr(4, 4), nullptr, 16);
    const std::size_t part = std::min<std::size_t>(100, certificate().size() - offset);
    return ResponseApdu{to_bytes(ByteView(certificate()).subspan(offset, part)), 0x9000};
  };
  CHECK(*finish(card.read_auth_certificate()) == certificate());
}

TEST(MyNumberCard, a_wrong_pin_tells_the_tries_left_and_costs_one_apdu) {
  LONGS_EQUAL(3, *finish(card.pin_tries_left()));
  const int before = card.apdus();
  const auto outcome = finish(card.verify_pin(pin("9999"), false));
  LONGS_EQUAL(2, std::get<PinWrong>(outcome).tries_left);
  LONGS_EQUAL(1, card.apdus() - before);
  CHECK(std::holds_alternative<PinAccepted>(finish(card.verify_pin(pin("1234"), false))));
}

TEST(MyNumberCard, asks_for_the_tries_by_itself) {
  CHECK(std::holds_alternative<PinAccepted>(finish(card.verify_pin(pin("1234"), false))));
  LONGS_EQUAL(4, card.apdus());  // SELECT JPKI, SELECT PIN, VERIFY (tries), VERIFY
}

TEST(MyNumberCard, the_last_try_needs_a_yes) {
  (void)finish(card.verify_pin(pin("9999"), false));
  LONGS_EQUAL(1, std::get<PinWrong>(finish(card.verify_pin(pin("9999"), false))).tries_left);
  const std::size_t before = verifies();
  CHECK(std::holds_alternative<LastTryNotConfirmed>(finish(card.verify_pin(pin("1234"), false))));
  LONGS_EQUAL(before, verifies());
  CHECK(std::holds_alternative<PinAccepted>(finish(card.verify_pin(pin("1234"), true))));
  LONGS_EQUAL(3, *finish(card.pin_tries_left()));
}

TEST(MyNumberCard, a_locked_pin_is_never_sent) {
  for (int tries = 0; tries < 2; ++tries) (void)finish(card.verify_pin(pin("9999"), true));
  CHECK(std::holds_alternative<PinLocked>(finish(card.verify_pin(pin("9999"), true))));
  const std::size_t before = verifies();
  CHECK(std::holds_alternative<PinLocked>(finish(card.verify_pin(pin("1234"), true))));
  MyNumberCard later(reader, CardInField{"", true});
  CHECK(std::holds_alternative<PinLocked>(finish(later.verify_pin(pin("1234"), true))));
  LONGS_EQUAL(before, verifies());
}

TEST(MyNumberCard, what_is_no_pin_is_never_sent) {
  for (const char* other : {"", "123", "12345", "12a4"}) {
    const auto outcome = finish(card.verify_pin(pin(other), true));
    CHECK(std::get<Error>(outcome).code == Errc::invalid);
  }
  LONGS_EQUAL(0, verifies());
}

TEST(MyNumberCard, reply_lost_ends_verifying) {
  for (const Errc code : {Errc::timeout, Errc::io, Errc::protocol, Errc::gone}) {
    model = emulator::make_test_card();
    ScriptedReader fresh(*model);
    MyNumberCard session(fresh, CardInField{"", true});
    fresh.script = [&](const std::string& command) -> std::optional<ScriptedReader::Answer> {
      if (!is_verify(command)) return std::nullopt;
      (void)fresh.card_answer(command);  // the card has counted
      return failed(code);
    };
    CHECK(std::get<Error>(finish(session.verify_pin(pin("9999"), true))).code == code);
    const std::size_t sent = fresh.sent.size();
    CHECK(std::get<Error>(finish(session.verify_pin(pin("1234"), true))).code == Errc::refused);
    LONGS_EQUAL(sent, fresh.sent.size());
    CHECK(finish(session.sign(as_bytes("nonce"))).error().code == Errc::refused);
    LONGS_EQUAL(2, model->counters().front());
  }
}

TEST(MyNumberCard, an_answer_that_verify_cannot_have_ends_verifying) {
  reader.script = [&](const std::string& command) -> std::optional<ScriptedReader::Answer> {
    if (is_verify(command)) return status_only(0x6100);
    return std::nullopt;
  };
  CHECK(std::get<Error>(finish(card.verify_pin(pin("1234"), true))).code == Errc::protocol);
  LONGS_EQUAL(1, verifies());
  CHECK(std::get<Error>(finish(card.verify_pin(pin("1234"), true))).code == Errc::refused);
  LONGS_EQUAL(1, verifies());
}

TEST(MyNumberCard, a_wrong_length_status_never_repeats_a_verify) {
  reader.script = [&](const std::string& command) -> std::optional<ScriptedReader::Answer> {
    if (is_verify(command)) return status_only(0x6C04);
    return std::nullopt;
  };
  CHECK(std::holds_alternative<Error>(finish(card.verify_pin(pin("1234"), true))));
  LONGS_EQUAL(1, verifies());
}

TEST(MyNumberCard, signs_only_after_an_accepted_pin) {
  CHECK(finish(card.sign(as_bytes("nonce"))).error().code == Errc::refused);
  LONGS_EQUAL(0, card.apdus());
  CHECK(std::holds_alternative<PinAccepted>(finish(card.verify_pin(pin("1234"), false))));
  (void)finish(card.verify_pin(pin("9999"), false));
  CHECK(finish(card.sign(as_bytes("nonce"))).error().code == Errc::refused);
}

TEST(MyNumberCard, a_card_that_forgot_the_pin_refuses_to_sign) {
  CHECK(std::holds_alternative<PinAccepted>(finish(card.verify_pin(pin("1234"), false))));
  reader.script = [&](const std::string& command) -> std::optional<ScriptedReader::Answer> {
    if (is(command, "802a")) return status_only(0x6982);
    return std::nullopt;
  };
  CHECK(finish(card.sign(as_bytes("nonce"))).error().code == Errc::refused);
  reader.script = nullptr;
  CHECK(finish(card.sign(as_bytes("nonce"))).error().code == Errc::refused);
}

TEST(MyNumberCard, a_short_signature_is_refused) {
  CHECK(std::holds_alternative<PinAccepted>(finish(card.verify_pin(pin("1234"), false))));
  reader.script = [&](const std::string& command) -> std::optional<ScriptedReader::Answer> {
    if (is(command, "802a")) return ResponseApdu{Bytes(255, 1), 0x9000};
    return std::nullopt;
  };
  CHECK(finish(card.sign(as_bytes("nonce"))).error().code == Errc::protocol);
}

TEST(MyNumberCard, no_error_text_holds_what_was_sent_or_read) {
  reader.script = [&](const std::string& command) -> std::optional<ScriptedReader::Answer> {
    if (is_verify(command)) return status_only(0x6F00);
    return std::nullopt;
  };
  const auto outcome = finish(card.verify_pin(pin("8642"), true));
  const std::string text = std::get<Error>(outcome).text();
  CHECK(text.find("8642") == std::string::npos && text.find("38363432") == std::string::npos);
}
