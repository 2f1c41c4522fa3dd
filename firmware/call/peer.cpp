#include "firmware/call/peer.h"

#include <algorithm>
#include <cstring>

#define GST_USE_UNSTABLE_API
#include <gst/app/gstappsink.h>
#include <gst/app/gstappsrc.h>
#include <gst/sdp/sdp.h>
#include <gst/video/video.h>
#include <gst/webrtc/webrtc.h>

#include "firmware/call/session_description.h"

namespace madoguchi::call {
namespace {

// Without this extension Chromium raises its rate slowly, and we would not hear of delay.
constexpr const char* feedback_extension =
    ",extmap-3=(string)http://www.ietf.org/id/"
    "draft-holmer-rmcat-transport-wide-cc-extensions-01";
constexpr int jitter_ms = 40;
// Chromium stops after the first packets of its first picture until it hears how they came. By
// default GStreamer tells that after a picture's last packet, and the first time when its reports'
// share of the bandwidth allows it: 3 kbit/s, which is a quarter of a second.
constexpr double reports_bit_s = 40'000;
constexpr guint video_and_audio = 0;  // one session, since everything is bundled
constexpr guint64 first_feedback_interval_ns = 25'000'000;
constexpr guint64 feedback_interval_ns = 100'000'000;  // as Chromium's own
// The first packet goes on at once; only those after a gap wait for the jitter.
constexpr guint packets_to_begin = 1;

bool has_element(const char* name) {
  const Ref<GstElementFactory> factory(gst_element_factory_find(name));
  return factory != nullptr;
}

std::string encoder_of(VideoCodec codec) {
  const std::string h264 =
      "openh264enc name=encoder rate-control=bitrate complexity=low usage-type=camera "
      "gop-size=300 multi-thread=1 enable-frame-skip=false "
      "! video/x-h264,profile=constrained-baseline,stream-format=byte-stream "
      "! h264parse config-interval=-1 "
      "! rtph264pay name=video_out pt=102 config-interval=-1 aggregate-mode=zero-latency "
      "! application/x-rtp,media=video,encoding-name=H264,payload=102,clock-rate=90000,"
      "packetization-mode=(string)1";
  const std::string vp8 =
      "vp8enc name=encoder deadline=1 cpu-used=-6 threads=1 end-usage=cbr lag-in-frames=0 "
      "keyframe-max-dist=300 min-quantizer=4 max-quantizer=56 undershoot=100 overshoot=15 "
      "buffer-size=1000 buffer-initial-size=500 buffer-optimal-size=600 static-threshold=1 "
      "! rtpvp8pay name=video_out picture-id-mode=15-bit pt=96 "
      "! application/x-rtp,media=video,encoding-name=VP8,payload=96,clock-rate=90000";
  return (codec == VideoCodec::h264 ? h264 : vp8) + feedback_extension;
}

std::string decoder_of(std::string_view encoding) {
  const std::string first = "queue max-size-time=500000000 leaky=downstream ! ";
  const std::string picture =
      " ! videoconvert ! videoscale ! video/x-raw,format=I420,width=[2,1280],height=[2,720] "
      "! appsink name=out max-buffers=2 drop=true sync=false async=false";
  if (encoding == "H264")
    return first +
           "rtph264depay request-keyframe=true wait-for-keyframe=true ! h264parse "
           "! openh264dec" +
           picture;
  if (encoding == "VP8")
    return first +
           "rtpvp8depay request-keyframe=true wait-for-keyframe=true "
           "! vp8dec automatic-request-sync-points=true" +
           picture;
  if (encoding == "OPUS")
    return first +
           "rtpopusdepay ! opusdec plc=true ! audioconvert ! audioresample "
           "! audio/x-raw,format=S16LE,rate=48000,channels=1,layout=interleaved "
           "! appsink name=out max-buffers=20 drop=true sync=false async=false";
  return {};
}

// The user's ":" and base64's "+/=" would end the parts of the address.
std::string escaped(const std::string& text) {
  return GText(g_uri_escape_string(text.c_str(), nullptr, FALSE)).get();
}

// Looks for the way through the relay as often as RFC 8445, 14.2 allows: there is this one way
// only.
void check_quickly(GstObject* ice) {
  constexpr guint least_ms = 5;
  GObject* agent = nullptr;
  g_object_get(ice, "agent", &agent, nullptr);
  if (agent == nullptr) return;
  g_object_set(agent, "stun-pacing-timer", least_ms, nullptr);
  g_object_unref(agent);
}

bool is_factory(GstElement* element, const char* name) {
  GstElementFactory* const factory = gst_element_get_factory(element);
  return factory != nullptr && std::strcmp(GST_OBJECT_NAME(factory), name) == 0;
}

std::int64_t now_ns() {
  return std::chrono::steady_clock::now().time_since_epoch() / std::chrono::nanoseconds(1);
}

void watch(GstElement* element, const char* pad_name, GstPadProbeType type,
           GstPadProbeCallback callback, gpointer data) {
  const Ref<GstPad> pad(gst_element_get_static_pad(element, pad_name));
  if (pad) gst_pad_add_probe(pad.get(), type, callback, data, nullptr);
}

// Shares the memory, but not the time: a device that was opened anew begins at zero again, and an
// encoder drops what is older than what it had.
void push_now(GstElement* appsrc, GstSample* sample) {
  GstBuffer* const buffer = gst_buffer_copy(gst_sample_get_buffer(sample));
  GST_BUFFER_PTS(buffer) = GST_CLOCK_TIME_NONE;
  GST_BUFFER_DTS(buffer) = GST_CLOCK_TIME_NONE;
  const Sample now(gst_sample_new(buffer, gst_sample_get_caps(sample), nullptr, nullptr));
  gst_buffer_unref(buffer);
  gst_app_src_push_sample(GST_APP_SRC(appsrc), now.get());
}

int multiple_of_16(int length) { return std::max(16, (length + 8) / 16 * 16); }

}  // namespace

bool has_h264() { return has_element("openh264enc") && has_element("openh264dec"); }

// All of these run on threads of GStreamer's; `data` is the Peer, which ends its pipeline before it
// goes.
struct Peer::Callbacks {
  static void candidate(GstElement*, guint line, gchar* text, Peer* self) {
    ++self->candidates_;
    self->post([self, line, candidate = std::string(text)] {
      self->events_.candidate(static_cast<int>(line), candidate);
    });
  }

