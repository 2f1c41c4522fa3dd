// What is published, read back from the file as anybody could.

#include "tools/gateway/numbers/open_data.h"

#include <algorithm>
#include <map>

#include <CppUTest/TestHarness.h>

#include "tests/unit/numbers/made_up_city.h"
#include "tools/gateway/local_time.h"

using namespace madoguchi;
using namespace madoguchi::gateway::numbers;

namespace {

const Publisher toyonaka{"272035", "大阪府", "豊中市"};
using Record = std::vector<std::string>;

/// RFC 4180, written here a second time.
std::vector<Record> parse(const std::string& csv) {
  std::vector<Record> out;
  Record record;
  std::string field;
  bool quoted = false;
  CHECK(csv.starts_with("\xEF\xBB\xBF"));
  for (std::size_t at = 3; at < csv.size(); ++at) {
    const char c = csv[at];
    if (quoted && c == '"' && at + 1 < csv.size() && csv[at + 1] == '"') {
      field += '"';
      ++at;
    } else if (c == '"') {
      quoted = !quoted;
    } else if (!quoted && c == ',') {
      record.push_back(std::exchange(field, {}));
    } else if (!quoted && c == '\r') {
      ++at;
      BYTES_EQUAL('\n', csv[at]);
      record.push_back(std::exchange(field, {}));
      out.push_back(std::exchange(record, {}));
    } else {
      CHECK(quoted || c != '\n');
      field += c;
    }
  }
  CHECK(record.empty() && field.empty());
  return out;
}

/// "操作支援/話題/キャッシュレス決済" -> count; "*" is -1. Lines without a count are left out.
using Counts = std::map<std::string, std::int64_t>;

Counts counts_in(const std::string& csv) {
  Counts out;
  const auto records = parse(csv);
  for (std::size_t at = 1; at < records.size(); ++at) {
    const Record& record = records[at];
    LONGS_EQUAL(18, record.size());
    if (record[12].empty()) continue;
    const std::string name =
        record[6] + "/" + record[7] + "/" + record[8] + "/" + record[9] + "/" + record[10];
    CHECK_TEXT(!out.contains(name), name.c_str());
    out[name] = record[12] == "*" ? -1 : std::stoll(record[12]);
  }
  return out;
}

/// Total -> what adds up to it, as a reader of the headers would say it.
using Line = std::pair<std::string, std::vector<std::string>>;

std::vector<Line> lines_of(const Counts& counts) {
  std::map<std::string, Line> lines;
  const auto put = [&](const std::string& whole, const std::string& by, const std::string& part) {
    if (!counts.contains(whole)) return;
    Line& line = lines[whole + "|" + by];
    line.first = whole;
    line.second.push_back(part);
  };
  for (const auto& [name, count] : counts) {
    std::vector<std::string> word;
    std::string rest = name;
    for (auto slash = rest.find('/'); slash != std::string::npos; slash = rest.find('/')) {
      word.push_back(rest.substr(0, slash));
      rest = rest.substr(slash + 1);
    }
    const std::string& group = word[0];
    const std::string& by = word[1];
    if (by == "手続き・結果") {
      put(group + "/手続き/" + word[2] + "//", "結果", name);
      put(group + "/結果/" + word[3] + "//", "手続き", name);
      put(word[3] == "完了" ? "none" : group + "/途中で終わった利用/" + word[2] + "//", "結果",
          name);
    } else if (by == "途中で終わった画面") {
      put(group + "/途中で終わった利用/" + word[2] + "//", "画面", name);
    } else if (group == "満足度") {
      if (by != "合計") put(group + "/合計/" + word[2] + "//", "評価", name);
      if (word[2] != "全体") put(group + "/" + by + "/全体//", "対象", name);
    } else if (by != "合計" && by != "途中で終わった利用") {
      put(group + "/合計///", by, name);
    }
  }
  std::vector<Line> out;
  for (auto& [key, line] : lines) out.push_back(std::move(line));
  return out;
}

/// Takes every line, and every sum over the months, and subtracts as long as it helps. Gives what
/// it found.
std::vector<std::string> subtracted(Counts counts, const std::vector<Line>& lines) {
  std::vector<std::string> found;
  for (bool any = true; any;) {
    any = false;
    for (const auto& [whole, parts] : lines) {
      std::vector<std::string> unknown;
      std::int64_t rest = counts.at(whole);
      if (counts.at(whole) < 0) unknown.push_back(whole);
      for (const std::string& part : parts) {
        if (counts.at(part) < 0) unknown.push_back(part);
        if (counts.at(part) >= 0) rest -= counts.at(part);
      }
      if (unknown.size() != 1) continue;
      counts[unknown.front()] = unknown.front() == whole ? 0 : rest;
      found.push_back(unknown.front());
      any = true;
    }
  }
  return found;
}

void must_tell_no_small_count(const std::string& csv, std::int64_t smallest) {
  const Counts counts = counts_in(csv);
  for (const auto& [name, count] : counts) CHECK_TEXT(count < 0 || count >= smallest, name.c_str());
  const auto lines = lines_of(counts);
  CHECK(lines.size() > 20);
  const auto found = subtracted(counts, lines);
  if (!found.empty()) FAIL(found.front().c_str());
}

/// Lines of the months and of the year, and those that join them.
void must_tell_nothing_together(const std::vector<std::string>& months, const std::string& year) {
  Counts all;
  std::vector<Line> lines;
  const Counts of_year = counts_in(year);
  const auto take = [&](const Counts& counts, const std::string& prefix) {
    for (const auto& [name, count] : counts) all[prefix + name] = count;
    for (const auto& [whole, parts] : lines_of(counts)) {
      Line line{prefix + whole, {}};
      for (const std::string& part : parts) line.second.push_back(prefix + part);
      lines.push_back(std::move(line));
    }
  };
  take(of_year, "y/");
  std::map<std::string, Line> over;
  for (std::size_t month = 0; month < months.size(); ++month) {
    const Counts counts = counts_in(months[month]);
    const std::string prefix = std::to_string(month) + "/";
    take(counts, prefix);
    for (const auto& [name, count] : counts) {
      over[name].first = "y/" + name;
      over[name].second.push_back(prefix + name);
    }
  }
  for (auto& [name, line] : over) lines.push_back(std::move(line));
  const auto found = subtracted(all, lines);
  if (!found.empty()) FAIL(found.front().c_str());
}

Edition month_of(const std::string& period, int uses, std::uint32_t seed) {
  const Days days = *days_of(period);
  auto edition = edition_of_month(period, made_up_tally(days.first, length(days), uses, seed), 10);
  if (!edition) FAIL(edition.error().text().c_str());
  return std::move(*edition);
}

}  // namespace

