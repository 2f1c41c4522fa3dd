#include "tools/gateway/help_desk.h"

#include <algorithm>

#include <toml++/toml.h>

#include "tools/gateway/identifiers.h"
#include "tools/gateway/openssl.h"

namespace madoguchi::gateway {
namespace {

constexpr UnixTime session_kept_s = 24 * 3600;  // for a record that waits in a kiosk without power
constexpr UnixTime list_valid_s = 3 * 24 * 3600;  // a centre that is cut off over a weekend
constexpr UnixTime hour_s = 3600;
constexpr std::int32_t minutes_of_session = 30;
constexpr std::int32_t longest_minutes = 24 * 60;
constexpr std::size_t longest_helper = 64;
constexpr std::size_t sha256_size = 32;

// Every statement about help, in words that SQLite and PostgreSQL share.
constexpr const char* tables = R"sql(
CREATE TABLE IF NOT EXISTS badges (
  badge_sha256 BYTEA NOT NULL PRIMARY KEY, helper TEXT NOT NULL, role TEXT NOT NULL, revoked_at BIGINT NOT NULL);
CREATE TABLE IF NOT EXISTS help_sessions (
  session TEXT NOT NULL PRIMARY KEY, kiosk TEXT NOT NULL, at BIGINT NOT NULL);
CREATE TABLE IF NOT EXISTS help_records (
  kiosk TEXT NOT NULL, topic TEXT NOT NULL, language TEXT NOT NULL, outcome TEXT NOT NULL, minutes BIGINT NOT NULL,
  began_hour BIGINT NOT NULL, satisfaction BIGINT NOT NULL);
)sql";
constexpr const char* all_badges =
    "SELECT badge_sha256, helper, role, revoked_at FROM badges ORDER BY helper, badge_sha256";
constexpr const char* one_badge =
    "SELECT badge_sha256, helper, role, revoked_at FROM badges WHERE badge_sha256 = ?";
constexpr const char* valid_of_helper =
    "SELECT badge_sha256 FROM badges WHERE helper = ? AND revoked_at = 0 AND badge_sha256 <> ?";
constexpr const char* put_badge =
    "INSERT INTO badges (badge_sha256, helper, role, revoked_at) VALUES (?, ?, ?, ?) "
    "ON CONFLICT (badge_sha256) DO UPDATE SET helper = excluded.helper, role = excluded.role, "
    "revoked_at = excluded.revoked_at";
constexpr const char* kiosk_of_session = "SELECT kiosk FROM help_sessions WHERE session = ?";
constexpr const char* put_session =
    "INSERT INTO help_sessions (session, kiosk, at) VALUES (?, ?, ?) "
    "ON CONFLICT (session) DO UPDATE SET at = excluded.at "
    "WHERE help_sessions.kiosk = excluded.kiosk";
constexpr const char* drop_session = "DELETE FROM help_sessions WHERE session = ?";
constexpr const char* drop_old_sessions = "DELETE FROM help_sessions WHERE at < ?";
constexpr const char* put_record =
    "INSERT INTO help_records (kiosk, topic, language, outcome, minutes, began_hour, satisfaction) "
    "VALUES (?, ?, ?, ?, ?, ?, ?)";

Decision refused(api::Refusal code, std::string what) {
  return {.answer = refusal({code, std::move(what)})};
}

Decision broken() {
  return refused(api::Refusal::internal, "the gateway could not look into its help desk");
}

/// What of it is impossible; empty: nothing.
std::string impossible(const desk::HelpRecord& record, UnixTime now) {
  if (!is_language_tag(record.language)) return "language is not a language tag";
  if (record.minutes < 0 || record.minutes > longest_minutes) return "minutes is out of range";
  if (record.began_at < 0 || record.began_at > now + hour_s) return "began_at is out of range";
  if (record.satisfaction && (*record.satisfaction < 1 || *record.satisfaction > 5))
    return "satisfaction is out of range";
  return {};
}

Result<RegisteredBadge> read_badge(const Statement& row) {
  const auto role = codec::enum_value<desk::HelperRole>(row.text(2));
  if (!role) return Error{Errc::integrity, "database", "a badge has a role that is not known"};
  return RegisteredBadge{{row.blob(0), row.text(1), *role}, row.integer(3)};
}

Result<std::optional<RegisteredBadge>> find_badge(Store& store, const Bytes& badge_sha256) {
  auto row = store.database().one(one_badge, read_badge, badge_sha256);
  if (!row) return row.error();
  if (!*row) return std::optional<RegisteredBadge>();
  if (!**row) return (*row)->error();
  return std::optional(std::move(***row));
}

Status put(Store& store, const RegisteredBadge& badge) {
  return store.database().run(put_badge, badge.badge.badge_sha256, badge.badge.helper,
                              codec::enum_name(badge.badge.role), badge.revoked_at);
}

// ---- the file ----

Result<Bytes> badge_hash(const toml::table& entry) {
  const auto said = entry["sha256"].value<std::string>();
  const auto kind = entry["kind"].value<std::string>();
  const auto number = entry["number"].value<std::string>();
  const Error wrong{Errc::invalid, "",
                    "wants kind (felica, iso14443a) and number in hex, or sha256"};
  if (said && !kind && !number) {
    auto hash = from_hex(*said);
    if (!hash || hash->size() != sha256_size) return wrong;
    return hash;
  }
  if (said || !kind || !number || (*kind != "felica" && *kind != "iso14443a")) return wrong;
  const auto bytes = from_hex(*number);
  if (!bytes || bytes->empty()) return wrong;
  return sha256(desk::badge_message(*kind, *bytes));
}

Result<RegisteredBadge> badge_of(const toml::table& entry) {
  for (const auto& [key, node] : entry) {
    constexpr std::string_view known[] = {"kind", "number", "sha256", "helper", "role", "revoked"};
    if (std::find(std::begin(known), std::end(known), key.str()) == std::end(known))
      return Error{Errc::invalid, "", "'" + std::string(key.str()) + "' is not known"};
  }
  auto hash = badge_hash(entry);
  if (!hash) return hash.error();
  const auto helper = entry["helper"].value<std::string>();
  if (!helper || !is_helper_number(*helper))
    return Error{Errc::invalid, "", "wants helper, at most 64 bytes"};
  const auto role =
      codec::enum_value<desk::HelperRole>(entry["role"].value_or<std::string>("volunteer"));
  if (!role) return Error{Errc::invalid, "", "role is volunteer or staff"};
  if (entry.contains("revoked") && !entry["revoked"].is_boolean())
    return Error{Errc::invalid, "", "revoked is true or false"};
  // Any time but 0: when it is registered as revoked, the clock says which.
  const UnixTime revoked_at = entry["revoked"].value_or(false) ? 1 : 0;
  return RegisteredBadge{{std::move(*hash), *helper, *role}, revoked_at};
}

}  // namespace

