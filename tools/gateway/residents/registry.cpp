#include "tools/gateway/residents/registry.h"

#include <algorithm>
#include <cassert>

#include "firmware/base/file.h"
#include "tools/gateway/residents/variation.h"

namespace madoguchi::gateway {

namespace {

constexpr std::size_t max_file = 64u << 20;

/// "tax[0].year" as the codec says it -> "/tax/0/year".
std::string pointer_of(std::string_view codec_path) {
  std::string out = "/";
  for (const char c : codec_path) {
    if (c == ']') continue;
    out += c == '.' || c == '[' ? '/' : c;
  }
  return out;
}

/// Pointer of the first field of `in` that is not in `known` (the same record written back); empty
/// when there is none.
std::string unknown_field(const Json& in, const Json& known) {
  if (in.is_object()) {
    for (const auto& [key, value] : in.items()) {
      const auto found = known.find(key);
      if (found == known.end()) return "/" + key;
      if (const auto deeper = unknown_field(value, *found); !deeper.empty()) {
        return "/" + key + deeper;
      }
    }
  } else if (in.is_array()) {
    for (std::size_t i = 0; i < in.size(); ++i) {
      if (const auto deeper = unknown_field(in[i], known[i]); !deeper.empty()) {
        return "/" + std::to_string(i) + deeper;
      }
    }
  }
  return {};
}

/// Collects where in the file a check failed.
struct Import {
  std::string_view file;

