#include "tests/campaign/wires.h"

namespace madoguchi::campaign {

using namespace std::chrono_literals;

namespace {

constexpr auto longest_wait_for_a_twin = 4s;
constexpr std::size_t most_seen = 64;

std::string kiosk_name(int kiosk) { return "kiosk-" + std::to_string(kiosk); }

/// Puts the other's PDF under one's own seal, or the other way round.
void cross(HttpAnswer& own, const HttpAnswer& other, int part) {
  auto mine = decode<api::SealedDocument>(own.body, Dialect::json);
  auto theirs = decode<api::SealedDocument>(other.body, Dialect::json);
  if (part == 0 || !mine || !theirs) {
    own.status = other.status;
    own.body = other.body;
    return;
  }
  if (part == 1) {
    mine->pdf = theirs->pdf;
  } else {
    mine->seal = theirs->seal;
    mine->signature = theirs->signature;
  }
  own.body = encode(*mine, Dialect::json);
}

}  // namespace

Wires::Wires(Timers& timers, gateway::Routes& gateway, Troubles& troubles, std::uint64_t seed)
    : timers_(timers), gateway_(gateway), troubles_(troubles), seed_(seed), loop_(1) {}

Wires::~Wires() = default;

bool Wires::turn() {
  loop_.restart();
  return loop_.poll() > 0;
}

Task<HttpAnswer> Wires::Line::call(HttpCall call) {
  auto exchange = std::make_shared<Exchange>();  // shared: see there
  const std::string id = call.id;
  const std::chrono::milliseconds deadline(call.deadline_ms);
  wires_.send(kiosk_, ++calls_, std::move(call), exchange);
  const auto replied = [&]() -> Task<void> {
    while (!exchange->answer) co_await exchange->arrived.wait();
  };
  co_await (replied() || wires_.timers_.sleep(deadline));
  if (exchange->answer) co_return std::move(*exchange->answer);
  HttpAnswer none;
  none.id = id;
  none.failure = "timeout";
  co_return none;
}

void Wires::send(int kiosk, int number, HttpCall call, std::shared_ptr<Exchange> exchange) {
  Letter letter;
  letter.kiosk = kiosk;
  letter.what = call.target.substr(call.target.rfind('/') + 1);
  letter.call = std::move(call);
  letter.fate = draw(kiosk, number);
  letter.exchange = std::move(exchange);
  asio::co_spawn(loop_, carry(std::move(letter)), asio::detached);
}

Wires::Fate Wires::draw(int kiosk, int number) const {
  Fate fate;
  if (calm_) return fate;
  Dice dice{seed_, 1, static_cast<std::uint64_t>(kiosk), static_cast<std::uint64_t>(number)};
  fate.way_ms = dice.number(5, 120);
  fate.back_ms = dice.chance(0.02) ? dice.number(5'000, 40'000) : dice.number(5, 120);
  fate.twin = dice.chance(0.35);
  fate.apart_ms = dice.number(0, 1);
  fate.swap = dice.chance(0.15);
  fate.swapped_part = dice.number(0, 2);
  fate.request_lost = dice.chance(0.02);
  fate.never = dice.chance(0.005);
  fate.duplicated = dice.chance(0.06);
  fate.reply_lost = dice.chance(0.03);
  fate.reply_of_another = dice.chance(0.02);
  fate.which = static_cast<std::uint32_t>(dice.number(0, 1'000'000));
  return fate;
}

void Wires::struck(const std::string& trouble, const std::string& what) {
  ++troubles_[trouble + " " + what];
}

Task<void> Wires::carry(Letter letter) {
  const Fate& fate = letter.fate;
  co_await timers_.sleep(std::chrono::milliseconds(fate.way_ms));
  if (fate.never) {
    struck("never arrived:", letter.what);
    co_return;
  }
  if (fate.request_lost) {
    struck("lost request:", letter.what);
    co_await timers_.sleep(2s);  // until kiosk-link repeats it
  }
  Seat seat;
  if (fate.twin) seat = co_await meet(letter);
  if (seat.twins) co_await timers_.sleep(std::chrono::milliseconds(fate.apart_ms));
  HttpAnswer answer = co_await ask_in_trouble(letter);
  std::vector<HttpAnswer>& seen = seen_[letter.what];
  const HttpAnswer own = answer;
  if (seat.twins && seat.twins->swap) {
    answer = co_await swapped(letter, seat, own);
  } else if (fate.reply_of_another && !calm_) {
    replace_by_an_earlier_one(letter, answer);
  }
  if (seen.size() < most_seen) {
    seen.push_back(own);
  } else {
    seen[fate.which % most_seen] = own;
  }
  if (fate.back_ms > 1'000) struck("late reply:", letter.what);
  co_await timers_.sleep(std::chrono::milliseconds(fate.back_ms));
  answer.id = letter.call.id;
  letter.exchange->answer = std::move(answer);
  letter.exchange->arrived.ring();
}

Task<HttpAnswer> Wires::ask(const Letter& letter) {
  gateway::Request request;
  request.peer = kiosk_name(letter.kiosk);
  request.method = letter.call.method;
  request.target = letter.call.target;
  request.headers["content-type"] = "application/json";
  request.headers["idempotency-key"] = letter.call.id;
  request.body = letter.call.body;
  gateway::Answer answered = co_await gateway_.handle(std::move(request));
  HttpAnswer answer;
  answer.id = letter.call.id;
  answer.status = answered.status;
  answer.body = std::move(answered.body);
  co_return answer;
}

/// With its duplicates and repeats.
Task<HttpAnswer> Wires::ask_in_trouble(const Letter& letter) {
  HttpAnswer answer;
  if (letter.fate.duplicated) {
    struck("duplicated:", letter.what);
    auto both = co_await (ask(letter) && ask(letter));
    answer = std::move(letter.fate.which % 2 == 0 ? std::get<0>(both) : std::get<1>(both));
  } else {
    answer = co_await ask(letter);
  }
  if (letter.fate.reply_lost) {
    struck("lost reply:", letter.what);
    co_await timers_.sleep(3s);
    answer = co_await ask(letter);
  }
  co_return answer;
}

/// Waits a while for another kiosk that asks the same.
Task<Wires::Seat> Wires::meet(const Letter& letter) {
  Seat seat;
  std::shared_ptr<Twins>& place = waiting_[letter.what];
  if (place && place->first_kiosk != letter.kiosk) {
    seat.twins = std::exchange(place, nullptr);
    seat.side = 1;
    seat.twins->complete = true;
    seat.twins->swap = letter.fate.swap;
    seat.twins->met.ring();
    struck("twin requests:", letter.what);
    co_return seat;
  }
  const auto twins = std::make_shared<Twins>();
  twins->first_kiosk = letter.kiosk;
  place = twins;
  const auto met = [&]() -> Task<void> {
    while (!twins->complete) co_await twins->met.wait();
  };
  co_await (met() || timers_.sleep(longest_wait_for_a_twin));
  if (waiting_[letter.what] == twins) waiting_[letter.what].reset();
  if (twins->complete) seat.twins = twins;
  co_return seat;
}

Task<HttpAnswer> Wires::swapped(const Letter& letter, Seat seat, HttpAnswer own) {
  Twins& twins = *seat.twins;
  twins.answers[seat.side] = own;
  twins.answered.ring();
  const std::optional<HttpAnswer>& other = twins.answers[1 - seat.side];
  const auto answered = [&]() -> Task<void> {
    while (!other) co_await twins.answered.wait();
  };
  co_await (answered() || timers_.sleep(5s));
  if (!other) co_return own;
  const int part = letter.what == "issue" ? letter.fate.swapped_part : 0;
  struck("swapped reply:", letter.what);
  cross(own, *other, part);
  co_return own;
}

void Wires::replace_by_an_earlier_one(const Letter& letter, HttpAnswer& answer) {
  const std::vector<HttpAnswer>& seen = seen_[letter.what];
  if (seen.empty()) return;
  struck("reply of another visit:", letter.what);
  const int part = letter.what == "issue" ? letter.fate.swapped_part : 0;
  cross(answer, seen[letter.fate.which % seen.size()], part);
}

}  // namespace madoguchi::campaign