TEST_GROUP(OpenData){void setup() override{CHECK(gateway::set_time_zone("Asia/Tokyo").ok());
}
}
;

// 総務省: each of the first five digits times 6, 5, 4, 3, 2, the sum modulo 11, taken from 11, its
// last digit.
TEST(OpenData, municipal_codes) {
  LONGS_EQUAL(61, 2 * 6 + 7 * 5 + 2 * 4 + 0 * 3 + 3 * 2);
  LONGS_EQUAL(5, 11 - 61 % 11);
  for (const char* good : {"272035", "271004", "131016", "011002", "141003"})
    CHECK_TRUE_TEXT(is_municipal_code(good), good);
  for (const char* bad : {"272034", "27203", "2720355", "27203x", "", "727035"})
    CHECK_FALSE_TEXT(is_municipal_code(bad), bad);
}

TEST(OpenData, fields) {
  STRCMP_EQUAL("a", csv_field("a").c_str());
  STRCMP_EQUAL("\"a,b\"", csv_field("a,b").c_str());
  STRCMP_EQUAL("\"say \"\"yes\"\"\"", csv_field("say \"yes\"").c_str());
  STRCMP_EQUAL("\"two\nlines\"", csv_field("two\nlines").c_str());
  STRCMP_EQUAL("*", csv_field("*").c_str());
  for (const char* formula : {"=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "＝1", "＠A1"})
    CHECK_TRUE_TEXT(csv_field(formula).starts_with("'"), formula);
  STRCMP_EQUAL("\"'=HYPERLINK(\"\"x\"\",\"\"y\"\")\"",
               csv_field("=HYPERLINK(\"x\",\"y\")").c_str());
}

TEST(OpenData, no_name_of_a_kiosk_becomes_a_formula) {
  Tally tally = made_up_tally("2026-10-01", 31, 200, 1);
  for (HelpLine& line : tally.help) line.kiosk = "=cmd|' /C calc'!A0";
  const auto edition = edition_of_month("2026-10", tally, 10);
  const auto records = parse(csv_of(*edition, toyonaka));
  bool there = false;
  for (const Record& record : records) {
    for (const std::string& field : record)
      CHECK_TEXT(field.empty() || field.front() != '=', field.c_str());
    there = there || record[8].starts_with("'=cmd");
  }
  CHECK(there);
}

TEST(OpenData, form) {
  const auto records = parse(csv_of(month_of("2026-10", 400, 7), toyonaka));
  const Record& head = records.front();
  STRCMP_EQUAL("都道府県コード又は市区町村コード", head[0].c_str());
  STRCMP_EQUAL("NO", head[1].c_str());
  STRCMP_EQUAL("都道府県名", head[2].c_str());
  STRCMP_EQUAL("市区町村名", head[3].c_str());
  for (std::size_t at = 1; at < records.size(); ++at) {
    const Record& record = records[at];
    LONGS_EQUAL(head.size(), record.size());
    STRCMP_EQUAL("272035", record[0].c_str());
    STRCMP_EQUAL(std::to_string(at).c_str(), record[1].c_str());
    STRCMP_EQUAL("豊中市", record[3].c_str());
    STRCMP_EQUAL("2026-10-01", record[4].c_str());
    STRCMP_EQUAL("2026-10-31", record[5].c_str());
    const bool hours = record[7] == "時間帯";
    LONGS_EQUAL(hours ? 5 : 0, record[10].size());  // hh:mm
  }
}

TEST(OpenData, months_tell_no_small_count) {
  for (std::uint32_t seed = 1; seed <= 60; ++seed) {
    const int uses = seed % 7 == 0 ? 0 : static_cast<int>(seed * seed % 900);
    must_tell_no_small_count(csv_of(month_of("2026-10", uses, seed), toyonaka), 10);
  }
}

TEST(OpenData, years_tell_nothing_about_their_months) {
  for (std::uint32_t seed = 1; seed <= 4; ++seed) {
    std::vector<Edition> months;
    std::vector<std::string> files;
    Tally all;
    for (const std::string& month : months_of_year("fy2026")) {
      if (seed == 2 && month < "2026-09") continue;  // the kiosk came in September
      const int uses = static_cast<int>(60 + 97 * (months.size() + seed) % 500);
      months.push_back(
          month_of(month, uses, seed * 100 + static_cast<std::uint32_t>(months.size())));
      files.push_back(csv_of(months.back(), toyonaka));
    }
    const auto year = edition_of_year("fy2026", months, all, 10);
    if (!year) FAIL(year.error().text().c_str());
    const std::string csv = csv_of(*year, toyonaka);
    must_tell_no_small_count(csv, 10);
    must_tell_nothing_together(files, csv);
    const Counts counts = counts_in(csv);
    CHECK(counts.at("端末の利用/合計///") > 0);
    CHECK(std::count_if(counts.begin(), counts.end(), [](auto& one) { return one.second > 0; }) >
          30);
  }
}

TEST(OpenData, nobody_came) {
  const auto edition = edition_of_month("2026-10", {}, 10);
  CHECK(edition.ok());
  for (const auto& [name, count] : counts_in(csv_of(*edition, toyonaka)))
    LONGS_EQUAL_TEXT(-1, count, name.c_str());
}

// What is missing from a file would tell as much as a zero: every line stands, whoever came.
TEST(OpenData, lines_do_not_depend_on_who_came) {
  const Counts nobody = counts_in(csv_of(*edition_of_month("2026-10", {}, 10), toyonaka));
  const Counts many = counts_in(csv_of(month_of("2026-10", 800, 3), toyonaka));
  for (const auto& [name, count] : nobody) CHECK_TRUE_TEXT(many.contains(name), name.c_str());
  for (const auto& [name, count] : many) {
    const bool of_these = name.find("設置端末") != std::string::npos ||
                          name.find("途中で終わった画面") != std::string::npos;
    CHECK_TRUE_TEXT(of_these || nobody.contains(name), name.c_str());
  }
  for (const auto& [name, count] : many) CHECK(name.find("vi") == std::string::npos);
}

TEST(OpenData, satisfaction_stands_only_where_both_sides_do) {
  Tally tally;
  tally.ratings = {{"2026-10-05", 5, 40}, {"2026-10-06", 2, 9}};
  auto edition = edition_of_month("2026-10", tally, 10);
  const auto mean = [&] {
    return std::count_if(edition->entries.begin(), edition->entries.end(),
                         [](const Entry& entry) { return entry.mean_hundredths.has_value(); });
  };
  LONGS_EQUAL(0, mean());  // 49 answers, but nine people are too few to be pointed at
  tally.ratings.push_back({"2026-10-07", 1, 11});
  edition = edition_of_month("2026-10", tally, 10);
  CHECK(mean() > 0);
}

TEST(OpenData, metadata_says_how_to_read_it) {
  const std::string text = metadata_of({"fy2026", "2026-10"}, toyonaka, 10);
  for (const char* said : {"CC BY", "更新頻度", "10件未満", "補助秘匿", "period=2026-10",
                           "2026-04-01～2027-03-31", "標準に含まれるデータセットではありません"})
    CHECK_TRUE_TEXT(text.find(said) != std::string::npos, said);
}
