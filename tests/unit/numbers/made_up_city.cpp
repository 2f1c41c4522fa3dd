#include "tests/unit/numbers/made_up_city.h"

#include <algorithm>
#include <array>

#include "tools/gateway/numbers/calendar.h"

namespace madoguchi::gateway::numbers {
namespace {

using Dice = std::mt19937;

std::uint32_t under(Dice& dice, std::uint32_t limit) { return dice() % limit; }

/// Small numbers more often than large ones.
std::uint32_t skewed(Dice& dice, std::uint32_t limit) {
  return std::min(under(dice, limit), under(dice, limit));
}

UnixTime some_hour(Dice& dice, const std::string& first_day, int days) {
  const std::string day =
      days_after(first_day, static_cast<int>(under(dice, static_cast<std::uint32_t>(days))));
  return midnight(day) + 3600 * (7 + skewed(dice, 15));
}

HelpLine help_line(Dice& dice, const std::string& first_day, int days) {
  HelpLine line;
  line.kiosk = under(dice, 3) == 0 ? "kiosk-002" : "kiosk-001";
  line.topic = static_cast<desk::HelpTopic>(skewed(dice, 11));
  line.language = under(dice, 12) == 0 ? "en" : under(dice, 40) == 0 ? "vi" : "ja";
  line.outcome = static_cast<desk::HelpOutcome>(skewed(dice, 6));
  line.hour = some_hour(dice, first_day, days);
  line.satisfaction = under(dice, 3) == 0 ? 0 : 5 - skewed(dice, 5);
  line.count = 1;
  line.minutes = line.outcome == desk::HelpOutcome::declined ? 0 : 3 + under(dice, 25);
  return line;
}

ConsultLine consult_line(Dice& dice, const std::string& first_day, int days) {
  ConsultLine line;
  line.kiosk = under(dice, 3) == 0 ? "kiosk-002" : "kiosk-001";
  line.topic = static_cast<consult::Topic>(skewed(dice, 6));
  line.language = under(dice, 4) == 0 ? "vi" : "ja";
  line.outcome = static_cast<consult::Outcome>(skewed(dice, 6));
  line.hour = some_hour(dice, first_day, days);
  line.lowest = static_cast<consult::Rung>(skewed(dice, 5));
  line.satisfaction = under(dice, 3) == 0 ? 0 : 5 - skewed(dice, 5);
  line.waited_s = static_cast<std::int32_t>(5 * skewed(dice, 60));
  line.count = 1;
  const bool came = line.outcome != consult::Outcome::no_show && under(dice, 8) != 0;
  line.minutes = came ? 3 + under(dice, 25) : 0;
  return line;
}

FlowLine flow_line(Dice& dice, const std::string& first_day, int days) {
  FlowLine line;
  line.kiosk = under(dice, 4) == 0 ? "kiosk-002" : "kiosk-001";
  line.hour = some_hour(dice, first_day, days);
  line.flow = under(dice, 5) == 0 ? static_cast<Flow>(under(dice, 5)) : Flow::certificate;
  line.outcome =
      under(dice, 3) != 0 ? FlowOutcome::finished : static_cast<FlowOutcome>(under(dice, 5));
  line.language = under(dice, 10) == 0 ? "en" : "ja";
  line.text_size = static_cast<TextSize>(1 + skewed(dice, 3));
  line.count = 1;
  return line;
}

}  // namespace

Tally made_up_tally(const std::string& first_day, int days, int uses, std::uint32_t seed) {
  constexpr std::array screens{"place_card", "reading_card", "pin", "kind", "options", "review"};
  Dice dice(seed);
  Tally out;
  for (int i = 0; i < uses / 2; ++i) out.help.push_back(help_line(dice, first_day, days));
  for (int i = 0; i < uses; ++i) {
    FlowLine line = flow_line(dice, first_day, days);
    const std::size_t until =
        line.outcome == FlowOutcome::finished ? screens.size() : 1 + under(dice, screens.size());
    for (std::size_t at = 0; at < until; ++at) {
      StepTimes& times = out.steps[line.flow][screens.at(at)];
      ++times.seconds[static_cast<std::int32_t>(5 * (1 + skewed(dice, 20)))];
      ++times.count;
      times.positions += static_cast<std::int64_t>(at);
    }
    if (line.outcome != FlowOutcome::finished) line.ended_at = screens.at(until - 1);
    if (line.outcome == FlowOutcome::finished && under(dice, 2) == 0)
      out.ratings.push_back({date_of(line.hour), 5 - skewed(dice, 5), 1});
    out.flows.push_back(std::move(line));
  }
  for (int i = 0; i < uses / 2; ++i) out.consults.push_back(consult_line(dice, first_day, days));
  return out;
}

}  // namespace madoguchi::gateway::numbers
