#include "tools/gateway/staff/login_limits.h"

#include <algorithm>

namespace madoguchi::gateway {
namespace {

/// One household or attacker has a whole /64 of IPv6; the first four groups name it.
std::string network_of(const std::string& address) {
  std::size_t at = 0;
  for (int groups = 0; groups < 4 && at != std::string::npos; ++groups) {
    at = address.find(':', at);
    if (at == std::string::npos) return address;
    ++at;
  }
  return address.substr(0, at);
}

}  // namespace

Timers::Duration LoginLimits::wait_in(const Counts& counts, const std::string& key,
                                      const LoginPatience& patience) const {
  const auto found = counts.find(key);
  if (found == counts.end() || found->second.count < patience.free_tries) return {};
  const auto since = timers_.now() - found->second.last;
  if (since >= patience.forgotten_after) return {};
  Timers::Duration whole = patience.first_wait;
  for (int more = found->second.count - patience.free_tries;
       more > 0 && whole < patience.longest_wait; --more) {
    whole *= 2;
  }
  whole = std::min(whole, patience.longest_wait);
  if (since >= whole) return {};
  return std::chrono::ceil<Timers::Duration>(whole - since);
}

void LoginLimits::count(Counts& counts, const std::string& key, const LoginPatience& patience) {
  const auto now = timers_.now();
  if (counts.size() >= most_remembered && !counts.contains(key)) {
    std::erase_if(
        counts, [&](const auto& one) { return now - one.second.last >= patience.forgotten_after; });
    if (counts.size() >= most_remembered) {
      // Somebody makes names up: the one that has been quiet for longest gives way.
      counts.erase(std::min_element(counts.begin(), counts.end(), [](const auto& a, const auto& b) {
        return a.second.last < b.second.last;
      }));
    }
  }
  Tries& tries = counts[key];
  if (now - tries.last >= patience.forgotten_after) tries.count = 0;
  ++tries.count;
  tries.last = now;
}

Timers::Duration LoginLimits::wait(const std::string& account, const std::string& address) const {
  return std::max(wait_in(accounts_, account, of_account),
                  wait_in(addresses_, network_of(address), of_address));
}

void LoginLimits::tried(const std::string& account, const std::string& address) {
  count(accounts_, account, of_account);
  count(addresses_, network_of(address), of_address);
}

void LoginLimits::was_right(const std::string& account, const std::string& address) {
  accounts_.erase(account);
  const auto found = addresses_.find(network_of(address));
  if (found != addresses_.end()) --found->second.count;
}

}  // namespace madoguchi::gateway
