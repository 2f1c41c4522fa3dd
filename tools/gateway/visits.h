#pragma once
// What a kiosk can ask for in a visit. Every operation reads, decides, and gives back the answer
// together with what must be written: the caller commits both at once, so that a repeated request
// finds either nothing or all of it.
//
// Loop thread only, one operation of a kiosk at a time (KioskTurns). The order is the table of
// visit_state.h.

#include <functional>
#include <string>

#include "firmware/base/task.h"
#include "firmware/base/timers.h"
#include "firmware/message/gateway_api.h"
#include "tools/gateway/card_trust.h"
#include "tools/gateway/catalogue.h"
#include "tools/gateway/document/pdf_signature.h"
#include "tools/gateway/drawing_room.h"
#include "tools/gateway/http_message.h"
#include "tools/gateway/residents/registry.h"
#include "tools/gateway/seal.h"
#include "tools/gateway/store.h"

namespace madoguchi::gateway {

/// Who asks, about which visit: both keys of everything that is read or written.
struct Caller {
  std::string kiosk;
  std::string visit;
};

/// How long a repeat may want the answer's body; bodies that name a person are kept no longer than
/// that.
enum class Keep {
  as_long_as_the_key,  ///< nothing personal in it
  minutes,             ///< the household, for a kiosk that lost the connection
  until_settlement,    ///< a document: at most a day, for a kiosk that lost its power
};

struct Decision {
  Answer answer;
  std::function<Status(Store&)> write{};  ///< empty when nothing changes
  Keep keep = Keep::as_long_as_the_key;
};

class Visits {
 public:
  static constexpr std::int64_t lifetime_s = 15 * 60;

  /// All of it outlives the Visits.
  struct Parts {
    Store& store;
    Timers& timers;
    const Registry& registry;
    const Catalogue& catalogue;
    const CardTrust& card_trust;
    const SealKey& seal_key;
    const DocumentSigner& signer;
    DrawingRoom& drawing_room;
    std::string public_url;  ///< base of the QR code's URL, without a slash at the end
  };
  explicit Visits(Parts parts) : parts_(std::move(parts)) {}

  /// `caller.visit` is empty: the id is in the request.
  Task<Decision> open(Caller caller, api::VisitOpen request);
  Task<Decision> identify(Caller caller, api::Identify request);
  Task<Decision> quote(Caller caller, api::QuoteRequest request);
  Task<Decision> issue(Caller caller, api::IssueRequest request);
  Task<Decision> settle(Caller caller, api::Settlement request);
  Task<Decision> feedback(Caller caller, api::Feedback request);
  Task<Decision> notice(Caller caller, api::Notice request);

 private:
  [[nodiscard]] UnixTime now() const;
  Verdict<Visit> expect(const Caller& caller, VisitEvent event);
  Verdict<const Resident*> who(const Visit& visit, const api::Identify& request) const;
  [[nodiscard]] api::Identified describe_offers(const Visit& visit, const Resident& resident) const;
  Task<Verdict<api::SealedDocument>> draw_and_seal(const Visit& visit, const Document& document,
                                                   const api::QuoteRequest& request,
                                                   Timers::Wall moment);

  Parts parts_;
};

}  // namespace madoguchi::gateway