  static void gathering_changed(GstElement* webrtc, GParamSpec*, Peer* self) {
    GstWebRTCICEGatheringState state{};
    g_object_get(webrtc, "ice-gathering-state", &state, nullptr);
    if (state == GST_WEBRTC_ICE_GATHERING_STATE_COMPLETE && self->candidates_ == 0)
      self->fail("the relay gives no address");
  }

  static void pad_added(GstElement*, GstPad* pad, Peer* self) {
    if (GST_PAD_DIRECTION(pad) == GST_PAD_SRC) self->add_decoder(pad);
  }

  static void state_changed(GstElement* webrtc, GParamSpec*, Peer* self) {
    GstWebRTCPeerConnectionState state{};
    g_object_get(webrtc, "connection-state", &state, nullptr);
    switch (state) {
      case GST_WEBRTC_PEER_CONNECTION_STATE_CONNECTED:
        return self->post([self] {
          if (self->trusted_) self->events_.moved(State::connected, "");
        });
      case GST_WEBRTC_PEER_CONNECTION_STATE_DISCONNECTED:
        return self->post([self] { self->events_.moved(State::lost, "the way is interrupted"); });
      case GST_WEBRTC_PEER_CONNECTION_STATE_FAILED:
        return self->fail("there is no way to the far end");
      default:
        return;
    }
  }

  static void element_added(GstBin*, GstBin*, GstElement* element, Peer* self) {
    if (is_factory(element, "dtlssrtpdec"))
      g_object_set(element, "pem", self->own_.pem.c_str(), nullptr);
    if (is_factory(element, "dtlsdec"))
      g_signal_connect(element, "notify::peer-pem", G_CALLBACK(certificate_came), self);
    if (is_factory(element, "rtpjitterbuffer"))
      g_object_set(element, "faststart-min-packets", packets_to_begin, nullptr);
    if (is_factory(element, "rtpsession")) report_often(element);
    if (is_factory(element, "nicesrc"))
      watch(element, "src", GST_PAD_PROBE_TYPE_BUFFER, &packet_in, self);
  }

