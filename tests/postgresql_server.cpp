#include "tests/postgresql_server.h"

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>

#include <CppUTest/TestHarness.h>
#include <netinet/in.h>
#include <pwd.h>
#include <signal.h>
#include <sys/socket.h>
#include <unistd.h>

#include "tools/gateway/database/database.h"

namespace madoguchi {
namespace {

namespace files = std::filesystem;

constexpr const char* password = "of-the-tests";
constexpr int skipped = 77;

/// Of the newest version that is installed; empty: none.
std::string programs() {
  std::string newest;
  int newest_version = 0;
  std::error_code none;
  for (const auto& entry : files::directory_iterator("/usr/lib/postgresql", none)) {
    const int version = std::atoi(entry.path().filename().c_str());
    if (version <= newest_version || !files::exists(entry.path() / "bin/initdb")) continue;
    newest_version = version;
    newest = entry.path() / "bin";
  }
  return newest;
}

/// PostgreSQL refuses to be root's.
std::string as_its_user() {
  return geteuid() == 0 ? "setpriv --reuid=postgres --regid=postgres --clear-groups " : "";
}

int free_port() {
  const int listener = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  socklen_t size = sizeof address;
  auto* const any = reinterpret_cast<sockaddr*>(&address);
  const bool bound = bind(listener, any, size) == 0 && getsockname(listener, any, &size) == 0;
  close(listener);
  CHECK(bound);
  return ntohs(address.sin_port);
}

}  // namespace

bool PostgresqlServer::is_installed() { return !programs().empty(); }

PostgresqlServer::PostgresqlServer(Disk disk) : disk_(disk) {
  const std::string secret = folder_.put("password", password);
  if (geteuid() == 0) {
    const passwd* const user = getpwnam("postgres");
    CHECK(user != nullptr);
    for (const std::string& path : {folder_.path(), secret})
      CHECK(chown(path.c_str(), user->pw_uid, user->pw_gid) == 0);
  }
  const std::string make = as_its_user() + programs() + "/initdb -D " + folder_.path("data") +
                           " --username=gateway --pwfile=" + secret +
                           " --auth=scram-sha-256 --encoding=UTF8 --locale=C --no-sync >" +
                           folder_.path("initdb.log") + " 2>&1 </dev/null";
  CHECK_TEXT(std::system(make.c_str()) == 0, make.c_str());
  start();
}

PostgresqlServer::~PostgresqlServer() { process_.reset(); }

void PostgresqlServer::start() {
  if (port_ == 0) port_ = free_port();
  const std::string quick = disk_ == Disk::may_lie ? " -c fsync=off -c full_page_writes=off" : "";
  // Ends when our end of its standard input closes.
  const std::string story =
      as_its_user() + programs() + "/postgres -D " + folder_.path("data") + " -k " +
      folder_.path() + " -c listen_addresses=127.0.0.1 -p " + std::to_string(port_) + quick +
      " -c shared_buffers=32MB -c log_min_messages=log -c log_checkpoints=off & "
      "server=$!; read -r never; kill -INT $server; wait $server";
  process_ = std::make_unique<ChildProcess>(
      std::vector<std::string>{"/bin/sh", "-c", "exec 2>&1; " + story});
  process_->wait_for("ready to accept connections");
}

void PostgresqlServer::crash() {
  pid_t server = 0;
  std::ifstream(folder_.path("data/postmaster.pid")) >> server;
  CHECK(server > 0);
  CHECK(::kill(server, SIGQUIT) == 0);
  process_->wait_for("database system is shut down");
  process_.reset();
}

std::string PostgresqlServer::make_database() {
  const std::string before =
      "postgresql://gateway:" + std::string(password) + "@127.0.0.1:" + std::to_string(port_) + "/";
  auto whole = gateway::Database::open(before + "postgres");
  if (!whole) FAIL(whole.error().text().c_str());
  const std::string name = "test_" + std::to_string(++databases_);
  const auto made = whole->run(("CREATE DATABASE " + name).c_str());
  if (!made) FAIL(made.error().text().c_str());
  return before + name;
}

std::string PostgresqlServer::with_password(std::string url, const std::string& other) {
  return url.replace(url.find(password), std::string(password).size(), other);
}

std::string PostgresqlServer::with_port(std::string url, int port) {
  const auto from = url.find(':', url.find('@')) + 1;
  return url.replace(from, url.find('/', from) - from, std::to_string(port));
}

bool tests_are_for_postgresql() {
  const char* const engine = std::getenv("MADOGUCHI_TEST_DATABASE");
  return engine != nullptr && std::string(engine) == "postgresql";
}

PostgresqlServer& shared_postgresql_server() {
  if (!PostgresqlServer::is_installed()) {
    (void)std::fprintf(stderr, "skipped: Debian's package postgresql is not installed\n");
    std::_Exit(skipped);
  }
  static PostgresqlServer server;
  return server;
}

std::string fresh_database(const std::string& file) {
  return tests_are_for_postgresql() ? shared_postgresql_server().make_database() : file;
}

}  // namespace madoguchi
