#include "tools/kioskctl/network.h"

#include <array>
#include <charconv>
#include <sstream>

#include <arpa/inet.h>
#include <ifaddrs.h>
#include <net/if.h>
#include <netinet/in.h>

#include "firmware/base/file.h"

namespace madoguchi::kioskctl {
namespace {

constexpr std::size_t largest_file = 64u << 10;

std::string content_of(const char* path) {
  const auto content = read_file(path, largest_file);
  return content ? as_text(*content) : "";
}

int bits_of(const std::uint8_t* mask, std::size_t size) {
  int bits = 0;
  for (std::size_t i = 0; i < size; ++i) bits += __builtin_popcount(mask[i]);
  return bits;
}

/// "192.168.1.20/24"; empty for what is no IP address.
std::string address_text(const sockaddr* address, const sockaddr* mask) {
  std::array<char, INET6_ADDRSTRLEN> text{};
  const void* bytes = nullptr;
  const void* mask_bytes = nullptr;
  std::size_t size = 0;
  if (address->sa_family == AF_INET) {
    bytes = &reinterpret_cast<const sockaddr_in*>(address)->sin_addr;
    if (mask != nullptr) mask_bytes = &reinterpret_cast<const sockaddr_in*>(mask)->sin_addr;
    size = sizeof(in_addr);
  } else if (address->sa_family == AF_INET6) {
    bytes = &reinterpret_cast<const sockaddr_in6*>(address)->sin6_addr;
    if (mask != nullptr) mask_bytes = &reinterpret_cast<const sockaddr_in6*>(mask)->sin6_addr;
    size = sizeof(in6_addr);
  } else {
    return "";
  }
  if (inet_ntop(address->sa_family, bytes, text.data(), text.size()) == nullptr) return "";
  std::string out = text.data();
  if (mask_bytes != nullptr)
    out += "/" + std::to_string(bits_of(static_cast<const std::uint8_t*>(mask_bytes), size));
  return out;
}

std::vector<NetworkInterface> interfaces() {
  std::vector<NetworkInterface> out;
  ifaddrs* all = nullptr;
  if (getifaddrs(&all) != 0) return out;
  for (const ifaddrs* each = all; each != nullptr; each = each->ifa_next) {
    if ((each->ifa_flags & IFF_LOOPBACK) != 0) continue;
    auto found = out.begin();
    while (found != out.end() && found->name != each->ifa_name) ++found;
    if (found == out.end()) {
      out.push_back({each->ifa_name,
                     (each->ifa_flags & IFF_UP) != 0,
                     (each->ifa_flags & IFF_RUNNING) != 0,
                     {}});
      found = out.end() - 1;
    }
    if (each->ifa_addr == nullptr) continue;
    const std::string address = address_text(each->ifa_addr, each->ifa_netmask);
    if (!address.empty()) found->addresses.push_back(address);
  }
  freeifaddrs(all);
  return out;
}

/// proc(5): interface, destination and gateway as hexadecimal in the machine's byte order.
std::vector<std::string> routers() {
  std::vector<std::string> out;
  std::istringstream lines(content_of("/proc/net/route"));
  std::string line;
  while (std::getline(lines, line)) {
    std::istringstream words(line);
    std::string interface;
    std::string destination;
    std::string gateway;
    words >> interface >> destination >> gateway;
    std::uint32_t number = 0;
    const auto [end, failed] =
        std::from_chars(gateway.data(), gateway.data() + gateway.size(), number, 16);
    if (destination != "00000000" || failed != std::errc() || number == 0) continue;
    in_addr address{number};
    std::array<char, INET_ADDRSTRLEN> text{};
    if (inet_ntop(AF_INET, &address, text.data(), text.size()) != nullptr)
      out.push_back(std::string(text.data()) + " through " + interface);
  }
  return out;
}

std::vector<std::string> name_servers() {
  std::vector<std::string> out;
  std::istringstream lines(content_of("/etc/resolv.conf"));
  std::string line;
  while (std::getline(lines, line)) {
    std::istringstream words(line);
    std::string key;
    std::string value;
    words >> key >> value;
    if (key == "nameserver" && !value.empty()) out.push_back(value);
  }
  return out;
}

}  // namespace

LocalNetwork local_network() { return {interfaces(), routers(), name_servers()}; }

}  // namespace madoguchi::kioskctl