  static void report_often(GstElement* rtpsession) {
    GObject* session = nullptr;
    g_object_get(rtpsession, "internal-session", &session, nullptr);
    if (session == nullptr) return;
    g_object_set(session, "rtcp-fraction", reports_bit_s, "twcc-feedback-interval",
                 first_feedback_interval_ns, nullptr);
    g_object_unref(session);
  }

  static void certificate_came(GObject* decoder, GParamSpec*, Peer* self) {
    gchar* pem = nullptr;
    g_object_get(decoder, "peer-pem", &pem, nullptr);
    const GText owner(pem);
    if (pem != nullptr) self->check_certificate(pem);
  }

  static GstPadProbeReturn packet_in(GstPad*, GstPadProbeInfo*, gpointer self) {
    ++static_cast<Peer*>(self)->packets_in_;
    return GST_PAD_PROBE_OK;
  }

  // Nothing of an unknown far end reaches a decoder.
  static GstPadProbeReturn hold_back(GstPad*, GstPadProbeInfo*, gpointer self) {
    return static_cast<Peer*>(self)->trusted_ ? GST_PAD_PROBE_OK : GST_PAD_PROBE_DROP;
  }

  static GstPadProbeReturn frame_out(GstPad*, GstPadProbeInfo*, gpointer self) {
    ++static_cast<Peer*>(self)->frames_out_;
    return GST_PAD_PROBE_OK;
  }

  static GstPadProbeReturn packet_out(GstPad*, GstPadProbeInfo* info, gpointer self) {
    auto& bytes = static_cast<Peer*>(self)->bytes_out_;
    if ((GST_PAD_PROBE_INFO_TYPE(info) & GST_PAD_PROBE_TYPE_BUFFER_LIST) != 0) {
      bytes += static_cast<std::int64_t>(
          gst_buffer_list_calculate_size(GST_PAD_PROBE_INFO_BUFFER_LIST(info)));
    } else {
      bytes += static_cast<std::int64_t>(gst_buffer_get_size(GST_PAD_PROBE_INFO_BUFFER(info)));
    }
    return GST_PAD_PROBE_OK;
  }

  static GstFlowReturn picture(GstAppSink* sink, gpointer data) {
    auto* const self = static_cast<Peer*>(data);
    const Sample sample(gst_app_sink_pull_sample(sink));
    if (!sample) return GST_FLOW_OK;
    if (self->frames_in_++ == 0) {
      self->first_frame_ns_ = now_ns();
      self->post([self] { self->report_seldom(); });
    }
    self->events_.picture(sample.get());
    return GST_FLOW_OK;
  }

  static GstFlowReturn sound(GstAppSink* sink, gpointer data) {
    auto* const self = static_cast<Peer*>(data);
    const Sample sample(gst_app_sink_pull_sample(sink));
    if (!sample) return GST_FLOW_OK;
    ++self->sounds_in_;
    self->events_.sound(gst_sample_get_buffer(sample.get()));
    return GST_FLOW_OK;
  }

  static GstBusSyncReply message(GstBus*, GstMessage* message, gpointer self) {
    if (GST_MESSAGE_TYPE(message) == GST_MESSAGE_ERROR)
      static_cast<Peer*>(self)->fail(words_of(message));
    gst_message_unref(message);
    return GST_BUS_DROP;
  }

  static void offer_made(GstPromise* promise, gpointer data) {
    auto* const self = static_cast<Peer*>(data);
    const GstStructure* const reply = gst_promise_wait(promise) == GST_PROMISE_RESULT_REPLIED
                                          ? gst_promise_get_reply(promise)
                                          : nullptr;
    GstWebRTCSessionDescription* offer = nullptr;
    if (reply != nullptr)
      gst_structure_get(reply, "offer", GST_TYPE_WEBRTC_SESSION_DESCRIPTION, &offer, nullptr);
    gst_promise_unref(promise);
    if (offer == nullptr) return self->fail("GStreamer makes no offer");
    g_signal_emit_by_name(self->webrtc_.get(), "set-local-description", offer, nullptr);
    const GText text(gst_sdp_message_as_text(offer->sdp));
    gst_webrtc_session_description_free(offer);
    auto sdp = with_fingerprint(text.get(), self->own_.fingerprint);
    if (!sdp) return self->fail(sdp.error().text());
    self->post([self, sdp = std::move(*sdp)] { self->events_.offer(sdp); });
  }

