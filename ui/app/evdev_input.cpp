#include "ui/app/evdev_input.h"

#include <array>
#include <cstdlib>
#include <cstring>
#include <map>
#include <optional>
#include <string>
#include <thread>
#include <vector>

#include <SDL.h>
#include <dirent.h>
#include <fcntl.h>
#include <linux/input.h>
#include <poll.h>
#include <sys/eventfd.h>
#include <sys/inotify.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include "ui/app/evdev_pointer.h"
#include "ui/app/events.h"

namespace madoguchi::ui {
namespace {

constexpr const char* folder = "/dev/input";

/// The keys that kiosk-ui knows, by the kernel's number.
SDL_Keycode key_of(int code) {
  static const std::map<int, SDL_Keycode> keys = {{KEY_TAB, SDLK_TAB},
                                                  {KEY_LEFT, SDLK_LEFT},
                                                  {KEY_RIGHT, SDLK_RIGHT},
                                                  {KEY_UP, SDLK_UP},
                                                  {KEY_DOWN, SDLK_DOWN},
                                                  {KEY_ENTER, SDLK_RETURN},
                                                  {KEY_SPACE, SDLK_SPACE},
                                                  {KEY_KPENTER, SDLK_KP_ENTER},
                                                  {KEY_ESC, SDLK_ESCAPE},
                                                  {KEY_DELETE, SDLK_DELETE},
                                                  {KEY_BACKSPACE, SDLK_BACKSPACE},
                                                  {KEY_0, SDLK_0},
                                                  {KEY_1, SDLK_1},
                                                  {KEY_2, SDLK_2},
                                                  {KEY_3, SDLK_3},
                                                  {KEY_4, SDLK_4},
                                                  {KEY_5, SDLK_5},
                                                  {KEY_6, SDLK_6},
                                                  {KEY_7, SDLK_7},
                                                  {KEY_8, SDLK_8},
                                                  {KEY_9, SDLK_9},
                                                  {KEY_KP0, SDLK_KP_0},
                                                  {KEY_KP1, SDLK_KP_1},
                                                  {KEY_KP2, SDLK_KP_2},
                                                  {KEY_KP3, SDLK_KP_3},
                                                  {KEY_KP4, SDLK_KP_4},
                                                  {KEY_KP5, SDLK_KP_5},
                                                  {KEY_KP6, SDLK_KP_6},
                                                  {KEY_KP7, SDLK_KP_7},
                                                  {KEY_KP8, SDLK_KP_8},
                                                  {KEY_KP9, SDLK_KP_9}};
  const auto found = keys.find(code);
  return found == keys.end() ? SDLK_UNKNOWN : found->second;
}

std::optional<Axis> axis_of(int fd, unsigned code) {
  input_absinfo info{};
  if (::ioctl(fd, EVIOCGABS(code), &info) < 0 || info.maximum <= info.minimum) return std::nullopt;
  return Axis{info.minimum, info.maximum};
}

/// Nothing for a device without an absolute position: a keyboard, a mouse.
std::optional<EvdevPointer> pointer_of(int fd) {
  const auto finger_x = axis_of(fd, ABS_MT_POSITION_X);
  const auto finger_y = axis_of(fd, ABS_MT_POSITION_Y);
  if (finger_x && finger_y) return EvdevPointer(*finger_x, *finger_y, true);
  const auto x = axis_of(fd, ABS_X);
  const auto y = axis_of(fd, ABS_Y);
  if (x && y) return EvdevPointer(*x, *y, false);
  return std::nullopt;
}

struct Device {
  int fd = -1;
  std::optional<EvdevPointer> pointer;
};

}  // namespace

struct EvdevInput::Reader {
  PanelTurn turn;
  Calibration calibration;
  int stop = ::eventfd(0, EFD_CLOEXEC);
  int changes = ::inotify_init1(IN_CLOEXEC | IN_NONBLOCK);
  std::map<std::string, Device> devices;
  bool shift = false;
  std::thread thread;

