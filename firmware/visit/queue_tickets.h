#pragma once
// Tickets in the journal and what the city is told of them, exactly once
// (firmware/queue/ticket_record.h). A ticket is a "visit" of the journal under the ticket's UUID,
// open until the city knows what became of it.
//
// Loop thread.

#include <string>
#include <string_view>

#include "firmware/journal/journal.h"
#include "firmware/queue/ticket_record.h"
#include "firmware/visit/desk.h"

namespace madoguchi::visit {

/// Durable when it returns ok.
Status open_ticket(Desk& desk, const std::string& ticket, const queue::TicketRecord& record);
/// In place of what was known before. Durable when it returns ok.
Status keep_ticket(Desk& desk, const std::string& ticket, const queue::TicketRecord& record);
/// The city knows; a failure is logged.
void close_ticket(Desk& desk, const std::string& ticket, const char* outcome);

/// Tells the city of all tickets that are open, each always with the same key. What gets no answer
/// waits for the next call. Not while a resident is being given one.
Task<void> deliver_tickets(Desk& desk);

/// The count of the last number of this series that the journal has; 0: none.
Result<int> last_offline_count(Journal& journal, std::string_view series);

/// Whether the entry belongs to a ticket and to no visit.
bool is_of_queue(const JournalEntry& entry);

}  // namespace madoguchi::visit
