#pragma once
// What is published about the kiosks' use, in the form of 自治体標準オープンデータセット (which has
// no set of its own for it): an edition for each month and each fiscal year, made once, never
// changed. Pure; any thread.
//
// CSV: UTF-8 with BOM, CRLF, RFC 4180; a hidden count is "*".

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "firmware/base/result.h"
#include "firmware/message/codec.h"
#include "tools/gateway/numbers/calendar.h"
#include "tools/gateway/numbers/tally.h"

namespace madoguchi::gateway::numbers {

/// One line: of a group ("help", "flow", "rated", "time"), by what ("topic"; "total" is all), which
/// one ("cashless"). The three together are its name.
struct Entry {
  std::string group;
  std::string by;
  std::string which;
  std::int64_t count = 0;
  bool hidden = false;
  // What is known beside the count; left out when it is hidden.
  std::optional<std::int64_t> minutes_tenths;   ///< mean
  std::optional<std::int64_t> mean_hundredths;  ///< of the satisfaction
  std::optional<std::int64_t> high_percent;     ///< who say 4 or 5
  std::optional<std::int64_t> median_s;
  std::optional<std::int64_t> p90_s;
};
MADOGUCHI_DESCRIBE(Entry, group, by, which, count, hidden, minutes_tenths, mean_hundredths,
                   high_percent, median_s, p90_s)

struct Edition {
  std::string period;  ///< "2026-10" or "fy2026"
  std::vector<Entry> entries;
};
MADOGUCHI_DESCRIBE(Edition, period, entries)

/// The screens of a flow that have a line of their own: those that `smallest` uses came to. The
/// others are together in one.
inline constexpr const char* other_screens = "other";

Result<Edition> edition_of_month(std::string period, const Tally& tally, std::int64_t smallest);
/// Of the editions of its months, with the counts that stand there; `tally`: of the whole year, for
/// means and times. Errors: invalid, when the months would give a small count away.
Result<Edition> edition_of_year(std::string period, const std::vector<Edition>& months,
                                const Tally& tally, std::int64_t smallest);

struct Publisher {
  std::string code;        ///< 全国地方公共団体コード with its check digit: "272035"
  std::string prefecture;  ///< "大阪府"
  std::string city;        ///< "豊中市"
};

/// Whether the last of six digits is the check digit of the first five (総務省, modulus 11).
bool is_municipal_code(std::string_view code);

std::string csv_of(const Edition& edition, const Publisher& publisher);
/// The text beside it: licence, columns, what * means, which editions there are.
std::string metadata_of(const std::vector<std::string>& periods, const Publisher& publisher,
                        std::int64_t smallest);

/// A field as RFC 4180 quotes it. What a spreadsheet would take for a formula becomes a text.
std::string csv_field(std::string_view text);

}  // namespace madoguchi::gateway::numbers
