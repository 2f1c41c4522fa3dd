#include "firmware/lesson/trial.h"

#include <algorithm>
#include <array>

#include "firmware/lesson/keyboard.h"

namespace madoguchi::lesson {
namespace {

constexpr std::int32_t smallest_mm = 16;  // nearly that of a telephone's icon
constexpr std::int32_t largest_mm = 56;
constexpr std::size_t longest_typed = 48;  // bytes
constexpr std::string_view miss_prefix = "practice.";

std::int32_t first_size(PracticeKind kind) {
  switch (kind) {
    case PracticeKind::swipe:
      return 78;
    case PracticeKind::hold:
      return 46;
    default:
      return 42;
  }
}

/// Where the target is in each round, in thousandths of the field.
struct Place {
  std::int32_t across;
  std::int32_t down;
};
constexpr auto places =
    std::to_array<Place>({{500, 500}, {220, 300}, {780, 700}, {250, 760}, {760, 260}});

std::vector<PracticeMiss> misses_of(PracticeKind kind) {
  switch (kind) {
    case PracticeKind::tap:
      return {PracticeMiss::missed, PracticeMiss::slid_off, PracticeMiss::too_long,
              PracticeMiss::twice};
    case PracticeKind::hold:
      return {PracticeMiss::missed, PracticeMiss::slid_off, PracticeMiss::too_short};
    case PracticeKind::swipe:
      return {PracticeMiss::missed, PracticeMiss::too_short, PracticeMiss::crooked};
    case PracticeKind::type:
      break;
  }
  return {};
}

std::string of_kind(PracticeKind kind, std::string_view part) {
  return "practice." + std::string(codec::enum_name(kind)) + "." + std::string(part);
}

std::string word_in(const Words& words, const std::string& language) {
  const auto found = words.find(language);
  if (found != words.end()) return found->second;
  return words.empty() ? std::string() : words.begin()->second;
}

}  // namespace

Trial::Trial(Exercise exercise)
    : exercise_(std::move(exercise)), target_mm_(first_size(exercise_.kind)) {
  if (exercise_.kind == PracticeKind::type) exercise_.rounds = 1;
}

bool Trial::complete() const { return done_ >= exercise_.rounds; }

bool Trial::press(std::string_view control, const std::string& language) {
  if (control == target_id) {
    if (!complete()) went_well();
    return true;
  }
  if (control.starts_with(key_prefix)) {
    if (!complete()) typed(control.substr(key_prefix.size()), language);
    return true;
  }
  for (const PracticeMiss miss : misses_of(exercise_.kind)) {
    const std::string_view name = codec::enum_name(miss);
    if (control != std::string(miss_prefix) + std::string(name)) continue;
    if (!complete()) missed(name);
    return true;
  }
  return false;
}

void Trial::went_well() {
  ++done_;
  went_well_ = true;
  feedback_ = complete() ? "practice.all_done" : of_kind(exercise_.kind, "good");
  if (exercise_.kind == PracticeKind::tap) target_mm_ = std::max(smallest_mm, target_mm_ * 7 / 10);
}

void Trial::missed(std::string_view miss) {
  went_well_ = false;
  feedback_ = of_kind(exercise_.kind, miss);
  if (exercise_.kind != PracticeKind::swipe) target_mm_ = std::min(largest_mm, target_mm_ * 5 / 4);
}

void Trial::typed(std::string_view letter, const std::string& language) {
  if (letter == "erase") {
    typed_ = without_last(std::move(typed_));
  } else if (typed_.size() < longest_typed) {
    typed_ += letter;
  }
  const std::string word = word_in(exercise_.word, language);
  if (typed_ == word) return went_well();
  went_well_ = word.starts_with(typed_);
  feedback_ = typed_.empty() ? "" : went_well_ ? "practice.type.good" : "practice.type.other";
}

Practice Trial::body() const {
  Practice out;
  out.kind = exercise_.kind;
  out.lines = {say(of_kind(exercise_.kind, "do"))};
  if (!feedback_.empty()) out.feedback = say(feedback_);
  out.went_well = went_well_;
  out.done = done_;
  out.rounds = exercise_.rounds;
  out.word = written(exercise_.word);
  out.typed.literal = typed_;
  out.typed.is_private = true;
  if (complete()) return out;
  if (exercise_.kind == PracticeKind::type) {
    out.keyboards = keyboards();
    for (Keyboard& keyboard : out.keyboards) {
      for (Key& key : keyboard.keys) {
        if (key.control.id == erase_key) key.control.enabled = !typed_.empty();
      }
    }
    return out;
  }
  Control target;
  target.id = target_id;
  target.role = Role::practice;
  target.label = say(of_kind(exercise_.kind, "target"));
  out.target = std::move(target);
  out.target_mm = target_mm_;
  if (exercise_.kind != PracticeKind::swipe) {
    const Place& place = places[static_cast<std::size_t>(done_) % places.size()];
    out.across = place.across;
    out.down = place.down;
  }
  for (const PracticeMiss miss : misses_of(exercise_.kind)) {
    Control control;
    const std::string name(codec::enum_name(miss));
    control.id = std::string(miss_prefix) + name;
    control.role = Role::practice;
    control.label = say(of_kind(exercise_.kind, name));
    out.misses.push_back(std::move(control));
  }
  return out;
}

}  // namespace madoguchi::lesson
