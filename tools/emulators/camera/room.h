#pragma once
// What a microphone hears in a room: somebody who speaks, a fan, and what the kiosk's loudspeaker
// plays, weaker, later, and once more from the walls.
//
// The loudspeaker is the other end of a named pipe ("speaker = file:PATH" of kiosk.toml). It is
// played as a sound card does: from a small buffer, at the pace of the microphone. One thread
// hears, any other one commands.

#include <array>
#include <cstdint>
#include <deque>
#include <mutex>
#include <optional>
#include <span>
#include <string>
#include <vector>

namespace madoguchi {

inline constexpr int sound_rate = 48000;  ///< of all sound here, one channel, 16 bits

/// The samples of a WAV file of that form; empty when it is none.
std::vector<std::int16_t> read_wav(const std::string& path);

/// A buzz with formants, in syllables, with pauses between the words: sample number `n`.
std::int16_t buzz(std::int64_t n);

class Room {
 public:
  struct Settings {
    std::vector<std::int16_t> speech;  ///< spoken again and again; empty: the buzz
    std::string loudspeaker;           ///< the pipe; empty: there is none
    double echo = 0.3;                 ///< how much of the loudspeaker's comes back
    int echo_ms = 40;                  ///< and how long it takes
    double noise_dbfs = -45;           ///< the fan's RMS
    bool voice = true;
    bool fan = false;
  };

  explicit Room(Settings settings);
  ~Room();
  Room(const Room&) = delete;
  Room& operator=(const Room&) = delete;

  /// The next samples at the microphone.
  void hear(std::span<std::int16_t> part);

  /// "voice on", "voice off", "fan ...", "echo ...". False: not understood.
  bool obey(const std::string& command);

  /// RMS of what the microphone heard since the last question, each part alone.
  struct Heard {
    double voice = 0;
    double fan = 0;
    double echo = 0;
    std::int64_t missed = 0;  ///< samples of the loudspeaker's that came too late
  };
  Heard heard();

 private:
  void take_from_loudspeaker();
  std::int16_t played();
  double reflected();
  double hiss();

  Settings settings_;
  std::mutex mutex_;
  bool echo_on_ = true;
  std::int64_t spoken_ = 0;
  std::uint32_t random_ = 12345;
  double low_ = 0;  ///< the fan's low-pass
  int pipe_ = -1;
  std::size_t header_left_;
  std::optional<std::uint8_t> half_;  ///< of a sample
  std::deque<std::int16_t> card_;     ///< the sound card's buffer
  bool playing_ = false;
  std::size_t waited_ = 0;    ///< samples, before it plays
  std::size_t missed_ = 0;    ///< samples that came too late to be played, or have not come yet
  std::vector<double> past_;  ///< what was played, a ring
  std::size_t now_ = 0;
  double voice_sum_ = 0;
  double fan_sum_ = 0;
  double echo_sum_ = 0;
  std::int64_t missed_sum_ = 0;
  std::int64_t samples_ = 0;
};

}  // namespace madoguchi
