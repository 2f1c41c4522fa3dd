// SQLite's own allocations, in front of which this stands when one of them is ordered to fail:
// there are thousands in a visit, and counting them costs the other campaigns their time.

#include <sqlite3.h>

#include "tools/campaign.d/preload/fault_order.h"

namespace madoguchi::campaign {
namespace {

sqlite3_mem_methods& system_methods() {
  static auto* it = new sqlite3_mem_methods;
  return *it;
}

bool goes_on(int size) {
  return reach(memory_class, std::to_string(size) + " bytes") != Deed::fail;
}

void* allocate(int size) { return goes_on(size) ? system_methods().xMalloc(size) : nullptr; }

void* change(void* memory, int size) {
  return goes_on(size) ? system_methods().xRealloc(memory, size) : nullptr;
}

}  // namespace

void install_memory() {
  if (order().point_class != memory_class) return;
  sqlite3_config(SQLITE_CONFIG_GETMALLOC, &system_methods());
  static sqlite3_mem_methods own = system_methods();
  own.xMalloc = allocate;
  own.xRealloc = change;
  sqlite3_config(SQLITE_CONFIG_MALLOC, &own);
}

}  // namespace madoguchi::campaign
