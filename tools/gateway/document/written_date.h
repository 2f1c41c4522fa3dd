#pragma once
// Dates as a certificate writes them. Any thread.

#include <string>

#include "tools/gateway/residents/date.h"

namespace madoguchi::gateway {

/// 和暦: "令和8年11月22日", "令和元年5月1日".
std::string japanese_date(Date date);
/// 西暦, for births and periods of foreign residents: "1989年3月8日".
std::string western_date(Date date);
/// 年度 and other whole years, which carry the era of their 31 December: 2026 -> "令和8年", 2019 ->
/// "令和元年".
std::string japanese_year(int year);

}  // namespace madoguchi::gateway
