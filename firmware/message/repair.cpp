#include "firmware/message/repair.h"

#include <algorithm>

namespace madoguchi {
namespace {

// docs/faults.md has the same rows (tests/unit/message/repair_test.cpp compares them).
constexpr RepairCode codes[] = {
    {kioskd_absent, "", "K-01"},
    {kioskd_ended, "", "K-02"},
    {link_ended, "", "K-03"},
    {configuration_wrong, "", "K-04"},
    {"reader", "", "K-10"},
    {"reader", "gone", "K-11"},
    {"reader", "busy", "K-12"},
    {"printer", "", "K-20"},
    {"printer", "media_empty", "K-21"},
    {"printer", "media_jam", "K-22"},
    {"printer", "cover_open", "K-23"},
    {"printer", "toner_empty", "K-24"},
    {"printer", "gone", "K-25"},
    {"printer", "stopped", "K-26"},
    {"printer", "not_accepting", "K-27"},
    {"terminal", "", "K-30"},
    {"terminal", "not_ready", "K-31"},
    {"link", "", "K-40"},
    {"link", "down", "K-41"},
    {"storage", "", "K-50"},
    {"storage", "full", "K-51"},
    {"storage", "integrity", "K-52"},
    {"receipt", "", "K-60"},
    {"receipt", "paper_end", "K-61"},
    {"receipt", "paper_near_end", "K-62"},
    {"receipt", "cover_open", "K-63"},
    {"receipt", "cutter_error", "K-64"},
    {"receipt", "gone", "K-65"},
    {"audit", "", "K-70"},
    {"reconciliation", "", "K-71"},
    {"desk", "", "K-72"},
    {"call", "", "K-80"},
};
constexpr std::string_view unknown = "K-99";

struct Face {
  std::string_view device;
  const char* picture;
  const char* words;
};
/// Everything that is not here is about the kiosk as a whole.
constexpr Face faces[] = {{"reader", "reader", "out_of_service.reader"},
                          {"printer", "printer", "out_of_service.printer"},
                          {"terminal", "terminal", "out_of_service.terminal"},
                          {"link", "network", "out_of_service.link"},
                          {link_ended, "network", "out_of_service.link"},
                          {"storage", "warning", "out_of_service.storage"}};

Screen screen_for(std::string_view device, std::string_view shown, const std::string& phone) {
  const auto* const face = std::ranges::find(faces, device, &Face::device);
  const bool known = face != std::end(faces);
  Screen out;
  out.name = repair_screen_name;
  out.title = say("out_of_service.title");
  Notice notice;
  notice.picture = known ? face->picture : "repair";
  notice.lines = {say(known ? face->words : "out_of_service.kiosk"), say("out_of_service.do")};
  if (!phone.empty()) notice.lines.push_back(say("out_of_service.phone", {{"phone", phone}}));
  notice.code = shown;
  out.body = std::move(notice);
  return out;
}

}  // namespace

std::span<const RepairCode> repair_codes() { return codes; }

std::string_view repair_code(std::string_view device, std::string_view code) {
  std::string_view general = unknown;
  for (const RepairCode& row : codes) {
    if (row.device != device) continue;
    if (row.code == code) return row.shown;
    if (row.code.empty()) general = row.shown;
  }
  return general;
}

Screen repair_screen(std::string_view device, std::string_view code, const std::string& phone) {
  return screen_for(device, repair_code(device, code), phone);
}

Screen repair_screen(std::string_view shown, const std::string& phone) {
  const auto* const row = std::ranges::find(codes, shown, &RepairCode::shown);
  if (row == std::end(codes)) return screen_for({}, unknown, phone);
  return screen_for(row->device, row->shown, phone);
}

Screen restarting_screen() {
  Screen out;
  out.name = restarting_screen_name;
  out.title = say("restarting.title");
  Working working;
  working.picture = "repair";
  working.stages = {{say("restarting.stage"), StageState::running}};
  out.body = std::move(working);
  return out;
}

}  // namespace madoguchi
