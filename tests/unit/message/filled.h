#pragma once
// A message with something in every field, made from its own description: what a round trip has to
// preserve.

#include <map>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "firmware/message/codec.h"

namespace madoguchi {

class Filler {
 public:
  /// `pick` chooses the alternative of every variant and the word of every enum; every list has so
  /// many items.
  explicit Filler(std::size_t pick, std::size_t items) : pick_(pick), items_(items) {}

  template <class T>
  void fill(T& out) {
    ++count_;
    if constexpr (std::is_same_v<T, bool>) {
      out = true;
    } else if constexpr (std::is_arithmetic_v<T>) {
      out = static_cast<T>(count_);
    } else if constexpr (std::is_same_v<T, std::string>) {
      out = "窓口 \"" + std::to_string(count_) + "\" 辻\U000E0100";
    } else if constexpr (std::is_same_v<T, Bytes>) {
      out = {0, 1, 0x80, 0xff, static_cast<std::uint8_t>(count_)};
    } else if constexpr (codec::Enumerated<T>) {
      const auto names = enum_names(T{});
      out = names[pick_ % names.size()].first;
    } else if constexpr (codec::is_optional<T>::value) {
      fill(out.emplace());
    } else if constexpr (codec::is_vector<T>::value) {
      out.resize(items_);
      for (auto& item : out) fill(item);
    } else if constexpr (codec::is_map<T>::value) {
      fill(out["first"]);
      fill(out["名"]);
    } else if constexpr (codec::is_variant<T>::value) {
      fill_variant(out, std::make_index_sequence<std::variant_size_v<T>>{});
    } else {
      describe(*this, out);
    }
  }

  template <class T>
  void operator()(const char*, T& field) {
    fill(field);
  }

 private:
  template <class T, std::size_t... I>
  void fill_variant(T& out, std::index_sequence<I...>) {
    const std::size_t chosen = pick_ % sizeof...(I);
    ((I == chosen ? fill(out.template emplace<I>()) : void()), ...);
  }

  std::size_t pick_;
  std::size_t items_;
  int count_ = 0;
};

template <class T>
T filled(std::size_t pick, std::size_t items = 2) {
  T message{};
  Filler(pick, items).fill(message);
  return message;
}

}  // namespace madoguchi
