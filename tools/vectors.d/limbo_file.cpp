#include "tools/vectors.d/limbo_file.h"

#include <algorithm>
#include <ctime>

#include "tools/vectors.d/vector_file.h"

namespace madoguchi::vectors {
namespace {

// One PEM object; text around it is passed over. Nothing if there is none.
std::optional<Bytes> der_of(const std::string& pem) {
  const auto begin = pem.find("-----BEGIN ");
  const auto body = pem.find('\n', begin == std::string::npos ? pem.size() : begin);
  const auto end = pem.find("-----END ", body == std::string::npos ? pem.size() : body);
  if (end == std::string::npos) return std::nullopt;
  std::string base64 = pem.substr(body, end - body);
  std::erase_if(base64, [](char c) { return c == '\n' || c == '\r'; });
  auto bytes = from_base64(base64);
  if (!bytes || bytes->empty()) return std::nullopt;
  return std::move(*bytes);
}

std::vector<Bytes> ders(Fields& fields, const char* name) {
  std::vector<Bytes> out;
  for (const Json& pem : fields.list(name)) {
    auto der = pem.is_string() ? der_of(pem.get_ref<const std::string&>()) : std::nullopt;
    if (!der) {
      fields.wrong(name, "holds something that is not PEM");
      return out;
    }
    out.push_back(std::move(*der));
  }
  return out;
}

// RFC 3339 in UTC, as limbo writes it; fractions of a second do not matter.
std::optional<std::chrono::system_clock::time_point> time_of(const std::string& text) {
  std::tm utc{};
  const char* const rest = strptime(text.c_str(), "%Y-%m-%dT%H:%M:%S", &utc);
  // The clock counts nanoseconds and ends in 2262.
  if (rest == nullptr || utc.tm_year > 300) return std::nullopt;
  std::string zone = rest;
  zone.erase(0, std::min(zone.find_first_not_of(".0123456789"), zone.size()));
  if (!zone.empty() && zone != "Z" && zone != "+00:00") return std::nullopt;
  return std::chrono::system_clock::from_time_t(timegm(&utc));
}

Result<LimboCase> read_case(const Json& json, std::size_t index) {
  Fields fields(json, "testcases[" + std::to_string(index) + "]");
  LimboCase out;
  out.id = fields.text("id");
  const std::string kind = fields.text("validation_kind");
  out.of_server = kind == "SERVER";
  if (!out.of_server && kind != "CLIENT") fields.wrong("validation_kind", "is not known");
  const std::string expected = fields.text("expected_result");
  out.accepted = expected == "SUCCESS";
  if (!out.accepted && expected != "FAILURE") fields.wrong("expected_result", "is not known");
  out.roots = ders(fields, "trusted_certs");
  out.intermediates = ders(fields, "untrusted_intermediates");
  out.revocation_lists = ders(fields, "crls");
  auto leaf = der_of(fields.text("peer_certificate"));
  if (leaf) {
    out.leaf = std::move(*leaf);
  } else {
    fields.wrong("peer_certificate", "is not PEM");
  }
  if (fields.has("validation_time")) {
    out.time = time_of(fields.text("validation_time"));
    if (!out.time) fields.wrong("validation_time", "is not a time");
  }
  if (fields.has("expected_peer_name")) {
    Fields name(json["expected_peer_name"], "expected_peer_name");
    out.name = PeerName{name.text("kind"), name.text("value")};
    if (!name.status()) fields.wrong("expected_peer_name", "is no name");
  }
  if (fields.has("max_chain_depth"))
    out.most_intermediates =
        static_cast<int>(std::clamp<std::int64_t>(fields.number("max_chain_depth"), 0, 1000));
  if (Status good = fields.status(); !good) return good.error();
  return out;
}

}  // namespace

Result<std::vector<LimboCase>> read_limbo(const Json& document) {
  Fields fields(document, "limbo");
  if (!fields.has("testcases")) fields.wrong("testcases", "is missing");
  if (fields.has("version") && fields.number("version") != 1)
    fields.wrong("version", "is not 1, the only one that is known");
  const Json& cases = fields.list("testcases");
  if (Status good = fields.status(); !good) return good.error();
  std::vector<LimboCase> out;
  for (std::size_t i = 0; i < cases.size(); ++i) {
    auto one = read_case(cases[i], i);
    if (!one) return one.error();
    out.push_back(std::move(*one));
  }
  return out;
}

}  // namespace madoguchi::vectors
