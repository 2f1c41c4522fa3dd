#include "firmware/visit/screens_service.h"

#include <algorithm>
#include <ctime>

#include "firmware/message/repair.h"
#include "firmware/visit/screen_parts.h"
#include "firmware/visit/self_test.h"

namespace madoguchi::visit {
namespace {

constexpr std::size_t bad_on_page = 2;
constexpr std::size_t most_faults = 5;

ReviewRow row(Text label, Text value) {
  ReviewRow out;
  out.label = std::move(label);
  out.values = {std::move(value)};
  return out;
}

/// Rows, and the sum of them below.
Screen table(Screen out, std::vector<ReviewRow> rows, Text sum) {
  Review review;
  review.rows = std::move(rows);
  review.total_label = std::move(sum);
  out.body = std::move(review);
  return out;
}

Text verdict_words(Verdict verdict) {
  return say("service.verdict." + std::string(codec::enum_name(verdict)));
}

Tone tone_of(Verdict verdict) {
  if (verdict == Verdict::failed) return Tone::error;
  return verdict == Verdict::attention ? Tone::warning : Tone::success;
}

std::vector<ReviewRow> report_rows(const SelfTestReport& report, std::size_t page) {
  const std::vector<PartResult> bad = parts_with(report, false);
  std::vector<ReviewRow> rows;
  const std::size_t begin = std::min(bad.size(), page * bad_on_page);
  const std::size_t end = std::min(bad.size(), begin + bad_on_page);
  for (std::size_t i = begin; i < end; ++i)
    rows.push_back(row(part_name(bad[i].part), advice(bad[i])));
  const std::vector<PartResult> well = parts_with(report, true);
  if (begin == end && !well.empty()) rows.push_back(row(say("service.works"), names_of(well)));
  return rows;
}

Screen report_on(Screen out, const SelfTestReport& report, std::size_t page) {
  const Verdict verdict = report.verdict();
  out.tone = tone_of(verdict);
  if (report_pages(report) > 1)
    out.actions.push_back(action("more", Role::secondary, "service.more"));
  return table(std::move(out), report_rows(report, page), verdict_words(verdict));
}

std::string day_of(std::int64_t seconds) {
  const auto when = static_cast<std::time_t>(seconds);
  std::tm parts{};
  gmtime_r(&when, &parts);
  char text[16];
  return {text, std::strftime(text, sizeof text, "%Y-%m-%d", &parts)};
}

}  // namespace

Screen service_screen(bool calls, bool update) {
  Screen out = screen("service");
  Menu menu;
  menu.columns = 2;
  const auto add = [&menu](const char* id, const char* icon) {
    Control item = action(id, Role::choice, std::string(id) + ".label");
    item.icon = icon;
    menu.items.push_back(std::move(item));
  };
  add("service.self_test", "check");
  add("service.faults", "warning");
  add("service.network", "globe");
  add("service.print", "printer");
  add("service.touch", "pointing_hand");
  if (calls) add("service.call", "camera");
  add("service.slip", "guide");
  add("service.identity", "card");
  if (update) add("service.update", "clock");
  add("service.restart", "running");
  out.body = std::move(menu);
  out.actions = {action("end", Role::primary, "service.end")};
  return out;
}

Screen service_testing_screen() {
  return working(screen("service_testing"), "repair",
                 {{say("service_testing.stage"), StageState::running}},
                 say("service_testing.patience"));
}

std::vector<PartResult> parts_with(const SelfTestReport& report, bool well) {
  std::vector<PartResult> out;
  for (const PartResult& part : report.parts) {
    if (part.verdict == Verdict::not_fitted) continue;
    if ((part.verdict == Verdict::ok) == well) out.push_back(part);
  }
  std::ranges::stable_sort(out, std::greater{}, &PartResult::verdict);
  return out;
}

Text names_of(const std::vector<PartResult>& parts) {
  std::map<std::string, std::string> words{{"ja", ""}, {"en", ""}};
  for (const PartResult& part : parts) {
    for (auto& [language, text] : words) {
      if (!text.empty()) text += language == "ja" ? "、" : ", ";
      text += part_name_in(language, part.part);
    }
  }
  return written(std::move(words));
}

std::size_t report_pages(const SelfTestReport& report) {
  const std::size_t bad = parts_with(report, false).size();
  const std::size_t well = parts_with(report, true).empty() ? 0 : 1;
  return std::max<std::size_t>(1, (bad + bad_on_page - 1) / bad_on_page + well);
}

SelfTestReport parts_of_call(SelfTestReport report) {
  std::erase_if(report.parts, [](const PartResult& part) {
    return part.part != Part::camera && part.part != Part::microphone && part.part != Part::speaker;
  });
  return report;
}

Screen service_report_screen(const SelfTestReport& report, std::size_t page) {
  Screen out = report_on(screen("service_report"), report, page);
  out.actions.insert(out.actions.begin(), back());
  return out;
}

Screen service_faults_screen(const std::vector<Fault>& faults) {
  Screen out = screen("service_faults");
  out.actions = {back()};
  if (faults.empty()) return notice(std::move(out), "thanks", {say("service_faults.none")});
  std::vector<ReviewRow> rows;
  for (const Fault& fault : faults) {
    if (rows.size() == most_faults) break;
    const std::string code(repair_code(fault.device, fault.code));
    rows.push_back(row(literal(code), literal(fault.device + " / " + fault.code)));
  }
  const auto all = static_cast<std::int64_t>(faults.size());
  return table(std::move(out), std::move(rows), number("service_faults.all", "faults", all));
}

Screen service_network_screen(const ConnectionTested& tested) {
  Screen out = screen("service_network");
  bool well = true;
  std::vector<ReviewRow> rows{row(say("service_network.server"), literal(tested.server))};
  for (const ConnectionStep& step : tested.steps) {
    well = well && step.passed;
    const char* words = step.passed ? "service_network.passed" : "service_network.not_passed";
    ReviewRow one = row(literal(step.name), say(words));
    if (!step.passed && !step.detail.empty()) one.values.push_back(literal(step.detail));
    rows.push_back(std::move(one));
  }
  out.tone = well ? Tone::success : Tone::error;
  out.actions = {back()};
  return table(std::move(out), std::move(rows),
               say(well ? "service_network.well" : "service_network.broken"));
}

Screen service_no_network_screen() {
  Screen out = notice(screen("service_no_network"), "network", {say("service_no_network.do")});
  out.tone = Tone::error;
  out.actions = {back()};
  return out;
}

Screen service_printing_screen() {
  return working(screen("service_printing"), "printer",
                 {{say("service_printing.stage"), StageState::running}});
}

Screen service_touch_screen() {
  Screen out = notice(screen("service_touch"), "repair",
                      {say("service_touch.do"), say("service_touch.ends")});
  out.actions = {back(), action("begin", Role::primary, "service_touch.begin")};
  return out;
}

Screen service_touched_screen(std::int32_t reached, std::int32_t all) {
  const bool well = reached == all;
  Screen out = screen("service_touched");
  out.tone = well ? Tone::success : Tone::warning;
  const std::map<std::string, std::string> counts{{"reached", std::to_string(reached)},
                                                  {"all", std::to_string(all)}};
  out = notice(std::move(out), well ? "thanks" : "warning",
               {say("service_touched.count", counts),
                say(well ? "service_touched.well" : "service_touched.dead")});
  out.actions = {back()};
  return out;
}

Screen service_update_screen(std::vector<ReviewRow> rows) {
  Screen out = table(screen("service_update"), std::move(rows), say("service_update.window"));
  out.actions = {back()};
  return out;
}

Screen service_identity_screen(const std::optional<IdentityState>& identity, const std::string& id,
                               const std::string& site) {
  Screen out = screen("service_identity");
  std::vector<ReviewRow> rows{row(say("setup_place.id"), literal(id))};
  if (!site.empty()) rows.push_back(row(say("setup_place.site"), literal(site)));
  std::string standing = "unknown";
  if (identity) {
    standing = codec::enum_name(identity->standing);
    if (identity->valid_until > 0)
      rows.push_back(row(say("service_identity.until"), literal(day_of(identity->valid_until))));
    const bool tpm = identity->key == "tpm";
    rows.push_back(row(say("service_identity.key"),
                       say(tpm ? "service_identity.key_tpm" : "service_identity.key_file")));
    if (!identity->trouble.empty())
      rows.push_back(row(say("service_identity.trouble"), literal(identity->trouble)));
  }
  out.actions = {back()};
  return table(std::move(out), std::move(rows), say("service_identity." + standing));
}

Screen service_slip_screen() {
  Screen out = screen("service_slip");
  out.tone = Tone::success;
  out = notice(std::move(out), "paper", {say("service_slip.take")});
  out.actions = {back()};
  return out;
}

Screen service_restart_screen() {
  Screen out = notice(screen("service_restart"), "repair",
                      {say("service_restart.what"), say("service_restart.open")});
  out.actions = {back(), action("restart", Role::primary, "service_restart.yes")};
  return out;
}

Screen setup_done_screen(const SelfTestReport& report, std::size_t page) {
  Screen out = report_on(screen("setup_done"), report, page);
  const bool well = report.verdict() == Verdict::ok;
  out.tone = well ? Tone::success : Tone::warning;
  // What is broken is looked at before it is tested again.
  if (page + 1 >= report_pages(report))
    out.actions = {action("again", Role::secondary, "setup_done.again")};
  out.actions.push_back(action("end", Role::primary, "setup_done.begin"));
  return out;
}

Screen morning_screen(const SelfTestReport& report, std::size_t page) {
  Screen out = report_on(screen("morning"), report, page);
  out.actions.push_back(action("end", Role::primary, "morning.seen"));
  return out;
}

}  // namespace madoguchi::visit
