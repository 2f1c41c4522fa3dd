#include "firmware/link/ddi_messages.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <ctime>

#include "firmware/message/codec.h"

namespace madoguchi::ddi {
namespace {

constexpr std::size_t longest_name = 128;
constexpr std::size_t longest_link = 1024;
constexpr std::int64_t largest_bundle = std::int64_t{8} << 30;
constexpr std::size_t most_details = 40;
constexpr std::size_t longest_detail = 480;  // hawkBit cuts at 512

// --- The server's JSON, as its API names it. What is missing is another server's business.

struct Link {
  std::string href;
};
MADOGUCHI_DESCRIBE(Link, href)

struct Polling {
  std::optional<std::string> sleep;
};
MADOGUCHI_DESCRIBE(Polling, sleep)
struct PollConfig {
  std::optional<Polling> polling;
};
MADOGUCHI_DESCRIBE(PollConfig, polling)
struct PollLinks {
  std::optional<Link> deploymentBase;
  std::optional<Link> cancelAction;
  std::optional<Link> configData;
};
MADOGUCHI_DESCRIBE(PollLinks, deploymentBase, cancelAction, configData)
struct PollJson {
  std::optional<PollConfig> config;
  std::optional<PollLinks> _links;
};
MADOGUCHI_DESCRIBE(PollJson, config, _links)

struct Hashes {
  std::optional<std::string> sha256;
};
MADOGUCHI_DESCRIBE(Hashes, sha256)
struct ArtifactLinks {
  std::optional<Link> download;
};
MADOGUCHI_DESCRIBE(ArtifactLinks, download)
struct ArtifactJson {
  std::string filename;
  std::optional<Hashes> hashes;
  std::int64_t size = 0;
  std::optional<ArtifactLinks> _links;
};
MADOGUCHI_DESCRIBE(ArtifactJson, filename, hashes, size, _links)
struct Chunk {
  std::optional<std::string> version;
  std::vector<ArtifactJson> artifacts;
};
MADOGUCHI_DESCRIBE(Chunk, version, artifacts)
struct DeploymentBody {
  std::string download;
  std::string update;
  std::optional<std::string> maintenanceWindow;
  std::vector<Chunk> chunks;
};
MADOGUCHI_DESCRIBE(DeploymentBody, download, update, maintenanceWindow, chunks)
struct DeploymentJson {
  std::string id;
  DeploymentBody deployment;
};
MADOGUCHI_DESCRIBE(DeploymentJson, id, deployment)
struct IdOnly {
  std::string id;
};
MADOGUCHI_DESCRIBE(IdOnly, id)

struct CancelBody {
  std::string stopId;
};
MADOGUCHI_DESCRIBE(CancelBody, stopId)
struct CancelJson {
  std::string id;
  CancelBody cancelAction;
};
MADOGUCHI_DESCRIBE(CancelJson, id, cancelAction)

struct Progress {
  std::int32_t cnt = 0;
  std::int32_t of = 100;
};
MADOGUCHI_DESCRIBE(Progress, cnt, of)
struct ResultJson {
  std::string finished;
  std::optional<Progress> progress;
};
MADOGUCHI_DESCRIBE(ResultJson, finished, progress)
struct StatusJson {
  std::string execution;
  ResultJson result;
  std::vector<std::string> details;
};
MADOGUCHI_DESCRIBE(StatusJson, execution, result, details)
struct Feedback {
  std::string id;
  std::string time;
  StatusJson status;
};
MADOGUCHI_DESCRIBE(Feedback, id, time, status)

struct ConfigData {
  std::string mode;
  std::map<std::string, std::string> data;
};
MADOGUCHI_DESCRIBE(ConfigData, mode, data)

// ---

Error malformed(const char* what, const std::string& why) {
  return {Errc::protocol, std::string("ddi.") + what, why};
}

bool is_id(std::string_view id) {
  const auto fits = [](char c) {
    return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '-' ||
           c == '_';
  };
  return !id.empty() && id.size() <= longest_name && std::all_of(id.begin(), id.end(), fits);
}

/// What comes after the host of a link to the server itself.
Result<std::string> target_of(const std::string& href, const ServerUrl& server) {
  const auto elsewhere = [&](const char* why) {
    return Error{Errc::refused, "ddi.link", std::string("a link ") + why};
  };
  if (href.size() > longest_link) return elsewhere("is too long");
  for (const char c : href) {
    if (c <= ' ' || c == 0x7f || c == '#' || c == '\\' || static_cast<unsigned char>(c) >= 0x80)
      return elsewhere("holds what no link holds");
  }
  const auto scheme = href.find("://");
  if (scheme == std::string::npos) return elsewhere("is no address");
  const auto path = href.find('/', scheme + 3);
  if (path == std::string::npos) return elsewhere("has no path");
  const Result<ServerUrl> where = parse_server_url(href.substr(0, path));
  if (!where || where->tls != server.tls || where->host != server.host ||
      where->port != server.port)
    return elsewhere("leads to another server");
  return href.substr(path);
}

Status follow(const std::optional<Link>& link, const ServerUrl& server, std::string& out) {
  if (!link) return {};
  Result<std::string> target = target_of(link->href, server);
  if (!target) return target.error();
  out = std::move(*target);
  return {};
}

/// "hh:mm:ss", at most a day.
std::optional<Timers::Duration> parse_sleep(std::string_view text) {
  std::array<int, 3> parts{};
  for (std::size_t i = 0; i < 3; ++i) {
    const auto colon = i == 2 ? text.size() : text.find(':');
    if (colon == std::string_view::npos || colon == 0 || colon > 2) return std::nullopt;
    const auto [end, wrong] = std::from_chars(text.data(), text.data() + colon, parts[i]);
    if (wrong != std::errc() || end != text.data() + colon || parts[i] < 0) return std::nullopt;
    text.remove_prefix(std::min(colon + 1, text.size()));
  }
  if (parts[1] > 59 || parts[2] > 59) return std::nullopt;
  const std::chrono::seconds sum(parts[0] * 3600 + parts[1] * 60 + parts[2]);
  return std::min<Timers::Duration>(sum, std::chrono::hours(24));
}

bool is_bundle(const ArtifactJson& artifact) {
  return artifact.filename.ends_with(".raucb") && artifact.filename.size() <= longest_name;
}

Result<Artifact> read_artifact(const ArtifactJson& from, const ServerUrl& server) {
  Artifact out;
  out.file = from.filename;
  out.bytes = from.size;
  if (out.bytes <= 0 || out.bytes > largest_bundle)
    return Error{Errc::invalid, "ddi.artifact", "the bundle's size is not possible"};
  const std::string hex = from.hashes && from.hashes->sha256 ? *from.hashes->sha256 : "";
  Result<Bytes> hash = from_hex(hex);
  if (!hash || hash->size() != 32)
    return Error{Errc::invalid, "ddi.artifact", "the bundle has no SHA-256"};
  out.sha256 = std::move(*hash);
  const std::optional<Link> download = from._links ? from._links->download : std::nullopt;
  if (!download)
    return Error{Errc::invalid, "ddi.artifact", "the bundle has no link for download over TLS"};
  if (Status led = follow(download, server, out.target); !led) return led.error();
  return out;
}

std::string time_text(Timers::Wall when) {
  const std::time_t seconds = std::chrono::system_clock::to_time_t(when);
  std::tm utc{};
  ::gmtime_r(&seconds, &utc);
  char text[32];
  const std::size_t size = std::strftime(text, sizeof text, "%Y%m%dT%H%M%S", &utc);
  return {text, size};
}

std::vector<std::string> short_details(const std::vector<std::string>& details) {
  std::vector<std::string> out;
  for (const std::string& line : details) {
    if (out.size() == most_details) break;
    std::string cut = line.substr(0, longest_detail);
    while (!cut.empty() && !is_utf8(cut)) cut.pop_back();
    out.push_back(std::move(cut));
  }
  return out;
}

bool parse_number(std::string_view text, std::int64_t& out) {
  const auto [end, wrong] = std::from_chars(text.data(), text.data() + text.size(), out);
  return !text.empty() && text[0] != '-' && wrong == std::errc() &&
         end == text.data() + text.size();
}

}  // namespace

Result<Poll> parse_poll(ByteView json, const ServerUrl& server) {
  const Result<PollJson> read = decode<PollJson>(json, Dialect::json);
  if (!read) return malformed("poll", read.error().what);
  Poll out;
  if (read->config && read->config->polling && read->config->polling->sleep)
    out.sleep = parse_sleep(*read->config->polling->sleep);
  if (!read->_links) return out;
  if (Status led = follow(read->_links->deploymentBase, server, out.deployment); !led)
    return led.error();
  if (Status led = follow(read->_links->cancelAction, server, out.cancel); !led) return led.error();
  if (Status led = follow(read->_links->configData, server, out.config_data); !led)
    return led.error();
  return out;
}

std::string action_of(ByteView json) {
  const Result<IdOnly> read = decode<IdOnly>(json, Dialect::json);
  return read && is_id(read->id) ? read->id : "";
}

Result<Deployment> parse_deployment(ByteView json, const ServerUrl& server) {
  const Result<DeploymentJson> read = decode<DeploymentJson>(json, Dialect::json);
  if (!read) return malformed("deployment", read.error().what);
  if (!is_id(read->id)) return malformed("deployment", "its id is none");
  Deployment out;
  out.action = read->id;
  const auto wanted = [](const std::string& handling) {
    return handling == "attempt" || handling == "forced";
  };
  const DeploymentBody& body = read->deployment;
  out.may_fetch = wanted(body.download);
  out.may_install =
      wanted(body.update) && body.maintenanceWindow.value_or("available") != "unavailable";
  const ArtifactJson* bundle = nullptr;
  for (const Chunk& chunk : body.chunks) {
    for (const ArtifactJson& artifact : chunk.artifacts) {
      if (!is_bundle(artifact)) continue;
      if (bundle != nullptr)
        return Error{Errc::invalid, "ddi.deployment", "it holds more than one .raucb file"};
      bundle = &artifact;
      out.version = chunk.version.value_or("").substr(0, 64);
      while (!is_utf8(out.version)) out.version.pop_back();
    }
  }
  if (bundle == nullptr) return Error{Errc::invalid, "ddi.deployment", "it holds no .raucb file"};
  Result<Artifact> artifact = read_artifact(*bundle, server);
  if (!artifact) return artifact.error();
  out.bundle = std::move(*artifact);
  return out;
}

Result<Cancel> parse_cancel(ByteView json) {
  const Result<CancelJson> read = decode<CancelJson>(json, Dialect::json);
  if (!read) return malformed("cancel", read.error().what);
  if (!is_id(read->id) || !is_id(read->cancelAction.stopId))
    return malformed("cancel", "its id is none");
  return Cancel{read->id, read->cancelAction.stopId};
}

Bytes feedback(const UpdateSay& say, Timers::Wall when) {
  Feedback out;
  out.id = say.action;
  out.time = time_text(when);
  const bool ended = say.phase == UpdatePhase::succeeded || say.phase == UpdatePhase::failed;
  out.status.execution = ended                                ? "closed"
                         : say.phase == UpdatePhase::fetching ? "download"
                         : say.phase == UpdatePhase::waiting  ? "scheduled"
                                                              : "proceeding";
  out.status.result.finished = say.phase == UpdatePhase::succeeded ? "success"
                               : say.phase == UpdatePhase::failed  ? "failure"
                                                                   : "none";
  if (!ended) out.status.result.progress = Progress{std::clamp(say.percent, 0, 100), 100};
  out.status.details = short_details(say.details);
  return encode(out, Dialect::json);
}

Bytes cancel_feedback(const UpdateStopAnswer& answer, Timers::Wall when) {
  Feedback out;
  out.id = answer.stop;
  out.time = time_text(when);
  out.status.execution = answer.stopped ? "closed" : "rejected";
  out.status.result.finished = answer.stopped ? "success" : "none";
  if (!answer.detail.empty()) out.status.details = short_details({answer.detail});
  return encode(out, Dialect::json);
}

Bytes config_data(const std::map<std::string, std::string>& attributes, std::string_view mode) {
  return encode(ConfigData{std::string(mode), attributes}, Dialect::json);
}

std::optional<ContentRange> parse_content_range(std::string_view text) {
  if (!text.starts_with("bytes ")) return std::nullopt;
  text.remove_prefix(6);
  const auto hyphen = text.find('-');
  const auto slash = text.find('/');
  if (hyphen == std::string_view::npos || slash == std::string_view::npos || slash < hyphen)
    return std::nullopt;
  ContentRange out;
  if (!parse_number(text.substr(0, hyphen), out.from) ||
      !parse_number(text.substr(hyphen + 1, slash - hyphen - 1), out.last) ||
      !parse_number(text.substr(slash + 1), out.whole) || out.last < out.from ||
      out.last >= out.whole)
    return std::nullopt;
  return out;
}

std::optional<ByteRange> parse_range(std::string_view text, std::int64_t whole) {
  if (!text.starts_with("bytes=") || whole <= 0) return std::nullopt;
  text.remove_prefix(6);
  const auto hyphen = text.find('-');
  if (hyphen == std::string_view::npos) return std::nullopt;
  const std::string_view first = text.substr(0, hyphen);
  const std::string_view last = text.substr(hyphen + 1);
  std::int64_t from = 0;
  std::int64_t until = whole - 1;
  if (first.empty()) {
    std::int64_t size = 0;
    if (!parse_number(last, size) || size == 0) return std::nullopt;
    from = whole - std::min(size, whole);
  } else {
    if (!parse_number(first, from)) return std::nullopt;
    if (!last.empty() && !parse_number(last, until)) return std::nullopt;
    until = std::min(until, whole - 1);
  }
  if (from > until) return std::nullopt;
  return ByteRange{from, until - from + 1};
}

}  // namespace madoguchi::ddi