Result<std::vector<RegisteredBadge>> read_badges(const std::string& path) {
  toml::table table;
  try {
    table = toml::parse_file(path);
  } catch (const toml::parse_error& error) {
    return Error{Errc::invalid, path + ":" + std::to_string(error.source().begin.line),
                 std::string(error.description())};
  }
  std::vector<RegisteredBadge> out;
  for (const auto& [key, node] : table) {
    const toml::array* entries = node.as_array();
    if (key.str() != "badge" || entries == nullptr) {
      return Error{Errc::invalid, path + ":" + std::to_string(node.source().begin.line),
                   "holds [[badge]] only"};
    }
    for (const toml::node& entry : *entries) {
      const std::string where = path + ":" + std::to_string(entry.source().begin.line);
      const toml::table* fields = entry.as_table();
      auto badge = fields != nullptr
                       ? badge_of(*fields)
                       : Result<RegisteredBadge>(Error{Errc::invalid, "", "holds [[badge]] only"});
      if (!badge) return Error{Errc::invalid, where, badge.error().what};
      out.push_back(std::move(*badge));
    }
  }
  return out;
}

bool is_helper_number(std::string_view text) {
  return !text.empty() && text.size() <= longest_helper &&
         std::none_of(text.begin(), text.end(),
                      [](unsigned char c) { return c < 0x20 || c == 0x7f; });
}

Status make_help_tables(Store& store) { return store.database().script(tables); }

Result<HelpDesk> HelpDesk::open(Parts parts) {
  if (auto made = make_help_tables(parts.store); !made) return made.error();
  return HelpDesk(parts);
}

UnixTime HelpDesk::now() const {
  return std::chrono::system_clock::to_time_t(parts_.timers.wall());
}

// ---- for the API ----

Task<Decision> HelpDesk::open_session(Caller caller, desk::HelpAsk ask) {
  if (!is_uuid(ask.session) || ask.badge_sha256.size() != sha256_size)
    co_return refused(api::Refusal::malformed, "session is a UUID, badge_sha256 has 32 bytes");
  const auto badge = find_badge(parts_.store, ask.badge_sha256);
  if (!badge) co_return broken();
  if (!*badge || (*badge)->revoked_at != 0)
    co_return refused(api::Refusal::not_registered, "this badge is not registered");
  const auto holder = parts_.store.database().one(
      kiosk_of_session, [](const Statement& row) { return row.text(0); }, ask.session);
  if (!holder) co_return broken();
  if (*holder && **holder != caller.kiosk)
    co_return refused(api::Refusal::conflict, "this session is another kiosk's");
  const desk::Badge& found = (*badge)->badge;
  Decision decision;
  decision.answer =
      json_answer(201, desk::HelpGranted{found.helper, found.role, minutes_of_session});
  decision.write = [session = ask.session, kiosk = caller.kiosk,
                    at = now()](Store& store) -> Status {
    auto put = store.database().run(put_session, session, kiosk, at);
    // Another kiosk had the same idea at another gateway.
    if (put && store.database().changed() != 1)
      return Error{Errc::cancelled, "database", "this session was opened meanwhile"};
    return put;
  };
  decision.keep = Keep::minutes;  // it says who helped
  co_return decision;
}

