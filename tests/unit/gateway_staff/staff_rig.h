#pragma once
// A console without its network: accounts of every role, a clock that is stepped, requests as a
// browser makes them.

#include <map>
#include <memory>
#include <string>

#include "firmware/base/asio.h"
#include "tests/unit/gateway/card_maker.h"
#include "tools/gateway/help_desk.h"
#include "tools/gateway/staff/console.h"

namespace madoguchi::gateway {

inline constexpr const char* right_password = "correct horse battery";

/// Writes a file into a folder of the directory, which is made.
void put_below(const OwnFolder& directory, const std::string& name, std::string_view content);

class StaffRig {
 public:
  StaffRig();

  /// The account's six digits now.
  [[nodiscard]] std::string code(const std::string& name) const;
  /// With cookie and CSRF token when somebody is logged in, and the Origin of the own pages.
  [[nodiscard]] Request request(const std::string& method, const std::string& target,
                                const std::string& body = {}) const;
  Answer ask(Request request);
  Answer ask(const std::string& method, const std::string& target, const std::string& body = {}) {
    return ask(request(method, target, body));
  }
  /// With the next code, since one is good once; remembers cookie and CSRF token.
  Answer log_in(const std::string& name, const std::string& password = right_password);
  void log_in_well(const std::string& name);
  /// Somebody who has logged in already: without the password, which takes its time to hash.
  void become(const std::string& name);
  void forget_session() { cookie_.clear(), csrf_.clear(); }
  /// The answer must be this refusal, in its usual status.
  static void refused(const Answer& answer, ConsoleRefusal code);
  [[nodiscard]] std::int64_t now_s() const {
    return std::chrono::system_clock::to_time_t(timers.wall());
  }
  static std::string login_body(const std::string& name, const std::string& password,
                                const std::string& code);

  OwnFolder directory;
  asio::io_context loop;
  VirtualTimers timers{std::chrono::system_clock::from_time_t(1'795'000'000)};
  LiveHub hub{timers};
  const std::string where;  ///< the database
  Store store;
  Numbers numbers;
  SealKey seal_key;
  HelpDesk help_desk;
  StaffAccounts accounts;
  StaffSessions sessions;
  StaticFiles files;
  QueuePlan plan;
  WaitingRoom room;
  Bookings bookings;
  std::unique_ptr<Console> console;

  const std::string& cookie() const { return cookie_; }
  const std::string& csrf() const { return csrf_; }

 private:
  std::string cookie_;
  std::string csrf_;
};

}  // namespace madoguchi::gateway
