#pragma once
// How many people came to the city's classes. Bookings are forgotten after a month; what stays is a
// count for each class, of which no row is about anybody. Table `class_counts`; every statement
// about it is in class_counts.cpp, in words that SQLite and PostgreSQL share.
//
// Loop thread only.

#include <string>

#include "tools/gateway/numbers/calendar.h"
#include "tools/gateway/numbers/tally.h"

namespace madoguchi::gateway::numbers {

Status make_class_tables(Store& store);
/// Somebody has checked in. Within the caller's transaction.
Status count_class_visitor(Database& database, const std::string& course, UnixTime starts_at);
Status read_classes(Database& database, const Days& days, Tally& out);
/// Those that began earlier.
Status forget_classes(Database& database, UnixTime before);

}  // namespace madoguchi::gateway::numbers
