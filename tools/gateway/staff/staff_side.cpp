#include "tools/gateway/staff/staff_side.h"

namespace madoguchi::gateway {

Result<std::unique_ptr<StaffSide>> StaffSide::listen(const boost::asio::any_io_executor& loop,
                                                     Timers& timers, LiveHub& live_hub,
                                                     Database database, Numbers& numbers,
                                                     HelpDesk& help_desk, const Options& options,
                                                     std::string city, const lesson::Shelf* lessons,
                                                     WaitingRoom* waiting_room, Bookings* bookings,
                                                     Consultations* consultations) {
  if (options.console_dir.empty()) return std::unique_ptr<StaffSide>();
  auto tls = public_tls({options.tls_certificate, options.tls_key});
  if (!tls) return tls.error();
  auto accounts = StaffAccounts::open(database);
  if (!accounts) return accounts.error();
  auto sessions = StaffSessions::open(std::move(database));
  if (!sessions) return sessions.error();
  auto files = StaticFiles::load(options.console_dir);
  if (!files) return files.error();
  std::unique_ptr<StaffSide> side(
      new StaffSide(std::move(*accounts), std::move(*sessions), std::move(*files)));
  auto console =
      Console::make({side->accounts_, side->sessions_, side->files_, live_hub, numbers, help_desk,
                     timers, std::move(city), lessons, waiting_room, bookings, consultations});
  if (!console) return console.error();
  side->console_ = std::move(*console);
  const HttpLimits limits{.largest_body = 16u << 10};
  auto server = HttpServer::listen(
      loop, timers, options.console_listen, std::move(*tls), limits,
      [&page = *side->console_](Request request) { return page.handle(std::move(request)); });
  if (!server) return server.error();
  side->server_ = std::move(*server);
  return side;
}

}  // namespace madoguchi::gateway
