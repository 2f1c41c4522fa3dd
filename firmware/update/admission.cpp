#include "firmware/update/admission.h"

#include <algorithm>
#include <charconv>
#include <vector>

namespace madoguchi::update {
namespace {

constexpr std::size_t longest_version = 64;
constexpr std::size_t most_parts = 8;

std::optional<std::vector<std::uint64_t>> parts_of(std::string_view version) {
  if (version.size() > longest_version) return std::nullopt;
  version = version.substr(0, version.find_first_of("-+"));
  std::vector<std::uint64_t> out;
  for (;;) {
    const auto dot = version.find('.');
    const std::string_view part = version.substr(0, dot);
    std::uint64_t number = 0;
    const auto [end, wrong] = std::from_chars(part.data(), part.data() + part.size(), number);
    if (part.empty() || wrong != std::errc() || end != part.data() + part.size() ||
        out.size() == most_parts)
      return std::nullopt;
    out.push_back(number);
    if (dot == std::string_view::npos) return out;
    version.remove_prefix(dot + 1);
  }
}

}  // namespace

std::optional<int> compare_versions(std::string_view a, std::string_view b) {
  auto left = parts_of(a);
  auto right = parts_of(b);
  if (!left || !right) return std::nullopt;
  const std::size_t size = std::max(left->size(), right->size());
  left->resize(size);
  right->resize(size);
  return *left < *right ? -1 : *right < *left ? 1 : 0;
}

std::optional<Refusal> judge(const BundleInfo& bundle, const Running& running) {
  if (bundle.compatible != running.compatible) return Refusal::wrong_board;
  const std::optional<int> newer = compare_versions(bundle.version, running.version);
  if (!newer) return Refusal::no_version;
  if (*newer == 0) return Refusal::same_version;
  // The counter before the version: it says what must never come back, not only what is older.
  if (!bundle.rollback && running.counter > 0) return Refusal::rollback_unknown;
  if (bundle.rollback.value_or(0) < running.counter) return Refusal::rollback;
  if (*newer < 0) return Refusal::older_version;
  return std::nullopt;
}

std::string sentence(Refusal refusal, const BundleInfo& bundle, const Running& running) {
  switch (refusal) {
    case Refusal::wrong_board:
      return "the bundle is for " + bundle.compatible + ", this kiosk is " + running.compatible;
    case Refusal::no_version:
      return "the bundle's version \"" + bundle.version + "\" is not numbers with dots";
    case Refusal::same_version:
      return "version " + bundle.version + " runs already";
    case Refusal::older_version:
      return "version " + bundle.version + " is older than " + running.version + ", which runs";
    case Refusal::rollback:
      return "the bundle's rollback number is " + std::to_string(bundle.rollback.value_or(0)) +
             ", this kiosk accepts " + std::to_string(running.counter) + " and higher";
    case Refusal::rollback_unknown:
      return "the bundle's rollback number is not known, this kiosk accepts " +
             std::to_string(running.counter) + " and higher";
    case Refusal::not_signed:
      return "the bundle is not signed by whom this kiosk trusts, or was changed since";
    case Refusal::no_bundle:
      return "the file is no update bundle";
    case Refusal::interrupted:
      return "the installation was begun three times and never ended";
    case Refusal::went_back:
      return "this kiosk has tried version " + bundle.version + " and gone back from it";
  }
  return "refused";
}

}  // namespace madoguchi::update
