#include "tools/gateway/updates/update_plan.h"

#include <algorithm>
#include <array>
#include <filesystem>
#include <fstream>
#include <optional>

#include "tools/gateway/openssl.h"
#include "tools/gateway/queue/plan_reader.h"

namespace madoguchi::gateway {
namespace {

constexpr std::size_t digits_of_action = 16;

std::optional<std::string> hash_of(const std::string& path) {
  std::ifstream in(path, std::ios::binary);
  const DigestPtr digest(EVP_MD_CTX_new());
  if (!in || EVP_DigestInit_ex(digest.get(), EVP_sha256(), nullptr) != 1) return std::nullopt;
  std::array<char, 1u << 16> part{};
  while (in.read(part.data(), part.size()) || in.gcount() > 0)
    EVP_DigestUpdate(digest.get(), part.data(), static_cast<std::size_t>(in.gcount()));
  if (!in.eof()) return std::nullopt;
  Bytes out(32);
  EVP_DigestFinal_ex(digest.get(), out.data(), nullptr);
  return to_hex(out);
}

bool yes(PlanReader& reader, const toml::table& table, const char* key) {
  if (!table.contains(key)) return true;
  const auto value = table[key].value_exact<bool>();
  if (!value) reader.fail(table, std::string(key) + " is true or false");
  return value.value_or(true);
}

PlannedUpdate read_update(PlanReader& reader, const toml::table& table,
                          const std::filesystem::path& folder) {
  reader.only(table, {"file", "version", "kiosks", "install"});
  PlannedUpdate out;
  out.file = reader.text(table, "file");
  out.version = reader.text(table, "version");
  if (table.contains("kiosks")) out.kiosks = reader.texts(table, "kiosks");
  out.install = yes(reader, table, "install");
  const std::filesystem::path path = folder / out.file;
  out.path = path.string();
  if (!out.file.ends_with(".raucb") || path.filename() != out.file) {
    reader.fail(table, "file is a *.raucb beside this file");
    return out;
  }
  std::error_code failed;
  out.bytes = static_cast<std::int64_t>(std::filesystem::file_size(path, failed));
  const auto hash = failed ? std::nullopt : hash_of(out.path);
  if (!hash || out.bytes == 0) {
    reader.fail(table, out.file + " cannot be read");
    return out;
  }
  out.sha256 = *hash;
  out.action = hash->substr(0, digits_of_action);
  return out;
}

}  // namespace

Result<UpdatePlan> UpdatePlan::load(const std::string& path) {
  const Result<toml::table> parsed = parse_plan(path);
  if (!parsed) return parsed.error();
  PlanReader reader(path);
  reader.only(*parsed, {"update"});
  const std::filesystem::path folder = std::filesystem::path(path).parent_path();
  UpdatePlan plan;
  const toml::array* const list = (*parsed)["update"].as_array();
  for (std::size_t i = 0; list != nullptr && i < list->size(); ++i) {
    const toml::table* const one = list->get(i)->as_table();
    if (one == nullptr) {
      reader.fail(*list->get(i), "wants [[update]]");
    } else {
      plan.updates.push_back(read_update(reader, *one, folder));
    }
  }
  if (reader.error()) return *reader.error();
  return plan;
}

const PlannedUpdate* UpdatePlan::of(const std::string& kiosk) const {
  const PlannedUpdate* found = nullptr;
  for (const PlannedUpdate& each : updates) {
    const bool named = each.kiosks.empty() || std::find(each.kiosks.begin(), each.kiosks.end(),
                                                        kiosk) != each.kiosks.end();
    if (named) found = &each;
  }
  return found;
}

}  // namespace madoguchi::gateway