/// A session that the gateway has not opened began while the kiosk was offline: its record counts.
Task<Decision> HelpDesk::record(Caller caller, desk::HelpRecord record) {
  if (!is_uuid(caller.visit))
    co_return refused(api::Refusal::unknown_visit, "there is no such session");
  if (const std::string wrong = impossible(record, now()); !wrong.empty())
    co_return refused(api::Refusal::malformed, wrong);
  const auto holder = parts_.store.database().one(
      kiosk_of_session, [](const Statement& row) { return row.text(0); }, caller.visit);
  if (!holder) co_return broken();
  if (*holder && **holder != caller.kiosk)
    co_return refused(api::Refusal::unknown_visit, "there is no such session");
  Decision decision;
  decision.answer = json_answer(200, api::Settled{true});
  decision.write = [caller, record](Store& store) -> Status {
    Status done = store.database().run(drop_session, caller.visit);
    if (!done) return done;
    return store.database().run(put_record, caller.kiosk, codec::enum_name(record.topic),
                                record.language, codec::enum_name(record.outcome), record.minutes,
                                record.began_at - record.began_at % hour_s,
                                record.satisfaction.value_or(0));
  };
  co_return decision;
}

Answer HelpDesk::badges() {
  const auto registered = list();
  if (!registered) return broken().answer;
  desk::BadgeList valid{now(), now() + list_valid_s, {}};
  for (const RegisteredBadge& badge : *registered) {
    if (badge.revoked_at == 0) valid.badges.push_back(badge.badge);
  }
  desk::SignedBadges out{encode(valid), {}};
  auto signature = parts_.seal_key.sign(desk::badges_message(out.list));
  if (!signature) return broken().answer;
  out.signature = std::move(*signature);
  return json_answer(200, out);
}

// ---- for the console ----

Result<std::vector<RegisteredBadge>> HelpDesk::list() {
  auto select = parts_.store.database().prepare(all_badges);
  if (!select) return select.error();
  std::vector<RegisteredBadge> out;
  for (;;) {
    const auto more = select->step();
    if (!more) return more.error();
    if (!*more) return out;
    auto badge = read_badge(*select);
    if (!badge) return badge.error();
    out.push_back(std::move(*badge));
  }
}

Status HelpDesk::add(const desk::Badge& badge) { return put(parts_.store, {badge, 0}); }

Result<bool> HelpDesk::add_unless_taken(const desk::Badge& badge) {
  auto transaction = parts_.store.begin();
  if (!transaction) return transaction.error();
  const auto other = parts_.store.database().one(
      valid_of_helper, [](const Statement&) { return true; }, badge.helper, badge.badge_sha256);
  if (!other) return other.error();
  if (*other) return false;
  if (auto done = add(badge); !done) return done.error();
  if (auto done = transaction->commit(); !done) return done.error();
  return true;
}

Result<bool> HelpDesk::has_valid(const std::string& helper) {
  const auto one = parts_.store.database().one(
      valid_of_helper, [](const Statement&) { return true; }, helper, Bytes());
  if (!one) return one.error();
  return one->has_value();
}

Result<bool> HelpDesk::revoke(const Bytes& badge_sha256) {
  auto found = find_badge(parts_.store, badge_sha256);
  if (!found) return found.error();
  if (!*found) return false;
  if ((*found)->revoked_at != 0) return true;
  (*found)->revoked_at = now();
  if (auto done = put(parts_.store, **found); !done) return done.error();
  return true;
}

Status HelpDesk::register_all(const std::vector<RegisteredBadge>& badges) {
  auto transaction = parts_.store.begin();
  if (!transaction) return transaction.error();
  for (const RegisteredBadge& said : badges) {
    const auto known = find_badge(parts_.store, said.badge.badge_sha256);
    if (!known) return known.error();
    RegisteredBadge next = said;
    if (next.revoked_at != 0) next.revoked_at = now();
    if (*known && (*known)->revoked_at != 0) next.revoked_at = (*known)->revoked_at;
    if (auto done = put(parts_.store, next); !done) return done;
  }
  return transaction->commit();
}

Status HelpDesk::tidy() {
  return parts_.store.database().run(drop_old_sessions, now() - session_kept_s);
}

}  // namespace madoguchi::gateway
