// The console's operations about badges and whose they are (badge_console_api.h).
#include <algorithm>

#include "tools/gateway/help_desk.h"
#include "tools/gateway/openssl.h"
#include "tools/gateway/staff/badge_console_api.h"
#include "tools/gateway/staff/console.h"
#include "tools/gateway/staff/console_answers.h"
#include "tools/gateway/staff/totp.h"

namespace madoguchi::gateway {
namespace {

constexpr std::size_t sha256_size = 32;

bool is_size_of(BadgeKind kind, std::size_t bytes) {
  if (kind == BadgeKind::felica) return bytes == 8;
  return bytes == 4 || bytes == 7 || bytes == 10;  // ISO/IEC 14443-3 6.5.4
}

/// Nothing: it is no badge.
std::optional<Bytes> hash_of(const NewBadge& badge) {
  if (badge.sha256 && !badge.kind && !badge.number) {
    auto hash = from_hex(*badge.sha256);
    if (!hash || hash->size() != sha256_size) return std::nullopt;
    return std::move(*hash);
  }
  if (badge.sha256 || !badge.kind || !badge.number) return std::nullopt;
  const auto number = from_hex(*badge.number);
  if (!number || !is_size_of(*badge.kind, number->size())) return std::nullopt;
  return sha256(desk::badge_message(codec::enum_name(*badge.kind), *number));
}

BadgeSeen seen(const RegisteredBadge& badge, const StaffList& staff) {
  BadgeSeen out{to_hex(badge.badge.badge_sha256), badge.badge.helper, badge.badge.role, {}, {}};
  if (badge.revoked_at != 0) {
    out.revoked_at = badge.revoked_at;
    return out;
  }
  const auto holder = std::find_if(
      staff.staff.begin(), staff.staff.end(),
      [&](const StaffEntry& one) { return one.badge && *one.badge == badge.badge.helper; });
  if (holder != staff.staff.end()) out.account = holder->name;
  return out;
}

}  // namespace

Result<HelpSight> Console::sight_of(const StaffSession& who) {
  if (who.role > StaffRole::volunteer) return HelpSight{true, {}};
  auto helper = parts_.accounts.helper_of(who.account);
  if (!helper) return helper.error();
  if (helper->empty()) return HelpSight{};
  const auto valid = parts_.help_desk.has_valid(*helper);
  if (!valid) return valid.error();
  return HelpSight{false, *valid ? std::move(*helper) : std::string()};
}

Task<Answer> Console::badges(Call) {
  const auto registered = parts_.help_desk.list();
  if (!registered) co_return broken(registered.error());
  const auto staff = parts_.accounts.list();
  if (!staff) co_return broken(staff.error());
  BadgesView view;
  for (const RegisteredBadge& badge : *registered) view.badges.push_back(seen(badge, *staff));
  co_return json_answer(200, view);
}

Task<Answer> Console::add_badge(Call call) {
  const auto asked = decode<NewBadge>(call.request.body, Dialect::json);
  if (!asked || !is_helper_number(asked->helper)) co_return refuse(ConsoleRefusal::malformed);
  auto hash = hash_of(*asked);
  if (!hash) co_return refuse(ConsoleRefusal::malformed);
  const RegisteredBadge badge{{std::move(*hash), asked->helper, asked->role}, 0};
  const auto added = parts_.help_desk.add_unless_taken(badge.badge);
  if (!added) co_return broken(added.error());
  if (!*added) co_return refuse(ConsoleRefusal::taken);
  log_console("new badge", call.who->account);
  co_return json_answer(201, seen(badge, {}));
}

Task<Answer> Console::revoke_badge(Call call) {
  const auto asked = decode<BadgeAct>(call.request.body, Dialect::json);
  if (!asked) co_return refuse(ConsoleRefusal::malformed);
  const auto hash = from_hex(asked->badge);
  if (!hash || hash->size() != sha256_size) co_return refuse(ConsoleRefusal::malformed);
  const auto known = parts_.help_desk.revoke(*hash);
  if (!known) co_return broken(known.error());
  if (!*known) co_return refuse(ConsoleRefusal::not_found);
  log_console("badge revoked", call.who->account);
  co_return Answer{.status = 204};
}

Task<Answer> Console::tie_badge(Call call) {
  const auto asked = decode<OwnBadge>(call.request.body, Dialect::json);
  if (!asked) co_return refuse(ConsoleRefusal::malformed);
  if (!asked->helper.empty() && !is_helper_number(asked->helper))
    co_return refuse(ConsoleRefusal::malformed);
  const auto known = parts_.accounts.set_helper(call.name, asked->helper);
  if (!known && known.error().code == Errc::busy) co_return refuse(ConsoleRefusal::taken);
  if (!known) co_return broken(known.error());
  if (!*known) co_return refuse(ConsoleRefusal::not_found);
  log_console("badge of an account", call.who->account);
  co_return Answer{.status = 204};
}

Task<Answer> Console::reset_totp(Call call) {
  // Whoever loses the page with the new secret would be shut out; the command does it for oneself.
  if (call.name == call.who->name) co_return refuse(ConsoleRefusal::oneself);
  const Bytes secret = random_bytes(totp_secret_bytes);
  const auto known = parts_.accounts.set_totp(call.name, secret);
  if (!known) co_return broken(known.error());
  if (!*known) co_return refuse(ConsoleRefusal::not_found);
  const auto ended = parts_.sessions.end_all(call.name);
  if (!ended) co_return broken(ended.error());
  log_console("second factor reset", call.who->account);
  const NewSecondFactor answer{call.name, otpauth_uri(parts_.city, call.name, secret)};
  co_return json_answer(200, answer);
}

}  // namespace madoguchi::gateway
