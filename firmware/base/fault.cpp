#include "firmware/base/fault.h"

#include "firmware/base/log.h"

namespace madoguchi {

void FaultBoard::raise(Fault fault) {
  const auto found = faults_.find(fault.device);
  if (found != faults_.end()) {
    if (found->second.code == fault.code) return;
    clear(fault.device);
  }
  log_event(Event::fault_raised,
            {{"device", fault.device}, {"code", fault.code}, {"detail", fault.detail}});
  std::string device = fault.device;
  faults_.emplace(std::move(device), std::move(fault));
  if (listener_) listener_();
}

void FaultBoard::clear(std::string_view device) {
  const auto found = faults_.find(device);
  if (found == faults_.end()) return;
  log_event(Event::fault_cleared, {{"device", found->second.device}, {"code", found->second.code}});
  faults_.erase(found);
  if (listener_) listener_();
}

std::vector<Fault> FaultBoard::standing() const {
  std::vector<Fault> out;
  for (const auto& [device, fault] : faults_) out.push_back(fault);
  return out;
}

bool FaultBoard::stands(std::string_view device) const { return faults_.contains(device); }

}  // namespace madoguchi
