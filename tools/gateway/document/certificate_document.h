#pragma once
// A certificate on A4: laid out once to say how many pages it has and whether every name can be
// set, then drawn as PDF. Any thread, several at once; each thread keeps its own fonts (warm after
// the first document).

#include <memory>
#include <string>
#include <variant>

#include "firmware/message/gateway_api.h"
#include "tools/gateway/residents/registry.h"

namespace madoguchi::gateway {

/// Who certifies.
struct City {
  std::string name = "豊中市";
  std::string name_latin = "TOYONAKA CITY";    ///< for the microtext
  std::string mayor = "豊中市長　待兼　花子";  ///< title and name as they stand beside the seal
  std::string seal = "豊中市長之印";           ///< 公印, 4-9 characters in a square
  /// Says on every page that the city is invented and the paper certifies nothing. Only a real city
  /// turns it off.
  bool specimen = true;
};

/// What is known only when the document is issued.
struct Issue {
  std::string number;  ///< document number, printed and part of the microtext
  std::string
      verification_url;  ///< content of the QR code, at most 200 characters; empty: no QR code
  Date date;             ///< 交付年月日, in Japan
};

class CertificateDocument {
 public:
  /// Lays out what was asked for. A pure function of its arguments: the same ones give the same
  /// document, so that a gateway may keep the request instead of the document. Refuses with
  ///   not_available  the kind does not exist for the applicant (Entitlement), or that tax year
  ///   (none: the newest) malformed      a person who is not of the household, a year or an option
  ///   that the kind does not have glyph_missing  a name or address holds a character or variation
  ///   sequence that the font does not have too_long       a text cannot be set in its field at 6
  ///   pt or larger protected_person, moved_out, deceased, under_age  as refusal_of says, for the
  ///   applicant
  /// The message of a refusal names the field, never its content.
  static std::variant<CertificateDocument, api::ApiError> lay_out(const City& city,
                                                                  const Registry& registry,
                                                                  const Resident& applicant,
                                                                  const api::QuoteRequest& request,
                                                                  Date today);

  CertificateDocument(CertificateDocument&&) noexcept;
  CertificateDocument& operator=(CertificateDocument&&) noexcept;
  ~CertificateDocument();

  [[nodiscard]] int pages() const;
  /// The finished, unsigned PDF (1.4, fonts embedded). The same issue gives the same bytes.
  /// Errc::invalid when number or URL are too long, Errc::full when memory is short.
  [[nodiscard]] Result<Bytes> draw(const Issue& issue) const;

 private:
  struct Content;
  explicit CertificateDocument(std::unique_ptr<Content> content);
  std::unique_ptr<Content> content_;
};

}  // namespace madoguchi::gateway
