#pragma once
// ESC/POS, the part that a slip needs: commands as bytes, and the printer's answers. Pure. After
// Epson's "ESC/POS Command Reference" (the command names are its).

#include <cstdint>
#include <optional>

#include "firmware/base/bytes.h"
#include "firmware/base/raster.h"
#include "hal/api/receipt_printer.h"

namespace madoguchi::escpos {

/// ESC @: forgets what earlier commands have set.
Bytes initialise();
/// GS v 0: some rows of a picture at its natural size. `raster` is well formed and has these rows.
/// A printer looks for real-time commands (DLE EOT, DLE ENQ, DLE DC4: some open a cash drawer) in
/// pictures, too; where dots would spell one, one more dot is printed.
Bytes band(const Raster& raster, std::int32_t first_row, std::int32_t rows);
/// Bytes of a band before its first row.
inline constexpr std::size_t band_header = 8;
/// GS V 66: feeds the last row past the cutter and cuts.
Bytes feed_and_cut();
/// GS r 1: the printer answers with paper_sensor when it has done all that was sent before.
Bytes tell_when_done();

/// DLE EOT n: answered at once, also when the printer is offline.
enum class Question : std::uint8_t { offline_cause = 2, error_cause = 3, paper_sensor = 4 };
Bytes ask(Question question);

struct Answer {
  enum class Kind {
    real_time,     ///< to DLE EOT; which of them, only the order says
    paper_sensor,  ///< to GS r 1
  };
  Kind kind = Kind::real_time;
  std::uint8_t bits = 0;
};

/// Takes what the printer sends apart. Automatic status (ASB), XON and XOFF, and blocks that
/// nobody asked for are left out.
class AnswerReader {
 public:
  void add(ByteView bytes);
  /// The next answer; nothing when more bytes are needed.
  std::optional<Answer> next();

 private:
  Bytes unread_;
};

/// What the answers to the three questions mean together; the worst counts.
ReceiptPrinterState judge(std::uint8_t offline_cause, std::uint8_t error_cause,
                          std::uint8_t paper_sensor);

}  // namespace madoguchi::escpos
