#pragma once
// Runs x509-limbo's testcases through verify_server_chain, the very function that stands for the
// kiosk's handshake, and says where the two disagree.

#include <map>
#include <string>
#include <vector>

#include "tools/vectors.d/limbo_file.h"

namespace madoguchi::vectors {

struct Disagreement {
  std::string id;
  std::string why;  ///< what our check said; empty for a false accept
};

struct LimboOutcome {
  std::size_t cases = 0;
  std::size_t agree = 0;
  std::vector<Disagreement> false_accepts;
  std::vector<Disagreement> false_rejects;
  std::vector<Disagreement> skipped;  ///< with the reason
};

LimboOutcome run_limbo(const std::vector<LimboCase>& cases);

/// The ids in the tables below the headings "### False accepts" and "### False rejects" of
/// docs/tls.md: what we know of, with a reason.
struct Documented {
  std::map<std::string, std::string> false_accepts;
  std::map<std::string, std::string> false_rejects;
};
Documented read_documented(const std::string& markdown);

/// Prints the line of counts and the ids; gives the exit code: 1 when a false accept is not
/// documented or, with `strict`, a false reject.
int report(const LimboOutcome& outcome, const Documented& documented, bool strict);

}  // namespace madoguchi::vectors
