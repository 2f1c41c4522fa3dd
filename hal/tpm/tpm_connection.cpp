#include "hal/tpm/tpm_connection.h"

#include <cctype>

#include <tss2/tss2_rc.h>
#include <tss2/tss2_tctildr.h>

namespace madoguchi::tpm {
namespace {

/// Four characters of a property, as the maker wrote them.
std::string letters(UINT32 value) {
  std::string text;
  for (int shift = 24; shift >= 0; shift -= 8) {
    const char c = static_cast<char>(value >> shift);
    if (std::isprint(static_cast<unsigned char>(c)) != 0) text += c;
  }
  while (!text.empty() && text.back() == ' ') text.pop_back();
  return text;
}

Errc errc_of(TSS2_RC code) {
  const TSS2_RC layer = code & TSS2_RC_LAYER_MASK;
  if (layer == TSS2_TCTI_RC_LAYER) return Errc::gone;
  switch (plain(code)) {
    case TPM2_RC_INTEGRITY:
    case TPM2_RC_AUTH_FAIL:
    case TPM2_RC_BAD_AUTH:
      return Errc::integrity;
    case TPM2_RC_NV_SPACE:
    case TPM2_RC_OBJECT_MEMORY:
    case TPM2_RC_SESSION_MEMORY:
    case TPM2_RC_MEMORY:
      return Errc::full;
    case TPM2_RC_LOCKOUT:
    case TPM2_RC_RETRY:
    case TPM2_RC_YIELDED:
      return Errc::busy;
    default:
      // ESAPI passes on what the transport below it said.
      return layer == TSS2_ESAPI_RC_LAYER && (code & 0xffff) == TSS2_BASE_RC_IO_ERROR ? Errc::gone
                                                                                      : Errc::io;
  }
}

}  // namespace

TPM2_RC plain(TSS2_RC code) {
  const TSS2_RC bare = code & ~TSS2_RC_LAYER_MASK;
  // Format 1 says in its other bits which handle, session or parameter it is about.
  return (bare & TPM2_RC_FMT1) != 0 ? (bare & (TPM2_RC_FMT1 | 0x3f)) : bare;
}

Error error_of(TSS2_RC code, const char* where) {
  return {errc_of(code), where, Tss2_RC_Decode(code)};
}

Result<std::unique_ptr<Connection>> Connection::open(const std::string& tcti) {
  TSS2_TCTI_CONTEXT* context = nullptr;
  TSS2_RC code = Tss2_TctiLdr_Initialize(tcti.c_str(), &context);
  if (code != TSS2_RC_SUCCESS)
    return Error{Errc::gone, "tpm.open",
                 "there is no TPM at " + tcti + ": " + Tss2_RC_Decode(code)};
  std::unique_ptr<Connection> connection(new Connection(context));
  code = Esys_Initialize(&connection->esys_, context, nullptr);
  if (code != TSS2_RC_SUCCESS) return error_of(code, "tpm.open");
  return connection;
}

Connection::~Connection() {
  if (esys_ != nullptr) Esys_Finalize(&esys_);
  Tss2_TctiLdr_Finalize(&tcti_);
}

Result<std::string> Connection::maker() {
  TPMS_CAPABILITY_DATA* raw = nullptr;
  TPMI_YES_NO more = TPM2_NO;
  const TSS2_RC code =
      Esys_GetCapability(esys_, ESYS_TR_NONE, ESYS_TR_NONE, ESYS_TR_NONE, TPM2_CAP_TPM_PROPERTIES,
                         TPM2_PT_FIXED, TPM2_MAX_TPM_PROPERTIES, &more, &raw);
  if (code != TSS2_RC_SUCCESS) return error_of(code, "tpm.capability");
  const Owned<TPMS_CAPABILITY_DATA> data(raw);
  std::string manufacturer;
  std::string vendor;
  std::string firmware;
  const TPML_TAGGED_TPM_PROPERTY& list = data->data.tpmProperties;
  for (UINT32 i = 0; i < list.count; ++i) {
    const TPMS_TAGGED_PROPERTY& one = list.tpmProperty[i];
    if (one.property == TPM2_PT_MANUFACTURER) manufacturer = letters(one.value);
    if (one.property >= TPM2_PT_VENDOR_STRING_1 && one.property <= TPM2_PT_VENDOR_STRING_4)
      vendor += letters(one.value);
    if (one.property == TPM2_PT_FIRMWARE_VERSION_1)
      firmware = std::to_string(one.value >> 16) + "." + std::to_string(one.value & 0xffff);
  }
  std::string text = manufacturer;
  if (!vendor.empty()) text += " " + vendor;
  return text + " " + firmware;
}

Result<bool> Persistent::find(TPM2_HANDLE at) {
  const TSS2_RC code = Esys_TR_FromTPMPublic(connection_.esys(), at, ESYS_TR_NONE, ESYS_TR_NONE,
                                             ESYS_TR_NONE, &handle);
  if (code == TSS2_RC_SUCCESS) return true;
  handle = ESYS_TR_NONE;
  const TPM2_RC what = plain(code);
  if ((code & TSS2_RC_LAYER_MASK) == 0 && (what == TPM2_RC_HANDLE || what == TPM2_RC_VALUE))
    return false;
  return error_of(code, "tpm.find");
}

}  // namespace madoguchi::tpm
