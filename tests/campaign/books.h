#pragma once
// The books of a town: who stood where, what came out of each printer, what each terminal took,
// what the gateway recorded, what the kiosks' journals say. Each is kept by somebody else;
// compare() says where they contradict each other. Pure.

#include <cstdint>
#include <string>
#include <vector>

namespace madoguchi::campaign {

/// A visit as the one who stood there would tell it. The numbers count from 1; 0 is nobody.
struct Stay {
  int number = 0;
  std::string kiosk;
  std::string visit;            ///< the id that the kiosk gave it; empty when it began none
  std::string resident;         ///< whose card lay on the reader
  std::string wish;             ///< as wish_of() writes it
  std::int64_t agreed_yen = 0;  ///< on the screen when "pay" was pressed
  int strangers = 0;            ///< screens that named somebody of another household
};

/// A job of a printer.
struct Paper {
  std::string kiosk;
  int stay = 0;          ///< who stood there when it was handed to the printer
  std::string document;  ///< the job's name
  std::string whose;     ///< what stands on it: the resident that the gateway drew it for,
  std::string wish;      ///< ... and what was asked of the gateway
  bool came_out = false;
};

/// A sale in a terminal's own ledger.
struct Sale {
  std::string kiosk;
  int stay = 0;               ///< who stood there when the payment was asked for
  std::string visit;          ///< the kiosk's name for what was sold
  std::int64_t kept_yen = 0;  ///< nothing when it was reversed
};

/// A document in the gateway's ledger.
struct Record {
  std::string kiosk;
  std::string visit;
  std::string document;
  std::string state;  ///< gateway::DocumentState
  std::int64_t due_yen = 0;
  std::int64_t charged_yen = 0;  ///< of the last settlement; 0 without one
};

/// A visit in a kiosk's journal.
struct Entry {
  std::string kiosk;
  std::string visit;
  std::string document;  ///< empty when there was none
  bool open = false;
  bool ticket = false;  ///< staff have it
};

struct Books {
  std::vector<Stay> stays;
  std::vector<Paper> papers;
  std::vector<Sale> sales;
  std::vector<Record> records;
  std::vector<Entry> journal;
};

struct Mismatch {
  int stay = 0;
  std::string what;
};

/// At the end of a town's day, after every recovery: everything that must agree and does not.
///   a name of another household on a screen;
///   paper for nobody, paper for another person, another paper than was asked for, paper twice;
///   charged nobody, charged another amount than agreed, charged twice, charged without paper;
///   a ledger of the gateway that differs from terminal or tray; a visit that stays open.
/// A visit for which staff have a ticket may have charged without paper: that is what it says.
std::vector<Mismatch> compare(const Books& books);

/// Kind, persons (sorted) and copies as one text.
std::string wish_of(const std::string& kind, std::vector<std::string> persons, int copies);

}  // namespace madoguchi::campaign
