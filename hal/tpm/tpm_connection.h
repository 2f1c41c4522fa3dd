#pragma once
// One TPM 2.0 through tpm2-tss: the connection, and objects of ESAPI with an owner. Internal to
// hal/tpm; the worker's thread only.

#include <memory>
#include <string>

#include <tss2/tss2_esys.h>

#include "firmware/base/result.h"

namespace madoguchi::tpm {

/// What a response code means, with tpm2-tss's words for it. `where`: "tpm.sign".
Error error_of(TSS2_RC code, const char* where);
/// The response code without the layer, session and parameter that it came from.
TPM2_RC plain(TSS2_RC code);

struct EsysFree {
  void operator()(void* memory) const { Esys_Free(memory); }
};
/// What ESAPI gives to be freed.
template <class T>
using Owned = std::unique_ptr<T, EsysFree>;

class Connection {
 public:
  /// `tcti`: as tpm2-tss has it, "device:/dev/tpmrm0". Errc::gone when nothing is there.
  static Result<std::unique_ptr<Connection>> open(const std::string& tcti);
  ~Connection();
  Connection(const Connection&) = delete;
  Connection& operator=(const Connection&) = delete;

  [[nodiscard]] ESYS_CONTEXT* esys() const { return esys_; }
  /// "IBM SW TPM 8217.4131": maker and firmware.
  Result<std::string> maker();

 private:
  explicit Connection(TSS2_TCTI_CONTEXT* tcti) : tcti_(tcti) {}

  TSS2_TCTI_CONTEXT* tcti_;
  ESYS_CONTEXT* esys_ = nullptr;
};

/// A transient object or session: flushed from the TPM when it goes, for there may be no resource
/// manager behind.
class Transient {
 public:
  explicit Transient(Connection& connection) : connection_(connection) {}
  ~Transient() {
    if (handle != ESYS_TR_NONE) Esys_FlushContext(connection_.esys(), handle);
  }
  Transient(const Transient&) = delete;
  Transient& operator=(const Transient&) = delete;
  ESYS_TR handle = ESYS_TR_NONE;

 private:
  Connection& connection_;
};

/// A name in ESAPI for something persistent in the TPM; closed, not flushed.
class Persistent {
 public:
  explicit Persistent(Connection& connection) : connection_(connection) {}
  ~Persistent() {
    if (handle != ESYS_TR_NONE) Esys_TR_Close(connection_.esys(), &handle);
  }
  Persistent(const Persistent&) = delete;
  Persistent& operator=(const Persistent&) = delete;
  /// False when the TPM has nothing at this handle.
  Result<bool> find(TPM2_HANDLE at);
  ESYS_TR handle = ESYS_TR_NONE;

 private:
  Connection& connection_;
};

}  // namespace madoguchi::tpm
