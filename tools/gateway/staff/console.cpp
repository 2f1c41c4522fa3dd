#include "tools/gateway/staff/console.h"

#include <algorithm>

#include "firmware/base/log.h"
#include "tools/gateway/help_desk.h"
#include "tools/gateway/staff/console_answers.h"
#include "tools/gateway/staff/totp.h"

namespace madoguchi::gateway {
namespace {

constexpr std::string_view pages = "/console";
constexpr std::string_view api_paths = "/console/api";
constexpr std::string_view stats_page = "/console/stats";
constexpr std::int64_t busy_for_s = 2;

constexpr std::string_view content_policy =
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src "
    "'self'; "
    "frame-ancestors 'none'; base-uri 'none'; form-action 'none'";

/// What every answer of the console carries, a refusal too.
void secure(Answer& answer) {
  answer.headers["Content-Security-Policy"] = std::string(content_policy);
  answer.headers["Strict-Transport-Security"] = "max-age=31536000";
  answer.headers["Referrer-Policy"] = "no-referrer";
  answer.headers["Cross-Origin-Opener-Policy"] = "same-origin";
  answer.headers["Cross-Origin-Resource-Policy"] = "same-origin";
  answer.headers["Permissions-Policy"] = "camera=(self), microphone=(self), geolocation=()";
}

Answer done() { return {.status = 204}; }

std::string header(const Request& request, const std::string& name) {
  const auto found = request.headers.find(name);
  return found == request.headers.end() ? std::string() : found->second;
}

/// Whether the request was made by a page of this very server. Every browser sends Origin with a
/// POST and with a WebSocket's upgrade.
bool from_own_page(const Request& request) {
  const std::string host = header(request, "host");
  return !host.empty() && header(request, "origin") == "https://" + host;
}

std::string cookie(const std::string& token, std::int64_t lives_s) {
  return std::string(session_cookie) + "=" + token +
         "; Path=/; Secure; HttpOnly; SameSite=Strict; Max-Age=" + std::to_string(lives_s);
}

/// The text as a Secret; what it stood in is wiped.
std::optional<Secret> take_password(std::string& text) {
  std::optional<Secret> secret;
  if (text.size() <= longest_password) secret.emplace(as_bytes(text));
  wipe(text.data(), text.size());
  return secret;
}

/// The JSON of a request; its bytes are wiped, for they may hold a password.
template <class T>
std::optional<T> read(Request& request) {
  auto body = decode<T>(request.body, Dialect::json);
  wipe(request.body.data(), request.body.size());
  if (!body) return std::nullopt;
  return std::move(*body);
}

}  // namespace

std::span<const Console::Route> Console::routes() {
  static const Route table[] = {
      {"POST", "/login", std::nullopt, &Console::login},
      {"POST", "/logout", StaffRole::volunteer, &Console::logout},
      {"GET", "/me", StaffRole::volunteer, &Console::me},
      {"POST", "/password", StaffRole::volunteer, &Console::password},
      {"GET", "/live", StaffRole::volunteer, &Console::live},
      {"GET", "/lessons", StaffRole::volunteer, &Console::lessons},
      {"GET", "/stats", StaffRole::volunteer, &Console::stats},
      {"GET", "/guide", StaffRole::staff, &Console::guide},
      {"POST", "/guide", StaffRole::staff, &Console::keep_guide},
      {"GET", "/open_data/{name}", StaffRole::staff, &Console::open_data},
      {"GET", "/staff", StaffRole::admin, &Console::list},
      {"POST", "/staff", StaffRole::admin, &Console::add},
      {"POST", "/staff/{name}/disable", StaffRole::admin, &Console::disable},
      {"POST", "/staff/{name}/enable", StaffRole::admin, &Console::enable},
      {"POST", "/staff/{name}/end_sessions", StaffRole::admin, &Console::end_sessions},
      {"POST", "/staff/{name}/badge", StaffRole::admin, &Console::tie_badge},
      {"POST", "/staff/{name}/reset_totp", StaffRole::admin, &Console::reset_totp},
      {"GET", "/badges", StaffRole::admin, &Console::badges},
      {"POST", "/badges", StaffRole::admin, &Console::add_badge},
      {"POST", "/badges/revoke", StaffRole::admin, &Console::revoke_badge},
      {"GET", "/queue", StaffRole::volunteer, &Console::queue_view},
      {"POST", "/queue/next", StaffRole::volunteer, &Console::queue_next},
      {"POST", "/queue/again", StaffRole::volunteer, &Console::queue_again},
      {"POST", "/queue/done", StaffRole::volunteer, &Console::queue_done},
      {"POST", "/queue/absent", StaffRole::volunteer, &Console::queue_absent},
      {"POST", "/queue/hand_over", StaffRole::volunteer, &Console::queue_hand_over},
      {"POST", "/queue/back", StaffRole::volunteer, &Console::queue_back},
      {"POST", "/queue/take", StaffRole::volunteer, &Console::queue_take},
      {"GET", "/bookings", StaffRole::volunteer, &Console::bookings_view},
      {"POST", "/bookings", StaffRole::volunteer, &Console::book},
      {"POST", "/bookings/check_in", StaffRole::volunteer, &Console::booking_check_in},
      {"POST", "/bookings/cancel", StaffRole::volunteer, &Console::booking_cancel},
  };
  return table;
}

Result<std::unique_ptr<Console>> Console::make(Parts parts) {
  const Secret unknown{ByteView(random_bytes(16))};
  auto encoded = hash_password(unknown);
  if (!encoded) return encoded.error();
  return std::unique_ptr<Console>(new Console(std::move(parts), std::move(*encoded)));
}

Console::Console(Parts parts, std::string nobodys_password)
    : parts_(std::move(parts)), limits_(parts_.timers) {
  nobody_.password = std::move(nobodys_password);
  nobody_.totp_secret = random_bytes(totp_secret_bytes);
  nobody_.disabled = true;
}

std::int64_t Console::now_s() const {
  return std::chrono::system_clock::to_time_t(parts_.timers.wall());
}

Task<Answer> Console::handle(Request request) {
  const std::string path = request.target.substr(0, request.target.find('?'));
  Answer answer;
  if (path == api_paths || path.starts_with(std::string(api_paths) + "/")) {
    answer = co_await api(std::move(request));
    if (answer.status == status_of(ConsoleRefusal::internal) && !parts_.accounts.reachable())
      answer = refuse({ConsoleRefusal::busy, busy_for_s});
  } else if (request.method != "GET" && request.method != "HEAD") {
    answer = {.status = 405, .content_type = "text/plain"};
    answer.headers["Allow"] = "GET, HEAD";
  } else if (path == "/" || path == pages) {
    answer = {.status = 302, .content_type = "text/plain"};
    answer.headers["Location"] = std::string(pages) + "/";
  } else if (path == stats_page) {
    answer = {.status = 302, .content_type = "text/plain"};
    answer.headers["Location"] = std::string(pages) + "/#/stats";
  } else if (path.starts_with(std::string(pages) + "/")) {
    answer = parts_.files.get(path.substr(pages.size() + 1), request);
  } else {
    answer = {.status = 404, .content_type = "text/plain"};
  }
  secure(answer);
  co_return answer;
}

Console::Match Console::find(std::string_view method, std::string_view path) {
  constexpr std::string_view hole = "{name}";
  Match match;
  for (const Route& route : routes()) {
    const auto at = route.path.find(hole);
    std::string name;
    if (at == std::string_view::npos) {
      if (path != route.path) continue;
    } else {
      const std::string_view tail = route.path.substr(at + hole.size());
      if (path.size() <= at + tail.size() || !path.starts_with(route.path.substr(0, at)) ||
          !path.ends_with(tail)) {
        continue;
      }
      name = path.substr(at, path.size() - at - tail.size());
      if (!is_staff_name(name) && !numbers::days_of(name)) continue;
    }
    if (route.method == method) return {&route, false, std::move(name)};
    match.other_method = true;
  }
  return match;
}

Result<std::variant<ConsoleError, Console::Call>> Console::admit(Match match, Request request) {
  using Admission = std::variant<ConsoleError, Call>;
  const auto no = [](ConsoleRefusal code) { return Admission(ConsoleError{code, {}}); };
  if (match.route == nullptr) {
    return no(match.other_method ? ConsoleRefusal::wrong_method : ConsoleRefusal::not_found);
  }
  const bool changes = match.route->method != "GET";
  if (changes && !from_own_page(request)) return no(ConsoleRefusal::wrong_origin);
  Call call{std::move(request), std::nullopt, std::move(match.name)};
  if (match.route->least) {
    auto session = parts_.sessions.find(session_token_in(header(call.request, "cookie")), now_s());
    if (!session) return session.error();
    if (!*session) return no(ConsoleRefusal::not_logged_in);
    const std::string given = header(call.request, "x-csrf-token");
    if (changes && !equal_constant_time(as_bytes((*session)->csrf()), as_bytes(given))) {
      return no(ConsoleRefusal::wrong_origin);
    }
    if ((*session)->role < *match.route->least) return no(ConsoleRefusal::not_allowed);
    call.who = std::move(*session);
  }
  return Admission(std::move(call));
}

Task<Answer> Console::api(Request request) {
  const std::string path =
      request.target.substr(0, request.target.find('?')).substr(api_paths.size());
  Match match = find(request.method, path);
  const Route* route = match.route;
  auto admitted = admit(std::move(match), std::move(request));
  if (!admitted) co_return broken(admitted.error());
  if (const auto* error = std::get_if<ConsoleError>(&*admitted)) {
    log_event(Event::gateway_refused,
              {{"what", "console"}, {"code", std::string(codec::enum_name(error->code))}});
    co_return refuse(*error);
  }
  Call call = std::get<Call>(std::move(*admitted));
  co_return co_await (this->*route->run)(std::move(call));
}

Result<std::optional<StaffSession>> Console::who_upgrades(const Request& request) {
  if (!from_own_page(request)) return std::optional<StaffSession>();
  return parts_.sessions.find(session_token_in(header(request, "cookie")), now_s());
}

Result<Me> Console::describe(const StaffSession& session) {
  const auto sight = sight_of(session);
  if (!sight) return sight.error();
  auto helper = parts_.accounts.helper_of(session.account);
  if (!helper) return helper.error();
  Me me{.name = session.name,
        .role = session.role,
        .csrf = session.csrf(),
        .ends_in_s = session.ends_at - now_s(),
        .idle_s = session_idle_s,
        .sees = HelpSeen::all,
        .badge = {}};
  if (!sight->all) {
    me.sees = helper->empty()         ? HelpSeen::no_badge
              : sight->helper.empty() ? HelpSeen::not_valid
                                      : HelpSeen::own;
  }
  if (!helper->empty()) me.badge = std::move(*helper);
  return me;
}

Task<Answer> Console::login(Call call) {
  auto asked = read<LoginRequest>(call.request);
  if (!asked) co_return refuse(ConsoleRefusal::malformed);
  auto password = take_password(asked->password);
  if (!password || asked->name.size() > 64) co_return refuse(ConsoleRefusal::malformed);
  const std::string address = call.request.address;
  if (const auto wait = limits_.wait(asked->name, address); wait.count() > 0) {
    const auto seconds = std::chrono::ceil<std::chrono::seconds>(wait).count();
    co_return refuse(ConsoleError{ConsoleRefusal::too_many_tries, seconds});
  }
  if (passwords_.crowded()) co_return refuse(ConsoleError{ConsoleRefusal::busy, busy_for_s});
  limits_.tried(asked->name, address);
  const auto found = parts_.accounts.find(asked->name);
  if (!found) co_return broken(found.error());
  // Whatever is wrong, everything is looked at, and the answer is the same.
  const StaffAccount account = *found ? **found : nobody_;
  const auto last_code = parts_.accounts.last_code(account.id);
  if (!last_code) co_return broken(last_code.error());
  const bool matches = co_await passwords_.matches(account.password, *password);
  const auto step = totp_matching_step(account.totp_secret, asked->code, now_s(), *last_code);
  if (!matches || !step || account.disabled) {
    log_console("wrong login", account.id);
    co_return refuse(ConsoleRefusal::wrong_login);
  }
  const auto answer = let_in(account, *step);
  if (!answer) co_return broken(answer.error());
  if (answer->status == 200) limits_.was_right(account.name, address);
  co_return *answer;
}

/// Uses the code up and begins the session.
Result<Answer> Console::let_in(const StaffAccount& account, std::int64_t step) {
  const auto first = parts_.accounts.use_code(account.id, account.totp_secret, step, now_s());
  if (!first) return first.error();
  if (!*first) return refuse(ConsoleRefusal::wrong_login);  // used while the password was looked at
  auto token = parts_.sessions.begin(account.id, now_s());
  if (!token) return token.error();
  log_console("login", account.id);
  const StaffSession session{.token = std::move(*token),
                             .account = account.id,
                             .name = account.name,
                             .role = account.role,
                             .ends_at = now_s() + session_longest_s};
  const auto me = describe(session);
  if (!me) return me.error();
  Answer answer = json_answer(200, *me);
  answer.headers["Set-Cookie"] = cookie(session.token, session_longest_s);
  return answer;
}

Task<Answer> Console::logout(Call call) {
  const auto ended = parts_.sessions.end(call.who->token);
  if (!ended) co_return broken(ended.error());
  Answer answer = done();
  answer.headers["Set-Cookie"] = cookie("", 0);
  co_return answer;
}

Task<Answer> Console::me(Call call) {
  const auto me = describe(*call.who);
  if (!me) co_return broken(me.error());
  co_return json_answer(200, *me);
}

Task<Answer> Console::password(Call call) {
  auto asked = read<NewPassword>(call.request);
  if (!asked) co_return refuse(ConsoleRefusal::malformed);
  auto now = take_password(asked->now);
  auto next = take_password(asked->next);
  if (!now || !next || next->size() < shortest_password) {
    co_return refuse(ConsoleRefusal::weak_password);
  }
  // A stolen session must not be a way to guess the password.
  const std::string address = call.request.address;
  const StaffSession& who = *call.who;
  if (const auto wait = limits_.wait(who.name, address); wait.count() > 0) {
    const auto seconds = std::chrono::ceil<std::chrono::seconds>(wait).count();
    co_return refuse(ConsoleError{ConsoleRefusal::too_many_tries, seconds});
  }
  if (passwords_.crowded()) co_return refuse(ConsoleError{ConsoleRefusal::busy, busy_for_s});
  limits_.tried(who.name, address);
  const auto found = parts_.accounts.find(who.name);
  if (!found) co_return broken(found.error());
  const StaffAccount account = *found ? **found : nobody_;
  const bool matches = co_await passwords_.matches(account.password, *now);
  if (!matches) co_return refuse(ConsoleRefusal::wrong_login);
  limits_.was_right(who.name, address);
  const auto encoded = co_await passwords_.hash(*next);
  if (!encoded) co_return broken(encoded.error());
  auto set = parts_.accounts.set_password(account.id, *encoded);
  if (set) set = parts_.sessions.end_others(who);
  if (!set) co_return broken(set.error());
  log_console("new password", account.id);
  co_return done();
}

Task<Answer> Console::live(Call call) {
  const auto who = who_upgrades(call.request);
  if (!who) co_return broken(who.error());
  if (!*who) co_return refuse(ConsoleRefusal::wrong_origin);  // that there is a session is known
  const LiveDeskParts parts{parts_.live_hub, parts_.sessions, parts_.timers,
                            [this](const StaffSession& session) { return sight_of(session); },
                            parts_.consultations};
  co_return accept_live_desk(parts, call.request, **who);
}

Task<Answer> Console::list(Call) {
  const auto staff = parts_.accounts.list();
  if (!staff) co_return broken(staff.error());
  co_return json_answer(200, *staff);
}

Task<Answer> Console::add(Call call) {
  const auto asked = read<NewStaff>(call.request);
  if (!asked || !is_staff_name(asked->name)) co_return refuse(ConsoleRefusal::malformed);
  if (asked->badge && !is_helper_number(*asked->badge)) co_return refuse(ConsoleRefusal::malformed);
  if (passwords_.crowded()) co_return refuse(ConsoleError{ConsoleRefusal::busy, busy_for_s});
  const std::string password = made_up_password();
  const Secret secret(as_bytes(password));
  const auto encoded = co_await passwords_.hash(secret);
  if (!encoded) co_return broken(encoded.error());
  StaffAccount account;
  account.name = asked->name;
  account.role = asked->role;
  account.password = *encoded;
  account.totp_secret = random_bytes(totp_secret_bytes);
  account.helper = asked->badge.value_or("");
  const auto added = parts_.accounts.add(account, now_s());
  if (!added && added.error().code == Errc::busy) co_return refuse(ConsoleRefusal::taken);
  if (!added) co_return broken(added.error());
  log_console("new account", call.who->account);
  const AddedStaff answer{account.name, account.role, password,
                          otpauth_uri(parts_.city, account.name, account.totp_secret)};
  co_return json_answer(201, answer);
}

Answer Console::set_disabled(const Call& call, bool disabled) {
  if (call.name == call.who->name) return refuse(ConsoleRefusal::oneself);
  const auto known = parts_.accounts.set_disabled(call.name, disabled);
  if (!known) return broken(known.error());
  if (!*known) return refuse(ConsoleRefusal::not_found);
  if (disabled) {
    if (const auto ended = parts_.sessions.end_all(call.name); !ended) return broken(ended.error());
  }
  log_console(disabled ? "account disabled" : "account enabled", call.who->account);
  return done();
}

Task<Answer> Console::disable(Call call) { co_return set_disabled(call, true); }

Task<Answer> Console::enable(Call call) { co_return set_disabled(call, false); }

Task<Answer> Console::end_sessions(Call call) {
  const auto ended = parts_.sessions.end_all(call.name);
  if (!ended) co_return broken(ended.error());
  log_console("sessions ended", call.who->account);
  co_return done();
}

}  // namespace madoguchi::gateway
