#pragma once
// What stays of a help session: an anonymous record that reaches the city exactly once (outbox.h).
// It stands in the journal under the session's id from the moment the resident agrees; so what a
// power cut or a lost link kept back is delivered later.
//
// Loop thread.

#include <string>

#include "firmware/visit/desk.h"

namespace madoguchi::visit {

/// The session's first record; a failure is logged.
void open_help_record(Desk& desk, const std::string& session, const desk::HelpRecord& record);
/// What is known of it now, in place of what was known before; a failure is logged.
void keep_help_record(Desk& desk, const std::string& session, const desk::HelpRecord& record);
/// What the resident does now, for the record of the session that runs, if one does.
void note_topic(Desk& desk, desk::HelpTopic topic);

}  // namespace madoguchi::visit
