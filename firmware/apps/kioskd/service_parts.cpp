#include "firmware/apps/kioskd/service_parts.h"

#include "firmware/apps/kioskd/ui_front.h"
#include "firmware/base/asio.h"
#include "firmware/base/log.h"

namespace madoguchi {
namespace {

Task<void> end_soon(asio::io_context& loop, Timers& timers) {
  co_await timers.sleep(UiFront::until_sent);
  loop.stop();
}

void log_papers(const char* what, const Status& done) {
  if (!done) log_event(Event::setup_event, {{"what", what}, {"detail", done.error().text()}});
}

}  // namespace

visit::ServiceRoom service_room(asio::io_context& loop, Timers& timers, LinkPort& link,
                                SetupFiles& papers, std::function<visit::SelfTestBench()> bench,
                                const std::string& state_dir) {
  log_papers("provision", papers.erase_provision());  // what a power cut has left
  visit::ServiceRoom room;
  room.bench = std::move(bench);
  room.network = [&link] { return link.test_connection(); };
  room.identity = [&link] { return link.identity(); };
  room.restart = [&loop, &timers] { asio::co_spawn(loop, end_soon(loop, timers), asio::detached); };
  room.setup_is_due = [&papers] { return papers.test_is_due(); };
  room.setup_is_done = [&papers] { log_papers("setup", papers.test_is_done()); };
  room.morning_file = state_dir + "/morning-slip";
  return room;
}

}  // namespace madoguchi
