#pragma once
// Log events: declared once in events.def, written as one JSON object a line to standard error. Any
// thread.

#include <initializer_list>
#include <string>
#include <string_view>
#include <utility>

namespace madoguchi {

enum class Event {
#define MADOGUCHI_EVENT(name, level, meaning) name,
#include "firmware/base/events.def"
#undef MADOGUCHI_EVENT
};

using LogField = std::pair<std::string_view, std::string>;

/// Writes {"time":…,"process":…,"level":…,"event":…,fields…}. Fields must be free of personal data
/// and secrets.
void log_event(Event event, std::initializer_list<LogField> fields = {});

/// Names the process in every later line; call once at start.
void set_log_process(std::string_view name);

}  // namespace madoguchi
