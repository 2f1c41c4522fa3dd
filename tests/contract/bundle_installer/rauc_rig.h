#pragma once
// Debian's rauc service with two files as slots, on a message bus of its own that starts it when it
// is called, as systemd does on the kiosk. Its boot loader back end is a script of a few lines.
//
// MADOGUCHI_RAUC: another rauc than the one on the path (1.13 beside Debian 12's 1.8).

#include <memory>
#include <string>

#include <sys/types.h>

#include "tests/child_process.h"
#include "tests/own_folder.h"

namespace madoguchi::test {

struct BundleWish {
  std::string compatible = "madoguchi-test";
  std::string version = "1.1";
  std::string rollback = "3";  ///< empty: none in the manifest
  bool trusted = true;         ///< signed by whom the keyring holds
};

class RaucRig {
 public:
  RaucRig();
  ~RaucRig();

  /// Whether rauc can be tested here; else the reason is printed.
  static bool possible();
  /// "1.8"
  static std::string rauc_version();
  [[nodiscard]] bool inspects() const;  ///< knows InspectBundle

  [[nodiscard]] std::string address() const { return address_; }
  [[nodiscard]] std::string file(const std::string& name) const { return folder_.path(name); }
  /// Makes a bundle of 1 MiB; gives its path.
  std::string make_bundle(const BundleWish& wish = {});
  /// The same with one byte of its content changed.
  std::string tampered(const std::string& bundle);
  /// The boot loader back end waits when it is asked for this ("set-state") until let_go(), or
  /// until rauc is gone.
  void hold_at(const std::string& what);
  [[nodiscard]] bool held() const;
  void let_go();
  /// Takes rauc out of what the bus can start.
  void remove_service();
  void signal_rauc(int signal);
  [[nodiscard]] std::string primary() const;
  [[nodiscard]] std::string state_of(const std::string& slot) const;
  [[nodiscard]] bool slot_holds_bundle(const std::string& slot) const;

 private:
  void write(const std::string& name, const std::string& content, unsigned mode = 0644);
  void make_keys();
  void configure();

  OwnFolder folder_;
  std::string address_;
  std::unique_ptr<ChildProcess> bus_;
  int bundles_ = 0;
};

}  // namespace madoguchi::test
