#include "firmware/visit/records.h"

#include <algorithm>

#include "firmware/crypto/hash.h"

namespace madoguchi::visit {

PrintJob job_of(const DocumentRecord& document) {
  PrintJob job;
  job.name = document.document;
  job.copies = document.copies;
  job.pages = document.pages;
  return job;
}

Bytes card_tag_of(ByteView nonce, ByteView card_sha256) {
  Bytes both = to_bytes(nonce);
  both.insert(both.end(), card_sha256.begin(), card_sha256.end());
  return sha256(both);
}

api::Settlement settlement_of(const DocumentRecord& document, const payment::ChargeRecord& charge,
                              const certificate::PrintRecord& print) {
  api::Settlement out;
  out.document = document.document;
  out.charged_yen = charge.net_yen();
  out.sale = charge.terminal_sale;
  out.pages_printed = std::max(0, print.pages);
  const bool paid = document.amount_yen == 0 || charge.state == payment::State::charged;
  if (charge.state == payment::State::unresolved) {
    out.outcome = api::Outcome::unresolved;
  } else if (paid && print.state == certificate::PrintState::completed) {
    out.outcome = api::Outcome::issued;
  } else {
    out.outcome = api::Outcome::voided;
  }
  return out;
}

}  // namespace madoguchi::visit
