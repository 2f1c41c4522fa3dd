// emulator-pn532: an NFC reader with NXP's PN532 on a pseudo-terminal, and a My Number card to lay
// on it.

#include <array>
#include <iostream>
#include <string>

#include <poll.h>
#include <unistd.h>

#include "firmware/base/command_line.h"
#include "tools/emulators/card/card_options.h"
#include "tools/emulators/card/card_slot.h"
#include "tools/emulators/card/line_input.h"
#include "tools/emulators/pn532/hsu_frame.h"
#include "tools/emulators/pn532/pn532_chip.h"
#include "tools/emulators/pty.h"

namespace madoguchi::emulator {
namespace {

constexpr std::uint8_t from_chip = 0xD5;

struct Options {
  CardOptions card;
  std::string pty;
  bool inserted = false;
};

/// The chip on its line: acknowledges frames, answers them, repeats an answer on NACK.
class Line {
 public:
  Line(Pty& pty, Pn532Chip& chip) : pty_(pty), chip_(chip) {}

  void receive() {
    reader_.add(pty_.read());
    while (const auto frame = reader_.next()) handle(*frame);
  }
  /// Whether a card that came ends a wait.
  void resume() { send(chip_.resume()); }

 private:
  void handle(const HostFrame& frame) {
    switch (frame.kind) {
      case HostFrame::Kind::ack:
        chip_.stop();
        return;
      case HostFrame::Kind::nack:
        pty_.write(last_answer_);
        return;
      case HostFrame::Kind::damaged:
        return;  // the host gets no ACK and gives up
      case HostFrame::Kind::information:
        break;
    }
    pty_.write(ack_frame());
    send(chip_.run(frame.data));
  }

  void send(const std::optional<Bytes>& answer) {
    if (!answer) return;
    Bytes data = {from_chip};
    data.insert(data.end(), answer->begin(), answer->end());
    last_answer_ = answer->empty() ? error_frame() : information_frame(data);
    pty_.write(last_answer_);
  }

  Pty& pty_;
  Pn532Chip& chip_;
  FrameReader reader_;
  Bytes last_answer_;
};

int fail(const Error& error) {
  std::cerr << "emulator-pn532: " << error.text() << std::endl;
  return 2;
}

int run(const Options& options) {
  auto card = open_card(options.card);
  if (!card) return fail(card.error());
  auto pty = Pty::open(options.pty);
  if (!pty) return fail(pty.error());
  CardSlot slot(std::move(*card));
  Pn532Chip chip(slot);
  Line line(*pty, chip);
  LineInput console(STDIN_FILENO);
  if (options.inserted) slot.insert();
  say_line("ready " + options.pty);
  for (;;) {
    std::array<pollfd, 2> waiting{{{STDIN_FILENO, POLLIN, 0}, {pty->fd(), POLLIN, 0}}};
    if (poll(waiting.data(), waiting.size(), -1) < 0) continue;
    if (waiting[1].revents != 0) line.receive();
    if (waiting[0].revents == 0) continue;
    if (!console.receive()) return 0;
    while (const auto command = console.next()) {
      if (!chip.run_console(*command)) say_line("unknown command " + *command);
      line.resume();
    }
  }
}

}  // namespace
}  // namespace madoguchi::emulator

int main(int argc, char** argv) {
  using namespace madoguchi::emulator;
  CLI::App app("An NFC reader (PN532 on a serial line) with a My Number card to lay on it.",
               "emulator-pn532");
  Options options;
  CardCommandLine card(app, options.card);
  app.add_option("--pty", options.pty, "where to link the pseudo-terminal")->required();
  app.add_flag("--inserted", options.inserted, "starts with the card on the reader");
  if (const auto code = madoguchi::exit_after_parsing(app, argc, argv)) return *code;
  if (auto read = card.finish(); !read) return fail(read.error());
  return run(options);
}
