#include "firmware/base/fault.h"

#include <algorithm>

#include "firmware/base/log.h"

namespace madoguchi {

void FaultBoard::raise(Fault fault) {
  auto key = std::pair{fault.device, fault.code};
  const auto found = faults_.find(key);
  if (found != faults_.end() && found->second == fault) return;
  log_event(Event::fault_raised, {{"device", fault.device}, {"code", fault.code}, {"detail", fault.detail}});
  faults_[std::move(key)] = std::move(fault);
  if (listener_) listener_();
}

void FaultBoard::clear(std::string_view device, std::string_view code) {
  if (faults_.erase({std::string(device), std::string(code)}) == 0) return;
  log_event(Event::fault_cleared, {{"device", std::string(device)}, {"code", std::string(code)}});
  if (listener_) listener_();
}

void FaultBoard::clear(std::string_view device) {
  for (const Fault& fault : standing()) {
    if (fault.device == device) clear(fault.device, fault.code);
  }
}

std::vector<Fault> FaultBoard::standing() const {
  std::vector<Fault> out;
  for (const auto& [key, fault] : faults_) out.push_back(fault);
  return out;
}

bool FaultBoard::stands(std::string_view device) const {
  return std::any_of(faults_.begin(), faults_.end(),
                     [&](const auto& entry) { return entry.first.first == device; });
}

}  // namespace madoguchi
