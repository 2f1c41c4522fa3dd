// emulator-camera: a camera and a microphone at the far end of a named pipe. kiosk-call reads them
// as "file:PATH" devices: YUV4MPEG2 pictures of somebody before a wall, and a voice in WAV. It
// paces itself, begins anew whenever the kiosk opens the pipe again, and is pulled out by ending
// it.
//
// With --stamp each picture carries the time of its making in its top left corner, 40 squares of 16
// pixels: 32 bits of Unix milliseconds and 8 bits of their sum, high bits first, for measuring
// latency. With --frames it writes so many pictures as fast as it can, into a file for others. The
// microphone stands in a room (room.h) where the kiosk's loudspeaker can be heard.
#include <cerrno>
#include <chrono>
#include <cmath>
#include <csignal>
#include <cstdint>
#include <cstdio>
#include <cstring>
#include <iostream>
#include <string>
#include <thread>
#include <vector>

#include <fcntl.h>
#include <unistd.h>

#include "firmware/base/command_line.h"
#include "tools/emulators/camera/room.h"

namespace madoguchi {
namespace {

using Clock = std::chrono::steady_clock;
constexpr int frames_per_second = 30;
constexpr int sound_part = sound_rate / 100;  // 10 ms

struct Wanted {
  std::string picture;
  std::string sound;
  int width = 1280;
  int height = 720;
  bool stamp = false;
  int frames = 0;
  bool silent = false;
  std::vector<std::string> speech;
  Room::Settings room;
  bool listen = false;
};

bool write_all(int file, const void* data, std::size_t size) {
  const char* at = static_cast<const char*>(data);
  while (size > 0) {
    const ssize_t n = write(file, at, size);
    if (n < 0 && errno == EINTR) continue;
    if (n <= 0) return false;
    at += n;
    size -= static_cast<std::size_t>(n);
  }
  return true;
}

// Texture that a codec cannot take for flat: a hash of the place, smoothed by its neighbours.
std::uint8_t texture(int x, int y) {
  std::uint32_t h =
      static_cast<std::uint32_t>(x) * 374761393u + static_cast<std::uint32_t>(y) * 668265263u;
  h = (h ^ (h >> 13)) * 1274126177u;
  return static_cast<std::uint8_t>(h >> 24);
}

class Scene {
 public:
  Scene(int width, int height)
      : width_(width), height_(height), wall_(size_t(width) * size_t(height)) {
    for (int y = 0; y < height; ++y) {
      for (int x = 0; x < width; ++x) {
        const int coarse = texture(x / 40, y / 40);
        const int fine = texture(x / 6, y / 6);
        wall_[at(x, y)] = static_cast<std::uint8_t>(60 + coarse / 3 + fine / 6);
      }
    }
  }

  std::vector<std::uint8_t> frame(int number) {
    std::vector<std::uint8_t> out(wall_);
    out.resize(wall_.size() * 3 / 2, 128);
    draw_person(out, number);
    // A sensor's noise, or the encoder would have nothing to do.
    for (std::size_t i = 0; i < wall_.size(); ++i) {
      noise_ = noise_ * 1664525u + 1013904223u;
      out[i] = static_cast<std::uint8_t>(out[i] + (noise_ >> 30));
    }
    return out;
  }

 private:
  [[nodiscard]] std::size_t at(int x, int y) const {
    return static_cast<std::size_t>(y) * static_cast<std::size_t>(width_) +
           static_cast<std::size_t>(x);
  }

