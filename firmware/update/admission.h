#pragma once
// Whether a bundle may be installed on this kiosk. Its signature is the installer's to check. Pure.

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "firmware/message/codec.h"
#include "hal/api/bundle_installer.h"

namespace madoguchi::update {

/// Every refusal has a row in docs/update.md and words in ui/strings ("update.refused.<name>").
enum class Refusal {
  wrong_board,       ///< made for another board
  no_version,        ///< its version is not numbers with dots
  same_version,      ///< it runs already
  older_version,     ///< than the one that runs
  rollback,          ///< its rollback number is lower than the kiosk's counter
  rollback_unknown,  ///< it has none, or the installer cannot tell, and the counter is not 0
  not_signed,        ///< by nobody whom the kiosk trusts, or changed since
  no_bundle,         ///< a file of another kind
  interrupted,       ///< begun three times, never finished
  went_back,         ///< this kiosk has tried it and gone back; only a maintainer may try it again
};
MADOGUCHI_ENUM(Refusal, wrong_board, no_version, same_version, older_version, rollback,
               rollback_unknown, not_signed, no_bundle, interrupted, went_back)

/// What the kiosk is.
struct Running {
  std::string compatible;
  std::string version;        ///< of the root that runs
  std::uint64_t counter = 0;  ///< anti-rollback: raised after each update that stayed
};

std::optional<Refusal> judge(const BundleInfo& bundle, const Running& running);

/// "1.10.2" is newer than "1.9": numbers with dots, of which missing ones are 0; what stands behind
/// a hyphen or plus does not count. Nothing when one of them is no such version; else <0, 0, >0.
std::optional<int> compare_versions(std::string_view a, std::string_view b);

/// One plain English sentence for logs, servers and command lines.
std::string sentence(Refusal refusal, const BundleInfo& bundle, const Running& running);

}  // namespace madoguchi::update
