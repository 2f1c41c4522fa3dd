#include "firmware/apps/kioskd/update_post.h"

#include <array>
#include <filesystem>

#include "firmware/apps/kioskd/keys_counter.h"
#include "firmware/base/asio.h"
#include "firmware/base/file.h"
#include "firmware/base/os_release.h"
#include "firmware/update/file_counter.h"
#include "hal/rauc/rauc_installer.h"

namespace madoguchi {
namespace {

std::unique_ptr<BundleInstaller> rauc(Timers& timers, const std::string& bus) {
  RaucSettings settings;
  settings.address = bus;
  return make_rauc_installer(timers, settings);
}

std::unique_ptr<update::RollbackCounter> counter_of(const KioskConfiguration& configuration) {
  if (!configuration.keys_socket.empty())
    return std::make_unique<KeysCounter>(configuration.keys_socket);
  return std::make_unique<update::FileCounter>(configuration.state_dir + "/rollback-counter");
}

constexpr std::array tested{Part::screen, Part::reader, Part::printer, Part::terminal};

}  // namespace

Task<update::SelfTestVerdict> test_for_update(visit::Upkeep& upkeep,
                                              std::function<visit::SelfTestBench()> bench) {
  // Shared with the chore, which may outlive whoever waits for it.
  const auto report = std::make_shared<std::optional<SelfTestReport>>();
  visit::Upkeep::Chore chore = [bench = std::move(bench), report]() -> Task<void> {
    Task<SelfTestReport> test = visit::self_test(bench());
    report->emplace(co_await std::move(test));
  };
  Task<Status> run = upkeep.run(std::move(chore));
  const Status ran = co_await std::move(run);
  update::SelfTestVerdict out;
  out.busy = !ran;
  if (!ran || !*report) co_return out;
  out.passed = true;
  for (const Part part : tested) {
    const PartResult* const result = (*report)->of(part);
    if (result != nullptr && result->verdict != Verdict::failed &&
        result->verdict != Verdict::not_fitted)
      continue;
    out.passed = false;
    const std::string name(codec::enum_name(part));
    out.lines.push_back(result == nullptr ? name + ": was not tested"
                                          : name + ": " + result->code + " " + result->detail);
  }
  co_return out;
}

update::Settings UpdatePost::settings(const KioskConfiguration& configuration) {
  update::Settings out;
  out.state_file = configuration.state_dir + "/update.json";
  out.stick_dir = configuration.update.stick_dir;
  out.log_dir = configuration.update.log_dir;
  out.version = os_release("VERSION_ID");
  out.boot = boot_id();
  return out;
}

update::Surroundings UpdatePost::surroundings(SelfTest self_test) {
  update::Surroundings out;
  out.in_window = [this](Timers::Wall when) { return configuration_.window.open_at(when); };
  out.to_link = [this](const KioskToLink& message) { link_.send(message); };
  out.self_test = std::move(self_test);
  // kioskd has no right to restart the machine: a path unit of systemd waits for this file.
  out.restart = [this]() -> Status {
    std::error_code failed;
    const std::filesystem::path file(configuration_.restart_request);
    std::filesystem::create_directories(file.parent_path(), failed);
    return write_file(configuration_.restart_request, as_bytes("update\n"), 0644);
  };
  return out;
}

UpdatePost::UpdatePost(Timers& timers, LinkPort& link, const KioskConfiguration& configuration,
                       SelfTest self_test)
    : link_(link),
      configuration_(configuration.update),
      rauc_(rauc(timers, configuration.update.bus)),
      counter_(counter_of(configuration)),
      agent_(timers, *rauc_, *counter_, surroundings(std::move(self_test)),
             settings(configuration)) {
  link_.on_update([this](const LinkToKiosk& message) {
    if (const auto* offer = std::get_if<UpdateOffer>(&message)) agent_.take(*offer);
    if (const auto* gone = std::get_if<UpdateWithdrawn>(&message)) agent_.take(*gone);
    if (const auto* part = std::get_if<UpdateFetched>(&message)) agent_.take(*part);
    if (const auto* told = std::get_if<UpdateTold>(&message)) agent_.take(*told);
  });
}

UpdatePost::~UpdatePost() { link_.on_update({}); }

}  // namespace madoguchi
