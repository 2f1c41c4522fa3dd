#include "hal/tpm/tpm_counter.h"

#include <optional>
#include <string>

namespace madoguchi::tpm {
namespace {

// In the range that the owner gives out.
constexpr TPM2_HANDLE counter_index = 0x01804d47;
constexpr TPM2_HANDLE base_index = 0x01804d48;
constexpr UINT16 number_size = 8;

// Read and written with an empty value, and no wrong guess of that counts against anybody.
constexpr TPMA_NV anybody = TPMA_NV_AUTHREAD | TPMA_NV_AUTHWRITE | TPMA_NV_NO_DA;
constexpr TPMA_NV counter_kind = anybody | (TPM2_NT_COUNTER << TPMA_NV_TPM2_NT_SHIFT);
constexpr TPMA_NV base_kind = anybody | TPMA_NV_WRITEDEFINE;

Status define(Connection& tpm, TPM2_HANDLE at, TPMA_NV kind) {
  TPM2B_NV_PUBLIC shape{};
  shape.nvPublic.nvIndex = at;
  shape.nvPublic.nameAlg = TPM2_ALG_SHA256;
  shape.nvPublic.attributes = kind;
  shape.nvPublic.dataSize = number_size;
  const TPM2B_AUTH no_auth{};
  ESYS_TR made = ESYS_TR_NONE;
  const TSS2_RC code = Esys_NV_DefineSpace(tpm.esys(), ESYS_TR_RH_OWNER, ESYS_TR_PASSWORD,
                                           ESYS_TR_NONE, ESYS_TR_NONE, &no_auth, &shape, &made);
  if (code != TSS2_RC_SUCCESS) return error_of(code, "tpm.counter");
  Esys_TR_Close(tpm.esys(), &made);
  return {};
}

/// Nothing when it was never written.
Result<std::optional<std::uint64_t>> read_number(Connection& tpm, ESYS_TR index) {
  TPM2B_MAX_NV_BUFFER* raw = nullptr;
  const TSS2_RC code = Esys_NV_Read(tpm.esys(), index, index, ESYS_TR_PASSWORD, ESYS_TR_NONE,
                                    ESYS_TR_NONE, number_size, 0, &raw);
  if (plain(code) == TPM2_RC_NV_UNINITIALIZED) return std::optional<std::uint64_t>();
  if (code != TSS2_RC_SUCCESS) return error_of(code, "tpm.counter");
  const Owned<TPM2B_MAX_NV_BUFFER> data(raw);
  if (data->size != number_size)
    return Error{Errc::protocol, "tpm.counter", "the counter has another size"};
  std::uint64_t number = 0;
  for (std::size_t i = 0; i < number_size; ++i) number = number << 8 | data->buffer[i];
  return std::optional(number);
}

Status step(Connection& tpm, ESYS_TR counter) {
  const TSS2_RC code =
      Esys_NV_Increment(tpm.esys(), counter, counter, ESYS_TR_PASSWORD, ESYS_TR_NONE, ESYS_TR_NONE);
  if (code != TSS2_RC_SUCCESS) return error_of(code, "tpm.counter");
  return {};
}

Status write_base(Connection& tpm, ESYS_TR base, std::uint64_t number) {
  TPM2B_MAX_NV_BUFFER data{};
  data.size = number_size;
  for (std::size_t i = 0; i < number_size; ++i)
    data.buffer[i] = static_cast<BYTE>(number >> (8 * (number_size - 1 - i)));
  TSS2_RC code =
      Esys_NV_Write(tpm.esys(), base, base, ESYS_TR_PASSWORD, ESYS_TR_NONE, ESYS_TR_NONE, &data, 0);
  if (code == TSS2_RC_SUCCESS)
    code = Esys_NV_WriteLock(tpm.esys(), base, base, ESYS_TR_PASSWORD, ESYS_TR_NONE, ESYS_TR_NONE);
  if (code != TSS2_RC_SUCCESS) return error_of(code, "tpm.counter");
  return {};
}

/// Both indices, as far as they are there, and what they hold.
struct Standing {
  explicit Standing(Connection& tpm) : counter(tpm), base(tpm) {}
  Persistent counter;
  Persistent base;
  std::optional<std::uint64_t> count{};
  std::optional<std::uint64_t> began{};

