#include "tools/gateway/updates/update_desk.h"

#include <algorithm>
#include <charconv>
#include <fstream>

#include "firmware/base/log.h"
#include "firmware/message/codec.h"

namespace madoguchi::gateway {
namespace {

constexpr std::string_view root = "/default/controller/v1/";
constexpr const char* polling = "00:05:00";
constexpr std::int64_t largest_part = 4 << 20;  // of one answer: it is held in memory
constexpr std::size_t longest_details = 8 * 1024;

constexpr const char* table = R"sql(
CREATE TABLE IF NOT EXISTS update_outcomes (
  kiosk TEXT NOT NULL, action TEXT NOT NULL, version TEXT NOT NULL, succeeded INTEGER NOT NULL,
  details TEXT NOT NULL, at INTEGER NOT NULL, PRIMARY KEY (kiosk, action)) WITHOUT ROWID;
)sql";

// --- DDI's JSON, of a kiosk's feedback

struct FeedbackResult {
  std::string finished;
};
MADOGUCHI_DESCRIBE(FeedbackResult, finished)
struct FeedbackStatus {
  std::string execution;
  FeedbackResult result;
  std::optional<std::vector<std::string>> details;
};
MADOGUCHI_DESCRIBE(FeedbackStatus, execution, result, details)
struct Feedback {
  FeedbackStatus status;
};
MADOGUCHI_DESCRIBE(Feedback, status)

Answer status_only(int status) {
  Answer out;
  out.status = status;
  return out;
}

Answer json(const Json& value) {
  Answer out;
  const std::string text = value.dump();
  out.body = to_bytes(as_bytes(text));
  return out;
}

/// Where this kiosk's paths begin, as it has reached us.
std::string here(const Request& request) {
  const auto host = request.headers.find("host");
  return "https://" + (host == request.headers.end() ? std::string() : host->second) +
         std::string(root) + request.peer;
}

struct Part {
  std::int64_t from = 0;
  std::int64_t last = 0;
};

/// "bytes=0-99" or "bytes=100-"; nothing: no such part.
std::optional<Part> part_of(std::string_view range, std::int64_t whole) {
  constexpr std::string_view unit = "bytes=";
  if (!range.starts_with(unit)) return std::nullopt;
  range.remove_prefix(unit.size());
  Part out{0, whole - 1};
  const char* const end = range.data() + range.size();
  const auto first = std::from_chars(range.data(), end, out.from);
  if (first.ec != std::errc() || first.ptr == end || *first.ptr != '-') return std::nullopt;
  if (first.ptr + 1 != end) {
    const auto second = std::from_chars(first.ptr + 1, end, out.last);
    if (second.ec != std::errc() || second.ptr != end) return std::nullopt;
  }
  out.last = std::min({out.last, whole - 1, out.from + largest_part - 1});
  if (out.from < 0 || out.from > out.last) return std::nullopt;
  return out;
}

}  // namespace

Result<UpdateDesk> UpdateDesk::open(Database& database, Timers& timers, UpdatePlan plan) {
  if (Status made = database.script(table); !made) return made.error();
  return UpdateDesk(database, timers, std::move(plan));
}

bool UpdateDesk::is_path(std::string_view path) { return path.starts_with(root); }

Result<bool> UpdateDesk::has_ended(const std::string& kiosk, const std::string& action) {
  const auto found = database_->one(
      "SELECT 1 FROM update_outcomes WHERE kiosk = ? AND action = ?",
      [](const Statement&) { return true; }, kiosk, action);
  if (!found) return found.error();
  return found->has_value();
}

Answer UpdateDesk::handle(const Request& request) {
  std::string_view path = std::string_view(request.target).substr(0, request.target.find('?'));
  path.remove_prefix(root.size());
  const auto slash = path.find('/');
  if (request.peer.empty() || path.substr(0, slash) != request.peer) return status_only(403);
  path = slash == std::string_view::npos ? std::string_view() : path.substr(slash + 1);
  const bool get = request.method == "GET";
  if (path.empty()) return get ? base(request) : status_only(405);
  if (path == "configData") return status_only(request.method == "PUT" ? 200 : 405);
  const PlannedUpdate* const update = plan_.of(request.peer);
  if (update == nullptr) return status_only(404);
  if (path == "deploymentBase/" + update->action)
    return get ? deployment(request, *update) : status_only(405);
  if (path == "deploymentBase/" + update->action + "/feedback")
    return request.method == "POST" ? feedback(request, *update) : status_only(405);
  if (path == "bundles/" + update->action) return get ? part(request, *update) : status_only(405);
  return status_only(404);
}

