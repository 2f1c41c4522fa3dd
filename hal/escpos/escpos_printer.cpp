#include "hal/escpos/escpos_printer.h"

#include <algorithm>
#include <utility>

#include "firmware/base/worker.h"
#include "hal/escpos/escpos.h"

namespace madoguchi {
namespace {

using namespace std::chrono_literals;
using namespace escpos;
using Clock = std::chrono::steady_clock;
using State = ReceiptPrinterState;
using What = SlipOutcome::What;

constexpr auto answer_patience = 500ms;  // for a real-time answer
constexpr auto stale_patience = 20ms;    // for answers to questions of before
constexpr auto data_patience = 3s;       // without a byte taken; a full buffer empties in one
constexpr auto sending_patience = 8s;    // for a whole slip; at 100 mm/s it takes two
constexpr auto done_patience = 6s;       // from the last byte to the cut
constexpr auto look_interval = 500ms;    // while waiting for that
// For a driver that does not keep its own times: then the line is given up until it answers.
constexpr auto look_patience = 4s;
constexpr auto print_patience = 20s;
constexpr auto end_patience = 2s;  // for a look that is under way when the kiosk ends
constexpr std::int32_t band_rows = 64;
constexpr std::int32_t widest = 832;  // dots of the widest common head (104 mm)
constexpr std::int32_t most_rows = 8 * 500;

void append(Bytes& to, const Bytes& more) { to.insert(to.end(), more.begin(), more.end()); }

/// The printer as one thread sees it.
class EscposLine {
 public:
  explicit EscposLine(std::optional<UsbIds> wanted) : usb_(wanted) {}

  ReceiptPrinterStatus look();
  SlipOutcome hand_over(const Raster& slip);

 private:
  Result<std::uint8_t> answer_to(Question question);
  Result<bool> listen(std::chrono::milliseconds patience);
  ReceiptPrinterStatus without_answer(const Error& error);
  SlipOutcome wait_until_done(std::int32_t rows);
  UsbPrinter::Sent send(const Bytes& bytes, Clock::time_point until);
  SlipOutcome interrupted(std::int32_t rows, const Error& why);

  UsbPrinter usb_;
  AnswerReader answers_;
  std::optional<std::uint8_t> status_;  // heard since the last question
  bool done_ = false;                   // heard since the last slip
  bool half_a_slip_ = false;            // sticks out of the printer
};

class EscposPrinter final : public ReceiptPrinter {
 public:
  explicit EscposPrinter(std::optional<UsbIds> wanted)
      : line_(std::make_shared<EscposLine>(wanted)) {}
  ~EscposPrinter() override { let_go(worker_, end_patience); }

  Task<ReceiptPrinterStatus> state() override;
  Task<SlipOutcome> print(Raster slip) override;

 private:
  /// A call that the driver does not end: nothing is asked until it has.
  [[nodiscard]] bool hangs() const { return hung_ && worker_->busy(); }

