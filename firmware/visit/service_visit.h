#pragma once
// Behind a maintainer's badge: what kioskctl does, on the screen. Nothing of a resident is on it,
// and it runs only between visits. It goes away by itself when nobody presses anything
// (Settings::patience). Loop thread only.

#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "firmware/message/link_protocol.h"
#include "firmware/visit/ask.h"
#include "firmware/visit/self_test.h"

namespace madoguchi::visit {

/// What of the kiosk is not the desk's. All of it outlives the reception; empty functions are parts
/// that this kiosk does not have.
struct ServiceRoom {
  std::function<SelfTestBench()> bench;
  /// In at most connection_test_takes_ms.
  std::function<Task<Result<ConnectionTested>>()> network;
  std::function<std::optional<IdentityState>()> identity;
  /// What is known of the system's update, line by line.
  std::function<std::vector<ReviewRow>()> update;
  /// Ends kioskd; whoever started it starts it again.
  std::function<void()> restart;
  /// Whether the self-test that ends the setting up is still to come; and that it is over.
  std::function<bool()> setup_is_due;
  std::function<void()> setup_is_done;
  /// Where the day of the last morning slip is kept; empty: nowhere.
  std::string morning_file;
};

class ServiceVisit {
 public:
  /// The desk has a service room.
  ServiceVisit(Desk& desk, Dialogue& dialogue)
      : desk_(desk), room_(*desk.service), dialogue_(dialogue) {}

  /// Until the maintainer ends it or has gone away. False: gone away.
  Task<bool> run();
  /// The end of the first start: the same self-test, until somebody is content or goes away.
  Task<void> end_setup();

 private:
  Task<void> chosen(std::string what);
  Task<void> show_report(SelfTestReport report);
  Task<void> try_paper();
  Task<void> try_touch();
  Task<void> try_network();
  Task<void> show_identity();
  Task<void> give_slip_now();
  Task<void> restart();
  Task<SelfTestReport> test();
  /// Shows until something is pressed; notes whether somebody has left.
  Task<std::string> ask(Screen screen);

  Desk& desk_;
  const ServiceRoom& room_;
  Dialogue& dialogue_;
  bool left_ = false;
};

}  // namespace madoguchi::visit
