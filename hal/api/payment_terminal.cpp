#include "hal/api/payment_terminal.h"

#include "firmware/base/asio.h"

namespace madoguchi {

Task<Result<TerminalTotals>> PaymentTerminal::totals() {
  co_return Error{Errc::unsupported, "terminal", "no sums"};
}

Task<Result<TerminalTotals>> PaymentTerminal::close_period() {
  co_return Error{Errc::unsupported, "terminal", "no periods"};
}

}  // namespace madoguchi
