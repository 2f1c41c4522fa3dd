#include "tools/vectors.d/limbo.h"

#include <algorithm>
#include <cstdio>
#include <sstream>

#include "firmware/link/chain_check.h"

namespace madoguchi::vectors {
namespace {

// Freshness by age is the kiosk's own rule, which no testcase knows.
constexpr std::chrono::hours any_age{24 * 365 * 100};

std::string why_not_ours(const LimboCase& test) {
  if (!test.of_server) return "validates a client; a kiosk validates servers only";
  if (!test.name) return "expects no name; a kiosk always does";
  if (test.name->kind != "DNS" && test.name->kind != "IP")
    return "expects a name of kind " + test.name->kind + "; a gateway has a host name or address";
  return {};
}

std::shared_ptr<const RevocationList> list_of(const LimboCase& test) {
  for (const Bytes& list : test.revocation_lists) {
    for (const Bytes& root : test.roots) {
      auto parsed = RevocationList::parse(list, root);
      if (parsed) return std::make_shared<const RevocationList>(std::move(*parsed));
    }
  }
  return nullptr;
}

Status verify(const LimboCase& test) {
  ChainRules rules;
  rules.server = {test.name->value, test.name->kind == "IP"};
  rules.now = test.time.value_or(std::chrono::system_clock::now());
  if (test.most_intermediates)
    rules.longest_path = std::min(rules.longest_path, *test.most_intermediates + 2);
  if (!test.revocation_lists.empty()) {
    rules.revocation = Revocation::fresh;
    rules.revoked = list_of(test);
    rules.revoked_is_fresh =
        rules.revoked != nullptr && rules.revoked->is_fresh(rules.now, any_age);
  }
  return verify_server_chain(test.leaf, test.intermediates, test.roots, rules);
}

void print(const char* what, const std::vector<Disagreement>& ids,
           const std::map<std::string, std::string>& documented) {
  for (const Disagreement& one : ids) {
    const char* const known = documented.contains(one.id) ? "" : " (not in docs/tls.md)";
    std::printf("%s %s%s%s%s\n", what, one.id.c_str(), known, one.why.empty() ? "" : ": ",
                one.why.c_str());
  }
}

bool all_known(const std::vector<Disagreement>& ids,
               const std::map<std::string, std::string>& documented) {
  return std::all_of(ids.begin(), ids.end(),
                     [&](const Disagreement& one) { return documented.contains(one.id); });
}

}  // namespace

LimboOutcome run_limbo(const std::vector<LimboCase>& cases) {
  LimboOutcome out;
  out.cases = cases.size();
  for (const LimboCase& test : cases) {
    if (std::string why = why_not_ours(test); !why.empty()) {
      out.skipped.push_back({test.id, std::move(why)});
      continue;
    }
    const Status verified = verify(test);
    if (verified.ok() == test.accepted) {
      ++out.agree;
    } else if (verified.ok()) {
      out.false_accepts.push_back({test.id, ""});
    } else {
      out.false_rejects.push_back({test.id, verified.error().what});
    }
  }
  return out;
}

// Rows of Markdown tables: | `id` | reason |
Documented read_documented(const std::string& markdown) {
  Documented out;
  std::map<std::string, std::string>* section = nullptr;
  std::istringstream lines(markdown);
  for (std::string line; std::getline(lines, line);) {
    if (line.starts_with("#")) {
      section = nullptr;
      if (line == "### False accepts") section = &out.false_accepts;
      if (line == "### False rejects") section = &out.false_rejects;
    }
    if (section == nullptr || !line.starts_with("| `")) continue;
    const auto end = line.find("` | ", 3);
    if (end == std::string::npos) continue;
    (*section)[line.substr(3, end - 3)] = line.substr(end + 4);
  }
  return out;
}

int report(const LimboOutcome& outcome, const Documented& documented, bool strict) {
  std::printf("cases %zu, agree %zu, false-accepts %zu, false-rejects %zu, skipped %zu\n",
              outcome.cases, outcome.agree, outcome.false_accepts.size(),
              outcome.false_rejects.size(), outcome.skipped.size());
  print("false-accept", outcome.false_accepts, documented.false_accepts);
  print("false-reject", outcome.false_rejects, documented.false_rejects);
  for (const Disagreement& one : outcome.skipped)
    std::printf("skipped %s: %s\n", one.id.c_str(), one.why.c_str());
  const bool good = all_known(outcome.false_accepts, documented.false_accepts) &&
                    (!strict || all_known(outcome.false_rejects, documented.false_rejects));
  return good ? 0 : 1;
}

}  // namespace madoguchi::vectors
