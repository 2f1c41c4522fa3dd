#pragma once
// One consultation as the kiosk knows it: who is there, over which connection, on which rung of the
// ladder, what was said as text. It decides when a connection is made again and when sound is given
// up for text; others ask the gateway, speak to kiosk-call and draw.
//
// Pure: time comes with each call, and what is to be said is taken with take().
//
// A connection is one StartCall. What comes of an older one is dropped. When it fails, the worker
// dies or the live channel went away before the offer was answered, the next one is made: at once
// the first time, then with pauses, each time lower on the ladder, at last text alone.

#include <chrono>
#include <deque>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "firmware/base/timers.h"
#include "firmware/message/call_protocol.h"
#include "firmware/message/consult_api.h"

namespace madoguchi::consult {

enum class Stage {
  waiting,     ///< for somebody to answer
  connecting,  ///< answered, never connected yet
  talking,
  broken,  ///< was connected, and is being made again
  over,
};

struct TextLine {
  std::string text;
  bool own = false;
  std::int64_t number = 0;
};

/// What kiosk-call has carried, for the log: over all connections of the call.
struct Carriage {
  std::int64_t frames_in = 0;
  std::int64_t frames_out = 0;
  std::int64_t connections = 0;                ///< that were measured
  std::optional<std::int64_t> first_frame_ms;  ///< of the first connection that had one
  double loudest_in_dbfs = -100;
};

class Conversation {
 public:
  using Time = Timers::Monotonic;

  static constexpr std::chrono::seconds connect_patience{20};
  static constexpr std::chrono::seconds broken_patience{15};
  /// Without the live channel and without a connection.
  static constexpr std::chrono::seconds alone_patience{90};
  static constexpr int text_after = 4;  ///< failures in a row
  /// A pass of the gateway's is good for ten minutes, and must be when the connection begins.
  static constexpr std::chrono::minutes prepared_for{5};

  // ---- what comes in ----

  /// The gateway has put the call into its queue.
  void standing(const Standing& standing);
  void told(const ToKiosk& what, Time now);
  void heard(const CallToKiosk& what, Time now);
  /// The live channel came or went.
  void live(bool up, Time now);
  void tick(Time now);

  // ---- a connection ----

  /// Whether the gateway is to be asked for a way to the relay now.
  [[nodiscard]] bool wants_connection(Time now) const;
  [[nodiscard]] std::int64_t next_connection() const { return connection_ + 1; }
  /// Begins the next connection; its number.
  std::int64_t begin_connection(Time now);
  /// What the gateway said; nothing: refused, or no answer.
  void relay(std::int64_t connection, const std::string& call, const std::optional<RelayPass>& pass,
             Time now);

  /// Whether the gateway is to be asked for a way beforehand: so that somebody who answers is seen
  /// at once, kiosk-call begins while the resident waits. Nothing is opened for it.
  [[nodiscard]] bool wants_preparation(Time now) const;
  /// What the gateway said to that.
  void prepared(const std::optional<RelayPass>& pass, Time now);
  /// The pass of what was prepared, once, for the connection that begins now.
  std::optional<RelayPass> take_prepared(Time now);

  // ---- the resident's ----

  void open_microphone(bool open);
  void open_camera(bool open);
  void type(const std::string& text, bool done);
  /// Sound and picture are tried again after all.
  void try_again(Time now);
  void booth(bool closed);
  void say(FromKiosk what) { out_.emplace_back(std::move(what)); }
  void hang_up();

  // ---- what is to be done ----

  using Out = std::variant<FromKiosk, KioskToCall>;
  /// Everything that is to be said since the last call, in order.
  std::vector<Out> take();

  // ---- how it stands ----

