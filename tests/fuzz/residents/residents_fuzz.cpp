// Any bytes either give a registry whose references hold or an error that says where.
#include <cstdlib>

#include "tools/gateway/residents/entitlement.h"

using namespace madoguchi;
using namespace madoguchi::gateway;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const auto registry = Registry::parse({data, size}, "fuzz.json");
  if (!registry) {
    if (registry.error().where.empty() || registry.error().what.empty()) std::abort();
    return 0;
  }
  const auto* resident = registry->by_id("a");
  if (resident == nullptr) return 0;
  (void)registry->head_of(*resident);
  if (entitlements_of(*registry, *resident, Date(2026, 11, 22)).size() != 6) std::abort();
  return 0;
}
