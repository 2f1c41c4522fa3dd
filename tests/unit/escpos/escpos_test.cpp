// Bytes written by hand from the ESC/POS Command Reference.
#include "hal/escpos/escpos.h"

#include <CppUTest/TestHarness.h>

using namespace madoguchi;
using namespace madoguchi::escpos;
using Kind = Answer::Kind;
using State = ReceiptPrinterState;

namespace {

void check_bytes(const char* hex, const Bytes& bytes) { STRCMP_EQUAL(hex, to_hex(bytes).c_str()); }

/// Kinds and bits of all answers in these bytes: "R12 P00".
std::string answers_in(const Bytes& bytes, std::size_t at_once = 1000) {
  AnswerReader reader;
  std::string out;
  for (std::size_t i = 0; i < bytes.size(); i += at_once) {
    reader.add(ByteView(bytes).subspan(i, std::min(at_once, bytes.size() - i)));
    while (const auto answer = reader.next()) {
      const std::uint8_t bits[] = {answer->bits};
      out += (out.empty() ? "" : " ") + std::string(answer->kind == Kind::real_time ? "R" : "P") +
             to_hex(bits);
    }
  }
  return out;
}

}  // namespace

TEST_GROUP(Escpos){};

TEST(Escpos, commands) {
  check_bytes("1b40", initialise());
  check_bytes("1d564200", feed_and_cut());
  check_bytes("1d7201", tell_when_done());
  check_bytes("100402", ask(Question::offline_cause));
  check_bytes("100403", ask(Question::error_cause));
  check_bytes("100404", ask(Question::paper_sensor));
}

TEST(Escpos, band_is_gs_v_0_with_bytes_across_and_rows) {
  const Raster raster{16, 3, {0x80, 0x01, 0xFF, 0x00, 0xAA, 0x55}};
  check_bytes(
      "1d763000"
      "0200"
      "0300"
      "8001ff00aa55",
      band(raster, 0, 3));
  check_bytes(
      "1d763000"
      "0200"
      "0100"
      "ff00",
      band(raster, 1, 1));
}

TEST(Escpos, band_counts_are_low_byte_first) {
  const Raster raster{2400, 300, Bytes(300 * 300)};
  const Bytes bytes = band(raster, 0, 300);
  check_bytes(
      "1d763000"
      "2c01"
      "2c01",
      Bytes(bytes.begin(), bytes.begin() + 8));
  LONGS_EQUAL(8 + 300 * 300, bytes.size());
}

TEST(Escpos, dots_that_would_be_a_real_time_command_get_one_dot_more) {
  // DLE DC4 1 0 1 would open a cash drawer in the middle of a picture.
  const Raster raster{64,
                      2,
                      {0x10, 0x14, 1, 0, 1, 0x10, 0x04, 0x10,  //
                       0x05, 2, 0x10, 0x10, 0x10, 0x05, 0x10, 0x03}};
  check_bytes(
      "1d763000"
      "0800"
      "0200"
      "1814010001180418"
      "0502101018051003",
      band(raster, 0, 2));
}

TEST(Escpos, answers_to_both_kinds_of_questions) {
  STRCMP_EQUAL("R12", answers_in({0x12}).c_str());
  STRCMP_EQUAL("R12 R32 R7e", answers_in({0x12, 0x32, 0x7E}).c_str());
  STRCMP_EQUAL("P00", answers_in({0x00}).c_str());
  STRCMP_EQUAL("P03 P0c", answers_in({0x03, 0x0C}).c_str());
}

TEST(Escpos, what_nobody_asked_for_is_left_out) {
  STRCMP_EQUAL("R12", answers_in({0x14, 0x00, 0x00, 0x0F, 0x12}).c_str());  // ASB, cover closed
  STRCMP_EQUAL("P00", answers_in({0x11, 0x13, 0x00}).c_str());              // XON, XOFF
  STRCMP_EQUAL("R12", answers_in({0x37, 0x25, 0x00, 0x12}).c_str());        // buffers were cleared
  STRCMP_EQUAL("P00", answers_in({0x5F, 'T', 'M', 0x00, 0x00}).c_str());    // GS I
  STRCMP_EQUAL("", answers_in({0xFF, 0x80, 0x92}).c_str());
}

TEST(Escpos, answers_may_come_in_pieces) {
  STRCMP_EQUAL("R12 P00", answers_in({0x14, 0x00, 0x00, 0x0F, 0x12, 0x37, 0x25, 0, 0}, 1).c_str());
}

TEST(Escpos, endless_block_does_not_swallow_everything) {
  Bytes bytes(84, 0x37);
  bytes.push_back(0x12);
  STRCMP_EQUAL("R12", answers_in(bytes).c_str());
}

TEST(Escpos, every_state_from_its_bits) {
  CHECK(judge(0x12, 0x12, 0x12) == State::ready);
  CHECK(judge(0x12, 0x12, 0x1E) == State::paper_near_end);
  CHECK(judge(0x32, 0x12, 0x7E) == State::paper_end);
  CHECK(judge(0x12, 0x12, 0x72) == State::paper_end);
  CHECK(judge(0x32, 0x12, 0x12) == State::paper_end);
  CHECK(judge(0x16, 0x12, 0x12) == State::cover_open);
  CHECK(judge(0x52, 0x1A, 0x12) == State::cutter_error);
  CHECK(judge(0x52, 0x32, 0x12) == State::failed);  // unrecoverable
  CHECK(judge(0x52, 0x52, 0x12) == State::failed);  // head too hot
  CHECK(judge(0x52, 0x16, 0x12) == State::failed);  // mechanical
  CHECK(judge(0x52, 0x12, 0x12) == State::failed);
  CHECK(judge(0x1A, 0x12, 0x12) == State::ready);  // somebody presses the feed button
}

TEST(Escpos, cover_counts_before_paper_and_cutter) {
  CHECK(judge(0x76, 0x1A, 0x7E) == State::cover_open);
}
