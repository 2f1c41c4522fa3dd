#include "firmware/call/worker.h"

#include <csignal>
#include <cstdio>

#include <malloc.h>
#include <unistd.h>

#include "firmware/base/asio.h"
#include "firmware/base/log.h"
#include "firmware/call/call.h"
#include "firmware/message/channel.h"

namespace madoguchi::call {
namespace {

// What is loaded and made only when a call is answered, so that a resident does not wait for it.
void load_plugins() {
  for (const char* const name : {"openh264dec", "openh264enc", "vp8dec", "opusdec", "rtph264depay",
                                 "rtpopusdepay", "dtlssrtpdec", "dtlssrtpenc", "srtpenc", "nicesrc",
                                 "nicesink", "rtpbin", "h264parse", "webrtcdsp", "y4mdec"}) {
    const Ref<GstElement> element(gst_element_factory_make(name, nullptr));
    if (element) gst_object_ref_sink(element.get());
  }
}

// Pictures come and go thirty times a second: their memory stays with the process, instead of being
// given back and filled with zeros by the kernel each time.
void keep_memory() {
  constexpr int most_picture = 4 << 20;
  constexpr int kept = 16 << 20;  // of each thread's heap
  (void)mallopt(M_MMAP_THRESHOLD, most_picture);
  (void)mallopt(M_TRIM_THRESHOLD, kept);
}

Task<void> listen(Channel& channel, Call& call) {
  while (!call.ended()) {
    const Result<Bytes> bytes = co_await channel.receive();
    if (!bytes) co_return;  // the keeper is gone
    const auto message = decode<KioskToCall>(*bytes);
    if (message) {
      call.handle(*message);
    } else {
      log_event(Event::message_refused, {{"why", message.error().text()}});
    }
  }
}

Task<void> beat(Timers& timers, Call& call) {
  for (;;) {
    co_await timers.sleep(Call::beat);
    call.tick();
  }
}

Task<void> serve(Timers& timers, Channel& channel, Call& call) {
  (void)co_await (listen(channel, call) || beat(timers, call));
  // So that the last message has left.
  co_await timers.sleep(Timers::Duration(1));
}

}  // namespace

int run_worker(const CallSettings& settings, std::int64_t number, int channel_fd, int boards_fd) {
  keep_memory();
  asio::io_context loop(1);
  SystemTimers timers;
  auto boards = map_picture_boards(boards_fd);
  auto certificate = make_dtls_certificate();
  if (!boards || !certificate) return 1;
  gst_init(nullptr, nullptr);
  load_plugins();
  Channel channel(loop.get_executor(), channel_fd);
  {
    Call call(
        timers, settings, number, **boards, std::move(*certificate),
        [&channel](const CallToKiosk& message) { (void)channel.send(message); },
        [&loop](std::function<void()> what) { asio::post(loop, std::move(what)); });
    if (Status warm = call.warm_up(); !warm) {
      log_event(Event::call_failed, {{"why", warm.error().text()}});
      return 1;
    }
    asio::co_spawn(loop, serve(timers, channel, call), asio::detached);
    loop.run();
  }
  return 0;
}

}  // namespace madoguchi::call
