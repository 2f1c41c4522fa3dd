#pragma once
// Calls by video between kiosks and the city's desks (firmware/message/consult_api.h towards the
// kiosk, consult_live.h towards the console): who waits, who talks to whom, who has left. Nothing
// of a call is stored but the anonymous lines of consult_records.h; a gateway that ends forgets its
// calls, and the kiosks are told that they are over.
//
// A call waits for its topic: whoever was handed over first, then a booking from its time on, then
// in the order in which they came. It is answered by exactly one desk. What a kiosk or a console
// says of a call that is not its own, or of a connection that another has replaced, is dropped.
//
// It knows no socket. Loop thread only. Callbacks are called from within; they may not end seats.

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "firmware/base/task.h"
#include "tools/gateway/card_trust.h"
#include "tools/gateway/consult/consult_live.h"
#include "tools/gateway/consult/consult_plan.h"
#include "tools/gateway/consult/relay_access.h"
#include "tools/gateway/live_hub.h"
#include "tools/gateway/queue/bookings.h"
#include "tools/gateway/store.h"
#include "tools/gateway/visits.h"

namespace madoguchi::gateway {

class Consultations {
 public:
  /// All of it outlives the Consultations. What may be null: without relay there is none, without
  /// bookings none is for a call, without card_trust no signature of a form is believed.
  struct Parts {
    Store& store;
    Timers& timers;
    LiveHub& hub;
    const ConsultPlan& plan;
    const RelayAccess* relay = nullptr;
    Bookings* bookings = nullptr;
    const CardTrust* card_trust = nullptr;
  };
  /// Hears from now on what kiosks say in the hub, which must outlive it and be quiet afterwards.
  static Result<std::unique_ptr<Consultations>> open(Parts parts);
  ~Consultations();
  Consultations(const Consultations&) = delete;
  Consultations& operator=(const Consultations&) = delete;

  // ---- for kiosks; `caller.visit` is the call in the path ----

  Answer topics();
  Task<Decision> ask(Caller caller, consult::Ask ask);
  Task<Decision> relay(Caller caller, consult::RelayAsk ask);
  Task<Decision> record(Caller caller, consult::Record record);
  Answer paper(const std::string& kiosk, const std::string& call, const std::string& paper);
  /// What came over the kiosk's live connection.
  void heard(const std::string& kiosk, const consult::Said& said);

  // ---- for consoles ----

  struct Who {
    std::string account;
    StaffRole role = StaffRole::volunteer;
  };
  /// A console is connected as long as this lives. Must not outlive the Consultations.
  class Seat {
   public:
    Seat(Seat&& other) noexcept;
    Seat& operator=(Seat&&) = delete;
    ~Seat();
    void heard(const ConsultOrder& order);

   private:
    friend class Consultations;
    Seat(Consultations& all, std::uint64_t number) : all_(&all), number_(number) {}
    Consultations* all_;
    std::uint64_t number_;
  };
  /// Says at once where this account may sit, if anywhere.
  Seat arrive(Who who, std::function<void(const ConsultNews&)> say);

  /// Ends what nobody came back to, and tells who waits how long. To be called every second.
  void tick();
  /// Forgets old records, counts who did not come. To be called now and then.
  Status tidy();

 private:
  struct State;
  explicit Consultations(std::unique_ptr<State> state);
  std::unique_ptr<State> state_;
};

}  // namespace madoguchi::gateway
