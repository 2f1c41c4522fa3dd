#include "tools/gateway/numbers/open_data.h"

#include <algorithm>
#include <array>
#include <map>

#include "tools/gateway/numbers/suppression.h"

namespace madoguchi::gateway::numbers {
namespace {

constexpr std::string_view total = "total";

template <class Enum>
std::string word(Enum value) {
  return std::string(codec::enum_name(value));
}

template <class Enum>
std::vector<std::string> names_of() {
  std::vector<std::string> out;
  for (const auto& [value, name] : enum_names(Enum{})) out.emplace_back(name);
  return out;
}

/// Those that the kiosk speaks; a rare one would point at somebody.
std::string language_of(const std::string& tag) {
  return tag == "ja" || tag == "en" ? tag : std::string("other");
}

constexpr std::array<std::string_view, 6> hour_bands{"06:00-09:00", "09:00-12:00", "12:00-15:00",
                                                     "15:00-18:00", "18:00-21:00", "21:00-06:00"};

std::string band_of(UnixTime hour) {
  const int of_day = hour_of(hour);
  const int band = of_day < 6 ? 5 : (of_day - 6) / 3;
  return std::string(hour_bands.at(static_cast<std::size_t>(band)));
}

std::string name_of(const Entry& entry) { return entry.group + "|" + entry.by + "|" + entry.which; }

/// Entries by name, in the order in which they were first named.
class Draft {
 public:
  Entry& at(std::string_view group, std::string_view by, std::string which = {}) {
    Entry entry;
    entry.group = group;
    entry.by = by;
    entry.which = std::move(which);
    const auto [found, added] = index_.emplace(name_of(entry), entries_.size());
    if (added) entries_.push_back(std::move(entry));
    return entries_[found->second];
  }
  void add(std::string_view group, std::string_view by, std::string which, std::int64_t count) {
    at(group, by, std::move(which)).count += count;
  }
  std::vector<Entry> take() { return std::move(entries_); }