 private:
};

Peer::Peer(VideoCodec codec, const DtlsCertificate& own, Events events, Post post)
    : codec_(codec), own_(own), events_(std::move(events)), post_(std::move(post)) {}

Result<std::unique_ptr<Peer>> Peer::create(VideoCodec codec, const DtlsCertificate& own,
                                           Events events, Post post) {
  std::unique_ptr<Peer> peer(new Peer(codec, own, std::move(events), std::move(post)));
  if (Status built = peer->build(); !built) return built.error();
  return peer;
}

Peer::~Peer() {
  *alive_ = false;
  if (!pipeline_) return;
  refused_ = true;
  trusted_ = false;
  g_signal_handlers_disconnect_by_data(webrtc_.get(), this);
  gst_element_set_state(pipeline_.get(), GST_STATE_NULL);
  const Ref<GstBus> bus(gst_element_get_bus(pipeline_.get()));
  gst_bus_set_sync_handler(bus.get(), nullptr, nullptr, nullptr);
}

Status Peer::build() {
  const std::string description =
      "webrtcbin name=webrtc bundle-policy=max-bundle ice-transport-policy=relay latency=" +
      std::to_string(jitter_ms) +
      " appsrc name=video_in is-live=true format=time do-timestamp=true max-buffers=2 "
      "leaky-type=downstream ! videoscale ! capsfilter name=size caps=video/x-raw,format=I420 ! " +
      encoder_of(codec_) +
      " ! webrtc. appsrc name=audio_in is-live=true format=time do-timestamp=true max-buffers=10 "
      "leaky-type=downstream "
      "caps=audio/x-raw,format=S16LE,rate=48000,channels=1,layout=interleaved "
      "! opusenc name=opus bitrate=32000 frame-size=20 audio-type=voice inband-fec=true "
      "complexity=5 "
      "! rtpopuspay name=audio_out pt=111 ! application/x-rtp,media=audio,encoding-name=OPUS,"
      "payload=111,clock-rate=48000,encoding-params=(string)2" +
      feedback_extension + " ! webrtc.";
  Pipeline made = make_pipeline(description);
  if (!made.element) return Error{Errc::unsupported, "gstreamer", made.error};
  pipeline_ = std::move(made.element);
  webrtc_ = child(pipeline_.get(), "webrtc");
  video_in_ = child(pipeline_.get(), "video_in");
  audio_in_ = child(pipeline_.get(), "audio_in");
  GstElement* const webrtc = webrtc_.get();
  g_signal_connect(webrtc, "on-ice-candidate", G_CALLBACK(Callbacks::candidate), this);
  g_signal_connect(webrtc, "pad-added", G_CALLBACK(Callbacks::pad_added), this);
  g_signal_connect(webrtc, "notify::ice-gathering-state", G_CALLBACK(Callbacks::gathering_changed),
                   this);
  g_signal_connect(webrtc, "notify::connection-state", G_CALLBACK(Callbacks::state_changed), this);
  g_signal_connect(webrtc, "deep-element-added", G_CALLBACK(Callbacks::element_added), this);

  constexpr auto packets =
      static_cast<GstPadProbeType>(GST_PAD_PROBE_TYPE_BUFFER | GST_PAD_PROBE_TYPE_BUFFER_LIST);
  watch(child(pipeline_.get(), "encoder").get(), "src", GST_PAD_PROBE_TYPE_BUFFER,
        &Callbacks::frame_out, this);
  watch(child(pipeline_.get(), "video_out").get(), "src", packets, &Callbacks::packet_out, this);
  watch(child(pipeline_.get(), "audio_out").get(), "src", packets, &Callbacks::packet_out, this);
  const Ref<GstBus> bus(gst_element_get_bus(pipeline_.get()));
  gst_bus_set_sync_handler(bus.get(), &Callbacks::message, this, nullptr);
  for (const char* const encoding : {codec_ == VideoCodec::h264 ? "H264" : "VP8", "OPUS"}) {
    GstElement* const decoder = make_decoder(encoding);
    if (decoder == nullptr) return Error{Errc::unsupported, "gstreamer", encoding};
    decoders_.emplace(encoding, decoder);
  }

  // Lost pictures are asked for again; sound that comes again comes too late.
  GArray* transceivers = nullptr;
  g_signal_emit_by_name(webrtc, "get-transceivers", &transceivers);
  if (transceivers != nullptr && transceivers->len > 0)
    g_object_set(g_array_index(transceivers, GstWebRTCRTPTransceiver*, 0), "do-nack", TRUE,
                 nullptr);
  if (transceivers != nullptr) g_array_unref(transceivers);
  return {};
}

void Peer::post(std::function<void()> what) {
  post_([alive = alive_, what = std::move(what)] {
    if (*alive) what();
  });
}

void Peer::fail(std::string why) {
  post([this, why = std::move(why)] { events_.moved(State::failed, why); });
}

void Peer::start(const RelayAccess& relay) {
  const std::string server = "turn://" + escaped(relay.user) + ":" + escaped(relay.password) +
                             "@127.0.0.1:" + std::to_string(relay.port) + "?transport=tcp";
  g_object_set(webrtc_.get(), "turn-server", server.c_str(), nullptr);
  GstObject* agent = nullptr;
  g_object_get(webrtc_.get(), "ice-agent", &agent, nullptr);
  const Ref<GstObject> owner(agent);
  if (agent != nullptr) {
    // It leaves out loopback by itself, and there is nothing else here.
    gboolean added = FALSE;
    g_signal_emit_by_name(agent, "add-local-ip-address", "127.0.0.1", &added);
    check_quickly(agent);
  }
  gst_element_set_state(pipeline_.get(), GST_STATE_PLAYING);
  g_signal_emit_by_name(webrtc_.get(), "create-offer", nullptr,
                        gst_promise_new_with_change_func(&Callbacks::offer_made, this, nullptr));
}

Status Peer::answer(const std::string& sdp) {
  const auto read = read_answer(sdp);
  if (!read) return read.error();
  if (!read->video) return Error{Errc::unsupported, "answer", "it refuses the picture's codec"};
  {
    const std::lock_guard lock(mutex_);
    if (expected_) return Error{Errc::protocol, "answer", "a second one"};
    expected_ = read->fingerprint;
  }
  GstSDPMessage* message = nullptr;
  if (gst_sdp_message_new_from_text(sdp.c_str(), &message) != GST_SDP_OK)
    return Error{Errc::protocol, "answer", "GStreamer cannot read it"};
  GstWebRTCSessionDescription* const description =
      gst_webrtc_session_description_new(GST_WEBRTC_SDP_TYPE_ANSWER, message);
  g_signal_emit_by_name(webrtc_.get(), "set-remote-description", description, nullptr);
  gst_webrtc_session_description_free(description);
  return {};
}

void Peer::candidate(int line, const std::string& candidate) {
  if (line < 0 || line > 1 || !is_candidate(candidate)) return;
  g_signal_emit_by_name(webrtc_.get(), "add-ice-candidate", static_cast<guint>(line),
                        candidate.c_str());
}

// On a thread of GStreamer's, within OpenSSL's handshake: before there is a key.
void Peer::check_certificate(const char* pem) {
  const auto found = fingerprint_of(pem);
  const std::lock_guard lock(mutex_);
  if (found && expected_ && *found == *expected_ && !refused_) {
    trusted_ = true;
    return;
  }
  refused_ = true;
  trusted_ = false;
  fail("the peer's certificate is not the one of its description");
}

// Made before the call, since what it takes is time that a resident would wait.
GstElement* Peer::make_decoder(const std::string& encoding) {
  const std::string description = decoder_of(encoding);
  if (description.empty()) return nullptr;
  GError* error = nullptr;
  GstElement* const bin = gst_parse_bin_from_description(description.c_str(), TRUE, &error);
  if (error != nullptr) g_error_free(error);
  if (bin == nullptr) return nullptr;
  const Ref<GstElement> out = child(bin, "out");
  GstAppSinkCallbacks callbacks{};
  callbacks.new_sample = encoding == "OPUS" ? &Callbacks::sound : &Callbacks::picture;
  gst_app_sink_set_callbacks(GST_APP_SINK(out.get()), &callbacks, this, nullptr);
  gst_bin_add(GST_BIN(pipeline_.get()), bin);
  return bin;
}

void Peer::add_decoder(GstPad* pad) {
  const Caps caps(gst_pad_get_current_caps(pad));
  if (!caps) return;
  const char* const encoding =
      gst_structure_get_string(gst_caps_get_structure(caps.get(), 0), "encoding-name");
  const auto made = decoders_.extract(encoding != nullptr ? encoding : "");
  if (made.empty()) return fail("a kind of media that was not offered");
  gst_pad_add_probe(
      pad, static_cast<GstPadProbeType>(GST_PAD_PROBE_TYPE_BUFFER | GST_PAD_PROBE_TYPE_BUFFER_LIST),
      &Callbacks::hold_back, this, nullptr);
  const Ref<GstPad> sink(gst_element_get_static_pad(made.mapped(), "sink"));
  if (GST_PAD_LINK_FAILED(gst_pad_link(pad, sink.get()))) fail("the decoder does not fit");
}

void Peer::report_seldom() {
  GObject* session = nullptr;
  const Ref<GstElement> rtp = child(webrtc_.get(), "rtpbin");
  if (rtp) g_signal_emit_by_name(rtp.get(), "get-internal-session", video_and_audio, &session);
  if (session == nullptr) return;
  g_object_set(session, "twcc-feedback-interval", feedback_interval_ns, nullptr);
  g_object_unref(session);
}

void Peer::send_picture(GstSample* picture) {
  if (!trusted_ || refused_) return;
  GstVideoInfo info;
  if (!gst_video_info_from_caps(&info, gst_sample_get_caps(picture))) return;
  const int width = GST_VIDEO_INFO_WIDTH(&info);
  const int height = GST_VIDEO_INFO_HEIGHT(&info);
  if (camera_width_.exchange(width) != width || camera_height_.exchange(height) != height)
    post([this, width, height] { scale_to(width, height); });
  push_now(video_in_.get(), picture);
}

void Peer::send_sound(GstSample* sound) {
  if (trusted_ && !refused_) push_now(audio_in_.get(), sound);
}

void Peer::set_rate(int video_kbps, int audio_kbps, int height) {
  const Ref<GstElement> encoder = child(pipeline_.get(), "encoder");
  if (video_kbps > 0) {
    if (codec_ == VideoCodec::h264) {
      g_object_set(encoder.get(), "bitrate", static_cast<guint>(video_kbps) * 1000, nullptr);
    } else {
      g_object_set(encoder.get(), "target-bitrate", video_kbps * 1000, nullptr);
    }
  }
  const Ref<GstElement> opus = child(pipeline_.get(), "opus");
  if (audio_kbps > 0) g_object_set(opus.get(), "bitrate", audio_kbps * 1000, nullptr);
  if (height <= 0 || height == height_) return;
  height_ = height;
  if (camera_width_ > 0) scale_to(camera_width_, camera_height_);
}

void Peer::scale_to(int width, int height) {
  if (height_ <= 0) return;
  Caps caps(gst_caps_new_simple("video/x-raw", "format", G_TYPE_STRING, "I420", nullptr));
  if (height > height_)
    gst_caps_set_simple(caps.get(), "height", G_TYPE_INT, height_, "width", G_TYPE_INT,
                        multiple_of_16(width * height_ / height), nullptr);
  const Ref<GstElement> size = child(pipeline_.get(), "size");
  g_object_set(size.get(), "caps", caps.get(), nullptr);
}

Peer::Counts Peer::counts() const {
  Counts counts{frames_out_, bytes_out_, frames_in_, packets_in_, sounds_in_, std::nullopt};
  if (const std::int64_t first = first_frame_ns_; first != 0)
    counts.first_frame = std::chrono::steady_clock::time_point(std::chrono::nanoseconds(first));
  return counts;
}

}  // namespace madoguchi::call