  // Sways, and speaks.
  void draw_person(std::vector<std::uint8_t>& out, int number) {
    const double t = number / double(frames_per_second);
    const double cx = width_ * (0.5 + 0.05 * std::sin(t));
    const double cy = height_ * (0.55 + 0.02 * std::sin(2.3 * t));
    const double rx = width_ * 0.15;
    const double ry = height_ * 0.3;
    const double mouth = ry * (0.06 + 0.05 * std::fabs(std::sin(9 * t)));
    for (int y = 0; y < height_; ++y) {
      for (int x = 0; x < width_; ++x) {
        const double dx = (x - cx) / rx;
        const double dy = (y - cy) / ry;
        const bool head = dx * dx + dy * dy < 1;
        if (!head && !(dy > 0.9 && std::fabs(dx) < 1.7)) continue;
        const bool lips = std::fabs(dx) < 0.3 && std::fabs(y - cy - 0.5 * ry) < mouth;
        const int tx = static_cast<int>(x - cx) + 4000;
        const int ty = static_cast<int>(y - cy) + 4000;
        const int skin = (head ? 150 : 90) + texture(tx / 5, ty / 5) / 12;
        out[at(x, y)] = static_cast<std::uint8_t>(lips ? 70 : skin);
        const std::size_t chroma =
            static_cast<std::size_t>(y / 2) * static_cast<std::size_t>(width_ / 2) +
            static_cast<std::size_t>(x / 2);
        out[wall_.size() + chroma] = head ? 112 : 136;
        out[wall_.size() * 5 / 4 + chroma] = head ? 150 : 120;
      }
    }
  }

  int width_;
  int height_;
  std::vector<std::uint8_t> wall_;
  std::uint32_t noise_ = 1;
};

void stamp(std::vector<std::uint8_t>& frame, int width) {
  constexpr int square = 16;
  const auto now =
      std::chrono::system_clock::now().time_since_epoch() / std::chrono::milliseconds(1);
  const auto ms = static_cast<std::uint32_t>(now);
  const std::uint8_t sum = static_cast<std::uint8_t>((ms >> 24) + (ms >> 16) + (ms >> 8) + ms);
  const std::uint64_t bits = std::uint64_t{ms} << 8 | sum;
  for (int i = 0; i < 40; ++i) {
    const int value = (bits >> (39 - i)) & 1 ? 235 : 16;
    for (int row = 0; row < square; ++row)
      std::memset(
          frame.data() +
              static_cast<std::size_t>((i / 8) * square + row) * static_cast<std::size_t>(width) +
              (i % 8) * square,
          value, square);
  }
}

// Ten seconds that are played again and again: drawing them would cost what is to be measured.
std::vector<std::vector<std::uint8_t>> film(const Wanted& wanted) {
  Scene scene(wanted.width, wanted.height);
  std::vector<std::vector<std::uint8_t>> frames;
  const int count = wanted.frames > 0 ? wanted.frames : 3 * frames_per_second;
  for (int i = 0; i < count; ++i) frames.push_back(scene.frame(i));
  return frames;
}

void show(const Wanted& wanted) {
  auto frames = film(wanted);
  const std::string header = "YUV4MPEG2 W" + std::to_string(wanted.width) + " H" +
                             std::to_string(wanted.height) + " F" +
                             std::to_string(frames_per_second) + ":1 Ip A1:1 C420jpeg\n";
  const bool once = wanted.frames > 0;
  do {
    const int file =
        open(wanted.picture.c_str(), O_WRONLY | O_CLOEXEC | (once ? O_CREAT | O_TRUNC : 0), 0644);
    if (file < 0) return;
    bool goes_on = write_all(file, header.data(), header.size());
    auto next = Clock::now();
    for (std::size_t i = 0; goes_on && (!once || i < frames.size()); ++i) {
      if (!once)
        std::this_thread::sleep_until(next +=
                                      std::chrono::microseconds(1'000'000 / frames_per_second));
      auto& frame = frames[i % frames.size()];
      if (wanted.stamp) stamp(frame, wanted.width);
      goes_on = write_all(file, "FRAME\n", 6) && write_all(file, frame.data(), frame.size());
    }
    close(file);
  } while (!once);
}

void put(std::string& out, std::uint32_t value, int bytes) {
  for (int i = 0; i < bytes; ++i) out += static_cast<char>(value >> (8 * i));
}

std::string wav_header(std::uint32_t bytes) {
  std::string out = "RIFF";
  put(out, bytes == 0xffffffffu ? bytes : bytes + 36, 4);
  out += "WAVEfmt ";
  put(out, 16, 4);
  put(out, 1, 2);
  put(out, 1, 2);
  put(out, sound_rate, 4);
  put(out, sound_rate * 2, 4);
  put(out, 2, 2);
  put(out, 16, 2);
  out += "data";
  put(out, bytes, 4);
  return out;
}

void speak(const Wanted& wanted, Room& room) {
  const bool once = wanted.frames > 0;
  const std::int64_t parts = once ? wanted.frames * 100 / frames_per_second : 0;
  do {
    const int file =
        open(wanted.sound.c_str(), O_WRONLY | O_CLOEXEC | (once ? O_CREAT | O_TRUNC : 0), 0644);
    if (file < 0) return;
    const std::string header =
        wav_header(once ? static_cast<std::uint32_t>(parts * sound_part * 2) : 0xffffffffu);
    bool goes_on = write_all(file, header.data(), header.size());
    auto next = Clock::now();
    for (std::int64_t part = 0; goes_on && (!once || part < parts); ++part) {
      if (!once) std::this_thread::sleep_until(next += std::chrono::milliseconds(10));
      std::int16_t samples[sound_part];
      room.hear(samples);
      goes_on = write_all(file, samples, sizeof samples);
    }
    close(file);
  } while (!once);
}

// One command a line, each answered by one line; "heard" by what the microphone heard since.
void obey(Room& room) {
  std::string line;
  while (std::getline(std::cin, line)) {
    if (line == "heard") {
      const Room::Heard heard = room.heard();
      std::printf("heard %.2f %.2f %.2f %lld\n", heard.voice, heard.fan, heard.echo,
                  static_cast<long long>(heard.missed));
    } else {
      std::puts(room.obey(line) ? line.c_str() : "not understood");
    }
    (void)std::fflush(stdout);
  }
}

int run(Wanted& wanted) {
  for (const std::string& path : wanted.speech) {
    const auto samples = read_wav(path);
    if (samples.empty()) {
      (void)std::fprintf(stderr, "emulator-camera: --speech %s: not a WAV file of 48 kHz\n",
                         path.c_str());
      return 2;
    }
    wanted.room.speech.insert(wanted.room.speech.end(), samples.begin(), samples.end());
  }
  if (wanted.silent) wanted.room.voice = false;
  Room room(wanted.room);
  std::signal(SIGPIPE, SIG_IGN);
  std::thread picture([&] {
    if (!wanted.picture.empty()) show(wanted);
  });
  if (wanted.listen && wanted.frames == 0) std::thread([&room] { obey(room); }).detach();
  if (!wanted.sound.empty()) speak(wanted, room);
  picture.join();
  return 0;
}

}  // namespace
}  // namespace madoguchi

