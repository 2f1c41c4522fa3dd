#pragma once
// Many kiosks, one city, one clock: a day in virtual time that depends on its seed alone.

#include <memory>
#include <vector>

#include "tests/campaign/kiosk.h"

namespace madoguchi::campaign {

class Town {
 public:
  /// `stays`: residents at each kiosk.
  Town(const Citizens& citizens, const OwnFolder& folder, std::uint64_t seed, int kiosks,
       int stays);
  ~Town();

  /// The whole day, every recovery included, and what does not agree in its books.
  std::vector<Mismatch> run();

  [[nodiscard]] const std::vector<Stay>& stays() const { return stays_; }
  /// How each stay ended, by the kiosk's word; "power cut" too.
  std::map<std::string, int> endings;
  /// What went wrong, by name.
  Troubles troubles;

  // For its kiosks.
  VirtualTimers timers;
  const std::uint64_t seed;
  std::string file(const std::string& name) const { return folder_.path(prefix_ + name); }
  City& city() { return city_; }
  Wires& wires() { return wires_; }
  /// Somebody who is at no kiosk now; nothing when all are. `again`: rather this one.
  std::optional<std::size_t> somebody(Dice& dice, const std::string& again);
  void leaves(std::size_t citizen) { away_[citizen] = false; }
  const Citizen& citizen(std::size_t index) const { return citizens_.all()[index]; }
  emulator::CardModel& card(std::size_t index) { return *cards_[index]; }
  /// A new stay; the number is its.
  int arrive() { return ++arrivals_; }
  void left(Stay stay) { stays_.push_back(std::move(stay)); }

 private:
  void until(const std::function<bool()>& ended);
  void recover_everything();

  const OwnFolder& folder_;
  const std::string prefix_;
  const Citizens& citizens_;
  std::vector<std::unique_ptr<emulator::CardModel>> cards_;
  std::vector<bool> away_;
  int arrivals_ = 0;
  std::vector<Stay> stays_;
  City city_;
  Wires wires_;
  std::vector<std::unique_ptr<Kiosk>> kiosks_;
};

}  // namespace madoguchi::campaign
