#pragma once
// Who checks and writes update bundles, and knows which slot was started. Implemented by hal/rauc.
//
// A bundle that begins to be written can not be stopped: RAUC has no such call. Cancelling the
// await of install() or attach() leaves it writing; system() says so, and attach() takes the wait
// up again. What was begun harms nothing: the slot that is being written is not startable until its
// end.
//
// Errors of every call: gone (nobody on the bus, or who was there died: in mid-install the bundle
// has to be installed anew), timeout (there, but silent), busy (another installation runs),
// protocol (an answer that is none), io (everything else, in the installer's own words).
//
// Thread: every function is called and resumes on the loop thread. One install() or attach() at a
// time, other calls beside it may be made.

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "firmware/base/result.h"
#include "firmware/base/task.h"

namespace madoguchi {

struct InstallerState {
  std::string compatible;   ///< what a bundle's must equal: "madoguchi-pc-x86_64"
  std::string booted;       ///< boot name of the slot that was started: "a"
  bool installing = false;  ///< also when somebody else has begun it
};

/// What a bundle says of itself. Its signature was checked.
struct BundleInfo {
  std::string compatible;
  std::string version;
  /// [meta.madoguchi] rollback of its manifest. Nothing: the manifest has none, or the installer is
  /// too old to tell (RAUC before 1.9 has no InspectBundle).
  std::optional<std::uint64_t> rollback;

  bool operator==(const BundleInfo&) const = default;
};

struct BundleSlot {
  std::string name;      ///< "rootfs.0"
  std::string bootname;  ///< "a"
  bool booted = false;
  bool good = false;    ///< by the boot loader: may be started
  std::string version;  ///< of the bundle that was written last; empty: not written by one
};

struct InstallProgress {
  int percent = 0;   ///< 0-100, never less than before
  std::string step;  ///< for maintainers: "Copying image to rootfs.1"
};

class BundleInstaller {
 public:
  enum class Mark { good, bad };
  using Progress = std::function<void(const InstallProgress&)>;

  virtual ~BundleInstaller() = default;

  virtual Task<Result<InstallerState>> system() = 0;
  /// `bundle`: a path that the installer can read, or its http URL where it streams. Also:
  /// integrity (not signed by whom the keyring trusts, or changed since), not_found, invalid (no
  /// bundle).
  virtual Task<Result<BundleInfo>> inspect(std::string bundle) = 0;
  /// Ends well when the other slot is written and is what starts next. Also, beside those of
  /// inspect(): refused (for another board).
  virtual Task<Status> install(std::string bundle, Progress progress) = 0;
  /// Waits for the end of an installation that was begun before; refused when none runs.
  virtual Task<Status> attach(Progress progress) = 0;
  virtual Task<Result<std::vector<BundleSlot>>> slots() = 0;
  /// What became of the slot that was started. Good also where it was good before.
  virtual Task<Status> mark(Mark mark) = 0;
};

}  // namespace madoguchi
