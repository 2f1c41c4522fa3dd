// Updates: install, status, watch, cancel.

#include <cstdio>
#include <filesystem>
#include <string>

#include "firmware/message/update_control.h"
#include "tools/kioskctl/command_table.h"
#include "tools/kioskctl/control_client.h"
#include "tools/kioskctl/printed.h"

namespace madoguchi::kioskctl {
namespace {

using namespace std::chrono_literals;
using control::UpdateStanding;

constexpr auto soon = 10s;
// An update restarts the machine: power-on self-test, boot, and the wait for kioskd.
constexpr auto restart_patience = 900s;

std::string text_of(const UpdateStanding& standing) {
  std::string out = standing.state;
  if (!standing.version.empty()) out += " " + standing.version;
  if (!standing.source.empty()) out += " from " + standing.source;
  if (standing.percent > 0) out += " " + std::to_string(standing.percent) + "%";
  if (!standing.step.empty()) out += " (" + standing.step + ")";
  if (standing.waiting != "nothing") out += ", waits for " + standing.waiting;
  for (const std::string& line : standing.trouble) out += "; " + line;
  return out;
}

std::string text_of(const control::UpdateOutcome& last) {
  std::string out = last.how;
  if (!last.version.empty()) out += " " + last.version;
  out += ", " + time_text(last.at_ms);
  if (!last.why.empty()) out += ": " + last.why;
  if (!last.detail.empty()) out += ": " + last.detail;
  return out;
}

/// False when nobody reads it any more.
bool print(const UpdateStanding& standing, bool json) {
  if (json) {
    std::printf("%s\n", to_json(standing).dump().c_str());
  } else {
    std::printf("runs         %s\n", printable(standing.running).c_str());
    std::printf("update       %s\n", printable(text_of(standing)).c_str());
    if (standing.last) std::printf("last         %s\n", printable(text_of(*standing.last)).c_str());
  }
  return std::fflush(stdout) == 0;
}

/// Not well: the last one ended otherwise than good.
int verdict(const UpdateStanding& standing) {
  return standing.last && standing.last->how != "good" ? not_well : all_well;
}

int show(const Connection& connection) {
  int code = all_well;
  const auto standing =
      ask_kiosk_for<UpdateStanding>(connection.socket, control::UpdateAsk{}, soon, code);
  if (!standing) return code;
  (void)print(*standing, connection.json);
  return verdict(*standing);
}

/// The outcome before the update that is watched; nothing in it: there was none.
using Before = std::optional<std::optional<control::UpdateOutcome>>;

/// Until the update that runs, or the next one, has ended; over restarts of the machine.
int watch(const Connection& connection, Before before = {}) {
  int code = all_well;
  std::string shown;
  const auto told = [&](const control::Answer& answer) {
    const auto* standing = std::get_if<UpdateStanding>(&answer);
    if (standing == nullptr) return true;
    const std::string text = text_of(*standing);
    if ((connection.json || text != shown) && !print(*standing, connection.json)) return false;
    shown = text;
    if (!before) before = standing->last;
    code = verdict(*standing);
    return *before == standing->last || standing->state != "idle";
  };
  const int watched =
      watch_kiosk(connection.socket, control::UpdateAsk{true}, restart_patience, told);
  return watched == all_well ? code : watched;
}

int install(const Connection& connection, const std::string& file, bool and_watch) {
  control::UpdateInstallAsk ask;
  ask.path = std::filesystem::absolute(file).string();
  int code = all_well;
  // Before it begins: a refusal may come sooner than the watch.
  const auto now =
      ask_kiosk_for<UpdateStanding>(connection.socket, control::UpdateAsk{}, soon, code);
  if (!now) return code;
  const auto done = ask_kiosk_for<control::Done>(connection.socket, ask, soon, code);
  if (!done) return code;
  return and_watch ? watch(connection, now->last) : all_well;
}

int cancel(const Connection& connection) {
  int code = all_well;
  (void)ask_kiosk_for<control::Done>(connection.socket, control::UpdateCancelAsk{}, soon, code);
  return code;
}

}  // namespace

void add_update_commands(CommandTable& table) {
  CLI::App* const update = table.add(nullptr, "update", "Updates of this kiosk (docs/update.md)");
  CLI::App* const status = table.add(update, "status",
                                     "How an update stands, and how the last one ended. Exits "
                                     "with 1 when that was not good");
  Connection& asked = table.connects(status);
  table.runs(status, [&asked] { return show(asked); });

  CLI::App* const watched = table.add(
      update, "watch",
      "The same at every change, until the update has ended; also over restarts of the machine");
  Connection& watching = table.connects(watched);
  table.runs(watched, [&watching] { return watch(watching); });

  CLI::App* const begin =
      table.add(update, "install",
                "Installs this bundle as soon as nobody uses the kiosk, without its window");
  Connection& beginning = table.connects(begin);
  const auto file = std::make_shared<std::string>();  // shared with the action, which runs later
  const auto stays = std::make_shared<bool>(false);
  begin->add_option("FILE", *file, "a *.raucb")->required()->check(CLI::ExistingFile);
  begin->add_flag("--watch", *stays, "and watch it");
  table.runs(begin, [&beginning, file, stays] { return install(beginning, *file, *stays); });

  CLI::App* const stop =
      table.add(update, "cancel", "Drops an update that is not being written yet");
  Connection& stopping = table.connects(stop);
  table.runs(stop, [&stopping] { return cancel(stopping); });
}

}  // namespace madoguchi::kioskctl
