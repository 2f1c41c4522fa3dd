#include "firmware/apps/kioskd/service_parts.h"

#include "firmware/base/asio.h"

namespace madoguchi {
namespace {

constexpr std::chrono::milliseconds until_sent{50};  // a last screen, before the process ends

Task<void> end_soon(asio::io_context& loop, Timers& timers) {
  co_await timers.sleep(until_sent);
  loop.stop();
}

}  // namespace

visit::ServiceRoom service_room(asio::io_context& loop, Timers& timers, LinkPort& link,
                                std::function<visit::SelfTestBench()> bench,
                                const std::string& state_dir) {
  visit::ServiceRoom room;
  room.bench = std::move(bench);
  room.network = [&link] { return link.test_connection(); };
  room.restart = [&loop, &timers] { asio::co_spawn(loop, end_soon(loop, timers), asio::detached); };
  room.morning_file = state_dir + "/morning-slip";
  return room;
}

}  // namespace madoguchi
