#pragma once
// The order of a visit at the gateway, as a table without any other thing. What is not in the table
// is refused as out_of_order.

#include <array>
#include <cstdint>
#include <optional>

#include "firmware/message/codec.h"
#include "firmware/message/gateway_api.h"

namespace madoguchi::gateway {

enum class VisitState {
  opened,      ///< the nonce is out
  identified,  ///< the card has signed the nonce
  quoted,      ///< a document was laid out and priced
  prepared,    ///< a sealed document is out and not settled: nothing else can begin
  refused,     ///< the nonce is spent and nobody was identified
};
MADOGUCHI_ENUM(VisitState, opened, identified, quoted, prepared, refused)

enum class VisitEvent { identify, refuse, quote, issue, settle };
MADOGUCHI_ENUM(VisitEvent, identify, refuse, quote, issue, settle)

struct VisitStep {
  VisitState from;
  VisitEvent event;
  VisitState to;
};

inline constexpr std::array visit_steps{
    VisitStep{VisitState::opened, VisitEvent::identify, VisitState::identified},
    VisitStep{VisitState::opened, VisitEvent::refuse, VisitState::refused},  // a nonce is used once
    VisitStep{VisitState::identified, VisitEvent::quote, VisitState::quoted},
    VisitStep{VisitState::quoted, VisitEvent::quote,
              VisitState::quoted},  // the resident chose anew
    VisitStep{VisitState::quoted, VisitEvent::issue, VisitState::prepared},
    VisitStep{VisitState::prepared, VisitEvent::settle,
              VisitState::identified},  // one more document
};

/// Where the event leads; nothing when it is out of order.
constexpr std::optional<VisitState> after(VisitState from, VisitEvent event) {
  for (const VisitStep& step : visit_steps) {
    if (step.from == from && step.event == event) return step.to;
  }
  return std::nullopt;
}

enum class DocumentState {
  prepared,    ///< sealed and handed out; not genuine yet
  issued,      ///< paid and printed: genuine
  voided,      ///< never to be honoured
  unresolved,  ///< staff must look
};
MADOGUCHI_ENUM(DocumentState, prepared, issued, voided, unresolved)

/// A document is settled once; only "unresolved" can still become issued or voided.
constexpr std::optional<DocumentState> settled(DocumentState from, api::Outcome outcome) {
  const bool open = from == DocumentState::prepared ||
                    (from == DocumentState::unresolved && outcome != api::Outcome::unresolved);
  if (!open) return std::nullopt;
  switch (outcome) {
    case api::Outcome::issued:
      return DocumentState::issued;
    case api::Outcome::voided:
      return DocumentState::voided;
    case api::Outcome::unresolved:
      return DocumentState::unresolved;
  }
  return std::nullopt;
}

}  // namespace madoguchi::gateway
