#pragma once
// x509-limbo's testcases (limbo.json, schema version 1) as far as a kiosk's validator can meet
// them.

#include <chrono>
#include <optional>
#include <string>
#include <vector>

#include "firmware/base/bytes.h"
#include "firmware/base/result.h"
#include "firmware/message/codec.h"

namespace madoguchi::vectors {

struct PeerName {
  std::string kind;  ///< "DNS", "IP", "RFC822"
  std::string value;
};

struct LimboCase {
  std::string id;
  bool of_server = true;                                      ///< validation_kind
  bool accepted = false;                                      ///< expected_result
  std::vector<Bytes> roots, intermediates, revocation_lists;  ///< DER
  Bytes leaf;                                                 ///< DER
  std::optional<std::chrono::system_clock::time_point> time;  ///< nothing: now
  std::optional<PeerName> name;
  std::optional<int> most_intermediates;  ///< max_chain_depth, 0 to 1000
};

/// Errc::protocol naming the testcase and field that is not what the schema says.
Result<std::vector<LimboCase>> read_limbo(const Json& document);

}  // namespace madoguchi::vectors
