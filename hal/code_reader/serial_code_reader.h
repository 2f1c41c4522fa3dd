#pragma once
// The driver of a code reader on a serial line: hal/api/code_reader.h over a tty and code_line.h.

#include <memory>
#include <string>

#include <boost/asio/any_io_executor.hpp>

#include "firmware/base/timers.h"
#include "hal/api/code_reader.h"

namespace madoguchi {

/// `path`: the tty, best a name of its own below /dev (README.md). It need not be there: next()
/// waits until it comes. Timers outlive the reader.
std::unique_ptr<CodeReader> make_serial_code_reader(const boost::asio::any_io_executor& loop,
                                                    Timers& timers, const std::string& path);

}  // namespace madoguchi
