#include <cstdio>
#include <map>
#include <vector>

#include "tools/kioskctl/commands.h"
#include "tools/kioskctl/printed.h"

namespace madoguchi::kioskctl {
namespace {

using journal::StoredEntry;

struct VisitLine {
  std::string visit;
  std::int64_t began_ms = 0;
  std::int64_t last_ms = 0;
  int entries = 0;
  std::string end = "open";
};

}  // namespace

int list_visits(const std::string& journal) {
  std::vector<VisitLine> lines;
  std::map<std::string, std::size_t> of_visit;
  const int code = each_entry(journal, [&](const StoredEntry& entry) {
    if (entry.visit.empty()) return;
    const auto [found, is_new] = of_visit.try_emplace(entry.visit, lines.size());
    if (is_new) lines.push_back({entry.visit, entry.at_ms});
    VisitLine& line = lines[found->second];
    line.last_ms = entry.at_ms;
    ++line.entries;
    if (entry.kind == "ended") line.end = entry.body.value_or("erased");
  });
  for (const VisitLine& line : lines) {
    std::printf("%s  %s  %lld s  %d entries  %s\n", printable(line.visit).c_str(),
                time_text(line.began_ms).c_str(),
                static_cast<long long>((line.last_ms - line.began_ms) / 1000), line.entries,
                printable(line.end).c_str());
  }
  return code;
}

int show_visit(const std::string& journal, const std::string& visit) {
  bool any = false;
  const int code = each_entry(journal, [&](const StoredEntry& entry) {
    if (entry.visit != visit) return;
    any = true;
    std::printf("%6lld  %s  %-10s %s\n", static_cast<long long>(entry.number),
                time_text(entry.at_ms).c_str(), printable(entry.kind).c_str(),
                printable(entry.body.value_or("(erased)")).c_str());
  });
  if (code == 0 && !any) {
    (void)std::fprintf(stderr, "kioskctl: no visit %s in %s\n", visit.c_str(), journal.c_str());
    return 2;
  }
  return code;
}

}  // namespace madoguchi::kioskctl
