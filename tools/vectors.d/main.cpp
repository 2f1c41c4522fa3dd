// vectors: what tools/vectors runs.
#include <cstdio>
#include <string_view>

#include "firmware/base/command_line.h"
#include "firmware/base/file.h"
#include "tools/vectors.d/limbo.h"
#include "tools/vectors.d/tls_shim.h"
#include "tools/vectors.d/vector_file.h"
#include "tools/vectors.d/wycheproof.h"

namespace madoguchi::vectors {
namespace {

constexpr int wrong_usage = 2;

int complain(const Error& error) {
  (void)std::fprintf(stderr, "vectors: %s: %s\n", error.where.c_str(), error.what.c_str());
  return wrong_usage;
}

int limbo(const std::string& file, const std::string& documentation, bool strict) {
  const auto document = read_json(file);
  if (!document) return complain(document.error());
  const auto cases = read_limbo(*document);
  if (!cases) return complain({cases.error().code, file, cases.error().what});
  std::string markdown;
  if (!documentation.empty()) {
    const auto content = read_file(documentation);
    if (!content) return complain(content.error());
    markdown = as_text(*content);
  }
  return report(run_limbo(*cases), read_documented(markdown), strict);
}

int wycheproof(const std::string& directory) {
  const auto outcome = run_wycheproof(directory);
  if (!outcome) return complain(outcome.error());
  return report(*outcome);
}

int run(int argc, char** argv) {
  // The runner's flags are not ours to parse.
  if (argc > 1 && std::string_view(argv[1]) == "tls-shim") {
    const std::vector<std::string> arguments(argv + 2, argv + argc);
    if (!arguments.empty() && arguments[0] != "--help" && arguments[0] != "-h")
      return run_tls_shim(arguments);
  }
  CLI::App app("Test vectors of others through the code that the kiosk uses (docs/tls.md)",
               "vectors");
  app.set_version_flag("--version", "vectors " MADOGUCHI_VERSION);
  app.require_subcommand(1);
  std::string file;
  std::string documentation;
  std::string directory;
  bool strict = false;
  CLI::App* const chains = app.add_subcommand(
      "limbo",
      "x509-limbo's testcases; 1 when a wrong chain is accepted that docs/tls.md does not "
      "list");
  chains->add_option("FILE", file, "limbo.json")->required();
  chains->add_option("--documented", documentation, "Markdown with the ids that are known");
  chains->add_flag("--strict", strict, "1, too, when a right chain is refused that is not listed");
  CLI::App* const primitives = app.add_subcommand(
      "wycheproof", "Project Wycheproof's files through the wrappers of firmware/crypto");
  primitives->add_option("DIR", directory, "folder of *_test.json")->required();
  app.add_subcommand("tls-shim",
                     "a TLS client for BoringSSL's test runner: -port N -shim-id N ...; 89 when a "
                     "flag is not implemented");
  if (const auto code = exit_after_parsing(app, argc, argv)) return *code;
  if (chains->parsed()) return limbo(file, documentation, strict);
  if (primitives->parsed()) return wycheproof(directory);
  (void)std::fprintf(stderr, "vectors: tls-shim needs -port N (see --help)\n");
  return wrong_usage;
}

}  // namespace
}  // namespace madoguchi::vectors

int main(int argc, char** argv) { return madoguchi::vectors::run(argc, argv); }
