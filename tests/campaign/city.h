#pragma once
// The city behind the kiosks: its residents with their cards, and the real gateway over a database
// of its own. Only the drawing is light (light_document.cpp): a PDF says in plain text for whom and
// for what it was drawn.

#include <memory>
#include <string>
#include <vector>

#include "firmware/crypto/signature.h"
#include "tests/campaign/books.h"
#include "tests/own_folder.h"
#include "tools/emulators/card/card_state.h"
#include "tools/gateway/routes.h"

namespace madoguchi::campaign {

/// In memory where there is such a file system.
std::filesystem::path fast_folder();

struct Citizen {
  std::string id;                      ///< "r-7"
  std::string name;                    ///< "町民　r-7"
  std::vector<std::string> household;  ///< ids in the register's order, one's own included
  bool registered = true;              ///< false: a card of another city
  emulator::CardImage card;
};

/// Who lives there. Making the keys takes a second for five cards: once for all towns of a run.
class Citizens {
 public:
  Citizens(int cards, const OwnFolder& folder);
  [[nodiscard]] const std::vector<Citizen>& all() const { return all_; }
  /// A card as it was handed out: every try left.
  [[nodiscard]] std::unique_ptr<emulator::CardModel> card_of(const Citizen& citizen) const;
  /// The register as the gateway reads it.
  [[nodiscard]] std::string register_json() const;
  /// The CA of the cards in PEM.
  [[nodiscard]] const std::string& card_ca() const { return card_ca_; }

 private:
  std::vector<Citizen> all_;
  std::string card_ca_;
};

/// One gateway with an empty database.
class City {
 public:
  City(const Citizens& citizens, Timers& timers, const std::string& database,
       const OwnFolder& folder);
  [[nodiscard]] gateway::Routes& routes() { return routes_; }
  [[nodiscard]] const P256PublicKey& seal_key() const { return seal_key_public_; }
  /// Every document that was ever sealed, with its last settlement.
  [[nodiscard]] std::vector<Record> records() const;

 private:
  std::string database_;
  gateway::Registry registry_;
  gateway::Catalogue catalogue_;
  gateway::CardTrust card_trust_;
  gateway::SealKey seal_key_;
  P256PublicKey seal_key_public_;
  gateway::DocumentSigner signer_;
  gateway::Store store_;
  gateway::Checkpoints checkpoints_;
  gateway::DrawingRoom drawing_room_;
  gateway::Visits visits_;
  gateway::HelpDesk help_desk_;
  gateway::Numbers numbers_;
  gateway::LiveHub live_hub_;
  gateway::KioskTurns turns_;
  gateway::Routes routes_;
};

/// Ends the program with a line when a call of the setting up failed: there is no town without it.
template <class T>
T must(Result<T> result) {
  if (result) return std::move(*result);
  (void)std::fprintf(stdout, "campaign-person: %s\n", result.error().text().c_str());
  std::exit(3);
}

/// What stands on a PDF of light_document.cpp after "% name "; empty when it is none.
std::string written_on(ByteView pdf, const std::string& name);

}  // namespace madoguchi::campaign
