#pragma once
// A PostgreSQL server of the tests' own, from Debian's package: in a folder of its own, on
// loopback, as the user postgres when the tests are root's. It ends with the test program, whatever
// becomes of that.

#include <memory>
#include <string>

#include "tests/child_process.h"
#include "tests/own_folder.h"

namespace madoguchi {

class PostgresqlServer {
 public:
  /// Whether Debian's package is installed.
  static bool is_installed();

  enum class Disk {
    may_lie,   ///< nothing is forced to the disk: quick, and safe against everything but power cuts
    is_asked,  ///< as a city runs it: for measuring
  };
  /// A new one, running and empty. Fails the test when it does not start.
  explicit PostgresqlServer(Disk disk = Disk::may_lie);
  ~PostgresqlServer();

  /// A new, empty database in it; gives its URL, over TCP and with a password.
  std::string make_database();
  /// The same with another password, or at another port of loopback.
  static std::string with_password(std::string url, const std::string& password);
  static std::string with_port(std::string url, int port);

  /// At once, as a crash would (SIGQUIT); its clients are cut.
  void crash();
  void start();
  [[nodiscard]] int port() const { return port_; }

 private:
  Disk disk_;
  OwnFolder folder_;
  int port_ = 0;
  int databases_ = 0;
  std::unique_ptr<ChildProcess> process_;
};

/// What a test's database is called: the file, or the URL of a fresh one when the tests are run for
/// PostgreSQL (MADOGUCHI_TEST_DATABASE=postgresql). Without Debian's package the program then says
/// so and ends with 77, which CTest takes for skipped.
std::string fresh_database(const std::string& file);
bool tests_are_for_postgresql();
/// The one server that the tests of this program share.
PostgresqlServer& shared_postgresql_server();

}  // namespace madoguchi
