#pragma once
// A document that the resident signs with the card's authentication key: card, PIN with its tries
// guarded as in every visit, signature, and the card is taken back. Declining is always possible.

#include <optional>

#include "firmware/base/secret.h"
#include "firmware/identity/my_number_card.h"
#include "firmware/visit/ask.h"

namespace madoguchi::visit {

/// For one signature. Loop thread.
class CardSignature {
 public:
  struct Made {
    Bytes certificate;  ///< of the authentication key, DER
    Bytes signature;    ///< RSASSA-PKCS1-v1_5 over the SHA-256 of the document
  };

  CardSignature(Desk& desk, Dialogue& dialogue) : desk_(desk), dialogue_(dialogue) {}

  /// Nothing: the resident has declined or gone away, or the card cannot do it. The card is off the
  /// reader afterwards, as far as the resident takes it.
  Task<std::optional<Made>> sign(Bytes document);
  /// Nobody was there any more.
  [[nodiscard]] bool left() const { return left_; }

 private:
  Task<Reply> ask(Screen screen, Watch watch);
  Task<bool> read_card();
  Task<bool> enter_pin();
  Task<std::optional<Secret>> type_pin();
  [[nodiscard]] Watch removal();

  Desk& desk_;
  Dialogue& dialogue_;
  std::optional<identity::MyNumberCard> card_;
  Bytes certificate_;
  int tries_left_ = 0;
  bool left_ = false;
};

}  // namespace madoguchi::visit