  void run();
  void look();
  void open(const std::string& name);
  void read(const std::string& name);
  void forget(const std::string& name);
  void tell(const Touch& touch) const;
  void tell_key(const input_event& event);
};

void EvdevInput::Reader::tell(const Touch& touch) const {
  const Point point = turn.in_picture(touch.u, touch.v, calibration);
  const auto x = static_cast<Sint32>(point.x);
  const auto y = static_cast<Sint32>(point.y);
  SDL_Event event{};
  if (touch.kind == Touch::Kind::moved) {
    event.type = SDL_MOUSEMOTION;
    event.motion.x = x;
    event.motion.y = y;
  } else {
    event.type = touch.kind == Touch::Kind::down ? SDL_MOUSEBUTTONDOWN : SDL_MOUSEBUTTONUP;
    event.button.button = SDL_BUTTON_LEFT;
    event.button.x = x;
    event.button.y = y;
  }
  push_event(event);
}

void EvdevInput::Reader::tell_key(const input_event& key) {
  if (key.code == KEY_LEFTSHIFT || key.code == KEY_RIGHTSHIFT) shift = key.value != 0;
  const SDL_Keycode code = key_of(key.code);
  if (code == SDLK_UNKNOWN || key.value != 1) return;
  SDL_Event event{};
  event.type = SDL_KEYDOWN;
  event.key.keysym.sym = code;
  event.key.keysym.mod = shift ? static_cast<Uint16>(KMOD_LSHIFT) : static_cast<Uint16>(0);
  push_event(event);
}

void EvdevInput::Reader::open(const std::string& name) {
  if (!name.starts_with("event") || devices.contains(name)) return;
  const int fd =
      ::open((std::string(folder) + "/" + name).c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK);
  if (fd < 0) return;  // not ours to read yet: udev's change of its group wakes us again
  devices.emplace(name, Device{fd, pointer_of(fd)});
}

void EvdevInput::Reader::forget(const std::string& name) {
  const auto found = devices.find(name);
  if (found == devices.end()) return;
  if (found->second.pointer) {
    if (const auto touch = found->second.pointer->lose()) tell(*touch);
  }
  ::close(found->second.fd);
  devices.erase(found);
}

void EvdevInput::Reader::look() {
  DIR* const all = ::opendir(folder);
  if (all == nullptr) return;
  while (const dirent* const entry = ::readdir(all)) open(entry->d_name);
  ::closedir(all);
}

void EvdevInput::Reader::read(const std::string& name) {
  std::array<input_event, 64> events{};
  const auto found = devices.find(name);
  if (found == devices.end()) return;
  Device& device = found->second;
  const ssize_t size = ::read(device.fd, events.data(), sizeof events);
  if (size < 0 && (errno == EAGAIN || errno == EINTR)) return;
  if (size <= 0) return forget(name);
  for (std::size_t i = 0; i < static_cast<std::size_t>(size) / sizeof events[0]; ++i) {
    if (events[i].type == EV_KEY) tell_key(events[i]);
    if (!device.pointer) continue;
    if (const auto touch = device.pointer->feed(events[i])) tell(*touch);
  }
}

void EvdevInput::Reader::run() {
  // The folder comes with the first device; IN_ATTRIB is udev giving it to our group.
  ::inotify_add_watch(changes, folder, IN_CREATE | IN_ATTRIB);
  look();
  for (;;) {
    std::vector<pollfd> waits = {{stop, POLLIN, 0}, {changes, POLLIN, 0}};
    std::vector<std::string> names;
    for (const auto& [name, device] : devices) {
      names.push_back(name);
      waits.push_back({device.fd, POLLIN, 0});
    }
    if (::poll(waits.data(), waits.size(), -1) < 0) continue;
    if (waits[0].revents) break;
    if (waits[1].revents) {
      std::array<char, 4096> drained{};
      while (::read(changes, drained.data(), drained.size()) > 0) {
      }
      look();
    }
    for (std::size_t i = 0; i < names.size(); ++i) {
      if (waits[i + 2].revents) read(names[i]);
    }
  }
  while (!devices.empty()) forget(devices.begin()->first);
}

EvdevInput::EvdevInput(const PanelTurn& turn, const Calibration& calibration)
    : reader_(std::make_unique<Reader>()) {
  reader_->turn = turn;
  reader_->calibration = calibration;
  reader_->thread = std::thread([reader = reader_.get()] { reader->run(); });
}

EvdevInput::~EvdevInput() {
  const std::uint64_t one = 1;
  [[maybe_unused]] const auto written = ::write(reader_->stop, &one, sizeof one);
  reader_->thread.join();
  ::close(reader_->stop);
  ::close(reader_->changes);
}

}  // namespace madoguchi::ui
