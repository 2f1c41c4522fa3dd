// campaign-person: whole visits at many kiosks at once, with everything going wrong, and books that
// must agree. See README.md.

#include <algorithm>
#include <chrono>
#include <cstdio>

#include <fcntl.h>
#include <unistd.h>

#include "firmware/base/command_line.h"
#include "tests/campaign/town.h"
#include "tools/gateway/local_time.h"

namespace madoguchi::campaign {
namespace {

constexpr int stays_in_a_day = 50;  ///< at each kiosk: journals stay short, seeds quick to replay

struct Options {
  std::int64_t visits = 100'000;
  std::uint64_t seed = 1;
  int kiosks = 16;
  int cards = 24;
  std::string replay;
};

struct Sums {
  std::int64_t visits = 0;
  std::int64_t mismatches = 0;
  std::map<std::string, int> endings;
  Troubles troubles;
};

std::string seed_name(std::uint64_t seed) { return "person:" + std::to_string(seed); }

void add(std::map<std::string, int>& to, const std::map<std::string, int>& from) {
  for (const auto& [name, count] : from) to[name] += count;
}

void run_day(Town& town, Sums& sums) {
  const auto found = town.run();
  sums.visits += static_cast<std::int64_t>(town.stays().size());
  sums.mismatches += static_cast<std::int64_t>(found.size());
  add(sums.endings, town.endings);
  add(sums.troubles, town.troubles);
  if (found.empty()) return;
  std::printf("MISMATCH %s\n", seed_name(town.seed).c_str());
  for (const Mismatch& each : found) std::printf("    stay %d: %s\n", each.stay, each.what.c_str());
}

void tell(const char* title, const std::map<std::string, int>& counts) {
  std::printf("%s\n", title);
  for (const auto& [name, count] : counts) std::printf("  %8d  %s\n", count, name.c_str());
}

int report(const Sums& sums, double seconds) {
  std::int64_t points = 0;
  for (const auto& [name, count] : sums.troubles) points += count;
  tell("how the visits ended", sums.endings);
  tell("what went wrong", sums.troubles);
  std::printf("person: points %lld, runs %lld, mismatches %lld (%.0f s, %.0f visits a second)\n",
              static_cast<long long>(points), static_cast<long long>(sums.visits),
              static_cast<long long>(sums.mismatches), seconds,
              static_cast<double>(sums.visits) / std::max(seconds, 0.001));
  return sums.mismatches == 0 ? 0 : 1;
}

void tell_stays(const Town& town) {
  for (const Stay& stay : town.stays())
    std::printf("  stay %d at %s: %s, %s, visit %s\n", stay.number, stay.kiosk.c_str(),
                stay.resident.c_str(), stay.wish.c_str(), stay.visit.c_str());
}

int run(const Options& options) {
  const OwnFolder folder(fast_folder());
  const Citizens citizens(options.cards, folder);
  const auto began = std::chrono::steady_clock::now();
  const auto seconds = [&] {
    return std::chrono::duration<double>(std::chrono::steady_clock::now() - began).count();
  };
  Sums sums;
  if (!options.replay.empty()) {
    Town town(citizens, folder, options.seed, options.kiosks, stays_in_a_day);
    run_day(town, sums);
    tell_stays(town);
    return report(sums, seconds());
  }
  for (std::uint64_t day = 0; sums.visits < options.visits; ++day) {
    const std::int64_t left = (options.visits - sums.visits + options.kiosks - 1) / options.kiosks;
    const int stays = static_cast<int>(std::min<std::int64_t>(stays_in_a_day, left));
    Town town(citizens, folder, options.seed + day, options.kiosks, stays);
    run_day(town, sums);
    std::fflush(stdout);
  }
  return report(sums, seconds());
}

/// The kiosks' and the gateway's log, some hundred lines a visit, is for a replay.
void silence_log() {
  const int nowhere = open("/dev/null", O_WRONLY | O_CLOEXEC);
  if (nowhere >= 0) (void)dup2(nowhere, STDERR_FILENO);
}

}  // namespace
}  // namespace madoguchi::campaign

int main(int argc, char** argv) {
  using namespace madoguchi::campaign;
  Options options;
  CLI::App app{"Plays visits at many kiosks at once in virtual time and compares the books.",
               "campaign-person"};
  app.add_option("--visits", options.visits, "how many in all")->check(CLI::Range(1, 100'000'000));
  app.add_option("--seed", options.seed, "of the first day; each day has the next");
  app.add_option("--kiosks", options.kiosks, "in the town")->check(CLI::Range(1, 200));
  app.add_option("--cards", options.cards, "residents, the last of another city")
      ->check(CLI::Range(2, 500));
  app.add_option("--replay", options.replay, "the seed of one day; its log goes to standard error");
  if (const auto code = madoguchi::exit_after_parsing(app, argc, argv)) return *code;
  if (!options.replay.empty()) {
    const std::string text = options.replay.substr(options.replay.rfind(':') + 1);
    const bool digits = !text.empty() && text.size() < 19 &&
                        text.find_first_not_of("0123456789") == std::string::npos;
    if (!digits) {
      (void)std::fprintf(stderr, "campaign-person: --replay: a seed is wanted, such as 17\n");
      return 2;
    }
    options.seed = std::stoull(text);
  } else {
    silence_log();
  }
  if (!madoguchi::gateway::set_time_zone("Asia/Tokyo")) return 3;
  return run(options);
}
