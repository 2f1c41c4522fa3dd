#include "hal/escpos/escpos.h"

#include <algorithm>
#include <cassert>

namespace madoguchi::escpos {
namespace {

constexpr std::uint8_t dle = 0x10;
constexpr std::uint8_t eot = 0x04;
constexpr std::uint8_t enq = 0x05;
constexpr std::uint8_t dc4 = 0x14;
constexpr std::uint8_t esc = 0x1B;
constexpr std::uint8_t gs = 0x1D;

// Answers are told apart by bits that are fixed: "Identification of transmission status".
constexpr bool is_real_time(std::uint8_t byte) { return (byte & 0x93) == 0x12; }
constexpr bool begins_automatic_status(std::uint8_t byte) { return (byte & 0x93) == 0x10; }
constexpr bool is_paper_sensor(std::uint8_t byte) { return (byte & 0x90) == 0x00; }
// Header codes of blocks that end with NUL: process ID, printer information.
constexpr bool begins_block(std::uint8_t byte) {
  return byte == 0x37 || byte == 0x3D || byte == 0x5F;
}
constexpr std::size_t automatic_status_size = 4;
constexpr std::size_t longest_block = 84;

void hide_real_time_commands(std::span<std::uint8_t> picture) {
  for (std::size_t i = 0; i + 1 < picture.size(); ++i) {
    const std::uint8_t next = picture[i + 1];
    if (picture[i] == dle && (next == eot || next == enq || next == dc4)) picture[i] |= 0x08;
  }
}

}  // namespace

Bytes initialise() { return {esc, '@'}; }

Bytes band(const Raster& raster, std::int32_t first_row, std::int32_t rows) {
  assert(raster.well_formed() && first_row >= 0 && rows > 0 && first_row + rows <= raster.rows);
  const std::size_t width = raster.row_bytes();
  const auto low = [](std::size_t n) { return static_cast<std::uint8_t>(n & 0xFF); };
  const auto high = [](std::size_t n) { return static_cast<std::uint8_t>(n >> 8 & 0xFF); };
  const auto count = static_cast<std::size_t>(rows);
  Bytes out{gs, 'v', '0', 0, low(width), high(width), low(count), high(count)};
  const auto begin = raster.bits.begin() + first_row * static_cast<std::ptrdiff_t>(width);
  out.insert(out.end(), begin, begin + static_cast<std::ptrdiff_t>(count * width));
  hide_real_time_commands(std::span(out).subspan(band_header));
  return out;
}

Bytes feed_and_cut() { return {gs, 'V', 66, 0}; }

Bytes tell_when_done() { return {gs, 'r', 1}; }

Bytes ask(Question question) { return {dle, eot, static_cast<std::uint8_t>(question)}; }

void AnswerReader::add(ByteView bytes) {
  unread_.insert(unread_.end(), bytes.begin(), bytes.end());
}

std::optional<Answer> AnswerReader::next() {
  while (!unread_.empty()) {
    const std::uint8_t first = unread_.front();
    std::size_t taken = 1;
    std::optional<Answer> answer;
    if (begins_automatic_status(first)) {
      taken = automatic_status_size;
    } else if (begins_block(first)) {
      const std::size_t looked_at = std::min(unread_.size(), longest_block);
      const auto limit = unread_.begin() + static_cast<std::ptrdiff_t>(looked_at);
      const auto end = std::find(unread_.begin(), limit, 0);
      if (end == limit && looked_at < longest_block) return std::nullopt;
      taken = end == limit ? longest_block
                           : static_cast<std::size_t>(std::distance(unread_.begin(), end)) + 1;
    } else if (is_real_time(first)) {
      answer = Answer{Answer::Kind::real_time, first};
    } else if (is_paper_sensor(first)) {
      answer = Answer{Answer::Kind::paper_sensor, first};
    }
    if (unread_.size() < taken) return std::nullopt;
    unread_.erase(unread_.begin(), unread_.begin() + static_cast<std::ptrdiff_t>(taken));
    if (answer) return answer;
  }
  return std::nullopt;
}

ReceiptPrinterState judge(std::uint8_t offline_cause, std::uint8_t error_cause,
                          std::uint8_t paper_sensor) {
  constexpr std::uint8_t cover_is_open = 0x04;
  constexpr std::uint8_t stopped_without_paper = 0x20;
  constexpr std::uint8_t error = 0x40;
  constexpr std::uint8_t cutter = 0x08;
  constexpr std::uint8_t any_error = 0x64;  // mechanical, unrecoverable, recovers by itself (heat)
  constexpr std::uint8_t paper_ended = 0x60;
  constexpr std::uint8_t paper_ends_soon = 0x0C;
  // The cover first: an open one makes the paper sensors say anything.
  if (offline_cause & cover_is_open) return ReceiptPrinterState::cover_open;
  if (error_cause & cutter) return ReceiptPrinterState::cutter_error;
  if ((offline_cause & error) || (error_cause & any_error)) return ReceiptPrinterState::failed;
  if ((offline_cause & stopped_without_paper) || (paper_sensor & paper_ended)) {
    return ReceiptPrinterState::paper_end;
  }
  if (paper_sensor & paper_ends_soon) return ReceiptPrinterState::paper_near_end;
  return ReceiptPrinterState::ready;
}

}  // namespace madoguchi::escpos