  [[nodiscard]] Error fault(std::size_t entry, const std::string& pointer,
                            const std::string& what) const {
    return {Errc::invalid, std::string(file) + "#/" + std::to_string(entry) + pointer, what};
  }
};

void map_sequences(Resident& resident) {
  const auto map = [](std::string& text) { text = with_moji_joho_sequences(text); };
  map(resident.name);
  map(resident.address);
  if (resident.former_name) map(*resident.former_name);
  if (resident.previous_address) map(*resident.previous_address);
  if (resident.domicile) map(resident.domicile->address), map(resident.domicile->head);
  if (!resident.family_register) return;
  map(resident.family_register->domicile.address);
  map(resident.family_register->domicile.head);
  for (auto& member : resident.family_register->members) {
    map(member.name);
    if (member.father) map(*member.father);
    if (member.mother) map(*member.mother);
    for (auto& matter : member.matters) {
      for (auto& detail : matter.details) map(detail.value);
    }
  }
}

Result<Resident> read_resident(const Import& import, std::size_t entry, const Json& in) {
  if (!in.is_object())
    return import.fault(entry, "", "is not an object: write {\"id\": …, \"name\": …}");
  // null means the same as absent, and two fields have a value when absent.
  Json record = Json::object({{"tax", Json::array()}, {"protected", false}});
  record.merge_patch(in);
  auto resident = from_json<Resident>(record);
  if (!resident) {
    constexpr std::string_view prefix = "message.";
    return import.fault(entry,
                        pointer_of(std::string_view(resident.error().where).substr(prefix.size())),
                        resident.error().what);
  }
  if (const auto unknown = unknown_field(record, to_json(*resident)); !unknown.empty()) {
    return import.fault(entry, unknown,
                        "is not a field of the format: correct its name or remove it");
  }
  map_sequences(*resident);
  return resident;
}

Status check_texts(const Import& import, std::size_t entry, const Resident& resident) {
  const std::pair<const char*, const std::string&> required[] = {{"/id", resident.id},
                                                                 {"/name", resident.name},
                                                                 {"/kana", resident.kana},
                                                                 {"/address", resident.address}};
  for (const auto& [pointer, text] : required) {
    if (text.empty()) return import.fault(entry, pointer, "is empty: every resident has one");
    const bool control =
        std::any_of(text.begin(), text.end(), [](char c) { return c >= 0 && c < 0x20; });
    if (control)
      return import.fault(entry, pointer,
                          "holds a control character such as a line break: remove it");
  }
  return {};
}

Status check_dates(const Import& import, std::size_t entry, const Resident& resident) {
  const auto born_before = [&](const std::optional<Date>& date, const char* pointer) -> Status {
    if (!date || *date >= resident.birth) return {};
    return import.fault(entry, pointer, "lies before the birth: correct one of the two dates");
  };
  const std::pair<std::optional<Date>, const char*> dates[] = {
      {resident.resident_since, "/resident_since"},
      {resident.address_since, "/address_since"},
      {resident.seal ? std::optional(resident.seal->registered) : std::nullopt, "/seal/registered"},
      {resident.moved_out ? std::optional(resident.moved_out->date) : std::nullopt,
       "/moved_out/date"},
      {resident.deceased ? std::optional(resident.deceased->date) : std::nullopt, "/deceased/date"},
  };
  for (const auto& [date, pointer] : dates) {
    if (auto status = born_before(date, pointer); !status) return status;
  }
  return {};
}

Status check_tax(const Import& import, std::size_t entry, const Resident& resident) {
  std::vector<std::int32_t> years;
  for (std::size_t i = 0; i < resident.tax.size(); ++i) {
    const auto& tax = resident.tax[i];
    const auto pointer = "/tax/" + std::to_string(i);
    if (tax.year < 1989 || tax.year > 2199) {
      return import.fault(entry, pointer + "/year", "is not a tax year such as 2026 (令和8年度)");
    }
    if (std::find(years.begin(), years.end(), tax.year) != years.end()) {
      return import.fault(entry, pointer + "/year", "stands twice: keep one record for each year");
    }
    years.push_back(tax.year);
    const std::int64_t amounts[] = {tax.taxable_yen,         tax.city_income_yen,
                                    tax.city_flat_yen,       tax.prefecture_income_yen,
                                    tax.prefecture_flat_yen, tax.forest_yen};
    if (std::any_of(std::begin(amounts), std::end(amounts), [](auto yen) { return yen < 0; })) {
      return import.fault(entry, pointer, "has a negative tax: write 0 or the amount in yen");
    }
  }
  return {};
}

bool on_the_register(const Resident& resident) { return !resident.moved_out && !resident.deceased; }

}  // namespace

Result<Registry> Registry::load(const std::string& path) {
  const auto content = read_file(path, max_file);
  if (!content) return content.error();
  return parse(*content, path);
}

Result<Registry> Registry::parse(ByteView json, std::string_view name) {
  const Import import{name};
  auto document = parse_document(json, Dialect::json);
  if (!document) return Error{Errc::invalid, std::string(name), document.error().what};
  if (!document->is_array()) {
    return Error{Errc::invalid, std::string(name) + "#", "is not a list: write [ {…}, {…} ]"};
  }
  Registry registry;
  registry.residents_.reserve(document->size());
  for (std::size_t i = 0; i < document->size(); ++i) {
    auto resident = read_resident(import, i, (*document)[i]);
    if (!resident) return resident.error();
    for (const auto check : {check_texts, check_dates, check_tax}) {
      if (auto status = check(import, i, *resident); !status) return status.error();
    }
    registry.residents_.push_back(std::move(*resident));
  }
  if (auto status = registry.index(name); !status) return status.error();
  return registry;
}

Status Registry::index(std::string_view name) {
  const Import import{name};
  for (std::size_t i = 0; i < residents_.size(); ++i) {
    const auto& resident = residents_[i];
    if (const auto [first, added] = by_id_.emplace(resident.id, i); !added) {
      return import.fault(
          i, "/id",
          "is also the id of entry " + std::to_string(first->second) + ": ids are unique");
    }
    if (resident.auth_certificate_sha256) {
      const auto [first, added] =
          by_certificate_.emplace(resident.auth_certificate_sha256->text(), i);
      if (!added) {
        return import.fault(i, "/auth_certificate_sha256",
                            "is also the card of entry " + std::to_string(first->second) +
                                ": a card has one holder");
      }
    }
    if (resident.household && on_the_register(resident))
      households_[*resident.household].push_back(i);
  }
  for (const auto& [household, members] : households_) {
    if (auto status = check_household(name, members); !status) return status;
  }
  for (std::size_t i = 0; i < residents_.size(); ++i) {
    const auto& with = residents_[i].family_register_with;
    if (!with) continue;
    const auto* holder = by_id(*with);
    if (holder == nullptr || !holder->family_register) {
      return import.fault(i, "/family_register_with",
                          "names nobody whose entry has a family_register");
    }
  }
  return {};
}

Status Registry::check_household(std::string_view name,
                                 const std::vector<std::size_t>& members) const {
  const Import import{name};
  const auto first = members.front();
  std::size_t heads = 0;
  for (const auto i : members) {
    if (residents_[i].address != residents_[first].address) {
      return import.fault(i, "/address",
                          "differs from entry " + std::to_string(first) +
                              " of the same household: a 世帯 has one address");
    }
    if (residents_[i].relationship == head_of_household) ++heads;
  }
  if (members.size() > 1 && heads != 1) {
    return import.fault(first, "/household",
                        "has " + std::to_string(heads) +
                            " members with the relationship 世帯主: there must be one");
  }
  return {};
}

const Resident* Registry::by_certificate(ByteView sha256) const {
  const auto found = by_certificate_.find(to_hex(sha256));
  return found == by_certificate_.end() ? nullptr : &residents_[found->second];
}

const Resident* Registry::by_id(std::string_view id) const {
  const auto found = by_id_.find(std::string(id));
  return found == by_id_.end() ? nullptr : &residents_[found->second];
}

std::vector<const Resident*> Registry::household_of(const Resident& resident) const {
  if (!resident.household || !on_the_register(resident)) return {&resident};
  std::vector<const Resident*> members;
  for (const auto i : households_.at(*resident.household)) members.push_back(&residents_[i]);
  return members;
}

const Resident& Registry::head_of(const Resident& resident) const {
  const auto members = household_of(resident);
  if (members.size() == 1) return *members.front();
  const auto head = std::find_if(members.begin(), members.end(), [](const Resident* member) {
    return member->relationship == head_of_household;
  });
  assert(head != members.end() && "checked at import");
  return **head;
}

const FamilyRegister* Registry::family_register_of(const Resident& resident) const {
  const Resident* holder =
      resident.family_register_with ? by_id(*resident.family_register_with) : &resident;
  return holder != nullptr && holder->family_register ? &*holder->family_register : nullptr;
}

}  // namespace madoguchi::gateway
