#pragma once
// What the city says about its consultations by video: which topics when, which desks serve them,
// who may sit there. All of it is configuration (consult.toml); the gateway is restarted after a
// change.

#include <string>
#include <vector>

#include "firmware/base/result.h"
#include "firmware/message/consult_api.h"
#include "tools/gateway/catalogue.h"
#include "tools/gateway/staff/console_api.h"
#include "tools/gateway/store.h"

namespace madoguchi::gateway {

struct ConsultTopicPlan {
  consult::Topic topic = consult::Topic::general;
  Hours hours;
  std::string written_hours;  ///< as the file has them: "09:00-17:15"
  bool booth = false;         ///< only with the booth's door closed
  bool booked_only = false;
};

struct ConsultDeskPlan {
  std::string desk;  ///< its name within the city: "kurashi"
  std::string name;  ///< what the resident is told: "豊中市役所 くらし相談"
  std::vector<consult::Topic> topics;
  std::vector<std::string> interprets;  ///< languages, BCP 47; empty: no interpreter sits here
  StaffRole least = StaffRole::staff;
  std::vector<std::string> accounts;  ///< only these; empty: everybody of the role

  [[nodiscard]] bool serves(consult::Topic topic) const;
  [[nodiscard]] bool interprets_language(const std::string& language) const;
  [[nodiscard]] bool may_sit(const std::string& account, StaffRole role) const;
};

struct ConsultPlan {
  std::vector<ConsultTopicPlan> topics;
  std::vector<ConsultDeskPlan> desks;
  std::vector<ClosedDay> closed_days;
  std::int64_t kiosk_grace_s = 60;  ///< a kiosk that is not heard of comes back within it
  std::int64_t desk_grace_s = 30;   ///< a staff's browser likewise
  /// A topic is open only while somebody sits at a desk that serves it.
  bool needs_somebody = true;

  /// `closed_days`: the queue's, for a file that says none. Errc::invalid names file, line, reason.
  static Result<ConsultPlan> load(const std::string& path, std::vector<ClosedDay> closed_days);

  [[nodiscard]] const ConsultTopicPlan* find(consult::Topic topic) const;
  [[nodiscard]] const ConsultDeskPlan* find_desk(const std::string& desk) const;
  /// By the clock alone.
  [[nodiscard]] bool open_at(consult::Topic topic, UnixTime now) const;
};

}  // namespace madoguchi::gateway
