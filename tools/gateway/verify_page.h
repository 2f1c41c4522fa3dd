#pragma once
// What the QR code on a paper leads to: whether this document is genuine, of which kind and date,
// and nothing about the person. GET and HEAD of
//   /verify/<number>?h=<token>        HTML in Japanese and English, no scripts
//   /verify/<number>.json?h=<token>   the same as JSON
// A number without its token is answered as an unknown one, so that numbers cannot be tried out.
//
// Loop thread only.

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "firmware/message/codec.h"
#include "tools/gateway/catalogue.h"
#include "tools/gateway/http_message.h"
#include "tools/gateway/store.h"

namespace madoguchi::gateway {

enum class Genuine { issued, voided, unknown };
MADOGUCHI_ENUM(Genuine, issued, voided, unknown)

/// The answer in JSON.
struct Verification {
  std::string document;
  Genuine state = Genuine::unknown;
  std::optional<api::Kind> kind;
  std::optional<std::string> issued;  ///< 交付年月日, "2026-11-22"
};
MADOGUCHI_DESCRIBE(Verification, document, state, kind, issued)

class VerifyPage {
 public:
  /// Both outlive the page.
  VerifyPage(Store& store, const Catalogue& catalogue);

  Task<Answer> handle(Request request);

 private:
  Result<Verification> look_up(std::string_view number, std::string_view token);
  [[nodiscard]] Answer page(int status, const std::string& title, const std::string& content) const;
  [[nodiscard]] std::string describe_in_html(const Verification& verification) const;

  Store& store_;
  const Catalogue& catalogue_;
  std::string policy_;  ///< Content-Security-Policy
};

}  // namespace madoguchi::gateway
