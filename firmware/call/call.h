#pragma once
// One call inside a worker: what kioskd asks becomes devices, pictures and a connection. Internal
// to firmware/call. Loop thread only.

#include <chrono>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "firmware/base/timers.h"
#include "firmware/call/capture.h"
#include "firmware/call/peer.h"
#include "firmware/call/picture_writer.h"
#include "firmware/call/sound_level.h"
#include "firmware/call/worker.h"
#include "firmware/message/call_protocol.h"

namespace madoguchi::call {

class Call {
 public:
  using Tell = std::function<void(const CallToKiosk&)>;

  Call(Timers& timers, CallSettings settings, std::int64_t worker, PictureBoards& boards,
       DtlsCertificate certificate, Tell tell, Peer::Post post);
  ~Call();
  Call(const Call&) = delete;
  Call& operator=(const Call&) = delete;

  /// Makes the first connection's elements and says CallReady. Errc::unsupported: GStreamer lacks
  /// a plugin that nothing replaces.
  Status warm_up();
  void handle(const KioskToCall& message);
  /// Looks at devices and network; call it every `beat`.
  void tick();
  [[nodiscard]] bool ended() const { return ended_; }

  static constexpr Timers::Duration beat{250};

 private:
  using Moment = Timers::Monotonic;
  /// A connection that waits for StartCall: what it would have said. GStreamer has begun it.
  struct Preparation {
    std::optional<PrepareCall> pass;  ///< wanted, until a call begins
    bool begun = false;               ///< of peer_
    Moment tried{};
    std::optional<std::string> offer;
    std::vector<LocalCandidate> candidates;
  };
  /// A device, whether it is wanted, and when to try again after it failed.
  struct Wanted {
    std::unique_ptr<DevicePipeline> pipeline;
    bool wanted = false;
    bool there = false;
    int failures = 0;
    Moment try_again{};
  };

  void on(const StartCall& start);
  void on(const PrepareCall& prepare);
  void on(const Preview& preview);
  void on(const RemoteAnswer& answer);
  void on(const RemoteCandidate& candidate);
  void on(const OpenDevices& open);
  void on(const HoldCall& hold);
  void on(const EndCall& end);

  Status make_peer(VideoCodec codec);
  void start_peer(const PrepareCall& pass);
  void prepare();
  void keep_prepared();
  [[nodiscard]] bool is_prepared() const;
  void tell_offer(const std::string& sdp);
  void connect();
  void disconnect();
  void move(CallState state, const std::string& why = "");
  void peer_moved(Peer::State state, const std::string& why);
  void want_devices();
  void keep_open(Wanted& wanted);
  void keep_speaker_open();
  void device_gone(Wanted& wanted, std::int64_t opening, const std::string& why);
  void look_for_devices();
  void watch_connection(const Peer::Counts& counts);
  void follow_network();
  void measure(const Peer::Counts& counts);
  void say_ready();

  // Threads of GStreamer's.
  void picture_of_camera(GstSample* sample);
  void sound_of_microphone(GstSample* sample);
  void picture_of_far_end(GstSample* sample);
  void sound_of_far_end(GstBuffer* sound);

  Timers& timers_;
  CallSettings settings_;
  std::int64_t worker_;
  DtlsCertificate certificate_;
  Tell tell_;
  Peer::Post post_;
  PictureWriter far_end_;
  PictureWriter self_;
  SoundLevel level_in_;
  SoundLevel level_raw_;
  SoundLevel level_out_;

  std::atomic<bool> send_picture_{false};
  std::atomic<bool> send_sound_{false};
  std::atomic<bool> held_{false};
  Wanted speaker_;  // before the microphone: its canceller looks for it
  Wanted microphone_;
  Wanted camera_;
  std::mutex peer_mutex_;  // for the camera's and the microphone's threads, which use peer_
  std::unique_ptr<Peer> peer_;

  std::optional<StartCall> start_;  ///< of this connection
  Preparation preparation_;
  bool preview_ = false;
  OpenDevices open_{false, false};
  bool ended_ = false;
  CallState state_ = CallState::ended;
  VideoCodec codec_ = VideoCodec::h264;
  std::optional<RateControl> rate_;
  Moment started_{};
  Moment measured_{};
  Moment heard_{};  ///< last packet of the far end
  std::int64_t packets_ = 0;
  std::int64_t bytes_ = 0;
  std::int64_t sounds_ = 0;
};

}  // namespace madoguchi::call
