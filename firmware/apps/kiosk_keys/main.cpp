// kiosk-keys: keeps the kiosk's TLS key and its anti-rollback counter, in the TPM where there is
// one. The only program of the kiosk that links tpm2-tss, and with it OpenSSL.
#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <optional>

#include <boost/asio/signal_set.hpp>
#include <pwd.h>
#include <sys/stat.h>
#include <unistd.h>

#include "firmware/base/asio.h"
#include "firmware/base/command_line.h"
#include "firmware/base/config.h"
#include "firmware/base/local_socket.h"
#include "firmware/base/log.h"
#include "firmware/base/secret.h"
#include "firmware/base/supervisor.h"
#include "firmware/keys/file_vault.h"
#include "firmware/keys/key_desk.h"
#include "firmware/keys/key_door.h"
#include "hal/tpm/tpm_vault.h"

namespace madoguchi {
namespace {

constexpr int wrong_configuration = 2;
constexpr const char* usual_tpm = "/dev/tpmrm0";

int complain(const std::string& what) {
  (void)std::fprintf(stderr, "kiosk-keys: %s\n", what.c_str());
  return wrong_configuration;
}

struct Configuration {
  std::string socket;
  std::string folder;
  std::string tpm;  ///< "auto", "off" or what tpm2-tss takes
  KeyDoorUsers users;
};

/// A user of this machine; an empty name is this process's own.
uid_t user_of(Config& config, const char* key) {
  const std::string name = config.text(key, "");
  if (name.empty()) return geteuid();
  const passwd* const entry = getpwnam(name.c_str());
  if (entry == nullptr) {
    config.problem(key, "names no user of this machine: " + name);
    return geteuid();
  }
  return entry->pw_uid;
}

Result<Configuration> read_configuration(const std::string& path) {
  auto loaded = Config::load(path);
  if (!loaded) return loaded.error();
  Config& config = *loaded;
  Configuration out;
  out.socket = config.path("keys.socket");
  out.folder = config.path("keys.dir");
  out.tpm = config.text("keys.tpm", "auto");
  out.users.link = user_of(config, "keys.link_user");
  out.users.kioskd = user_of(config, "keys.kioskd_user");
  if (Status good = config.finish({"keys"}); !good) return good.error();
  return out;
}

bool exists(const std::string& path) {
  struct stat what{};
  return ::stat(path.c_str(), &what) == 0;
}

/// A board whose TPM has vanished is a broken board, not one without: its key was in there.
std::unique_ptr<KeyVault> choose_vault(const Configuration& configuration) {
  const bool had_tpm = exists(configuration.folder + "/tpm.key");
  const bool is_auto = configuration.tpm == "auto";
  if (configuration.tpm != "off" && (!is_auto || had_tpm || exists(usual_tpm))) {
    const std::string tcti = is_auto ? std::string("device:") + usual_tpm : configuration.tpm;
    return std::make_unique<TpmVault>(tcti, configuration.folder);
  }
  log_event(Event::key_weak, {{"where", configuration.folder}});
  return std::make_unique<FileVault>(configuration.folder);
}

Task<void> wait_for_end() {
  asio::signal_set signals(co_await asio::this_coro::executor, SIGTERM, SIGINT);
  co_await signals.async_wait(asio::use_awaitable);
}

Task<void> serve(KeyDoor& door, asio::io_context& loop) {
  (void)co_await (door.run() || wait_for_end());
  loop.stop();
}

int run(const std::string& config_path, int socket_fd) {
  const auto configuration = read_configuration(config_path);
  if (!configuration) return complain(configuration.error().text());
  guard_process_memory();
  if (socket_fd >= 0 && !listens_locally(socket_fd))
    return complain("--socket-fd " + std::to_string(socket_fd) +
                    " is no listening SOCK_SEQPACKET socket");
  int listening = socket_fd;
  if (listening < 0) {
    const auto made = listen_locally(configuration->socket, key_door_mode);
    if (!made) return complain(made.error().text());
    listening = *made;
  }
  asio::io_context loop(1);  // first, because every socket must go before it
  SystemTimers timers;
  const auto vault = choose_vault(*configuration);
  KeyDesk desk(*vault);
  KeyDoor door(timers, desk, listening, configuration->users);
  log_event(Event::process_started);
  asio::co_spawn(loop, stay_alive(timers), asio::detached);
  asio::co_spawn(loop, serve(door, loop), asio::detached);
  loop.run();
  log_event(Event::process_stopping);
  return 0;
}

}  // namespace
}  // namespace madoguchi

int main(int argc, char** argv) {
  madoguchi::set_log_process("kiosk-keys");
  std::signal(SIGPIPE, SIG_IGN);
  (void)setenv("TSS2_LOG", "all+NONE", 0);  // its lines are no JSON; what it says is in our errors
  CLI::App app("Keeps the kiosk's key and counter in its TPM", "kiosk-keys");
  app.set_version_flag("--version", "kiosk-keys " MADOGUCHI_VERSION);
  std::string config;
  int socket_fd = -1;
  app.add_option("--config", config, "kiosk.toml; its [keys] is read")->required();
  app.add_option("--socket-fd", socket_fd,
                 "a listening socket of the supervisor's, instead of [keys] socket")
      ->check(CLI::NonNegativeNumber);
  if (const auto code = madoguchi::exit_after_parsing(app, argc, argv)) return *code;
  return madoguchi::run(config, socket_fd);
}