int main(int argc, char** argv) {
  CLI::App app("A camera and a microphone at the far end of named pipes", "emulator-camera");
  madoguchi::Wanted wanted;
  app.add_option("--picture", wanted.picture,
                 "named pipe (a file with --frames) for YUV4MPEG2 at 30 frames a second");
  app.add_option("--sound", wanted.sound,
                 "named pipe (a file with --frames) for WAV, 48 kHz, one channel");
  app.add_option("--width", wanted.width, "pixels")->check(CLI::Range(160, 1280));
  app.add_option("--height", wanted.height, "pixels")->check(CLI::Range(120, 720));
  app.add_flag("--stamp", wanted.stamp, "draws the time into the pictures");
  app.add_flag("--silent", wanted.silent, "the microphone gives digital silence");
  app.add_option("--speech", wanted.speech,
                 "WAV files, 48 kHz, one channel, 16 bits: who speaks, instead of a buzz");
  app.add_option("--loudspeaker", wanted.room.loudspeaker,
                 "named pipe into which the kiosk plays: the microphone hears it, too");
  app.add_option("--echo", wanted.room.echo, "how much of it, 0 to 1")->check(CLI::Range(0.0, 1.0));
  app.add_option("--echo-ms", wanted.room.echo_ms, "and how much later")->check(CLI::Range(1, 400));
  app.add_option("--noise", wanted.room.noise_dbfs, "RMS of the fan, dBFS (begins switched off)")
      ->check(CLI::Range(-90.0, -6.0));
  app.add_flag("--listen", wanted.listen,
               "takes commands on standard input: voice|fan|echo on|off, heard");
  app.add_option("--frames", wanted.frames,
                 "writes so many pictures (and their sound) at once, and ends")
      ->check(CLI::Range(1, 3000));
  if (const auto code = madoguchi::exit_after_parsing(app, argc, argv)) return *code;
  return madoguchi::run(wanted);
}