 private:
  std::map<std::string, std::size_t> index_;
  std::vector<Entry> entries_;
};

template <class Enum>
void lay_out(Draft& draft, std::string_view group, std::string_view by) {
  for (const std::string& name : names_of<Enum>()) draft.at(group, by, name);
}

/// Lines that stand whether anybody came or not: that one is missing must tell nothing.
void lay_out_all(Draft& draft) {
  draft.at("help", total);
  lay_out<desk::HelpTopic>(draft, "help", "topic");
  for (const std::string& outcome : names_of<desk::HelpOutcome>()) {
    if (outcome != "declined") draft.at("help", "outcome", outcome);
  }
  draft.at("consult", total);
  lay_out<consult::Topic>(draft, "consult", "topic");
  for (const std::string& outcome : names_of<consult::Outcome>()) {
    if (outcome != "no_show") draft.at("consult", "outcome", outcome);
  }
  lay_out<consult::Rung>(draft, "consult", "lowest");
  draft.at("flow", total);
  lay_out<Flow>(draft, "flow", "flow");
  lay_out<FlowOutcome>(draft, "flow", "outcome");
  for (const std::string& flow : names_of<Flow>()) {
    for (const std::string& outcome : names_of<FlowOutcome>())
      draft.at("flow", "flow_outcome", flow + "/" + outcome);
  }
  lay_out<Flow>(draft, "flow", "unfinished");
  lay_out<TextSize>(draft, "flow", "text_size");
  for (const std::string_view group : {"help", "consult", "flow"}) {
    for (const char* language : {"ja", "en", "other"}) draft.at(group, "language", language);
    for (const std::string_view band : hour_bands) draft.at(group, "hour", std::string(band));
  }
  for (const std::string_view by : {"total", "high", "low"}) {
    for (const char* source : {"all", "help", "kiosk", "consult"}) draft.at("rated", by, source);
  }
}

void count_rated(Draft& draft, const char* source, const Satisfaction& answers) {
  for (const char* where : {source, "all"}) {
    draft.add("rated", total, where, answers.answers);
    draft.add("rated", "high", where, answers.high);
    draft.add("rated", "low", where, answers.answers - answers.high);
  }
}

struct Rated {
  Satisfaction help;
  Satisfaction kiosk;
  Satisfaction consult;
};

Rated rated(const Tally& tally) {
  Rated out;
  for (const HelpLine& line : tally.help) {
    if (line.is_session()) out.help.add(line.satisfaction, line.count);
  }
  for (const ConsultLine& line : tally.consults) {
    if (line.is_talk()) out.consult.add(line.satisfaction, line.count);
  }
  for (const RatingLine& line : tally.ratings) out.kiosk.add(line.satisfaction, line.count);
  return out;
}

void count_help(Draft& draft, const Tally& tally) {
  for (const HelpLine& line : tally.help) {
    if (!line.is_session()) continue;
    draft.add("help", total, {}, line.count);
    draft.add("help", "topic", word(line.topic), line.count);
    draft.add("help", "outcome", word(line.outcome), line.count);
    draft.add("help", "language", language_of(line.language), line.count);
    draft.add("help", "hour", band_of(line.hour), line.count);
    draft.add("help", "place", line.kiosk, line.count);
  }
}

/// Those that somebody answered.
void count_consults(Draft& draft, const Tally& tally) {
  for (const ConsultLine& line : tally.consults) {
    if (!line.is_talk()) continue;
    draft.add("consult", total, {}, line.count);
    draft.add("consult", "topic", word(line.topic), line.count);
    draft.add("consult", "outcome", word(line.outcome), line.count);
    draft.add("consult", "lowest", word(line.lowest), line.count);
    draft.add("consult", "language", language_of(line.language), line.count);
    draft.add("consult", "hour", band_of(line.hour), line.count);
    draft.add("consult", "place", line.kiosk, line.count);
  }
}

bool is_common(const Tally& tally, Flow flow, const std::string& step, std::int64_t smallest) {
  const auto steps = tally.steps.find(flow);
  if (steps == tally.steps.end()) return false;
  const auto found = steps->second.find(step);
  return found != steps->second.end() && found->second.count >= smallest;
}

void count_flows(Draft& draft, const Tally& tally, std::int64_t smallest) {
  for (const auto& [flow, steps] : tally.steps) {
    for (const auto& [step, times] : in_order(steps)) {
      if (times.count >= smallest) draft.at("flow", "ended", word(flow) + "/" + step);
    }
  }
  for (const std::string& flow : names_of<Flow>())
    draft.at("flow", "ended", flow + "/" + other_screens);
  for (const FlowLine& line : tally.flows) {
    const std::string flow = word(line.flow);
    draft.add("flow", total, {}, line.count);
    draft.add("flow", "flow", flow, line.count);
    draft.add("flow", "outcome", word(line.outcome), line.count);
    draft.add("flow", "flow_outcome", flow + "/" + word(line.outcome), line.count);
    draft.add("flow", "text_size", word(line.text_size), line.count);
    draft.add("flow", "language", language_of(line.language), line.count);
    draft.add("flow", "hour", band_of(line.hour), line.count);
    draft.add("flow", "place", line.kiosk, line.count);
    if (line.outcome == FlowOutcome::finished) continue;
    const bool common = is_common(tally, line.flow, line.ended_at, smallest);
    draft.add("flow", "unfinished", flow, line.count);
    draft.add("flow", "ended", flow + "/" + (common ? line.ended_at : other_screens), line.count);
  }
}

std::pair<std::string, std::string> split(const std::string& pair) {
  const auto slash = pair.find('/');
  return {pair.substr(0, slash), pair.substr(slash + 1)};
}

/// The sums that every reader of one edition knows.
class Sums {
 public:
  explicit Sums(const std::vector<Entry>& entries) {
    for (std::size_t at = 0; at < entries.size(); ++at) index_.emplace(name_of(entries[at]), at);
    for (std::size_t at = 0; at < entries.size(); ++at) add(entries[at], at);
  }
  /// Cells numbered from `first`.
  [[nodiscard]] std::vector<Sum> from(std::size_t first) const {
    std::vector<Sum> out;
    for (const auto& [name, sum] : sums_) {
      Sum moved{sum.total + first, {}};
      for (const std::size_t part : sum.parts) moved.parts.push_back(part + first);
      out.push_back(std::move(moved));
    }
    return out;
  }

