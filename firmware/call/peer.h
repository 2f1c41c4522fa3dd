#pragma once
// One WebRTC connection to the staff's browser: webrtcbin, encoders and decoders, relay only.
// GStreamer's webrtcbin connects to whoever answers: this class holds back every frame, both ways,
// until the far end's certificate is the one of its description. Internal to firmware/call.
//
// Loop thread, except where said. Events come on the loop.

#include <atomic>
#include <chrono>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <string>

#include "firmware/base/result.h"
#include "firmware/call/dtls_certificate.h"
#include "firmware/call/gst.h"
#include "firmware/call/rate_control.h"

namespace madoguchi::call {

enum class VideoCodec { h264, vp8 };
/// Whether this machine has H.264; VP8 it has always.
bool has_h264();

/// The way out: the pump of kiosk-link, which speaks TURN to the relay.
struct RelayAccess {
  std::string user;
  std::string password;
  int port = 0;  ///< on 127.0.0.1
};

class Peer {
 public:
  enum class State { connecting, connected, lost, failed };
  struct Events {
    std::function<void(std::string sdp)> offer;
    std::function<void(int line, std::string candidate)> candidate;
    std::function<void(State state, std::string why)> moved;
    std::function<void(GstSample*)> picture;  ///< decoded, I420; on a thread of GStreamer's
    std::function<void(GstBuffer*)> sound;    ///< decoded, 48 kHz mono; on a thread of GStreamer's
  };
  /// Runs a function on the loop; any thread.
  using Post = std::function<void(std::function<void()>)>;

  /// Makes everything and opens nothing. Errc::unsupported: a plugin is missing.
  static Result<std::unique_ptr<Peer>> create(VideoCodec codec, const DtlsCertificate& own,
                                              Events events, Post post);
  ~Peer();
  Peer(const Peer&) = delete;
  Peer& operator=(const Peer&) = delete;

  [[nodiscard]] VideoCodec codec() const { return codec_; }

  /// Makes the offer.
  void start(const RelayAccess& relay);
  /// Errc::protocol, full: not an answer; Errc::unsupported: it refuses the picture's codec.
  Status answer(const std::string& sdp);
  void candidate(int line, const std::string& candidate);

  /// Frames and sound to send; dropped before the far end is known. Any thread.
  void send_picture(GstSample* picture);
  void send_sound(GstSample* sound);

  /// What the encoders shall take; the picture is scaled down to `height`, never up.
  void set_rate(int video_kbps, int audio_kbps, int height);

  struct Counts {
    std::int64_t frames_out = 0;
    std::int64_t bytes_out = 0;
    std::int64_t frames_in = 0;
    std::int64_t packets_in = 0;  ///< of any kind
    std::int64_t sounds_in = 0;
    std::optional<std::chrono::steady_clock::time_point> first_frame;
  };
  [[nodiscard]] Counts counts() const;
  [[nodiscard]] NetworkReport report() const;

 private:
  struct Callbacks;  // what GStreamer calls
  friend struct Callbacks;

  Peer(VideoCodec codec, const DtlsCertificate& own, Events events, Post post);
  Status build();
  void post(std::function<void()> what);
  void fail(std::string why);
  void check_certificate(const char* pem);
  GstElement* make_decoder(const std::string& encoding);
  void add_decoder(GstPad* pad);
  void report_seldom();
  void scale_to(int width, int height);

  VideoCodec codec_;
  DtlsCertificate own_;
  Events events_;
  Post post_;
  // Posted work asks it, and may be left over when this is gone.
  const std::shared_ptr<std::atomic<bool>> alive_ = std::make_shared<std::atomic<bool>>(true);
  Ref<GstElement> pipeline_;
  Ref<GstElement> webrtc_;
  Ref<GstElement> video_in_;
  Ref<GstElement> audio_in_;
  std::map<std::string, GstElement*> decoders_;  ///< of pipeline_, not linked yet; by encoding

  std::mutex mutex_;                     // guards expected_
  std::optional<Fingerprint> expected_;  ///< of the answer
  std::atomic<bool> trusted_{false};     ///< the certificate was the right one
  std::atomic<bool> refused_{false};     ///< for good
  int height_ = 0;                       ///< as set; loop thread
  std::atomic<int> camera_width_{0};
  std::atomic<int> camera_height_{0};
  std::atomic<int> candidates_{0};
  std::atomic<std::int64_t> frames_out_{0};
  std::atomic<std::int64_t> bytes_out_{0};
  std::atomic<std::int64_t> frames_in_{0};
  std::atomic<std::int64_t> packets_in_{0};
  std::atomic<std::int64_t> sounds_in_{0};
  std::atomic<std::int64_t> first_frame_ns_{0};  ///< steady clock
};

}  // namespace madoguchi::call
