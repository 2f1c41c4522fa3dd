#pragma once
// The console's side of the gateway: console_api.h below /console/api, the pages below /console.
// One table says who may what (routes()); a test walks it.
//
// Loop thread only.

#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "firmware/base/task.h"
#include "firmware/base/timers.h"
#include "tools/gateway/consult/consultations.h"
#include "tools/gateway/http_message.h"
#include "tools/gateway/live_hub.h"
#include "tools/gateway/numbers/numbers.h"
#include "tools/gateway/queue/bookings.h"
#include "tools/gateway/staff/live_desk.h"
#include "tools/gateway/staff/login_limits.h"
#include "tools/gateway/staff/password.h"
#include "tools/gateway/staff/staff_accounts.h"
#include "tools/gateway/staff/staff_sessions.h"
#include "tools/gateway/staff/static_files.h"

namespace madoguchi::lesson {
struct Shelf;
}

namespace madoguchi::gateway {

class HelpDesk;

class Console {
 public:
  /// All of it outlives the Console.
  struct Parts {
    StaffAccounts& accounts;
    StaffSessions& sessions;
    const StaticFiles& files;
    LiveHub& live_hub;
    Numbers& numbers;
    HelpDesk& help_desk;
    Timers& timers;
    std::string city;  ///< who issues the second factor, as the authenticator app shows it
    const lesson::Shelf* lessons = nullptr;
    // Both or neither: without a queue.toml there is no waiting room.
    WaitingRoom* waiting_room = nullptr;
    Bookings* bookings = nullptr;
    Consultations* consultations = nullptr;  ///< null: there are none
  };
  /// Takes a moment: hashes a password that nobody has.
  static Result<std::unique_ptr<Console>> make(Parts parts);

  Task<Answer> handle(Request request);

  /// Who is logged in with the request's cookie, if the request comes from the console's own pages
  /// (Origin): for an upgrade to a WebSocket, which browsers let any page ask for.
  Result<std::optional<StaffSession>> who_upgrades(const Request& request);

  /// A request that found its route, and may go there.
  struct Call {
    Request request;
    std::optional<StaffSession> who;  ///< nothing at login only
    std::string name;                 ///< what stands for {name} in the path
  };
  struct Route {
    std::string_view method;
    std::string_view path;           ///< below /console/api; {name}: an account's, or a period
    std::optional<StaffRole> least;  ///< nothing: everybody, without a session
    Task<Answer> (Console::*run)(Call call);
  };
  static std::span<const Route> routes();

 private:
  Console(Parts parts, std::string nobodys_password);

  struct Match {
    const Route* route = nullptr;
    bool other_method = false;  ///< there is the path, but not for this method
    std::string name;
  };
  static Match find(std::string_view method, std::string_view path);
  /// Why the request may not go to the route, or the call.
  Result<std::variant<ConsoleError, Call>> admit(Match match, Request request);
  Task<Answer> api(Request request);

  Task<Answer> login(Call call);
  Task<Answer> logout(Call call);
  Task<Answer> me(Call call);
  Task<Answer> password(Call call);
  Task<Answer> live(Call call);
  Task<Answer> lessons(Call call);
  Task<Answer> list(Call call);
  Task<Answer> add(Call call);
  Task<Answer> disable(Call call);
  Task<Answer> enable(Call call);
  Task<Answer> end_sessions(Call call);
  // console_badges.cpp
  Task<Answer> badges(Call call);
  Task<Answer> add_badge(Call call);
  Task<Answer> revoke_badge(Call call);
  Task<Answer> tie_badge(Call call);
  Task<Answer> reset_totp(Call call);
  /// Whose help sessions somebody sees: a volunteer those of the own badge, while it is valid.
  Result<HelpSight> sight_of(const StaffSession& who);
  // console_numbers.cpp
  Task<Answer> stats(Call call);
  Task<Answer> open_data(Call call);
  Task<Answer> guide(Call call);
  Task<Answer> keep_guide(Call call);
  // console_queue.cpp
  Task<Answer> queue_view(Call call);
  Task<Answer> queue_next(Call call);
  Task<Answer> queue_again(Call call);
  Task<Answer> queue_done(Call call);
  Task<Answer> queue_absent(Call call);
  Task<Answer> queue_hand_over(Call call);
  Task<Answer> queue_back(Call call);
  Task<Answer> queue_take(Call call);
  Task<Answer> bookings_view(Call call);
  Task<Answer> book(Call call);
  Task<Answer> booking_check_in(Call call);
  Task<Answer> booking_cancel(Call call);
  template <class Body, class Act>
  Answer at_desk(Call& call, Act act);
  Result<std::optional<Answer>> forbids(StaffRole role, const std::string& code);

  Result<Answer> let_in(const StaffAccount& account, std::int64_t step);
  Answer set_disabled(const Call& call, bool disabled);
  Result<Me> describe(const StaffSession& session);
  [[nodiscard]] std::int64_t now_s() const;

  Parts parts_;
  LoginLimits limits_;
  Passwords passwords_;
  /// Compared with when there is no such account, so that its answer takes as long.
  StaffAccount nobody_;
};

}  // namespace madoguchi::gateway