  [[nodiscard]] std::int64_t value() const {
    return count && began && *count >= *began ? static_cast<std::int64_t>(*count - *began) : 0;
  }
};

Status look(Connection& tpm, Standing& standing) {
  const auto has_counter = standing.counter.find(counter_index);
  if (!has_counter) return has_counter.error();
  const auto has_base = standing.base.find(base_index);
  if (!has_base) return has_base.error();
  if (*has_counter) {
    const auto count = read_number(tpm, standing.counter.handle);
    if (!count) return count.error();
    standing.count = *count;
  }
  if (*has_base) {
    const auto began = read_number(tpm, standing.base.handle);
    if (!began) return began.error();
    standing.began = *began;
  }
  return {};
}

/// Brings both indices into being, whatever a power cut has left of them.
Status begin(Connection& tpm) {
  Standing standing(tpm);
  if (Status looked = look(tpm, standing); !looked) return looked;
  if (standing.count && standing.began) return {};
  if (standing.counter.handle == ESYS_TR_NONE) {
    if (Status made = define(tpm, counter_index, counter_kind); !made) return made;
    if (auto found = standing.counter.find(counter_index); !found) return found.error();
  }
  if (!standing.count) {
    if (Status stepped = step(tpm, standing.counter.handle); !stepped) return stepped;
    const auto count = read_number(tpm, standing.counter.handle);
    if (!count) return count.error();
    standing.count = *count;
  }
  if (standing.base.handle == ESYS_TR_NONE) {
    if (Status made = define(tpm, base_index, base_kind); !made) return made;
    if (auto found = standing.base.find(base_index); !found) return found.error();
  }
  return standing.began ? Status() : write_base(tpm, standing.base.handle, *standing.count);
}

}  // namespace

Result<std::int64_t> read_counter(Connection& tpm) {
  Standing standing(tpm);
  if (Status looked = look(tpm, standing); !looked) return looked.error();
  return standing.value();
}

Result<std::int64_t> raise_counter(Connection& tpm, std::int64_t to, std::int64_t most_steps) {
  if (Status begun = begin(tpm); !begun) return begun.error();
  Standing standing(tpm);
  if (Status looked = look(tpm, standing); !looked) return looked.error();
  const std::int64_t now = standing.value();
  if (to < now) {
    return Error{Errc::refused, "tpm.counter",
                 "the counter stands at " + std::to_string(now) + " and is never lowered"};
  }
  if (to - now > most_steps)
    return Error{Errc::invalid, "tpm.counter", "that is too far up at once"};
  for (std::int64_t at = now; at < to; ++at) {
    if (Status stepped = step(tpm, standing.counter.handle); !stepped) return stepped.error();
  }
  return read_counter(tpm);
}

Status erase_counter(Connection& tpm) {
  if (Status gone = undefine(tpm, counter_index); !gone) return gone;
  return undefine(tpm, base_index);
}

Status undefine(Connection& tpm, TPM2_HANDLE at) {
  Persistent index(tpm);
  const auto found = index.find(at);
  if (!found) return found.error();
  if (!*found) return {};
  const TSS2_RC code = Esys_NV_UndefineSpace(tpm.esys(), ESYS_TR_RH_OWNER, index.handle,
                                             ESYS_TR_PASSWORD, ESYS_TR_NONE, ESYS_TR_NONE);
  if (code != TSS2_RC_SUCCESS) return error_of(code, "tpm.undefine");
  index.handle = ESYS_TR_NONE;  // ESAPI has forgotten it
  return {};
}

}  // namespace madoguchi::tpm
