#include "tools/gateway/numbers/class_counts.h"

namespace madoguchi::gateway::numbers {
namespace {

constexpr const char* tables = R"sql(
CREATE TABLE IF NOT EXISTS class_counts (
  starts_at BIGINT NOT NULL, course TEXT NOT NULL, people BIGINT NOT NULL, PRIMARY KEY (starts_at, course));
)sql";
constexpr const char* count_one =
    "INSERT INTO class_counts (starts_at, course, people) VALUES (?, ?, 1) "
    "ON CONFLICT (starts_at, course) DO UPDATE SET people = class_counts.people + 1";
constexpr const char* lines =
    "SELECT starts_at, course, people FROM class_counts WHERE starts_at >= ? AND starts_at < ?";

}  // namespace

Status make_class_tables(Store& store) { return store.database().script(tables); }

Status count_class_visitor(Database& database, const std::string& course, UnixTime starts_at) {
  return database.run(count_one, starts_at, course);
}

Status read_classes(Database& database, const Days& days, Tally& out) {
  auto select = database.prepare(lines);
  if (!select) return select.error();
  select->bind(midnight(days.first));
  select->bind(midnight(days_after(days.last, 1)));
  for (;;) {
    const auto more = select->step();
    if (!more) return more.error();
    if (!*more) return {};
    out.classes.push_back({date_of(select->integer(0)), select->text(1), select->integer(2)});
  }
}

Status forget_classes(Database& database, UnixTime before) {
  return database.run("DELETE FROM class_counts WHERE starts_at < ?", before);
}

}  // namespace madoguchi::gateway::numbers
