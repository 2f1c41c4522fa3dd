#include "tools/vectors.d/shim_flags.h"

#include <algorithm>
#include <charconv>
#include <functional>
#include <map>

#include "firmware/link/policy_table.h"

namespace madoguchi::vectors {
namespace {

/// What became of one flag; empty: it was understood.
struct Refusal {
  bool wrong = false;  ///< else unimplemented
  std::string what{};
};
using Taken = std::optional<Refusal>;

template <class Number>
Taken number(const std::string& text, Number& out) {
  const char* const end = text.data() + text.size();
  const auto parsed = std::from_chars(text.data(), end, out);
  if (parsed.ec == std::errc() && parsed.ptr == end) return std::nullopt;
  return Refusal{true, "\"" + text + "\" is not a number"};
}

// Versions as the runner writes them: 772 is TLS 1.3.
Taken version_at_most_ours(const std::string& text) {
  int version = 0;
  if (auto wrong = number(text, version)) return wrong;
  if (version <= policy_table::version) return std::nullopt;
  return Refusal{false, "a version above TLS 1.3"};
}
Taken version_at_least_ours(const std::string& text) {
  int version = 0;
  if (auto wrong = number(text, version)) return wrong;
  if (version >= policy_table::version) return std::nullopt;
  return Refusal{false, "a version below TLS 1.3"};
}

Taken group(const std::string& text, ShimFlags& flags) {
  std::uint16_t id = 0;
  if (auto wrong = number(text, id)) return wrong;
  const auto& ours = policy_table::groups;
  const bool known =
      std::any_of(ours.begin(), ours.end(), [&](const auto& entry) { return entry.iana == id; });
  if (!known) return Refusal{false, "group " + text + " is not of the policy"};
  flags.groups.push_back(id);
  return std::nullopt;
}

using Switch = void (*)(ShimFlags&);
const std::map<std::string, Switch>& switches() {
  static const std::map<std::string, Switch> all{
      {"-ipv6", [](ShimFlags& f) { f.ipv6 = true; }},
      {"-shim-writes-first", [](ShimFlags& f) { f.writes_first = true; }},
      {"-shim-shuts-down", [](ShimFlags& f) { f.shuts_down = true; }},
      {"-check-close-notify", [](ShimFlags& f) { f.wants_close_notify = true; }},
      {"-expect-session-miss", [](ShimFlags& f) { f.expects_session_miss = true; }},
      {"-expect-no-session", [](ShimFlags& f) { f.expects_no_session = true; }},
      {"-verify-fail", [](ShimFlags& f) { f.verify_fails = true; }},
      {"-async", [](ShimFlags& f) { f.trickles = true; }},
      {"-expect-hrr", [](ShimFlags& f) { f.expects_retry = true; }},
      {"-expect-no-hrr", [](ShimFlags& f) { f.expects_retry = false; }},
      // What our client does, or does not do, anyway, and which of BoringSSL's functions is called.
      {"-use-custom-verify-callback", [](ShimFlags&) {}},
      {"-use-old-client-cert-callback", [](ShimFlags&) {}},
      {"-expect-verify-result", [](ShimFlags&) {}},
      {"-no-tls1", [](ShimFlags&) {}},
      {"-no-tls11", [](ShimFlags&) {}},
      {"-no-tls12", [](ShimFlags&) {}},
      {"-no-ssl3", [](ShimFlags&) {}},
  };
  return all;
}

using Setter = Taken (*)(const std::string&, ShimFlags&);
Taken store(const std::string& value, std::string& out) {
  out = value;
  return std::nullopt;
}
const std::map<std::string, Setter>& settings() {
  static const std::map<std::string, Setter> all{
      {"-port", [](const std::string& v, ShimFlags& f) { return number(v, f.port); }},
      {"-shim-id", [](const std::string& v, ShimFlags& f) { return number(v, f.shim_id); }},
      {"-resume-count",
       [](const std::string& v, ShimFlags& f) { return number(v, f.resume_count); }},
      {"-min-version", [](const std::string& v, ShimFlags&) { return version_at_most_ours(v); }},
      {"-max-version", [](const std::string& v, ShimFlags&) { return version_at_least_ours(v); }},
      {"-expect-version",
       [](const std::string& v, ShimFlags& f) { return number(v, f.expected_version.emplace()); }},
      {"-host-name", [](const std::string& v, ShimFlags& f) { return store(v, f.host_name); }},
      {"-cert-file", [](const std::string& v, ShimFlags& f) { return store(v, f.certificate); }},
      {"-key-file", [](const std::string& v, ShimFlags& f) { return store(v, f.key); }},
      {"-trust-cert", [](const std::string& v, ShimFlags& f) { return store(v, f.trusted); }},
      {"-curves", group},
      {"-advertise-alpn",
       [](const std::string& v, ShimFlags& f) { return store(v, f.advertised_protocols); }},
      {"-expect-alpn",
       [](const std::string& v, ShimFlags& f) { return store(v, f.expected_protocol.emplace()); }},
  };
  return all;
}

// "-on-resume-expect-version" of a second connection is "-expect-version"; of a first one nothing.
enum class For { every, this_one, another };
For whose(std::string& flag, bool resumed) {
  const std::map<std::string, bool> prefixes{{"-on-initial-", false}, {"-on-resume-", true}};
  for (const auto& [prefix, of_resumed] : prefixes) {
    if (!flag.starts_with(prefix)) continue;
    flag.erase(1, prefix.size() - 1);
    return of_resumed == resumed ? For::this_one : For::another;
  }
  return For::every;
}

}  // namespace

std::variant<ShimFlags, AskedForHandshaker, Unimplemented, WrongFlags> read_shim_flags(
    const std::vector<std::string>& arguments, bool resumed) {
  ShimFlags flags;
  bool verifies = false;
  int credentials = 0;
  for (std::size_t i = 0; i < arguments.size(); ++i) {
    std::string flag = arguments[i];
    if (flag == "-is-handshaker-supported") return AskedForHandshaker{};
    const bool counts = whose(flag, resumed) != For::another;
    if (flag == "-verify-peer") {
      verifies = true;
      continue;
    }
    if (flag == "-new-x509-credential") {
      if (++credentials > 1) return Unimplemented{flag + " twice: a kiosk has one certificate"};
      continue;
    }
    if (const auto found = switches().find(flag); found != switches().end()) {
      if (counts) found->second(flags);
      continue;
    }
    const auto found = settings().find(flag);
    if (found == settings().end()) return Unimplemented{flag};
    if (i + 1 == arguments.size()) return WrongFlags{flag + " needs a value"};
    ShimFlags ignored;
    const Taken refused = found->second(arguments[++i], counts ? flags : ignored);
    if (!refused) continue;
    if (refused->wrong) return WrongFlags{flag + ": " + refused->what};
    return Unimplemented{flag + ": " + refused->what};
  }
  if (flags.port < 1 || flags.port > 65535) return WrongFlags{"-port is missing or no port"};
  if (flags.resume_count < 0 || flags.resume_count > 100)
    return WrongFlags{"-resume-count is 0 to 100"};
  if (flags.certificate.empty() != flags.key.empty())
    return WrongFlags{"-cert-file and -key-file belong together"};
  if (verifies && flags.trusted.empty())
    return Unimplemented{"-verify-peer without -trust-cert: a kiosk trusts one CA"};
  flags.judges = verifies && !flags.host_name.empty();
  return flags;
}

}  // namespace madoguchi::vectors
