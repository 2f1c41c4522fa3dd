#include "tests/campaign/town.h"

#include <algorithm>
#include <cstdio>
#include <filesystem>

namespace madoguchi::campaign {

using namespace std::chrono_literals;

namespace {

constexpr auto longest_day = 72h;

/// Ten in the morning in Japan, today: the cards' certificates are as young as the machine says.
Timers::Wall this_morning() {
  return std::chrono::floor<std::chrono::days>(std::chrono::system_clock::now()) + 1h;
}

}  // namespace

Town::Town(const Citizens& citizens, const OwnFolder& folder, std::uint64_t the_seed, int kiosks,
           int stays)
    : timers(this_morning()),
      seed(the_seed),
      folder_(folder),
      prefix_("town-" + std::to_string(the_seed) + "-"),
      citizens_(citizens),
      away_(citizens.all().size()),
      city_(citizens, timers, file("gateway.sqlite"), folder),
      wires_(timers, city_.routes(), troubles, the_seed) {
  for (const Citizen& each : citizens.all()) cards_.push_back(citizens.card_of(each));
  for (int i = 1; i <= kiosks; ++i) kiosks_.push_back(std::make_unique<Kiosk>(*this, i, stays));
}

Town::~Town() {
  kiosks_.clear();
  std::error_code ignored;
  const std::filesystem::path mine = file("");
  for (const auto& entry : std::filesystem::directory_iterator(mine.parent_path(), ignored)) {
    if (entry.path().filename().string().starts_with(prefix_))
      std::filesystem::remove(entry.path(), ignored);
  }
}

std::optional<std::size_t> Town::somebody(Dice& dice, const std::string& again) {
  std::vector<std::size_t> free;
  for (std::size_t i = 0; i < away_.size(); ++i) {
    if (away_[i]) continue;
    free.push_back(i);
    if (citizen(i).id == again) {
      away_[i] = true;
      return i;
    }
  }
  if (free.empty()) return std::nullopt;
  const std::size_t chosen = dice.one_of(free);
  away_[chosen] = true;
  return chosen;
}

void Town::until(const std::function<bool()>& ended) {
  const auto limit = timers.now() + longest_day;
  while (!ended()) {
    bool busy = false;
    for (const auto& kiosk : kiosks_) busy = kiosk->turn() || busy;
    busy = wires_.turn() || busy;
    if (busy) continue;
    Timers::Duration due{};
    bool any = timers.next_due(due);
    for (const auto& kiosk : kiosks_) {
      const auto at = kiosk->due();
      if (!at) continue;
      const auto in = std::chrono::ceil<Timers::Duration>(*at - timers.now());
      due = any ? std::min(due, in) : in;
      any = true;
    }
    if (!any || timers.now() > limit) {
      (void)std::printf("campaign-person: the day of town %llu does not end\n",
                        static_cast<unsigned long long>(seed));
      for (const auto& kiosk : kiosks_) (void)std::printf("  %s\n", kiosk->doing().c_str());
      std::exit(3);
    }
    timers.advance(std::max(due, Timers::Duration(0)));
  }
}

/// After the last resident: everything works again, and nobody comes for what is owed.
void Town::recover_everything() {
  wires_.calm();
  const auto all_closed = [this] {
    return std::all_of(kiosks_.begin(), kiosks_.end(),
                       [](const auto& kiosk) { return kiosk->closed(); });
  };
  constexpr int rounds = 3;
  for (int round = 0; round < rounds; ++round) {
    for (const auto& kiosk : kiosks_) kiosk->mend();
    until(all_closed);
    const auto later = timers.now() + 11min;
    bool over = false;
    asio::io_context clock;
    const auto wait = [&]() -> Task<void> {
      co_await timers.sleep(std::chrono::ceil<Timers::Duration>(later - timers.now()));
      over = true;
    };
    asio::co_spawn(clock, wait(), asio::detached);
    until([&] {
      clock.restart();
      clock.poll();
      return over;
    });
  }
}

std::vector<Mismatch> Town::run() {
  until([this] {
    return std::all_of(kiosks_.begin(), kiosks_.end(),
                       [](const auto& kiosk) { return kiosk->closed(); });
  });
  recover_everything();
  Books books;
  books.stays = stays_;
  books.records = city_.records();
  for (const auto& kiosk : kiosks_) kiosk->tell(books);
  return compare(books);
}

}  // namespace madoguchi::campaign
