#include "firmware/visit/aftermath.h"

#include <algorithm>

#include "firmware/visit/screen_parts.h"

namespace madoguchi::visit {

using payment::State;

namespace {

std::string key_of(const Aftermath& aftermath) {
  return "aftermath." + std::string(codec::enum_name(aftermath.became));
}

Became became_of(const payment::ChargeRecord& charge, const certificate::PrintRecord& print) {
  if (print.state == certificate::PrintState::lost) return Became::paper_unknown;
  if (print.state == certificate::PrintState::completed && charge.state != State::unresolved)
    return Became::paper_out;
  switch (charge.state) {
    case State::idle:
    case State::not_charged:
      return Became::nothing_moved;
    case State::charged:
      return Became::paper_kept;
    case State::reversed:
      return Became::given_back;
    default:
      return Became::unresolved;
  }
}

}  // namespace

Aftermath aftermath_of(const payment::ChargeRecord& charge, const certificate::PrintRecord& print,
                       const std::optional<Owed>& owed) {
  Aftermath out;
  out.became = became_of(charge, print);
  out.yen = charge.booked_yen > 0 ? charge.booked_yen : charge.amount_yen;
  out.reference = charge.payment_service_id;
  if (owed) out.kept_until = Timers::Wall(std::chrono::milliseconds(owed->until_ms));
  return out;
}

std::vector<Text> welcome_lead(const Aftermath& aftermath, Timers::Wall now) {
  const auto left = std::chrono::ceil<std::chrono::minutes>(aftermath.kept_until - now).count();
  return {say("aftermath.to"),
          say(key_of(aftermath), {{"yen", std::to_string(aftermath.yen)},
                                  {"minutes", std::to_string(std::max<std::int64_t>(1, left))},
                                  {"ticket", aftermath.reference}})};
}

Text reassurance(const Aftermath& aftermath) {
  const std::string yen = std::to_string(aftermath.yen);
  switch (aftermath.became) {
    case Became::nothing_moved:
      return say("money.never_asked");
    case Became::given_back:
      return say("money.given_back", {{"yen", yen}});
    case Became::paper_kept:
      return say("money.kept", {{"yen", yen}});
    case Became::unresolved:
      return say("money.unknown", {{"yen", yen}, {"ticket", aftermath.reference}});
    case Became::paper_out:
    case Became::paper_unknown:
      break;
  }
  return say(key_of(aftermath), {{"yen", yen}});
}

void advise(Slip& slip, const Aftermath& aftermath, const Settings& settings) {
  if (aftermath.became == Became::paper_kept) {
    const std::tm until = settings.hours.local(aftermath.kept_until);
    slip.advice.insert(slip.advice.begin(),
                       {say("slip.advice.paper_kept", {{"hour", std::to_string(until.tm_hour)},
                                                       {"minute", two_digits(until.tm_min)}}),
                        say("slip.advice.paper_kept_no_longer")});
  } else if (aftermath.became == Became::paper_unknown) {
    slip.advice.insert(slip.advice.begin(), say("slip.advice.paper_unknown"));
  }
}

}  // namespace madoguchi::visit
