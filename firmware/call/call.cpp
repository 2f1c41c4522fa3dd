#include "firmware/call/call.h"

#include <algorithm>
#include <utility>

#include <gst/video/video.h>

#include "firmware/base/log.h"
#include "firmware/call/own_network.h"
#include "firmware/call/session_description.h"

namespace madoguchi::call {
namespace {

using namespace std::chrono_literals;

constexpr auto answer_comes_within = 20s;  // the staff's browser, and both ways to the relay
constexpr auto broken_after = 3s;
constexpr auto failed_after = 8s;
constexpr auto longest_pause = 8s;  // between attempts to open a device
// kiosk-link closes a way on which nothing passed for a minute, and nothing passes before an
// answer.
constexpr auto prepared_for = 40s;
constexpr auto between_preparations = 2s;
constexpr auto connected_within = 1s;  // to kiosk-link, which is on this machine

int height_of(consult::Rung rung) {
  switch (rung) {
    case consult::Rung::p720:
      return 720;
    case consult::Rung::p480:
      return 480;
    default:
      return 240;
  }
}

std::int64_t monotonic_us() {
  return std::chrono::steady_clock::now().time_since_epoch() / std::chrono::microseconds(1);
}

// Shows a frame on a board, in the one copy that there is.
void show(PictureWriter& board, GstSample* sample) {
  GstVideoInfo info;
  GstVideoFrame frame;
  if (!gst_video_info_from_caps(&info, gst_sample_get_caps(sample)) ||
      GST_VIDEO_INFO_FORMAT(&info) != GST_VIDEO_FORMAT_I420 ||
      !gst_video_frame_map(&frame, &info, gst_sample_get_buffer(sample), GST_MAP_READ))
    return;
  PictureView view{GST_VIDEO_FRAME_WIDTH(&frame), GST_VIDEO_FRAME_HEIGHT(&frame), {}, {}};
  for (int plane = 0; plane < 3; ++plane) {
    view.planes[plane] =
        static_cast<const std::uint8_t*>(GST_VIDEO_FRAME_PLANE_DATA(&frame, plane));
    view.strides[plane] = GST_VIDEO_FRAME_PLANE_STRIDE(&frame, plane);
  }
  (void)board.write(view, monotonic_us());  // the pipelines give none that is too large
  gst_video_frame_unmap(&frame);
}

}  // namespace

Call::Call(Timers& timers, CallSettings settings, std::int64_t worker, PictureBoards& boards,
           DtlsCertificate certificate, Tell tell, Peer::Post post)
    : timers_(timers),
      settings_(std::move(settings)),
      worker_(worker),
      certificate_(std::move(certificate)),
      tell_(std::move(tell)),
      post_(std::move(post)),
      // A reader must not take a new worker's first frame for the old one's.
      far_end_(boards.far_end, static_cast<std::uint64_t>(worker) << 32),
      self_(boards.self, static_cast<std::uint64_t>(worker) << 32) {
  const auto gone = [this](Wanted& wanted) {
    return [this, &wanted](std::int64_t opening, std::string why) {
      post_([this, &wanted, opening, why = std::move(why)] { device_gone(wanted, opening, why); });
    };
  };
  speaker_.pipeline = std::make_unique<Speaker>(settings_.speaker, gone(speaker_));
  microphone_.pipeline = std::make_unique<Capture>(
      settings_.microphone, [this](GstSample* sample) { sound_of_microphone(sample); },
      gone(microphone_), &level_raw_, settings_.cleaning);
  camera_.pipeline = std::make_unique<Capture>(
      settings_.camera, [this](GstSample* sample) { picture_of_camera(sample); }, gone(camera_));
}

Call::~Call() {
  camera_.pipeline->close();
  microphone_.pipeline->close();
  disconnect();
}

Status Call::warm_up() {
  codec_ = has_h264() ? VideoCodec::h264 : VideoCodec::vp8;
  if (Status made = make_peer(codec_); !made) return made;
  look_for_devices();
  say_ready();
  return {};
}

Status Call::make_peer(VideoCodec codec) {
  Peer::Events events;
  preparation_.begun = false;
  preparation_.offer.reset();
  preparation_.candidates.clear();
  events.offer = [this](const std::string& sdp) {
    if (start_) return tell_offer(sdp);
    preparation_.offer = sdp;
  };
  events.candidate = [this](int line, const std::string& candidate) {
    if (start_) return tell_(LocalCandidate{start_->connection, line, candidate});
    preparation_.candidates.push_back({0, line, candidate});
  };
  events.moved = [this](Peer::State state, const std::string& why) { peer_moved(state, why); };
  events.picture = [this](GstSample* sample) { picture_of_far_end(sample); };
  events.sound = [this](GstBuffer* sound) { sound_of_far_end(sound); };
  auto peer = Peer::create(codec, certificate_, std::move(events), post_);
  if (!peer) return peer.error();
  codec_ = codec;
  const std::lock_guard lock(peer_mutex_);
  peer_ = std::move(*peer);
  return {};
}

void Call::handle(const KioskToCall& message) {
  std::visit([this](const auto& one) { on(one); }, message);
}

void Call::on(const StartCall& start) {
  const PrepareCall pass{start.relay_user, start.relay_password};
  const bool used = start_ || (preparation_.begun && preparation_.pass != pass) || !is_prepared();
  start_ = start;
  preparation_.pass.reset();
  open_ = {start.microphone, start.camera};
  held_ = false;
  if (used || !peer_) {
    disconnect();
    if (Status made = make_peer(codec_); !made) return move(CallState::failed, made.error().text());
  }
  connect();
}

void Call::connect() {
  const Moment now = timers_.now();
  started_ = now;
  heard_ = now;
  measured_ = now;
  packets_ = bytes_ = sounds_ = 0;
  rate_.emplace(start_->most, now);
  move(CallState::connecting);
  follow_network();
  if (!preparation_.begun) start_peer({start_->relay_user, start_->relay_password});
  if (preparation_.offer) tell_offer(*std::exchange(preparation_.offer, std::nullopt));
  for (LocalCandidate& candidate : std::exchange(preparation_.candidates, {})) {
    candidate.connection = start_->connection;
    tell_(candidate);
  }
  want_devices();
}

// The line is the same for both sides.
void Call::tell_offer(const std::string& sdp) {
  const int kbps = RateControl::first_kbps(start_->most);
  tell_(LocalOffer{start_->connection, with_first_rate(sdp, kbps)});
}

void Call::start_peer(const PrepareCall& pass) {
  preparation_.begun = true;
  peer_->start({pass.relay_user, pass.relay_password, settings_.relay_port});
}

void Call::on(const PrepareCall& pass) {
  if (start_ || ended_ || preparation_.pass == pass) return;
  preparation_.pass = pass;
  prepare();
}

// Makes anew what had begun, by itself also after it failed.
void Call::prepare() {
  preparation_.tried = timers_.now();
  if (preparation_.begun || !peer_) {
    disconnect();
    if (Status made = make_peer(codec_); !made) return;  // StartCall tries it again and says why
  }
  start_peer(*preparation_.pass);
}

// Whether what has begun still leads to the relay, as far as it has come. GStreamer does not say
// that its connection is gone before it needs it.
bool Call::is_prepared() const {
  if (!peer_ || !preparation_.begun) return peer_ != nullptr;
  const bool connects = timers_.now() - preparation_.tried < connected_within;
  return (connects && preparation_.candidates.empty()) ||
         is_connected_to_loopback(settings_.relay_port);
}

void Call::keep_prepared() {
  if (start_ || !preparation_.pass) return;
  const auto age = timers_.now() - preparation_.tried;
  if (age >= prepared_for || (age >= between_preparations && !is_prepared())) prepare();
}

void Call::disconnect() {
  std::unique_ptr<Peer> old;
  {
    const std::lock_guard lock(peer_mutex_);
    old = std::move(peer_);
  }
  old.reset();
  far_end_.clear();
  rate_.reset();
}

void Call::on(const Preview& preview) {
  preview_ = preview.on;
  want_devices();
}

void Call::on(const RemoteAnswer& answer) {
  if (!start_ || answer.connection != start_->connection || !peer_) return;
  const Status taken = peer_->answer(answer.sdp);
  if (taken) return;
  if (taken.error().code != Errc::unsupported || codec_ == VideoCodec::vp8)
    return peer_moved(Peer::State::failed, taken.error().text());
  // The same connection with the other codec: the offer that comes now replaces the first.
  disconnect();
  if (Status made = make_peer(VideoCodec::vp8); !made)
    return move(CallState::failed, made.error().text());
  connect();
}

void Call::on(const RemoteCandidate& candidate) {
  if (start_ && candidate.connection == start_->connection && peer_)
    peer_->candidate(candidate.line, candidate.candidate);
}

void Call::on(const OpenDevices& open) {
  open_ = open;
  want_devices();
}

void Call::on(const HoldCall& hold) {
  held_ = hold.held;
  if (hold.held) far_end_.clear();
  want_devices();
}

void Call::on(const EndCall&) {
  preview_ = false;
  open_ = {false, false};
  preparation_.pass.reset();
  const std::int64_t connection = start_ ? start_->connection : 0;
  want_devices();
  disconnect();
  speaker_.pipeline->close();
  self_.clear();
  tell_(CallMoved{connection, CallState::ended, ""});
  ended_ = true;
}

void Call::move(CallState state, const std::string& why) {
  if (state == state_ && state != CallState::connecting) return;
  state_ = state;
  tell_(CallMoved{start_ ? start_->connection : 0, state, why});
}

void Call::peer_moved(Peer::State state, const std::string& why) {
  if (!start_ && state == Peer::State::failed) return disconnect();  // keep_prepared() tries again
  if (!start_ || state_ == CallState::failed || state_ == CallState::ended) return;
  switch (state) {
    case Peer::State::connecting:
      return;
    case Peer::State::connected:
      heard_ = timers_.now();
      level_in_.start(heard_);
      return move(CallState::connected);
    case Peer::State::lost:
      if (state_ == CallState::connected) move(CallState::broken, why);
      return;
    case Peer::State::failed:
      disconnect();
      move(CallState::failed, why);
      return want_devices();
  }
}

void Call::tick() {
  if (ended_) return;
  look_for_devices();
  want_devices();
  keep_prepared();
  if (!peer_ || !start_ || state_ == CallState::failed) return;
  const Peer::Counts counts = peer_->counts();
  watch_connection(counts);
  if (!peer_) return;
  follow_network();
  if (timers_.now() - measured_ >= 1s && state_ != CallState::connecting) measure(counts);
}

void Call::watch_connection(const Peer::Counts& counts) {
  const Moment now = timers_.now();
  if (counts.packets_in != packets_) {
    packets_ = counts.packets_in;
    heard_ = now;
    if (state_ == CallState::broken) move(CallState::connected);
  }
  if (state_ == CallState::connecting) {
    if (now - started_ > answer_comes_within)
      peer_moved(Peer::State::failed, "no connection within 20 s");
  } else if (now - heard_ > failed_after) {
    peer_moved(Peer::State::failed, "nothing came from the far end for 8 s");
  } else if (now - heard_ > broken_after) {
    move(CallState::broken, "nothing came from the far end for 3 s");
  }
}

void Call::follow_network() {
  if (!rate_) return;
  const Moment now = timers_.now();
  if (state_ == CallState::connected) rate_->report(peer_->report(), now);
  peer_->set_rate(rate_->video_kbps(), rate_->audio_kbps(), height_of(rate_->rung()));
  send_picture_ = rate_->video_kbps() > 0 && !held_;
  send_sound_ = rate_->audio_kbps() > 0 && !held_;
}

void Call::measure(const Peer::Counts& counts) {
  const Moment now = timers_.now();
  CallMeasured measured;
  measured.connection = start_->connection;
  measured.rung = rate_->rung();
  const double seconds = std::chrono::duration<double>(now - measured_).count();
  measured.send_kbps = static_cast<std::int32_t>(static_cast<double>(counts.bytes_out - bytes_) *
                                                 8 / 1000 / seconds);
  measured.frames_out = counts.frames_out;
  measured.frames_in = counts.frames_in;
  if (counts.first_frame) measured.first_frame_ms = (*counts.first_frame - started_) / 1ms;
  measured.in_dbfs = level_in_.take(now);
  measured.out_dbfs = level_out_.take(now);
  (void)level_raw_.take(now);
  measured.silent_in = !held_ && level_in_.silent(now);
  measured.silent_out = microphone_.pipeline->is_open() && level_raw_.silent(now);
  measured_ = now;
  bytes_ = counts.bytes_out;
  tell_(measured);
}

void Call::want_devices() {
  const bool calling = start_ && !ended_ && state_ != CallState::failed && !held_;
  camera_.wanted = (calling && open_.camera) || preview_;
  microphone_.wanted = calling && open_.microphone;
  speaker_.wanted = calling;
  keep_speaker_open();
  keep_open(microphone_);
  keep_open(camera_);
  if (!camera_.pipeline->is_open()) self_.clear();
}

void Call::keep_open(Wanted& wanted) {
  if (!wanted.wanted) {
    wanted.pipeline->close();
    wanted.failures = 0;
    return;
  }
  if (wanted.pipeline->is_open() || !wanted.there || timers_.now() < wanted.try_again) return;
  if (&wanted == &microphone_) level_raw_.start(timers_.now());
  if (Status opened = wanted.pipeline->open(); !opened)
    device_gone(wanted, wanted.pipeline->opening(), opened.error().text());
}

// The echo canceller listens to the speaker's pipeline that it found when it was opened.
void Call::keep_speaker_open() {
  const bool was_open = speaker_.pipeline->is_open();
  keep_open(speaker_);
  if (!was_open && speaker_.pipeline->is_open()) microphone_.pipeline->close();
}

void Call::device_gone(Wanted& wanted, std::int64_t opening, const std::string& why) {
  if (opening != wanted.pipeline->opening()) return;  // it was opened anew meanwhile
  log_event(Event::call_device_gone, {{"device", wanted.pipeline->device().name}, {"why", why}});
  wanted.pipeline->close();
  wanted.failures = std::min(wanted.failures + 1, 6);
  const Timers::Duration pause =
      std::min<Timers::Duration>(250ms * (1 << wanted.failures), longest_pause);
  wanted.try_again = timers_.now() + pause;
  if (&wanted == &camera_) self_.clear();
  wanted.there = false;
  say_ready();
}

void Call::look_for_devices() {
  bool changed = false;
  for (Wanted* const wanted : {&speaker_, &microphone_, &camera_}) {
    // One that failed is believed to be back only after its pause.
    const bool there = timers_.now() >= wanted->try_again && is_there(wanted->pipeline->device());
    changed = changed || there != wanted->there;
    if (!there && wanted->pipeline->is_open()) wanted->pipeline->close();
    wanted->there = there;
  }
  if (changed) say_ready();
}

void Call::say_ready() {
  tell_(CallReady{worker_, camera_.there, microphone_.there, speaker_.there});
}

void Call::picture_of_camera(GstSample* sample) {
  show(self_, sample);
  if (!send_picture_) return;
  const std::lock_guard lock(peer_mutex_);
  if (peer_) peer_->send_picture(sample);
}

void Call::sound_of_microphone(GstSample* sample) {
  with_samples(gst_sample_get_buffer(sample),
               [this](std::span<const std::int16_t> samples) { level_out_.add(samples); });
  if (!send_sound_) return;
  const std::lock_guard lock(peer_mutex_);
  if (peer_) peer_->send_sound(sample);
}

void Call::picture_of_far_end(GstSample* sample) {
  if (!held_) show(far_end_, sample);
}

void Call::sound_of_far_end(GstBuffer* sound) {
  if (held_) return;
  with_samples(sound, [this](std::span<const std::int16_t> samples) { level_in_.add(samples); });
  static_cast<Speaker&>(*speaker_.pipeline).play(sound);
}

}  // namespace madoguchi::call
