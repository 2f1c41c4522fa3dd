#pragma once
// A small journal as a kiosk writes it: visits, checkpoints, the gateway's countersignatures, and a
// visit that was erased because of its age. Its keys are throwaway keys made for this file.

#include <optional>
#include <string>

#include "firmware/journal/audit.h"
#include "firmware/journal/journal.h"
#include "tests/own_folder.h"

namespace madoguchi::test {

P256PrivateKey kiosk_key();
P256PrivateKey gateway_key();
P256PrivateKey another_key();
P256PublicKey public_half(const P256PrivateKey& key);

JournalOptions audited();
/// What the gateway answers.
api::CountersignedCheckpoint countersign(const api::SignedCheckpoint& checkpoint);
/// Plays the gateway for every unsent checkpoint; gives the last.
std::optional<api::CountersignedCheckpoint> countersign_all(Journal& journal);
/// One visit of five entries; `name` is in its bodies.
void write_visit(Journal& journal, const std::string& visit, const std::string& name = "D-1");

struct Sample {
  std::string file;
  api::CountersignedCheckpoint latest;  ///< as the gateway holds it
};
/// Three visits, two countersigned checkpoints, the first visit erased, and a third visit that no
/// checkpoint covers.
Sample write_sample(const std::string& file);

/// The audit of a file with both public keys; a file that cannot be opened is entry 0.
journal::AuditReport audit_of(const std::string& file,
                              const std::optional<api::CountersignedCheckpoint>& expected = {});

}  // namespace madoguchi::test
