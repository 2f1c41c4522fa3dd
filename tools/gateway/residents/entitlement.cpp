#include "tools/gateway/residents/entitlement.h"

#include <algorithm>
#include <functional>

namespace madoguchi::gateway {

using api::Kind;
using api::Refusal;

std::optional<Refusal> refusal_of(const Registry& registry, const Resident& resident, Date today) {
  if (resident.deceased) return Refusal::deceased;
  if (resident.moved_out) return Refusal::moved_out;
  const auto household = registry.household_of(resident);
  if (std::any_of(household.begin(), household.end(),
                  [](const Resident* member) { return member->is_protected; })) {
    return Refusal::protected_person;
  }
  if (resident.birth.age_on(today) < 15) return Refusal::under_age;
  return std::nullopt;
}

namespace {

Entitlement residence(const Registry& registry, const Resident& resident, Kind kind) {
  Entitlement out{kind, {}, {}, {}};
  const auto household = registry.household_of(resident);
  if (household.size() > 1) out.options.emplace_back("persons");
  const auto related = [](const Resident* member) { return member->relationship.has_value(); };
  if (household.size() == 1 || std::all_of(household.begin(), household.end(), related)) {
    out.options.emplace_back("relationship");
  }
  const auto recorded = [](const Resident* member) { return member->domicile || member->foreign; };
  const auto japanese = [](const Resident* member) { return member->domicile.has_value(); };
  if (std::all_of(household.begin(), household.end(), recorded) &&
      std::any_of(household.begin(), household.end(), japanese)) {
    out.options.emplace_back("domicile");
  }
  return out;
}

Entitlement tax(const Resident& resident) {
  Entitlement out{Kind::tax, {}, {"year"}, {}};
  for (const auto& year : resident.tax) out.years.push_back(year.year);
  std::sort(out.years.begin(), out.years.end(), std::greater<>());
  if (out.years.empty()) out.unavailable = Refusal::not_available;
  return out;
}

Entitlement present(Kind kind, bool available, std::vector<std::string> options) {
  Entitlement out{kind, {}, std::move(options), {}};
  if (!available) out.unavailable = Refusal::not_available;
  return out;
}

}  // namespace

std::vector<Entitlement> entitlements_of(const Registry& registry, const Resident& resident,
                                         Date today) {
  const bool has_register = registry.family_register_of(resident) != nullptr;
  std::vector<Entitlement> all = {
      residence(registry, resident, Kind::residence),
      residence(registry, resident, Kind::residence_matter),
      present(Kind::seal, resident.seal.has_value(), {}),
      tax(resident),
      present(Kind::family_address, has_register, {"domicile"}),
      present(Kind::family_register, has_register, {}),
  };
  const auto refusal = refusal_of(registry, resident, today);
  for (auto& entitlement : all) {
    if (refusal) entitlement.unavailable = refusal;
    if (!entitlement.unavailable) continue;
    entitlement.options.clear();
    entitlement.years.clear();
  }
  return all;
}

}  // namespace madoguchi::gateway
