#pragma once
// A real TPM 2.0 in software: swtpm with a state of its own, which can be switched off, frozen and
// cleared.

#include <string>

#include <sys/types.h>

namespace madoguchi {

class SoftwareTpm {
 public:
  SoftwareTpm();
  ~SoftwareTpm();
  SoftwareTpm(const SoftwareTpm&) = delete;
  SoftwareTpm& operator=(const SoftwareTpm&) = delete;

  /// For tpm2-tss.
  [[nodiscard]] std::string tcti() const;
  /// The same, but the line breaks after so many commands.
  [[nodiscard]] std::string tcti_that_breaks_after(int commands) const;
  /// As when the machine loses power; what it keeps, it keeps.
  void switch_off();
  void switch_on();
  /// It neither answers nor goes away.
  void freeze();
  void thaw();
  /// TPM2_Clear, as somebody with the machine in their hands can do: owner's objects are gone.
  void clear();

 private:
  std::string state_;
  int port_ = 0;
  pid_t pid_ = 0;
};

/// A folder that goes away with the object.
class OwnFolder {
 public:
  OwnFolder();
  ~OwnFolder();
  OwnFolder(const OwnFolder&) = delete;
  OwnFolder& operator=(const OwnFolder&) = delete;
  [[nodiscard]] std::string path(const std::string& name = "") const { return path_ + "/" + name; }

 private:
  std::string path_;
};

}  // namespace madoguchi
