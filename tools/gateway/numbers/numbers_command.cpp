#include "tools/gateway/numbers/numbers_command.h"

#include <cstdio>
#include <ctime>
#include <string>

#include "firmware/base/command_line.h"
#include "firmware/base/file.h"
#include "firmware/base/log.h"
#include "tools/gateway/local_time.h"
#include "tools/gateway/numbers/calendar.h"
#include "tools/gateway/numbers/guide_csv.h"
#include "tools/gateway/numbers/guide_figures.h"

namespace madoguchi::gateway {
namespace {

constexpr std::size_t largest_file = 4u << 20;

struct Wanted {
  std::string file;
  std::string database = "gateway.sqlite";
  std::string time_zone = "Asia/Tokyo";
};

int fail(const std::string& where, const std::string& what) {
  (void)std::fprintf(stderr, "gateway numbers: %s: %s\n", where.c_str(), what.c_str());
  return 2;
}

int take_in(const Wanted& wanted) {
  if (auto zone = set_time_zone(wanted.time_zone); !zone)
    return fail(zone.error().where, zone.error().what);
  const auto content = read_file(wanted.file, largest_file);
  if (!content) return fail(content.error().where, content.error().what);
  const GuideFile read = read_guide_csv(as_text(*content), numbers::month_of(std::time(nullptr)));
  for (const std::string& mistake : read.mistakes)
    (void)std::fprintf(stderr, "gateway numbers: %s:%s\n", wanted.file.c_str(), mistake.c_str());
  if (!read.mistakes.empty()) return fail(wanted.file, "nothing of it was taken in");
  auto database = Database::open(wanted.database);
  if (!database) return fail(database.error().where, database.error().what);
  auto figures = GuideFigures::open(std::move(*database));
  if (!figures) return fail(figures.error().where, figures.error().what);
  const auto replaced = figures->keep(read.figures);
  if (!replaced) return fail(replaced.error().where, replaced.error().what);
  log_event(Event::gateway_request, {{"request", "guide figures by command"},
                                     {"outcome", std::to_string(read.figures.size())}});
  (void)std::printf("%zu figures, %d of them in the place of others\n", read.figures.size(),
                    *replaced);
  return 0;
}

}  // namespace

int numbers_command(int argc, const char* const* argv) {
  Wanted wanted;
  CLI::App app("The city's numbers.", "gateway numbers");
  app.require_subcommand(1);
  CLI::App* guide =
      app.add_subcommand("guide", "takes the monthly figures of the procedure guide in");
  guide->add_option("--file", wanted.file, "CSV with month, event, users, procedures")->required();
  guide
      ->add_option("--database", wanted.database, "SQLite file or postgresql:// URL of the gateway")
      ->capture_default_str();
  guide->add_option("--time-zone", wanted.time_zone, "IANA name of the city's time zone")
      ->capture_default_str();
  if (const auto code = exit_after_parsing(app, argc, argv)) return *code;
  return take_in(wanted);
}

}  // namespace madoguchi::gateway
