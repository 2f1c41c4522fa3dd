// What a maintainer sends away after residents were here: `kioskctl logs bundle` over the log of
// whole visits, well and broken. Nothing in it names anybody.

#include <cstdio>
#include <regex>

#include <CppUTest/TestHarness.h>
#include <fcntl.h>
#include <unistd.h>

#include "firmware/base/file.h"
#include "firmware/base/log.h"
#include "tests/child_process.h"
#include "tests/shell_command.h"
#include "tests/visit/rig.h"
#include "tools/emulators/card/holder.h"

using namespace madoguchi;
using namespace madoguchi::test;

namespace {

/// Everything that is logged meanwhile goes to the file.
class LogTo {
 public:
  explicit LogTo(const std::string& path) : before_(dup(STDERR_FILENO)) {
    const int file = open(path.c_str(), O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600);
    CHECK(file >= 0);
    dup2(file, STDERR_FILENO);
    close(file);
  }
  ~LogTo() {
    dup2(before_, STDERR_FILENO);
    close(before_);
  }
  LogTo(const LogTo&) = delete;
  LogTo& operator=(const LogTo&) = delete;

 private:
  int before_;
};

/// Of the resident of every visit here, and of the household.
std::vector<std::string> of_residents() {
  const emulator::Holder holder;
  return {"葛", "城", "花子", "太郎", holder.name, holder.address, holder.birth, "123456789018"};
}

}  // namespace

TEST_GROUP(LogBundle) {
  Rig rig;
  std::string log = rig.directory() + "/kioskd.log";

  void play(const std::function<void(Rig&)>& hazard) {
    Rig each;
    hazard(each);
    const LogTo to(log);
    each.play(usual_resident());
  }
  /// All that is in the bundle of this log.
  std::string bundle_of(const std::string& file) {
    const std::string out = rig.directory() + "/out.tar.zst";
    (void)unlink(out.c_str());
    (void)output_of(ChildProcess::program("kioskctl") + " logs bundle " + out + " --log " + file +
                    " --socket " + rig.directory() + "/nowhere");
    return output_of("tar --zstd -xOf " + out);
  }
};

TEST(LogBundle, after_visits_it_names_nobody) {
  play([](Rig&) {});
  play([](Rig& each) { each.printer.job_trouble = PrinterTrouble::media_jam; });
  play([](Rig& each) { each.terminal.mode = LedgerTerminal::Mode::interrupted; });
  play([](Rig& each) { each.terminal.mode = LedgerTerminal::Mode::gone; });
  play([](Rig& each) { each.gateway.change_seal = [](api::Seal& seal) { seal.amount_yen += 1; }; });
  const std::string bundle = bundle_of(log);
  // It is the log of those visits ...
  for (const char* event : {"visit_started", "visit_ended", "print_failed", "tap_interrupted",
                            "terminal_gone", "envelope_refused"})
    STRCMP_CONTAINS(event, bundle.c_str());
  // ... and of nobody's.
  for (const std::string& secret : of_residents())
    CHECK_TEXT(bundle.find(secret) == std::string::npos, secret.c_str());
  const std::regex uuid("[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[0-9a-f]{4}-[0-9a-f]{12}");
  const std::string without = std::regex_replace(bundle, uuid, "");
  // The PIN of this card, a birth, a My Number, a card's number.
  for (const char* pattern :
       {R"((^|[^0-9A-Za-z.])1234($|[^0-9A-Za-z.]))", R"((19|20)[0-9]{6}\b)", R"(\b[0-9]{12,}\b)"}) {
    std::smatch found;
    const std::string log_lines = without.substr(without.find("\"event\""));
    if (std::regex_search(log_lines, found, std::regex(pattern)))
      FAIL((std::string(pattern) + ": " + found.str()).c_str());
  }
}

TEST(LogBundle, what_a_mistake_wrote_does_not_leave_either) {
  {
    const LogTo to(log);
    for (const std::string& secret : of_residents())
      log_event(Event::card_error, {{"detail", "read " + secret}});
    log_event(Event::card_error, {{"detail", "card 4980 1234 5678 9012"}});
    (void)std::fprintf(stderr, "葛城 花子 was here\n");
  }
  const std::string raw = as_text(*read_file(log));
  const std::string bundle = bundle_of(log);
  LONGS_EQUAL(of_residents().size() + 1, [&] {
    std::size_t lines = 0;
    for (std::size_t at = 0; (at = bundle.find("card_error", at)) != std::string::npos; ++at)
      ++lines;
    return lines;
  }());
  for (const std::string& secret : of_residents()) {
    STRCMP_CONTAINS(secret.c_str(), raw.c_str());
    CHECK_TEXT(bundle.find(secret) == std::string::npos, secret.c_str());
  }
  CHECK(bundle.find("9012") == std::string::npos);
}
