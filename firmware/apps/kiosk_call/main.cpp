// kiosk-call: camera, microphone and the staff's picture. A keeper, and workers that it starts from
// this same program, all in a network of loopback only.
#include <csignal>
#include <cstdio>

#include <boost/asio/generic/seq_packet_protocol.hpp>
#include <boost/asio/signal_set.hpp>
#include <fcntl.h>
#include <sys/prctl.h>
#include <unistd.h>

#include "firmware/base/asio.h"
#include "firmware/base/command_line.h"
#include "firmware/base/config.h"
#include "firmware/base/log.h"
#include "firmware/base/supervisor.h"
#include "firmware/call/keeper.h"
#include "firmware/call/own_network.h"
#include "firmware/call/picture_writer.h"
#include "firmware/call/worker.h"
#include "firmware/message/channel.h"
#include "firmware/message/descriptor.h"

namespace madoguchi {
namespace {

constexpr int wrong_configuration = 2;

struct Arguments {
  std::string config;
  int fd = -1;
  int ui_fd = -1;
  int link_fd = -1;
  bool own_network = false;
  std::int64_t worker = 0;
  int boards_fd = -1;
};

int complain(const std::string& what) {
  (void)std::fprintf(stderr, "kiosk-call: %s\n", what.c_str());
  return wrong_configuration;
}

Result<call::CallSettings> read_settings(const std::string& path) {
  auto loaded = Config::load(path);
  if (!loaded) return loaded.error();
  Config& config = *loaded;
  call::CallSettings settings;
  const auto device = [&](const char* key, call::Device::Kind kind, const char* otherwise) {
    auto parsed = call::parse_device(kind, config.text(key, otherwise));
    if (!parsed) config.problem(key, parsed.error().what);
    return parsed ? *parsed : call::Device{};
  };
  using Kind = call::Device::Kind;
  settings.camera = device("call.camera", Kind::camera, "v4l2:/dev/video0");
  settings.microphone = device("call.microphone", Kind::microphone, "alsa:default");
  settings.speaker = device("call.speaker", Kind::speaker, "alsa:default");
  settings.cleaning.echo = config.flag("call.cancel_echo", true);
  settings.cleaning.noise = config.flag("call.suppress_noise", true);
  settings.relay_port = static_cast<int>(config.number("call.relay_port", 3478, 1, 65535));
  if (Status good = config.finish({"call"}); !good) return good.error();
  return settings;
}

Task<void> wait_for_end() {
  asio::signal_set signals(co_await asio::this_coro::executor, SIGTERM, SIGINT);
  co_await signals.async_wait(asio::use_awaitable);
}

Task<void> serve(call::Keeper& keeper) { (void)co_await (keeper.run() || wait_for_end()); }

// The socket that kiosk-link accepts on, and the memory that kiosk-ui draws from.
struct Handed {
  int listener;
  int boards;
};

Result<Handed> hand_over(const Arguments& given, int relay_port) {
  const auto listener = call::listen_on_loopback(relay_port);
  if (!listener) return listener.error();
  if (Status to_link = send_descriptor(given.link_fd, *listener); !to_link) return to_link.error();
  const auto boards = call::make_picture_boards();
  if (!boards) return boards.error();
  if (Status to_ui = send_descriptor(given.ui_fd, *boards); !to_ui) return to_ui.error();
  return Handed{*listener, *boards};
}

// Hands it to a process that was started again, which asks. Until nobody can ask any more.
Task<void> hand_over_again(int socket, int descriptor) {
  using Socket = asio::generic::seq_packet_protocol::socket;
  Socket asker(co_await asio::this_coro::executor, asio::generic::seq_packet_protocol(AF_UNIX, 0),
               socket);
  for (;;) {
    auto [error] = co_await asker.async_wait(Socket::wait_read, as_tuple_await);
    if (error) co_return;
    const Status asked = receive_question(socket);
    if (!asked && asked.error().code != Errc::busy) co_return;
    if (asked) (void)send_descriptor(socket, descriptor);
  }
}

int run_keeper(Arguments given, const call::CallSettings& settings) {
  for (int* const fd : {&given.fd, &given.ui_fd, &given.link_fd}) {
    const Result<int> end = connected_end(*fd);
    if (!end) return complain(end.error().text());
    *fd = *end;
    fcntl(*fd, F_SETFD, FD_CLOEXEC);  // workers have only what is theirs
  }
  const Status network =
      given.own_network ? call::enter_own_network() : call::check_network_is_empty();
  if (!network) return complain(network.error().text());
  prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0);
  const auto handed = hand_over(given, settings.relay_port);
  if (!handed) return complain(handed.error().text());
  const auto boards = call::map_picture_boards(handed->boards);
  if (!boards) return complain(boards.error().text());

  asio::io_context loop(1);
  SystemTimers timers;
  const asio::any_io_executor executor = loop.get_executor();
  Channel channel(executor, given.fd);
  call::Keeper keeper(timers, executor, {"/proc/self/exe", {"--config", given.config}}, channel,
                      handed->boards, **boards);
  log_event(Event::process_started);
  asio::co_spawn(loop, hand_over_again(given.link_fd, handed->listener), asio::detached);
  asio::co_spawn(loop, hand_over_again(given.ui_fd, handed->boards), asio::detached);
  asio::co_spawn(loop, stay_alive(timers), asio::detached);
  asio::co_spawn(loop, serve(keeper), [&loop](const std::exception_ptr&) { loop.stop(); });
  loop.run();
  log_event(Event::process_stopping);
  return 0;
}

int run(const Arguments& given) {
  const auto settings = read_settings(given.config);
  if (!settings) return complain(settings.error().text());
  if (given.worker == 0) return run_keeper(given, *settings);
  prctl(PR_SET_PDEATHSIG, SIGKILL);  // nobody watches a camera without its keeper
  return call::run_worker(*settings, given.worker, given.fd, given.boards_fd);
}

}  // namespace
}  // namespace madoguchi

int main(int argc, char** argv) {
  madoguchi::set_log_process("kiosk-call");
  CLI::App app("Camera, microphone and pictures of a consultation, without a network of its own",
               "kiosk-call");
  app.set_version_flag("--version", "kiosk-call " MADOGUCHI_VERSION);
  madoguchi::Arguments given;
  app.add_option("--config", given.config, "kiosk.toml; its [call] is read")->required();
  app.add_option("--fd", given.fd, "this end of the socket pair with kioskd")
      ->required()
      ->check(CLI::NonNegativeNumber);
  app.add_option("--ui-fd", given.ui_fd, "the same with kiosk-ui: it gets the pictures' memory");
  app.add_option("--link-fd", given.link_fd, "the same with kiosk-link: it gets a socket");
  app.add_flag("--own-network", given.own_network, "makes its empty network namespace itself");
  app.add_option("--worker", given.worker)->group("");
  app.add_option("--boards-fd", given.boards_fd)->group("");
  if (const auto code = madoguchi::exit_after_parsing(app, argc, argv)) return *code;
  return madoguchi::run(given);
}
