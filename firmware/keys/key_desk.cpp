#include "firmware/keys/key_desk.h"

#include "firmware/base/log.h"

namespace madoguchi {
namespace {

FromKeys refused(const Error& error) {
  return KeysRefused{std::string(name_of(error.code)), error.text()};
}

FromKeys half_of(const Result<Bytes>& point) {
  if (!point) return refused(point.error());
  return KeyHalf{*point};
}

FromKeys value_of(const Result<std::int64_t>& value) {
  if (!value) return refused(value.error());
  return CounterValue{*value};
}

FromKeys state_of(const Result<KeyVault::State>& state) {
  if (!state) return refused(state.error());
  return KeysState{state->is_tpm ? KeyPlace::tpm : KeyPlace::file, state->maker, state->has_key,
                   state->trouble};
}

bool may(const KeyAsker& asker, const ToKeys& question) {
  if (std::holds_alternative<KeysAsk>(question)) return asker.is_link || asker.is_kioskd;
  const bool is_links = std::holds_alternative<KeyMake>(question) ||
                        std::holds_alternative<KeyPublic>(question) ||
                        std::holds_alternative<KeySign>(question);
  return is_links ? asker.is_link : asker.is_kioskd;
}

std::string name_of(const ToKeys& question) {
  return std::visit([]<class Q>(const Q&) { return std::string(Q::tag); }, question);
}

}  // namespace

Task<FromKeys> KeyDesk::answer(KeyAsker asker, ToKeys question) {
  const std::string name = name_of(question);
  FromKeys answer = refused({Errc::refused, "keys", "this is not yours to ask"});
  if (may(asker, question)) answer = co_await carry_out(std::move(question));
  if (const auto* no = std::get_if<KeysRefused>(&answer))
    log_event(Event::key_refused, {{"what", name}, {"code", no->code}, {"why", no->what}});
  co_return answer;
}

Task<FromKeys> KeyDesk::carry_out(ToKeys question) {
  if (std::holds_alternative<KeyMake>(question)) {
    const auto point = co_await vault_.make_key();
    co_return half_of(point);
  }
  if (std::holds_alternative<KeyPublic>(question)) {
    const auto point = co_await vault_.public_half();
    co_return half_of(point);
  }
  if (auto* sign = std::get_if<KeySign>(&question)) {
    if (sign->digest.size() != keys::digest_size)
      co_return refused({Errc::invalid, "keys", "a SHA-256 digest has 32 bytes"});
    Bytes digest = std::move(sign->digest);
    const auto signature = co_await vault_.sign(std::move(digest));
    if (!signature) co_return refused(signature.error());
    co_return KeySignature{*signature};
  }
  if (std::holds_alternative<KeysAsk>(question)) {
    const auto state = co_await vault_.state();
    co_return state_of(state);
  }
  if (std::holds_alternative<CounterRead>(question)) {
    const auto value = co_await vault_.counter();
    co_return value_of(value);
  }
  if (const auto* raise = std::get_if<CounterRaise>(&question)) {
    const auto value = co_await vault_.raise_counter(raise->to);
    if (value) log_event(Event::key_event, {{"what", "counter"}, {"to", std::to_string(*value)}});
    co_return value_of(value);
  }
  const Status erased = co_await vault_.erase();
  if (!erased) co_return refused(erased.error());
  log_event(Event::key_event, {{"what", "erased"}});
  co_return KeysErased{};
}

}  // namespace madoguchi
