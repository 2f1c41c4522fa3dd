#include "firmware/call/capture.h"

#include <gst/app/gstappsink.h>
#include <gst/app/gstappsrc.h>
#include <unistd.h>

namespace madoguchi::call {
namespace {

using namespace std::chrono_literals;

constexpr const char* sound_caps =
    "audio/x-raw,format=S16LE,rate=48000,channels=1,layout=interleaved";
constexpr int sound_rate = 48000;
// How the canceller finds what is played; one per process.
constexpr const char* probe_name = "far_end_sound";
// What is played: later than `late` it would miss its turn in the sound card's buffer of 40 ms, and
// what waits longer than `early` is no conversation.
constexpr SoundClock::Bounds to_play{140ms, 20ms, 20ms, 20ms, 80ms};
// What is heard: no sample comes before it was heard, but a busy machine may fetch it much later.
constexpr SoundClock::Bounds heard{5ms, 300ms};

// Of the element's pipeline; nothing while it does not run.
std::optional<SoundClock::Time> running_time(GstElement* element) {
  const Ref<GstClock> clock(gst_element_get_clock(element));
  if (!clock) return std::nullopt;
  return SoundClock::Time(gst_clock_get_time(clock.get()) - gst_element_get_base_time(element));
}

GstClockTime clock_time(SoundClock::Time time) { return static_cast<GstClockTime>(time.count()); }

GstFlowReturn take_sample(GstAppSink* sink, gpointer take) {
  const Sample sample(gst_app_sink_pull_sample(sink));
  if (sample) (*static_cast<Capture::Take*>(take))(sample.get());
  return GST_FLOW_OK;
}

GstPadProbeReturn measure(GstPad*, GstPadProbeInfo* info, gpointer level) {
  with_samples(GST_PAD_PROBE_INFO_BUFFER(info), [level](std::span<const std::int16_t> samples) {
    static_cast<SoundLevel*>(level)->add(samples);
  });
  return GST_PAD_PROBE_OK;
}

}  // namespace

void with_samples(GstBuffer* buffer,
                  const std::function<void(std::span<const std::int16_t>)>& use) {
  GstMapInfo map;
  if (!gst_buffer_map(buffer, &map, GST_MAP_READ)) return;
  use({reinterpret_cast<const std::int16_t*>(map.data), map.size / sizeof(std::int16_t)});
  gst_buffer_unmap(buffer, &map);
}

DevicePipeline::DevicePipeline(Device device, Gone gone)
    : device_(std::move(device)), gone_(std::move(gone)) {}

DevicePipeline::~DevicePipeline() = default;

Status DevicePipeline::open() {
  close();
  auto element = element_of(device_, descriptor_);
  if (!element) return element.error();
  Pipeline made = make_pipeline(description(*element));
  if (!made.element) {
    close();
    return Error{Errc::unsupported, device_.name, made.error};
  }
  pipeline_ = std::move(made.element);
  ++opening_;
  // A file is played from its beginning, whenever that is.
  if (!is_live(device_)) gst_element_set_start_time(pipeline_.get(), 0);
  prepare(pipeline_.get());
  const Ref<GstBus> bus(gst_element_get_bus(pipeline_.get()));
  gst_bus_set_sync_handler(bus.get(), &DevicePipeline::on_message, this, nullptr);
  start();
  return {};
}

void DevicePipeline::start() {
  turn_ = std::make_shared<Turn>();
  turn_->pipeline.reset(GST_ELEMENT(gst_object_ref(pipeline_.get())));
  gst_element_call_async(
      pipeline_.get(),
      [](GstElement*, gpointer turn) {
        Turn& mine = **static_cast<std::shared_ptr<Turn>*>(turn);
        const std::lock_guard lock(mine.mutex);
        if (mine.wanted) gst_element_set_state(mine.pipeline.get(), GST_STATE_PLAYING);
      },
      new std::shared_ptr<Turn>(turn_),
      [](gpointer turn) { delete static_cast<std::shared_ptr<Turn>*>(turn); });
}

void DevicePipeline::close() {
  forget();
  if (turn_) {
    const std::lock_guard lock(turn_->mutex);
    turn_->wanted = false;
  }
  turn_.reset();
  if (pipeline_) {
    const Ref<GstBus> bus(gst_element_get_bus(pipeline_.get()));
    gst_element_set_state(pipeline_.get(), GST_STATE_NULL);
    gst_bus_set_sync_handler(bus.get(), nullptr, nullptr, nullptr);
    pipeline_.reset();
  }
  if (descriptor_ >= 0) ::close(descriptor_);
  descriptor_ = -1;
}

GstBusSyncReply DevicePipeline::on_message(GstBus*, GstMessage* message, gpointer self) {
  auto* const pipeline = static_cast<DevicePipeline*>(self);
  if (GST_MESSAGE_TYPE(message) == GST_MESSAGE_ERROR) {
    pipeline->gone_(pipeline->opening_, words_of(message));
  } else if (GST_MESSAGE_TYPE(message) == GST_MESSAGE_EOS) {
    pipeline->gone_(pipeline->opening_, "it gives nothing any more");
  }
  gst_message_unref(message);
  return GST_BUS_DROP;
}

Capture::Capture(Device device, Take take, Gone gone, SoundLevel* raw, Cleaning cleaning)
    : DevicePipeline(std::move(device), std::move(gone)),
      take_(std::move(take)),
      raw_(raw),
      cleaning_(cleaning),
      heard_(heard) {}

std::string Capture::description(const std::string& element) const {
  const std::string sync = is_live(device()) ? "false" : "true";
  if (device().kind == Device::Kind::camera)
    return element +
           " ! videoconvert ! videoscale ! video/x-raw,format=I420,width=[16,1280],"
           "height=[16,720],pixel-aspect-ratio=1/1 ! appsink name=out max-buffers=2 drop=true "
           "sync=" +
           sync;
  return element + " ! audioconvert ! audioresample ! " + sound_caps +
         " ! webrtcdsp name=dsp gain-control=true high-pass-filter=true noise-suppression=" +
         (cleaning_.noise ? "true" : "false") +
         (cleaning_.echo ? std::string(" echo-cancel=true probe=") + probe_name
                         : std::string(" echo-cancel=false")) +
         " ! appsink name=out max-buffers=20 drop=true sync=" + sync;
}

// A pipe's sound has only the time since its beginning; the canceller compares the time at which it
// was heard with the time at which the speaker played.
GstPadProbeReturn Capture::stamp(GstPad* pad, GstPadProbeInfo* info, gpointer data) {
  GstBuffer* const buffer = gst_buffer_make_writable(GST_PAD_PROBE_INFO_BUFFER(info));
  GST_PAD_PROBE_INFO_DATA(info) = buffer;
  const Ref<GstElement> dsp(gst_pad_get_parent_element(pad));
  const auto now = running_time(dsp.get());
  if (!now || !GST_BUFFER_DURATION_IS_VALID(buffer)) return GST_PAD_PROBE_OK;
  const SoundClock::Time length(GST_BUFFER_DURATION(buffer));
  const auto [at, follows] = static_cast<Capture*>(data)->heard_.place(*now - length, length);
  GST_BUFFER_PTS(buffer) = clock_time(at);
  if (!follows) GST_BUFFER_FLAG_SET(buffer, GST_BUFFER_FLAG_DISCONT);
  return GST_PAD_PROBE_OK;
}

void Capture::prepare(GstElement* pipeline) {
  const Ref<GstElement> out = child(pipeline, "out");
  GstAppSinkCallbacks callbacks{};
  callbacks.new_sample = &take_sample;
  gst_app_sink_set_callbacks(GST_APP_SINK(out.get()), &callbacks, &take_, nullptr);
  const Ref<GstElement> dsp = child(pipeline, "dsp");
  if (!dsp) return;
  const Ref<GstPad> pad(gst_element_get_static_pad(dsp.get(), "sink"));
  if (device().seam == Device::Seam::file && is_live(device())) {
    heard_.begin();
    gst_pad_add_probe(pad.get(), GST_PAD_PROBE_TYPE_BUFFER, &stamp, this, nullptr);
  }
  if (raw_ != nullptr)
    gst_pad_add_probe(pad.get(), GST_PAD_PROBE_TYPE_BUFFER, &measure, raw_, nullptr);
}

Speaker::Speaker(Device device, Gone gone)
    : DevicePipeline(std::move(device), std::move(gone)), clock_(to_play) {}

// Gaps are silence for the canceller and for the sound card alike: by itself the card would close
// short ones up, and what it plays would no longer be what the canceller believes.
std::string Speaker::description(const std::string& element) const {
  return std::string(
             "appsrc name=in is-live=true format=time max-buffers=25 "
             "leaky-type=downstream caps=") +
         sound_caps +
         " ! audiorate skip-to-first=true tolerance=1000000 ! webrtcechoprobe name=" + probe_name +
         " ! audioconvert ! audioresample ! " + element;
}

void Speaker::prepare(GstElement* pipeline) {
  const std::lock_guard lock(mutex_);
  in_ = child(pipeline, "in");
  clock_.begin();
}

void Speaker::forget() {
  const std::lock_guard lock(mutex_);
  in_.reset();
}

void Speaker::play(GstBuffer* sound) {
  const std::lock_guard lock(mutex_);
  if (!in_) return;
  const auto now = running_time(in_.get());
  const SoundClock::Time length(gst_util_uint64_scale_int(
      gst_buffer_get_size(sound) / sizeof(std::int16_t), GST_SECOND, sound_rate));
  if (!now || length.count() == 0) return;
  // Shares the memory. What the canceller compares is in order, as the sound card plays it.
  GstBuffer* const buffer = gst_buffer_copy(sound);
  GST_BUFFER_PTS(buffer) = clock_time(clock_.place(*now, length).at);
  GST_BUFFER_DURATION(buffer) = clock_time(length);
  GST_BUFFER_DTS(buffer) = GST_CLOCK_TIME_NONE;
  gst_app_src_push_buffer(GST_APP_SRC(in_.get()), buffer);
}

}  // namespace madoguchi::call