  [[nodiscard]] Stage stage() const { return stage_; }
  [[nodiscard]] const Standing& place() const { return place_; }
  [[nodiscard]] const std::string& desk() const { return desk_; }
  [[nodiscard]] bool held() const { return held_; }
  [[nodiscard]] bool booth_open() const { return booth_open_; }
  [[nodiscard]] bool text_only() const { return text_only_; }
  [[nodiscard]] Rung rung() const { return rung_; }
  [[nodiscard]] Rung lowest() const { return lowest_; }
  [[nodiscard]] bool was_answered() const { return !desk_.empty(); }
  [[nodiscard]] bool is_live() const { return live_; }
  /// Open now, as far as kiosk-call was told.
  [[nodiscard]] bool microphone_open() const { return sending() && microphone_ && has_microphone_; }
  [[nodiscard]] bool camera_open() const { return sending() && camera_ && has_camera_; }
  /// As the resident wants them.
  [[nodiscard]] bool microphone_wanted() const { return microphone_; }
  [[nodiscard]] bool camera_wanted() const { return camera_; }
  [[nodiscard]] bool has_camera() const { return has_camera_; }
  [[nodiscard]] bool has_microphone() const { return has_microphone_; }
  [[nodiscard]] bool other_has_camera() const { return other_camera_; }
  /// The staff say that they hear nothing.
  [[nodiscard]] bool not_heard_there() const { return not_heard_there_; }
  [[nodiscard]] bool not_heard_here() const { return silent_in_; }
  [[nodiscard]] bool microphone_silent() const { return silent_out_; }
  [[nodiscard]] const std::optional<Guest>& guest() const { return guest_; }
  [[nodiscard]] const std::string& caption() const { return caption_; }
  [[nodiscard]] const Page& page() const { return page_; }
  [[nodiscard]] const std::string& ring() const { return ring_; }
  [[nodiscard]] const std::deque<TextLine>& lines() const { return lines_; }
  /// Offered and not answered yet, the oldest first.
  [[nodiscard]] const std::deque<PaperOffered>& offered() const { return offered_; }
  /// What the city says of the form that was signed last; nothing: not yet.
  [[nodiscard]] const std::optional<FormChecked>& form_checked() const { return form_checked_; }
  void answered_paper() { offered_.pop_front(); }
  void put_page_away() { page_ = {}; }
  [[nodiscard]] Outcome outcome() const { return outcome_; }
  [[nodiscard]] const Carriage& carriage() const { return carriage_; }

 private:
  enum class Media { none, asking, starting, up, broken };

  void on(const CallReady& ready, Time now);
  void on(const LocalOffer& offer, Time now);
  void on(const LocalCandidate& candidate, Time now);
  void on(const CallMoved& moved, Time now);
  void on(const CallMeasured& measured, Time now);
  void on(const Waiting& waiting, Time now);
  void on(const Answered& answered, Time now);
  void on(const Description& description, Time now);
  void on(const Candidate& candidate, Time now);
  void on(const Typed& typed, Time now);
  void on(const NotHeard& not_heard, Time now);
  void on(const Open& open, Time now);
  void on(const Held& held, Time now);
  void on(const Guest& guest, Time now);
  void on(const Caption& caption, Time now);
  void on(const Page& page, Time now);
  void on(const Ring& ring, Time now);
  void on(const PaperOffered& paper, Time now);
  void on(const FormChecked& checked, Time now);
  void on(const Over& over, Time now);

  [[nodiscard]] bool sending() const;
  void failed(Time now);
  void connect_again(Time now);
  void prepare_again(Time now);
  void send_hold();
  void send_devices();
  void say_open();
  void carry(Rung rung);
  void count(const CallMeasured& measured);
  void put_line(bool own, std::int64_t number, std::string text);
  void end(Outcome outcome);

  Stage stage_ = Stage::waiting;
  Standing place_;
  std::string desk_;
  bool live_ = false;
  bool began_ = false;   ///< standing() was called
  bool resync_ = false;  ///< the next Answered says what stands, and is no hand-over
  std::optional<Time> alone_since_;

  Media media_ = Media::none;
  std::int64_t connection_ = 0;
  int failures_ = 0;  ///< in a row
  Time connect_at_{};
  Time deadline_{};  ///< of starting and broken
  std::optional<std::int64_t> worker_;
  std::optional<RelayPass> pass_;  ///< of what is prepared
  Time prepare_at_{};              ///< the next time
  bool text_only_ = false;
  Rung rung_ = Rung::p720;
  Rung lowest_ = Rung::p720;

  bool microphone_ = true;
  bool camera_ = true;
  bool has_microphone_ = true;
  bool has_camera_ = true;
  bool other_camera_ = true;
  bool held_ = false;
  bool booth_open_ = false;
  bool holding_ = false;  ///< as kiosk-call was told
  bool not_heard_there_ = false;
  bool silent_in_ = false;
  bool silent_out_ = false;

  std::optional<Guest> guest_;
  std::string caption_;
  Page page_;
  std::string ring_;
  std::deque<TextLine> lines_;
  std::int64_t own_line_ = 1;
  std::deque<PaperOffered> offered_;
  std::optional<FormChecked> form_checked_;
  Outcome outcome_ = Outcome::not_said;
  std::vector<Out> out_;
  Carriage carriage_;
  CallMeasured counted_;  ///< the last of the connection that is counted now
};

}  // namespace madoguchi::consult
