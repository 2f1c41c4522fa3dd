#pragma once
// The editions of the open data on the public listener, GET and HEAD:
//   /opendata/kiosk_use.csv[?period=2026-10|fy2026]   without a period: the newest month
//   /opendata/kiosk_use.txt                           licence, columns, which editions there are
// Only what is published already is answered: nobody outside can make the gateway count.
//
// Loop thread only.

#include <string>

#include "tools/gateway/http_message.h"
#include "tools/gateway/numbers/numbers.h"

namespace madoguchi::gateway {

class OpenDataPage {
 public:
  /// Outlives the page.
  explicit OpenDataPage(Numbers& numbers) : numbers_(numbers) {}

  static constexpr std::string_view prefix = "/opendata/";

  Answer handle(const Request& request);

 private:
  Answer csv(std::string_view query);
  Answer metadata();

  Numbers& numbers_;
};

/// The CSV of an edition as a file to keep; nothing: it is not out.
Result<std::optional<Answer>> csv_answer(Numbers& numbers, const std::string& period);

}  // namespace madoguchi::gateway
