#include "firmware/apps/kioskd/update_post.h"

#include <filesystem>

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

// The reception asks its devices every ten seconds.
constexpr std::chrono::seconds asked_again{25};

}  // namespace

Task<update::SelfTestVerdict> test_by_faults(Timers& timers, const FaultBoard& faults) {
  co_await timers.sleep(asked_again);
  update::SelfTestVerdict out;
  out.passed = true;
  for (const Fault& fault : faults.standing()) {
    for (const char* part : {"reader", "printer", "terminal", "storage"}) {
      if (fault.device != part) continue;
      out.passed = false;
      out.lines.push_back(fault.device + ": " + fault.code + " " + fault.detail);
    }
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
                       std::unique_ptr<update::RollbackCounter> counter, SelfTest self_test)
    : link_(link),
      configuration_(configuration.update),
      rauc_(rauc(timers, configuration.update.bus)),
      counter_(counter ? std::move(counter)
                       : std::make_unique<update::FileCounter>(configuration.state_dir +
                                                               "/rollback-counter")),
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