 private:
  void part_of(const std::string& whole, const std::string& by, std::size_t at) {
    const auto found = index_.find(whole);
    if (found == index_.end()) return;
    Sum& sum = sums_[whole + " by " + by];
    sum.total = found->second;
    sum.parts.push_back(at);
  }
  void add(const Entry& entry, std::size_t at) {
    if (entry.group == "rated") return add_rated(entry, at);
    if (entry.by == total || entry.group == "time") return;
    if (entry.by == "flow_outcome") {
      const auto [flow, outcome] = split(entry.which);
      part_of("flow|flow|" + flow, "outcome", at);
      part_of("flow|outcome|" + outcome, "flow", at);
      part_of(outcome == "finished" ? "flow|flow|" + flow : "flow|unfinished|" + flow,
              outcome == "finished" ? "end" : "outcome", at);
    } else if (entry.by == "unfinished") {
      part_of("flow|flow|" + entry.which, "end", at);
    } else if (entry.by == "ended") {
      part_of("flow|unfinished|" + split(entry.which).first, "screen", at);
    } else {
      part_of(entry.group + "|total|", entry.by, at);
    }
  }
  void add_rated(const Entry& entry, std::size_t at) {
    if (entry.by != total) part_of("rated|total|" + entry.which, "mark", at);
    if (entry.which != "all") part_of("rated|" + entry.by + "|all", "source", at);
  }

