#include "firmware/apps/kioskd/control_desk.h"

#include <algorithm>
#include <array>
#include <filesystem>

#include <unistd.h>

#include "firmware/apps/kioskd/control_checks.h"
#include "firmware/base/asio.h"
#include "firmware/base/local_socket.h"
#include "firmware/base/utc.h"
#include "firmware/base/wakeup.h"

namespace madoguchi {
namespace {

// The system's word that a time server has set the clock since the start (systemd-timesyncd(8)).
constexpr const char* clock_was_set = "/run/systemd/timesync/synchronized";

control::StandingFault standing(const Fault& fault) {
  return {fault.device, fault.code, fault.detail};
}

std::int64_t size_of(const std::string& path) {
  std::error_code missing;
  const auto size = std::filesystem::file_size(path, missing);
  return missing ? 0 : static_cast<std::int64_t>(size);
}

std::int64_t machine_uptime_s() {
  timespec since{};
  clock_gettime(CLOCK_BOOTTIME, &since);
  return since.tv_sec;
}

control::DiskStatus disk(const std::string& folder) {
  std::error_code missing;
  const auto space = std::filesystem::space(folder, missing);
  if (missing) return {};
  return {static_cast<std::int64_t>(space.available), static_cast<std::int64_t>(space.capacity)};
}

control::JournalStatus journal_status(Journal* journal, const KioskConfiguration& configuration) {
  const std::string file = configuration.state_dir + "/journal.sqlite";
  control::JournalStatus out;
  out.open = journal != nullptr;
  out.bytes = size_of(file) + size_of(file + "-wal");
  out.checkpoints = !configuration.audit_key.empty();
  if (journal == nullptr) return out;
  if (const auto open = journal->open_visits())
    out.open_visits = static_cast<std::int64_t>(open->size());
  if (const auto unsent = journal->unsent_checkpoint(); unsent && *unsent) out.unsent = 1;
  return out;
}

}  // namespace

ControlDesk::ControlDesk(ControlParts parts) : parts_(parts), started_(parts.timers.now()) {}
ControlDesk::~ControlDesk() { parts_.faults.on_change({}); }

Result<std::unique_ptr<ControlDesk>> ControlDesk::open(const asio::any_io_executor& loop,
                                                       ControlParts parts, int descriptor) {
  std::unique_ptr<ControlDesk> desk(new ControlDesk(parts));
  const std::string& path = parts.configuration.control_socket;
  if (descriptor >= 0) {
    if (!listens_locally(descriptor))
      return Error{Errc::invalid, std::to_string(descriptor),
                   "is not a SOCK_SEQPACKET socket that listens"};
  } else if (!path.empty()) {
    const Result<int> made = listen_for_control(path);
    if (!made) return made.error();
    descriptor = *made;
  }
  if (descriptor < 0) return desk;
  ControlPolicy policy;
  policy.own = geteuid();
  policy.maintainers = maintainers_group_number();
  desk->port_ = std::make_unique<ControlPort>(loop, parts.timers, descriptor, policy);
  desk->serve_status();
  serve_checks(*desk->port_, desk->parts_);
  return desk;
}

void ControlDesk::tell_of(std::function<void(control::KioskStatus&)> part) {
  tellers_.push_back(std::move(part));
}

void ControlDesk::serve_status() {
  port_->serve<control::StatusAsk>(
      [this](control::StatusAsk, ControlTell) -> Task<control::Answer> { co_return status(); });
  port_->serve<control::FaultsAsk>([this](control::FaultsAsk ask, ControlTell tell) {
    return tell_faults(ask, std::move(tell));
  });
  parts_.faults.on_change([this] {
    std::erase_if(watchers_, [](const auto& watcher) { return watcher.expired(); });
    for (const auto& watcher : watchers_) {
      if (const auto there = watcher.lock()) there->notify();
    }
  });
}

control::FaultsTold ControlDesk::faults() const {
  control::FaultsTold out;
  for (const Fault& fault : parts_.faults.standing()) out.faults.push_back(standing(fault));
  return out;
}

Task<control::Answer> ControlDesk::tell_faults(control::FaultsAsk ask, ControlTell tell) {
  if (!ask.watch) co_return faults();
  const auto changed = std::make_shared<Wakeup>();
  watchers_.push_back(changed);
  for (;;) {
    tell(faults());
    co_await changed->wait();
  }
}

control::KioskStatus ControlDesk::status() const {
  const KioskConfiguration& configuration = parts_.configuration;
  control::KioskStatus out;
  out.version = MADOGUCHI_VERSION;
  out.kiosk = configuration.visit.kiosk_id;
  out.activity = codec::enum_name(parts_.upkeep.activity());
  out.link = {parts_.link.up(), parts_.link.live(), ""};
  out.faults = faults().faults;
  const auto fault_of = [&](const std::string& device) -> std::optional<control::StandingFault> {
    const auto found = std::find_if(out.faults.begin(), out.faults.end(),
                                    [&](const auto& fault) { return fault.device == device; });
    if (found == out.faults.end()) return std::nullopt;
    return *found;
  };
  if (const auto down = fault_of("link")) out.link.detail = down->detail;
  const std::array<std::pair<const char*, bool>, 6> fitted{{
      {"reader", true},
      {"printer", true},
      {"terminal", true},
      {"receipt", configuration.receipts},
      {"code_reader", !configuration.code_reader.empty()},
      {"call", configuration.consult},
  }};
  for (const auto& [device, there] : fitted)
    out.devices.push_back({device, there, fault_of(device)});
  out.journal = journal_status(journal_, configuration);
  out.disk = disk(configuration.state_dir);
  out.clock = {utc_text(parts_.timers.wall()), access(clock_was_set, F_OK) == 0};
  out.uptime_s =
      std::chrono::duration_cast<std::chrono::seconds>(parts_.timers.now() - started_).count();
  out.machine_uptime_s = machine_uptime_s();
  for (const auto& tell : tellers_) tell(out);
  return out;
}

Task<void> ControlDesk::run() {
  if (port_) co_await port_->listen();
}

}  // namespace madoguchi
