#pragma once
// What stays of calls. The tables `consult_records` (what the kiosk says at the end, as help
// records are) and `consult_notes` (what the staff did); every statement about them is in
// consult_records.cpp. Neither holds a call's id, an account or anybody's name, and the times are
// rounded, so that the two cannot be joined to a person.
//
// Loop thread only. Errors: as database.h says.

#include <string>
#include <vector>

#include "tools/gateway/consult/consult_live.h"
#include "tools/gateway/store.h"

namespace madoguchi::gateway {

Status make_consult_tables(Store& store);

/// What of it is impossible; empty: nothing.
std::string impossible(const consult::Record& record, UnixTime now);
Status add_consult_record(Store& store, const std::string& kiosk, const consult::Record& record);

/// Somebody booked and did not come.
Status add_consult_no_show(Store& store, consult::Topic topic, const std::string& language,
                           UnixTime booked_at);

struct ConsultNote {
  consult::Topic topic = consult::Topic::general;
  std::string language;
  consult::Outcome outcome = consult::Outcome::not_said;
  std::vector<Deed> deeds;
  std::string note;
};
Status add_consult_note(Store& store, const ConsultNote& note, UnixTime now);

/// Forgets what is older than three years. To be called now and then.
Status tidy_consult_records(Store& store, UnixTime now);

}  // namespace madoguchi::gateway
