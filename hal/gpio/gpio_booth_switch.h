#pragma once
// The driver of the switch at the booth's door: hal/api/booth_switch.h over the kernel's GPIO
// character device.

#include <memory>
#include <string>

#include <boost/asio/any_io_executor.hpp>

#include "firmware/base/timers.h"
#include "hal/api/booth_switch.h"

namespace madoguchi {

/// `line`: as BoothLine has it. It need not be there: until it is, the door counts as open. Timers
/// outlive the switch.
std::unique_ptr<BoothSwitch> make_gpio_booth_switch(const boost::asio::any_io_executor& loop,
                                                    Timers& timers, const std::string& line);

}  // namespace madoguchi
