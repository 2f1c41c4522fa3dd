#pragma once
// Camera, microphone and speaker, each a pipeline of its own: one that is pulled out ends alone,
// and the call's pipeline does not notice. Internal to firmware/call.
//
// Opened and closed on the loop thread; samples come on GStreamer's threads.

#include <atomic>
#include <cstdint>
#include <functional>
#include <mutex>
#include <span>
#include <string>

#include "firmware/call/device.h"
#include "firmware/call/gst.h"
#include "firmware/call/sound_clock.h"
#include "firmware/call/sound_level.h"

namespace madoguchi::call {

/// A pipeline with a device in it.
class DevicePipeline {
 public:
  /// Called on one of GStreamer's threads when the device fails or ends, with the number of the
  /// opening that it belongs to.
  using Gone = std::function<void(std::int64_t opening, std::string why)>;

  DevicePipeline(const DevicePipeline&) = delete;
  DevicePipeline& operator=(const DevicePipeline&) = delete;
  virtual ~DevicePipeline();

  /// Begins to open it, on a thread of GStreamer's; a failure is told as `gone`. Errors: gone,
  /// unsupported (a plugin is missing).
  Status open();
  /// Ends when the device is closed: its light is out.
  void close();
  [[nodiscard]] bool is_open() const { return pipeline_ != nullptr; }
  [[nodiscard]] std::int64_t opening() const { return opening_; }
  [[nodiscard]] const Device& device() const { return device_; }

 protected:
  DevicePipeline(Device device, Gone gone);
  /// The whole pipeline, around the device's element.
  [[nodiscard]] virtual std::string description(const std::string& element) const = 0;
  /// After it was made, before it runs.
  virtual void prepare(GstElement* pipeline) = 0;
  virtual void forget() {}

 private:
  // Opening runs on a thread that nobody can stop: closing must come after it, or not at all.
  struct Turn {
    std::mutex mutex;
    bool wanted = true;
    Ref<GstElement> pipeline;
  };

  static GstBusSyncReply on_message(GstBus*, GstMessage* message, gpointer self);
  void start();

  Device device_;
  Gone gone_;
  Ref<GstElement> pipeline_;
  std::shared_ptr<Turn> turn_;  // shared with that thread
  int descriptor_ = -1;
  std::atomic<std::int64_t> opening_{0};
};

/// Pictures in I420 of at most 1280x720, or sound of 16 bits at 48 kHz in one channel, echo and
/// noise taken out.
class Capture final : public DevicePipeline {
 public:
  /// On GStreamer's thread. The sample's time is the common clock's.
  using Take = std::function<void(GstSample*)>;

  /// `raw`: how loud the microphone is before anything is taken out; may be null. `cleaning` is
  /// for a microphone.
  Capture(Device device, Take take, Gone gone, SoundLevel* raw = nullptr, Cleaning cleaning = {});
  ~Capture() override { close(); }

 private:
  [[nodiscard]] std::string description(const std::string& element) const override;
  void prepare(GstElement* pipeline) override;

  static GstPadProbeReturn stamp(GstPad*, GstPadProbeInfo* info, gpointer self);

  Take take_;
  SoundLevel* raw_;
  Cleaning cleaning_;
  SoundClock heard_;  ///< for a pipe, which tells no time
};

/// Where the staff is heard. The echo canceller hears the same; it looks for this when the
/// microphone is opened, so this is opened first, if need be with Device::Seam::none.
class Speaker final : public DevicePipeline {
 public:
  Speaker(Device device, Gone gone);
  ~Speaker() override { close(); }

  /// 16 bits at 48 kHz in one channel. Any thread; dropped while it is not open.
  void play(GstBuffer* sound);

 private:
  [[nodiscard]] std::string description(const std::string& element) const override;
  void prepare(GstElement* pipeline) override;
  void forget() override;

  std::mutex mutex_;
  Ref<GstElement> in_;
  SoundClock clock_;
};

/// Calls `use` with the samples of a buffer.
void with_samples(GstBuffer* buffer, const std::function<void(std::span<const std::int16_t>)>& use);

}  // namespace madoguchi::call
