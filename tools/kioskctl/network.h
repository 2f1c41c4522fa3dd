#pragma once
// The network as this machine has it: what kioskctl can see for itself.

#include <string>
#include <vector>

#include "firmware/message/codec.h"

namespace madoguchi::kioskctl {

struct NetworkInterface {
  std::string name;
  bool up = false;
  bool cable = false;                  ///< something is at its other end
  std::vector<std::string> addresses;  ///< "192.168.1.20/24", "fe80::1/64"
};
MADOGUCHI_DESCRIBE(NetworkInterface, name, up, cable, addresses)

struct LocalNetwork {
  std::vector<NetworkInterface> interfaces;  ///< without the loopback
  std::vector<std::string> routers;          ///< of default routes, IPv4
  std::vector<std::string> name_servers;     ///< of /etc/resolv.conf
};
MADOGUCHI_DESCRIBE(LocalNetwork, interfaces, routers, name_servers)

LocalNetwork local_network();

}  // namespace madoguchi::kioskctl