Answer UpdateDesk::base(const Request& request) {
  Json links = Json::object();
  if (const PlannedUpdate* update = plan_.of(request.peer)) {
    const Result<bool> ended = has_ended(request.peer, update->action);
    if (!ended) return status_only(503);
    if (!*ended)
      links["deploymentBase"]["href"] = here(request) + "/deploymentBase/" + update->action;
  }
  return json(Json{{"config", {{"polling", {{"sleep", polling}}}}}, {"_links", links}});
}

Answer UpdateDesk::deployment(const Request& request, const PlannedUpdate& update) const {
  Json artifact;
  artifact["filename"] = update.file;
  artifact["hashes"]["sha256"] = update.sha256;
  artifact["size"] = update.bytes;
  artifact["_links"]["download"]["href"] = here(request) + "/bundles/" + update.action;
  Json chunk;
  chunk["part"] = "os";
  chunk["name"] = "madoguchi";
  chunk["version"] = update.version;
  chunk["artifacts"] = Json::array({artifact});
  Json out;
  out["id"] = update.action;
  out["deployment"]["download"] = "forced";
  out["deployment"]["update"] = update.install ? "forced" : "skip";
  out["deployment"]["chunks"] = Json::array({chunk});
  return json(out);
}

Answer UpdateDesk::feedback(const Request& request, const PlannedUpdate& update) {
  const auto read = decode<Feedback>(request.body, Dialect::json);
  if (!read) return status_only(400);
  const FeedbackStatus& status = read->status;
  std::string details;
  for (const std::string& line : status.details.value_or(std::vector<std::string>()))
    if (details.size() + line.size() < longest_details) details += line + "\n";
  log_event(Event::gateway_request, {{"kiosk", request.peer},
                                     {"request", "update " + update.version},
                                     {"execution", status.execution},
                                     {"finished", status.result.finished}});
  if (status.execution != "closed") return status_only(200);
  const std::int64_t at = std::chrono::system_clock::to_time_t(timers_->wall());
  const std::int64_t succeeded = status.result.finished == "success" ? 1 : 0;
  const Status kept = database_->run(
      "INSERT INTO update_outcomes (kiosk, action, version, succeeded, details, at) "
      "VALUES (?, ?, ?, ?, ?, ?) ON CONFLICT (kiosk, action) DO NOTHING",
      std::string_view(request.peer), std::string_view(update.action),
      std::string_view(update.version), succeeded, std::string_view(details), at);
  return status_only(kept ? 200 : 503);
}

Answer UpdateDesk::part(const Request& request, const PlannedUpdate& update) {
  const auto range = request.headers.find("range");
  const bool small = update.bytes <= largest_part;
  std::optional<Part> wanted;
  if (range != request.headers.end()) wanted = part_of(range->second, update.bytes);
  // Only parts of a large one, so that no kiosk holds all of it in this process's memory.
  if (!wanted && (range != request.headers.end() || !small)) {
    Answer out = status_only(416);
    out.headers["Content-Range"] = "bytes */" + std::to_string(update.bytes);
    return out;
  }
  const Part here_now = wanted.value_or(Part{0, update.bytes - 1});
  std::ifstream in(update.path, std::ios::binary);
  in.seekg(here_now.from);
  Answer out;
  out.content_type = "application/vnd.rauc.bundle";
  out.body.resize(static_cast<std::size_t>(here_now.last - here_now.from + 1));
  in.read(reinterpret_cast<char*>(out.body.data()), static_cast<std::streamsize>(out.body.size()));
  if (!in) return status_only(503);
  out.status = wanted ? 206 : 200;
  out.headers["Accept-Ranges"] = "bytes";
  if (wanted)
    out.headers["Content-Range"] = "bytes " + std::to_string(here_now.from) + "-" +
                                   std::to_string(here_now.last) + "/" +
                                   std::to_string(update.bytes);
  return out;
}

}  // namespace madoguchi::gateway
