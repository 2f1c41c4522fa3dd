// The manual page and the completion are what the program says of itself, and do what they should.

#include <CppUTest/TestHarness.h>

#include "firmware/base/file.h"
#include "tests/child_process.h"
#include "tests/shell_command.h"

using namespace madoguchi;

namespace {

std::string kioskctl(const std::string& arguments) {
  return output_of(ChildProcess::program("kioskctl") + " " + arguments);
}
std::string committed(const std::string& name) {
  return as_text(*read_file(std::string(MADOGUCHI_SOURCE_DIR) + "/tools/kioskctl/" + name));
}

/// What bash offers after these words; the last one is being typed.
std::string completed(const std::string& words) {
  const std::string file = std::string(MADOGUCHI_SOURCE_DIR) + "/tools/kioskctl/kioskctl.bash";
  return output_of(
      "bash -c 'source " + file + "; COMP_WORDS=(" + words +
      "); COMP_CWORD=$((${#COMP_WORDS[@]} - 1)); _kioskctl; echo \"${COMPREPLY[*]}\"'");
}

}  // namespace

TEST_GROUP(Manual){};

TEST(Manual, is_what_the_program_says) {
  STRCMP_EQUAL(kioskctl("manual page").c_str(), committed("kioskctl.1").c_str());
  STRCMP_EQUAL(kioskctl("manual completion").c_str(), committed("kioskctl.bash").c_str());
}

TEST(Manual, names_every_command_of_the_help) {
  const std::string page = committed("kioskctl.1");
  // The help lists commands behind this line, two blanks before each.
  const std::string help = kioskctl("--help");
  std::size_t at = help.find("Subcommands:");
  CHECK(at != std::string::npos);
  int commands = 0;
  while ((at = help.find("\n  ", at)) != std::string::npos) {
    at += 3;
    if (help[at] == ' ') continue;
    const std::string name = help.substr(at, help.find(' ', at) - at);
    std::string escaped;
    for (const char c : name) escaped += c == '-' ? std::string("\\-") : std::string(1, c);
    STRCMP_CONTAINS((".SS kioskctl " + escaped).c_str(), page.c_str());
    ++commands;
  }
  CHECK(commands >= 9);
}

TEST(Manual, docs_have_every_exit_code_and_command) {
  const std::string docs =
      as_text(*read_file(std::string(MADOGUCHI_SOURCE_DIR) + "/docs/kioskctl.md"));
  for (int code = 0; code <= 7; ++code)
    STRCMP_CONTAINS(("| " + std::to_string(code) + " | ").c_str(), docs.c_str());
  for (const char* command : {"status", "faults", "self-test", "network", "logs bundle",
                              "print test", "touch grid", "audit verify", "tickets"})
    STRCMP_CONTAINS((std::string("kioskctl ") + command).c_str(), docs.c_str());
}

TEST(Manual, bash_offers_commands_options_and_files) {
  STRCMP_EQUAL("self-test\n", completed("kioskctl se").c_str());
  STRCMP_EQUAL("bundle\n", completed("kioskctl logs b").c_str());
  STRCMP_EQUAL("--journal\n", completed("kioskctl audit verify --j").c_str());
  STRCMP_EQUAL("--json\n", completed("kioskctl status --socket x --j").c_str());
  STRCMP_CONTAINS("status", completed("kioskctl \"\"").c_str());
  CHECK(completed("kioskctl \"\"").find("manual") == std::string::npos);
  const std::string source = MADOGUCHI_SOURCE_DIR;
  STRCMP_EQUAL((source + "/LICENSE\n").c_str(),
               completed("kioskctl tickets --journal " + source + "/LICENS").c_str());
}

TEST(Manual, can_be_read) {
  // man's own formatter finds nothing wrong.
  const std::string file = std::string(MADOGUCHI_SOURCE_DIR) + "/tools/kioskctl/kioskctl.1";
  const std::string said = output_of(
      "command -v groff >/dev/null || exit 0; groff -man -Tascii -ww " + file + " 2>&1 >/dev/null");
  STRCMP_EQUAL("", said.c_str());
}
