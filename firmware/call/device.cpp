#include "firmware/call/device.h"

#include <algorithm>
#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <filesystem>

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

namespace madoguchi::call {
namespace {

using Kind = Device::Kind;
using Seam = Device::Seam;

struct Form {
  Kind kind;
  std::string_view prefix;
  Seam seam;
  bool named;
};
constexpr Form forms[] = {{Kind::camera, "v4l2:", Seam::v4l2, true},
                          {Kind::camera, "file:", Seam::file, true},
                          {Kind::microphone, "alsa:", Seam::alsa, true},
                          {Kind::microphone, "pipewire", Seam::pipewire, false},
                          {Kind::microphone, "file:", Seam::file, true},
                          {Kind::speaker, "alsa:", Seam::alsa, true},
                          {Kind::speaker, "pipewire", Seam::pipewire, false},
                          {Kind::speaker, "file:", Seam::file, true},
                          {Kind::speaker, "none", Seam::none, false}};

bool is_pipe(const std::string& path) {
  struct stat about{};
  return stat(path.c_str(), &about) == 0 && S_ISFIFO(about.st_mode);
}

// ALSA's PCM devices: pcmC0D0c captures, pcmC0D0p plays.
bool has_sound_card(char direction) {
  std::error_code error;
  for (const auto& entry : std::filesystem::directory_iterator("/dev/snd", error)) {
    const std::string name = entry.path().filename().string();
    if (name.starts_with("pcm") && name.ends_with(direction)) return true;
  }
  return false;
}

std::string quoted(const std::string& text) { return "\"" + text + "\""; }

// One picture of 720p in I420 does not fit into the kernel's default of 64 kB: reader and writer
// would wake each other for each part of it.
constexpr int pipe_size = 1 << 20;

// A file takes sound as a card's driver does: 40 ms before it is heard.
const std::string sound_card = "sync=true processing-deadline=0 render-delay=40000000";

// GStreamer would wait in open() until somebody writes.
Result<std::string> pipe_source(const std::string& path, int& opened) {
  opened = open(path.c_str(), O_RDONLY | O_NONBLOCK | O_CLOEXEC);
  if (opened < 0) return Error{Errc::gone, path, std::strerror(errno)};
  (void)fcntl(opened, F_SETPIPE_SZ, pipe_size);
  return "fdsrc fd=" + std::to_string(opened) + " blocksize=65536";
}

Result<std::string> file_source(const Device& device, int& opened) {
  Result<std::string> source =
      is_pipe(device.name)
          ? pipe_source(device.name, opened)
          : Result<std::string>("filesrc blocksize=1048576 location=" + quoted(device.name));
  if (!source) return source;
  return *source + (device.kind == Kind::camera ? " ! y4mdec" : " ! wavparse ignore-length=true");
}

}  // namespace

Result<Device> parse_device(Kind kind, std::string_view text) {
  std::string wanted;
  for (const Form& form : forms) {
    if (form.kind != kind) continue;
    const std::string_view rest =
        text.starts_with(form.prefix) ? text.substr(form.prefix.size()) : std::string_view();
    const bool fits = text.starts_with(form.prefix) && rest.empty() != form.named;
    const bool plain = std::none_of(rest.begin(), rest.end(), [](char c) {
      return c == '"' || c == '\\' || static_cast<unsigned char>(c) < 0x20;
    });
    if (fits && plain) return Device{kind, form.seam, std::string(rest)};
    wanted += wanted.empty() ? "" : ", ";
    wanted += std::string(form.prefix) + (form.named ? "..." : "");
  }
  return Error{Errc::invalid, "device", "must be one of " + wanted};
}

bool is_there(const Device& device) {
  switch (device.seam) {
    case Seam::v4l2:
      return access(device.name.c_str(), R_OK | W_OK) == 0;
    case Seam::file:
      return device.kind == Kind::speaker || access(device.name.c_str(), R_OK) == 0;
    case Seam::alsa:
      return has_sound_card(device.kind == Kind::speaker ? 'p' : 'c');
    case Seam::pipewire: {
      const char* const directory = std::getenv("XDG_RUNTIME_DIR");
      return directory != nullptr &&
             access((std::string(directory) + "/pipewire-0").c_str(), R_OK | W_OK) == 0;
    }
    case Seam::none:
      break;
  }
  return false;
}

bool is_live(const Device& device) { return device.seam != Seam::file || is_pipe(device.name); }

Result<std::string> element_of(const Device& device, int& opened) {
  opened = -1;
  const bool plays = device.kind == Kind::speaker;
  switch (device.seam) {
    case Seam::v4l2:
      // Cameras give 720p at 30 frames a second as JPEG only.
      return "v4l2src device=" + quoted(device.name) +
             " ! capsfilter caps=\"image/jpeg,width=[160,1280],height=[120,720],"
             "framerate=[20/1,30/1];video/x-raw,width=[160,1280],height=[120,720],"
             "framerate=[20/1,30/1]\" ! decodebin";
    case Seam::alsa:
      return (plays ? "alsasink" : "alsasrc") +
             (" buffer-time=40000 latency-time=10000 device=" + quoted(device.name));
    case Seam::pipewire:
      return std::string(plays ? "pipewiresink" : "pipewiresrc");
    case Seam::file:
      if (plays)
        return "clocksync ! wavenc ! filesink " + sound_card + " location=" + quoted(device.name) +
               (is_pipe(device.name) ? " buffer-mode=unbuffered" : "");
      return file_source(device, opened);
    case Seam::none:
      break;
  }
  return std::string("fakesink sync=false");
}

}  // namespace madoguchi::call
