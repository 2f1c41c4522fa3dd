#pragma once
// What the service screen, the morning slip and the end of setting up need of kioskd's parts.
// Wiring.

#include <functional>
#include <string>

#include "firmware/apps/kioskd/link_port.h"
#include "firmware/apps/kioskd/setup_papers.h"
#include "firmware/visit/service_visit.h"

namespace boost::asio {
class io_context;
}

namespace madoguchi {

/// Everything is borrowed and outlives the room.
visit::ServiceRoom service_room(boost::asio::io_context& loop, Timers& timers, LinkPort& link,
                                SetupFiles& papers, std::function<visit::SelfTestBench()> bench,
                                const std::string& state_dir);

}  // namespace madoguchi
