#include "tools/emulators/camera/room.h"

#include <algorithm>
#include <cmath>
#include <cstring>
#include <fstream>
#include <iterator>
#include <utility>

#include <fcntl.h>
#include <unistd.h>

namespace madoguchi {
namespace {

constexpr std::size_t wav_header_size = 44;
constexpr std::size_t card_begins = sound_rate / 1000 * 40;  // after the first sample came
// The walls of a small room: ms after the direct sound, and how strong.
constexpr std::array<std::pair<double, double>, 6> walls{
    {{3.1, 0.45}, {5.7, -0.3}, {9.2, 0.22}, {14.9, -0.14}, {23.3, 0.09}, {36.8, -0.05}}};

std::size_t samples_of(double ms) { return static_cast<std::size_t>(ms * sound_rate / 1000); }

std::int16_t rounded(double value) {
  return static_cast<std::int16_t>(std::lround(std::clamp(value, -32768.0, 32767.0)));
}

}  // namespace

std::vector<std::int16_t> read_wav(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  const std::string bytes{std::istreambuf_iterator<char>(file), {}};
  if (bytes.size() < wav_header_size || bytes.substr(0, 4) != "RIFF") return {};
  std::vector<std::int16_t> samples((bytes.size() - wav_header_size) / 2);
  std::memcpy(samples.data(), bytes.data() + wav_header_size, samples.size() * 2);
  return samples;
}

std::int16_t buzz(std::int64_t n) {
  const double t = static_cast<double>(n) / sound_rate;
  const double syllable = std::sin(2 * M_PI * 3.1 * t);
  if (std::fmod(t, 2.6) > 2.0 || syllable < -0.2) return 0;
  const double pitch = 2 * M_PI * (140 + 25 * std::sin(1.7 * t)) * t;
  double sum = 0;
  for (int k = 1; k <= 20; ++k) {
    const double hz = 140.0 * k;
    sum += std::sin(pitch * k) *
           (1 / (1 + std::pow((hz - 600) / 250, 2)) + 0.5 / (1 + std::pow((hz - 1700) / 400, 2)));
  }
  return static_cast<std::int16_t>(1600 * sum * (0.2 + syllable) / 1.2);
}

Room::Room(Settings settings)
    : settings_(std::move(settings)),
      header_left_(wav_header_size),
      past_(samples_of(settings_.echo_ms + walls.back().first) + 2) {
  if (!settings_.loudspeaker.empty())
    pipe_ = open(settings_.loudspeaker.c_str(), O_RDONLY | O_NONBLOCK | O_CLOEXEC);
}

Room::~Room() {
  if (pipe_ >= 0) close(pipe_);
}

bool Room::obey(const std::string& command) {
  const auto space = command.find(' ');
  if (space == std::string::npos) return false;
  const std::string what = command.substr(0, space);
  const std::string how = command.substr(space + 1);
  if (how != "on" && how != "off") return false;
  const std::lock_guard lock(mutex_);
  bool* const one = what == "voice"  ? &settings_.voice
                    : what == "fan"  ? &settings_.fan
                    : what == "echo" ? &echo_on_
                                     : nullptr;
  if (one == nullptr) return false;
  *one = how == "on";
  return true;
}

// Whatever has come, as a sound card's driver takes it.
void Room::take_from_loudspeaker() {
  if (pipe_ < 0) return;
  std::array<std::uint8_t, 8192> bytes;
  for (;;) {
    const ssize_t n = read(pipe_, bytes.data(), bytes.size());
    if (n == 0) {  // nobody plays: the next one begins with a header, and anew
      header_left_ = wav_header_size;
      half_.reset();
      playing_ = playing_ && !card_.empty();
      missed_ = 0;
      return;
    }
    if (n < 0) return;
    std::size_t at = std::min(header_left_, static_cast<std::size_t>(n));
    header_left_ -= at;
    for (; at < static_cast<std::size_t>(n); ++at) {
      if (!half_) {
        half_ = bytes[at];
        continue;
      }
      const auto sample = static_cast<std::int16_t>(bytes[at] << 8 | *half_);
      half_.reset();
      if (missed_ > 0) {
        --missed_;  // its time has passed
      } else {
        card_.push_back(sample);
      }
    }
  }
}

std::int16_t Room::played() {
  if (!playing_) {
    if (!card_.empty()) ++waited_;
    if (waited_ < card_begins) return 0;
    playing_ = true;
    waited_ = 0;
  }
  if (card_.empty()) {
    ++missed_sum_;
    ++missed_;
    return 0;
  }
  const std::int16_t sample = card_.front();
  card_.pop_front();
  return sample;
}

double Room::reflected() {
  const auto before = [this](double ms) {
    return past_[(now_ + past_.size() - samples_of(ms)) % past_.size()];
  };
  double sum = before(settings_.echo_ms);
  for (const auto& [ms, strength] : walls) sum += strength * before(settings_.echo_ms + ms);
  return settings_.echo * sum;
}

// A fan: noise that is strongest below 1 kHz.
double Room::hiss() {
  random_ = random_ * 1664525u + 1013904223u;
  const double white = static_cast<double>(random_ >> 8) / (1 << 24) - 0.5;
  constexpr double pole = 0.88;
  low_ = pole * low_ + (1 - pole) * white;
  const double rms_of_low = std::sqrt((1 - pole) / (1 + pole) / 12);
  return low_ / rms_of_low * 32768 * std::pow(10, settings_.noise_dbfs / 20);
}

void Room::hear(std::span<std::int16_t> part) {
  take_from_loudspeaker();
  const std::lock_guard lock(mutex_);
  for (std::int16_t& sample : part) {
    past_[now_] = played();
    const double echo = echo_on_ ? reflected() : 0;
    now_ = (now_ + 1) % past_.size();
    const auto n = spoken_++;
    const auto& speech = settings_.speech;
    const double voice = !settings_.voice ? 0
                         : speech.empty() ? buzz(n)
                                          : speech[static_cast<std::size_t>(n) % speech.size()];
    const double fan = settings_.fan ? hiss() : 0;
    voice_sum_ += voice * voice;
    fan_sum_ += fan * fan;
    echo_sum_ += echo * echo;
    sample = rounded(voice + fan + echo);
  }
  samples_ += static_cast<std::int64_t>(part.size());
}

Room::Heard Room::heard() {
  const std::lock_guard lock(mutex_);
  const auto count = static_cast<double>(std::max<std::int64_t>(1, samples_));
  const Heard out{std::sqrt(voice_sum_ / count), std::sqrt(fan_sum_ / count),
                  std::sqrt(echo_sum_ / count), missed_sum_};
  voice_sum_ = fan_sum_ = echo_sum_ = 0;
  samples_ = missed_sum_ = 0;
  return out;
}

}  // namespace madoguchi
