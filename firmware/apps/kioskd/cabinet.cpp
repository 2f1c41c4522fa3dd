#include "firmware/apps/kioskd/cabinet.h"

#include <filesystem>

#include "firmware/base/file.h"
#include "firmware/base/secret.h"
#include "hal/escpos/escpos_printer.h"
#include "hal/ipp/ipp_printer.h"
#include "hal/nfc/nfc_reader.h"
#include "hal/pcsc/pcsc_reader.h"
#include "hal/terminal/nexo_terminal.h"

namespace madoguchi {
namespace {

std::unique_ptr<CardReader> make_reader(const KioskConfiguration& configuration) {
  if (configuration.reader == "nfc") return make_nfc_reader(configuration.nfc_connstring);
  const ExtendedApdus extended = configuration.extended_apdus == "yes"  ? ExtendedApdus::yes
                                 : configuration.extended_apdus == "no" ? ExtendedApdus::no
                                                                        : ExtendedApdus::automatic;
  return make_pcsc_reader(configuration.pcsc_reader, extended);
}

/// Only kioskd's own audit key; the TLS key is another process's.
Result<std::optional<P256PrivateKey>> read_audit_key(const std::string& path) {
  if (path.empty()) return std::optional<P256PrivateKey>();
  Result<Bytes> pem = read_file(path, Secret::max_size - 1);
  if (!pem) return pem.error();
  const Secret text(*pem);
  wipe(pem->data(), pem->size());
  Result<P256PrivateKey> key = P256PrivateKey::from_pem(text);
  if (!key) return Error{key.error().code, path, key.error().what};
  return std::optional(std::move(*key));
}

Result<JournalOptions> journal_options(const KioskConfiguration& configuration) {
  JournalOptions options;
  options.reserve_bytes = static_cast<std::size_t>(configuration.reserve_kib) << 10;
  options.keep = std::chrono::days(configuration.keep_days);
  options.kiosk = configuration.visit.kiosk_id;
  options.checkpoint_entries = configuration.checkpoint_entries;
  options.checkpoint_interval = std::chrono::minutes(configuration.checkpoint_minutes);
  Result<std::optional<P256PrivateKey>> key = read_audit_key(configuration.audit_key);
  if (!key) return key.error();
  options.audit_key = std::move(*key);
  return options;
}

}  // namespace

Result<std::unique_ptr<Journal>> open_journal(const KioskConfiguration& configuration,
                                              Timers& timers) {
  std::error_code failed;
  std::filesystem::create_directories(configuration.state_dir, failed);
  if (failed)
    return Error{Errc::io, "kiosk.state_dir", configuration.state_dir + ": " + failed.message()};
  Result<JournalOptions> options = journal_options(configuration);
  if (!options) return options.error();
  return Journal::open(configuration.state_dir + "/journal.sqlite", timers, std::move(*options));
}

Result<Cabinet> open_cabinet(const KioskConfiguration& configuration, Timers& timers) {
  const Result<Bytes> pem = read_file(configuration.seal_key, 65536);
  if (!pem) return pem.error();
  Result<P256PublicKey> seal_key = P256PublicKey::from_pem(*pem);
  if (!seal_key) return Error{seal_key.error().code, configuration.seal_key, seal_key.error().what};
  // A key that cannot be used is a mistake of whoever set the kiosk up; a journal that cannot be
  // opened is the disk's, and is waited for.
  if (Result<JournalOptions> usable = journal_options(configuration); !usable)
    return usable.error();
  Result<std::unique_ptr<Printer>> printer = make_ipp_printer(timers, configuration.printer_uri);
  if (!printer) return printer.error();
  TerminalConfig terminal_config;
  terminal_config.url = configuration.terminal_url;
  terminal_config.tls.ca = configuration.terminal_ca;
  terminal_config.key = configuration.terminal_key;
  terminal_config.sale_id = configuration.visit.sale_id;
  terminal_config.poi_id = configuration.poi_id;
  terminal_config.patience = std::chrono::seconds(configuration.terminal_patience_s);
  Result<std::unique_ptr<PaymentTerminal>> terminal = make_nexo_terminal(timers, terminal_config);
  if (!terminal) return terminal.error();
  std::unique_ptr<ReceiptPrinter> receipt_printer;
  if (configuration.receipts) receipt_printer = make_escpos_printer(configuration.receipt_printer);
  return Cabinet{make_reader(configuration), std::move(*terminal), std::move(*printer),
                 std::move(receipt_printer), std::move(*seal_key)};
}

}  // namespace madoguchi
