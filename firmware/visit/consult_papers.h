#pragma once
// Papers that are handed over in a consultation and printed, free of charge. Such a job is in the
// journal under an id of its own before the printer hears of it, and closed there when it is out or
// withdrawn: after a power cut it is withdrawn, since nobody stands there any more.
//
// Loop thread.

#include <string>

#include "firmware/journal/journal.h"
#include "firmware/visit/desk.h"

namespace madoguchi::visit {

struct ConsultPaperRecord {
  std::string job;  ///< its name at the printer
};
MADOGUCHI_DESCRIBE(ConsultPaperRecord, job)

/// Once. Ok when the paper is out. Errors: what stood in the way; integrity (it is no PDF, or too
/// large).
Task<Status> print_consult_paper(Desk& desk, Bytes pdf);

/// Withdraws what a power cut left at the printer. What gets no answer waits for the next call. Not
/// while one is being printed.
Task<void> withdraw_consult_papers(Desk& desk);

/// Whether the entry belongs to such a job and to no visit.
bool is_of_consult_paper(const JournalEntry& entry);

}  // namespace madoguchi::visit
