// The network from end to end: this machine's part, then kiosk-link's way to the gateway.

#include <algorithm>
#include <cstdio>

#include "tools/kioskctl/command_table.h"
#include "tools/kioskctl/control_client.h"
#include "tools/kioskctl/network.h"
#include "tools/kioskctl/printed.h"

namespace madoguchi::kioskctl {
namespace {

using namespace std::chrono_literals;

constexpr auto patience = 45s;  // longer than connection_test_takes_ms

void print(const LocalNetwork& network) {
  for (const NetworkInterface& each : network.interfaces) {
    std::printf("%-12s %s%s", printable(each.name).c_str(), each.up ? "up" : "down",
                each.up && !each.cable ? ", no cable" : "");
    for (const std::string& address : each.addresses) std::printf(" %s", address.c_str());
    std::printf("\n");
  }
  if (network.interfaces.empty()) std::printf("%-12s none\n", "interfaces");
  for (const std::string& router : network.routers)
    std::printf("%-12s %s\n", "router", printable(router).c_str());
  if (network.routers.empty()) std::printf("%-12s none\n", "router");
  for (const std::string& server : network.name_servers)
    std::printf("%-12s %s\n", "name server", printable(server).c_str());
}

void print(const control::NetworkTested& tested) {
  std::printf("%-12s %s\n", "gateway", printable(tested.server).c_str());
  for (const control::NetworkStep& step : tested.steps) {
    std::printf("  %-10s %s %lld ms %s\n", printable(step.name).c_str(),
                step.passed ? "ok    " : "failed", static_cast<long long>(step.took_ms),
                printable(step.detail).c_str());
  }
}

int show_network(const Connection& connection) {
  const LocalNetwork local = local_network();
  if (!connection.json) print(local);
  int code = all_well;
  const auto tested = ask_kiosk_for<control::NetworkTested>(connection.socket,
                                                            control::NetworkAsk{}, patience, code);
  if (connection.json) {
    Json out = to_json(local);
    out["gateway"] = tested ? to_json(*tested) : Json();
    std::printf("%s\n", out.dump(2).c_str());
  } else if (tested) {
    print(*tested);
  }
  if (!tested) return code;
  const bool whole = std::all_of(tested->steps.begin(), tested->steps.end(),
                                 [](const auto& step) { return step.passed; });
  return whole && !tested->steps.empty() ? all_well : not_well;
}

}  // namespace

void add_network_commands(CommandTable& table) {
  CLI::App* network = table.add(nullptr, "network",
                                "Interfaces, router and name servers, and how far the way to the "
                                "gateway goes. Exits with 1 when it does not reach it");
  Connection& connection = table.connects(network);
  table.runs(network, [&connection] { return show_network(connection); });
}

}  // namespace madoguchi::kioskctl
