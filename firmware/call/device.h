#pragma once
// The camera, the microphone and the speaker as kiosk.toml names them, in GStreamer's words:
//
//   [call] camera      v4l2:/dev/video0 | file:PATH.y4m
//          microphone  alsa:DEVICE | pipewire | file:PATH.wav
//          speaker     alsa:DEVICE | pipewire | file:PATH.wav (is written) | none
//
// A file may be a named pipe: then who writes into it sets the pace, and the device is unplugged
// when it closes it. Any thread.

#include <string>
#include <string_view>

#include "firmware/base/result.h"

namespace madoguchi::call {

struct Device {
  enum class Kind { camera, microphone, speaker };
  enum class Seam { v4l2, alsa, pipewire, file, none };
  Kind kind = Kind::camera;
  Seam seam = Seam::none;
  std::string name;  ///< path, or ALSA's name; without characters that GStreamer would read
};

/// What is taken out of the microphone's sound. A speakerphone that does it itself wants neither.
struct Cleaning {
  bool echo = true;   ///< what the speaker plays
  bool noise = true;  ///< what goes on all the time
};

/// Errc::invalid with what may stand there.
Result<Device> parse_device(Device::Kind kind, std::string_view text);

/// Whether it is plugged in, without opening it. For PipeWire and ALSA: whether any such device is.
bool is_there(const Device& device);

/// Whether its data come when they come, so that nothing must wait for their time.
bool is_live(const Device& device);

/// The element that gives or takes the data. A named pipe is opened by this: `opened` is its
/// descriptor, to be closed after the pipeline, or -1. Errors: gone (it cannot be opened).
Result<std::string> element_of(const Device& device, int& opened);

}  // namespace madoguchi::call
