#pragma once
// The third listener: the console for volunteers and staff, with all that it keeps. Loop thread
// only.

#include <memory>
#include <string>

#include "tools/gateway/http_server.h"
#include "tools/gateway/options.h"
#include "tools/gateway/staff/console.h"

namespace madoguchi::gateway {

class StaffSide {
 public:
  /// Nothing when the options name no folder of pages: then there is no console. `city`: its name,
  /// for the authenticator apps. All outlive the StaffSide; lessons and what follows may be null.
  static Result<std::unique_ptr<StaffSide>> listen(const boost::asio::any_io_executor& loop,
                                                   Timers& timers, LiveHub& live_hub,
                                                   Database database, Numbers& numbers,
                                                   HelpDesk& help_desk, const Options& options,
                                                   std::string city, const lesson::Shelf* lessons,
                                                   WaitingRoom* waiting_room, Bookings* bookings,
                                                   Consultations* consultations);

  [[nodiscard]] const std::string& address() const { return server_->address(); }
  /// Removes sessions that are over. To be called now and then.
  Status tidy(std::int64_t now_s) { return sessions_.tidy(now_s); }
  /// See HttpServer::stop.
  Task<void> stop(Timers::Duration patience) { return server_->stop(patience); }

 private:
  StaffSide(StaffAccounts accounts, StaffSessions sessions, StaticFiles files)
      : accounts_(std::move(accounts)), sessions_(std::move(sessions)), files_(std::move(files)) {}

  StaffAccounts accounts_;
  StaffSessions sessions_;
  StaticFiles files_;
  std::unique_ptr<Console> console_;
  std::unique_ptr<HttpServer> server_;
};

}  // namespace madoguchi::gateway
