#pragma once
// A real TPM 2.0 in software: swtpm with a state of its own, which can be switched off, frozen and
// cleared.

#include <string>

#include <sys/types.h>

#include "tests/own_folder.h"

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
  OwnFolder state_;
  int port_ = 0;
  pid_t pid_ = 0;
};

}  // namespace madoguchi
