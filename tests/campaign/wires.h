#pragma once
// The way between the kiosks and the gateway, at its worst: requests and replies are delayed, lost,
// duplicated; twin requests of two kiosks reach the gateway within a millisecond, and their replies
// are swapped, whole or in part; replies of another kiosk or an earlier visit come instead.
//
// One thread. The gateway's side runs on a loop of its own, so that a kiosk may lose its power at
// any moment.

#include <array>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "firmware/base/asio.h"
#include "firmware/visit/desk.h"
#include "tests/campaign/dice.h"
#include "tests/visit/world.h"
#include "tools/gateway/routes.h"

namespace madoguchi::campaign {

/// How often each kind of trouble struck, by its name.
using Troubles = std::map<std::string, int>;

class Wires {
 public:
  Wires(Timers& timers, gateway::Routes& gateway, Troubles& troubles, std::uint64_t seed);
  ~Wires();

  /// A kiosk's end. Must not outlive the wires.
  class Line final : public visit::Link {
   public:
    Line(Wires& wires, int kiosk) : wires_(wires), kiosk_(kiosk) {}
    [[nodiscard]] bool up() const override { return true; }
    Task<HttpAnswer> call(HttpCall call) override;
    // No live channel here: a kiosk must do without it.
    [[nodiscard]] bool live() const override { return false; }
    Task<void> live_changed() override { co_await never_.wait(); }
    void say(const desk::LiveFromKiosk&) override {}
    Task<desk::LiveToKiosk> heard() override {
      co_await unheard_.wait();
      co_return desk::EndSession{};
    }

   private:
    Wakeup never_;
    Wakeup unheard_;
    Wires& wires_;
    const int kiosk_;
    int calls_ = 0;
  };

  /// Runs what is ready on the gateway's side; true when anything was.
  bool turn();
  /// From now on everything arrives as it was sent.
  void calm() { calm_ = true; }

 private:
  /// Where a kiosk waits for its reply. Shared by both ends: either may be gone first.
  struct Exchange {
    std::optional<HttpAnswer> answer;
    test::Signal arrived;
  };
  /// What will happen to one request and its reply.
  struct Fate {
    int way_ms = 10;
    int back_ms = 10;
    bool twin = false;
    int apart_ms = 0;  ///< from the twin, at the gateway
    bool swap = false;
    int swapped_part = 0;  ///< of a sealed document: 0 all of it, 1 the PDF, 2 the seal
    bool request_lost = false;
    bool never = false;  ///< neither the request nor a repeat of it arrives
    bool duplicated = false;
    bool reply_lost = false;
    bool reply_of_another = false;
    std::uint32_t which = 0;  ///< of those seen before
  };
  struct Letter {
    int kiosk = 0;
    HttpCall call;
    std::string what;  ///< "issue"
    Fate fate;
    std::shared_ptr<Exchange> exchange;  // shared: see there
  };
  /// Two kiosks that ask the same at the same moment.
  struct Twins {
    int first_kiosk = 0;
    bool complete = false;
    bool swap = false;
    test::Signal met;
    std::array<std::optional<HttpAnswer>, 2> answers;
    test::Signal answered;
  };
  struct Seat {
    std::shared_ptr<Twins> twins;  // shared by the two of them
    std::size_t side = 0;
  };

  void send(int kiosk, int number, HttpCall call, std::shared_ptr<Exchange> exchange);
  Fate draw(int kiosk, int number) const;
  Task<void> carry(Letter letter);
  Task<HttpAnswer> ask(const Letter& letter);
  Task<HttpAnswer> ask_in_trouble(const Letter& letter);
  Task<Seat> meet(const Letter& letter);
  Task<HttpAnswer> swapped(const Letter& letter, Seat seat, HttpAnswer own);
  void replace_by_an_earlier_one(const Letter& letter, HttpAnswer& answer);
  void struck(const std::string& trouble, const std::string& what);

  Timers& timers_;
  gateway::Routes& gateway_;
  Troubles& troubles_;
  const std::uint64_t seed_;
  bool calm_ = false;
  std::map<std::string, std::shared_ptr<Twins>> waiting_;  // shared with those who wait
  std::map<std::string, std::vector<HttpAnswer>> seen_;    ///< replies, by what was asked
  asio::io_context loop_;                                  // last: its frames use all of the above
};

}  // namespace madoguchi::campaign