  std::map<std::string, std::size_t> index_;
  std::map<std::string, Sum> sums_;
};

bool visible(const std::vector<Entry>& entries, std::string_view group, std::string_view by,
             std::string_view which) {
  return std::any_of(entries.begin(), entries.end(), [&](const Entry& entry) {
    return entry.group == group && entry.by == by && entry.which == which && !entry.hidden;
  });
}

std::int64_t minutes_tenths(const Tally& tally, const Entry& entry) {
  std::int64_t minutes = 0;
  std::int64_t count = 0;
  for (const HelpLine& line : tally.help) {
    const bool here = entry.by == total || word(line.topic) == entry.which;
    if (!here || !line.is_session()) continue;
    minutes += line.minutes;
    count += line.count;
  }
  return count == 0 ? 0 : (minutes * 20 + count) / (2 * count);
}

/// How long they took, and how long the resident had waited.
void add_talk_figures(Entry& entry, const Tally& tally) {
  const auto topic =
      entry.by == total ? std::nullopt : codec::enum_value<consult::Topic>(entry.which);
  std::int64_t minutes = 0;
  for (const ConsultLine& line : tally.consults) {
    if (!topic || line.topic == *topic) minutes += line.minutes;
  }
  const StepTimes waits = waits_of(tally, topic);
  if (waits.count == 0) return;
  entry.minutes_tenths = (minutes * 20 + waits.count) / (2 * waits.count);
  entry.median_s = percentile(waits, 50);
  entry.p90_s = percentile(waits, 90);
}

/// Means and times, where the counts that they are of are to be seen.
void add_figures(std::vector<Entry>& entries, const Tally& tally, std::int64_t smallest) {
  const Rated marks = rated(tally);
  Satisfaction all = marks.help;
  all += marks.kiosk;
  all += marks.consult;
  for (Entry& entry : entries) {
    if (entry.hidden) continue;
    const bool of_help = entry.group == "help" && (entry.by == total || entry.by == "topic");
    if (of_help) entry.minutes_tenths = minutes_tenths(tally, entry);
    const bool of_talks = entry.group == "consult" && (entry.by == total || entry.by == "topic");
    if (of_talks) add_talk_figures(entry, tally);
    if (entry.group != "rated" || entry.by != total) continue;
    if (!visible(entries, "rated", "high", entry.which)) continue;
    const Satisfaction& answers = entry.which == "help"      ? marks.help
                                  : entry.which == "kiosk"   ? marks.kiosk
                                  : entry.which == "consult" ? marks.consult
                                                             : all;
    entry.mean_hundredths = answers.mean_hundredths();
    entry.high_percent = answers.high_percent();
  }
  for (const auto& [flow, steps] : tally.steps) {
    for (const auto& [step, times] : in_order(steps)) {
      if (times.count < smallest) continue;
      Entry entry;
      entry.group = "time";
      entry.by = "screen";
      entry.which = word(flow) + "/" + step;
      entry.median_s = percentile(times, 50);
      entry.p90_s = percentile(times, 90);
      entries.push_back(std::move(entry));
    }
  }
}

std::vector<Entry> counted(const Edition& edition) {
  std::vector<Entry> out;
  for (const Entry& entry : edition.entries) {
    if (entry.group != "time") out.push_back(entry);
  }
  return out;
}

}  // namespace

Result<Edition> edition_of_month(std::string period, const Tally& tally, std::int64_t smallest) {
  Draft draft;
  lay_out_all(draft);
  count_help(draft, tally);
  count_consults(draft, tally);
  count_flows(draft, tally, smallest);
  const Rated marks = rated(tally);
  count_rated(draft, "help", marks.help);
  count_rated(draft, "kiosk", marks.kiosk);
  count_rated(draft, "consult", marks.consult);
  Edition edition{std::move(period), draft.take()};
  Sheet sheet;
  for (const Entry& entry : edition.entries) sheet.cells.push_back({entry.count, false, false});
  sheet.sums = Sums(edition.entries).from(0);
  if (auto safe = suppress(sheet, smallest); !safe) return safe.error();
  for (std::size_t at = 0; at < edition.entries.size(); ++at)
    edition.entries[at].hidden = sheet.cells[at].hidden;
  add_figures(edition.entries, tally, smallest);
  return edition;
}

Result<Edition> edition_of_year(std::string period, const std::vector<Edition>& months,
                                const Tally& tally, std::int64_t smallest) {
  Draft draft;
  lay_out_all(draft);
  for (const Edition& month : months) {
    for (const Entry& entry : counted(month))
      draft.add(entry.group, entry.by, entry.which, entry.count);
  }
  Edition edition{std::move(period), draft.take()};
  Sheet sheet;
  std::map<std::string, Sum> over_the_months;
  for (std::size_t at = 0; at < edition.entries.size(); ++at) {
    sheet.cells.push_back({edition.entries[at].count, false, false});
    over_the_months[name_of(edition.entries[at])].total = at;
  }
  sheet.sums = Sums(edition.entries).from(0);
  for (const Edition& month : months) {
    const std::vector<Entry> entries = counted(month);
    for (const Sum& sum : Sums(entries).from(sheet.cells.size())) sheet.sums.push_back(sum);
    for (const Entry& entry : entries) {
      over_the_months[name_of(entry)].parts.push_back(sheet.cells.size());
      sheet.cells.push_back({entry.count, entry.hidden, true});
    }
  }
  for (auto& [name, sum] : over_the_months) {
    if (!sum.parts.empty()) sheet.sums.push_back(std::move(sum));
  }
  if (auto safe = suppress(sheet, smallest); !safe) return safe.error();
  for (std::size_t at = 0; at < edition.entries.size(); ++at)
    edition.entries[at].hidden = sheet.cells[at].hidden;
  add_figures(edition.entries, tally, smallest);
  return edition;
}

}  // namespace madoguchi::gateway::numbers