  std::shared_ptr<EscposLine> line_;
  std::shared_ptr<Worker> worker_ = std::make_shared<Worker>("escpos");
  bool hung_ = false;
};

ReceiptPrinterStatus EscposLine::look() {
  if (const Status opened = usb_.open(); !opened) {
    return {State::gone, usb_.model(), opened.error().text()};
  }
  for (;;) {  // answers to earlier questions that came too late
    const Result<bool> heard = listen(stale_patience);
    if (!heard) return without_answer(heard.error());
    if (!*heard) break;
  }
  const auto offline = answer_to(Question::offline_cause);
  if (!offline) return without_answer(offline.error());
  const auto error = answer_to(Question::error_cause);
  if (!error) return without_answer(error.error());
  const auto paper = answer_to(Question::paper_sensor);
  if (!paper) return without_answer(paper.error());
  const std::uint8_t bits[] = {*offline, *error, *paper};
  return {judge(*offline, *error, *paper), usb_.model(), "DLE EOT 2-4: " + to_hex(bits)};
}

/// A printer that is full of data cannot hear a question; its control pipe still answers.
ReceiptPrinterStatus EscposLine::without_answer(const Error& error) {
  if (error.code == Errc::gone) return {State::gone, usb_.model(), error.text()};
  const Result<bool> out = usb_.paper_is_out();
  if (!out && out.error().code == Errc::gone) return {State::gone, usb_.model(), error.text()};
  return {out && *out ? State::paper_end : State::failed, usb_.model(), error.text()};
}

Result<std::uint8_t> EscposLine::answer_to(Question question) {
  const UsbPrinter::Sent sent = usb_.send(ask(question), answer_patience);
  if (sent.error) return *sent.error;
  status_.reset();
  const auto until = Clock::now() + answer_patience;
  while (!status_) {
    const auto rest = std::chrono::ceil<std::chrono::milliseconds>(until - Clock::now());
    if (rest <= 0ms) return Error{Errc::timeout, "escpos.status", "the printer does not answer"};
    if (const Result<bool> heard = listen(rest); !heard) return heard.error();
  }
  return *status_;
}

/// Takes in what the printer says; false when it said nothing.
Result<bool> EscposLine::listen(std::chrono::milliseconds patience) {
  const Result<Bytes> bytes = usb_.receive(patience);
  if (!bytes) return bytes.error();
  answers_.add(*bytes);
  while (const auto answer = answers_.next()) {
    if (answer->kind == Answer::Kind::paper_sensor) {
      done_ = true;
    } else {
      status_ = answer->bits;
    }
  }
  return !bytes->empty();
}

UsbPrinter::Sent EscposLine::send(const Bytes& bytes, Clock::time_point until) {
  const auto rest = std::chrono::ceil<std::chrono::milliseconds>(until - Clock::now());
  if (rest <= 0ms) return {0, Error{Errc::timeout, "escpos.send", "the printer is too slow"}};
  return usb_.send(bytes, std::min<std::chrono::milliseconds>(rest, data_patience));
}

SlipOutcome EscposLine::hand_over(const Raster& slip) {
  ReceiptPrinterStatus now = look();
  if (!slip.well_formed() || slip.width > widest || slip.rows > most_rows) {
    now.detail = "the slip is no picture that this printer prints";
    return {What::refused, 0, std::move(now)};
  }
  if (!prints(now.state)) return {What::refused, 0, std::move(now)};
  const auto until = Clock::now() + sending_patience;
  Bytes begin = initialise();
  // Nobody shall find another visit's half slip on top of theirs.
  if (half_a_slip_) append(begin, feed_and_cut());
  if (const auto sent = send(begin, until); sent.error) return interrupted(0, *sent.error);
  half_a_slip_ = true;
  for (std::int32_t row = 0; row < slip.rows; row += band_rows) {
    const std::int32_t rows = std::min(band_rows, slip.rows - row);
    const auto sent = send(band(slip, row, rows), until);
    if (!sent.error) continue;
    const std::size_t of_rows = sent.bytes - std::min(sent.bytes, band_header);
    return interrupted(row + static_cast<std::int32_t>(of_rows / slip.row_bytes()), *sent.error);
  }
  Bytes end = feed_and_cut();
  append(end, tell_when_done());
  done_ = false;
  if (const auto sent = send(end, until); sent.error) return interrupted(slip.rows, *sent.error);
  return wait_until_done(slip.rows);
}

SlipOutcome EscposLine::wait_until_done(std::int32_t rows) {
  const auto until = Clock::now() + done_patience;
  while (!done_ && Clock::now() < until) {
    if (const Result<bool> heard = listen(look_interval); !heard) {
      return interrupted(rows, heard.error());
    }
    // One that cannot go on will not say that it is done.
    if (!done_ && !prints(look().state)) break;
  }
  if (!done_) {
    return interrupted(rows,
                       {Errc::timeout, "escpos.print", "the printer did not say that it was done"});
  }
  half_a_slip_ = false;
  return {What::printed, rows, look()};
}

SlipOutcome EscposLine::interrupted(std::int32_t rows, const Error& why) {
  ReceiptPrinterStatus now = look();
  now.detail = why.text() + "; " + now.detail;
  // Else the printer would print the rest when somebody brings paper, for whoever stands there
  // then.
  if (now.state != State::gone) (void)usb_.soft_reset();
  return {What::interrupted, rows, std::move(now)};
}

ReceiptPrinterStatus hanging() {
  return {State::failed, "", "the USB driver does not end a call to the receipt printer"};
}

Task<ReceiptPrinterStatus> EscposPrinter::state() {
  if (hangs()) co_return hanging();
  auto look = [line = line_] { return line->look(); };
  auto now = co_await run_for(look_patience, worker_, std::move(look));
  hung_ = !now;
  co_return now ? std::move(*now) : hanging();
}

Task<SlipOutcome> EscposPrinter::print(Raster slip) {
  if (hangs()) co_return SlipOutcome{What::refused, 0, hanging()};
  auto hand_over = [line = line_, picture = std::move(slip)] { return line->hand_over(picture); };
  auto outcome = co_await run_for(print_patience, worker_, std::move(hand_over));
  hung_ = !outcome;
  if (outcome) co_return std::move(*outcome);
  // How far it came is not known: it is no slip.
  co_return SlipOutcome{What::interrupted, 0, hanging()};
}

}  // namespace

std::unique_ptr<ReceiptPrinter> make_escpos_printer(std::optional<UsbIds> wanted) {
  return std::make_unique<EscposPrinter>(wanted);
}

}  // namespace madoguchi
