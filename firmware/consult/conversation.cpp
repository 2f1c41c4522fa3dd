#include "firmware/consult/conversation.h"

#include <algorithm>
#include <utility>

#include "firmware/consult/typing.h"

namespace madoguchi::consult {

using namespace std::chrono_literals;

namespace {

constexpr std::size_t most_lines = 40;
constexpr std::size_t most_papers = 4;
constexpr std::size_t most_caption = 100;
constexpr std::size_t most_words = 60;  // of a desk's name, a title, a line of a page
constexpr std::size_t most_page_lines = 6;
constexpr std::size_t most_link = 200;

constexpr auto pause = 2s;  // and twice, three times ... as long
constexpr auto between_preparations = 30s;

/// Where the ladder begins after so many failures in a row.
Rung most_after(int failures) {
  if (failures < 2) return Rung::p720;
  return failures == 2 ? Rung::p240 : Rung::audio;
}

}  // namespace

// ---- where the call stands ----

void Conversation::standing(const Standing& standing) {
  place_ = standing;
  began_ = resync_ = true;
  say(Here{connection_});
}

void Conversation::told(const ToKiosk& what, Time now) {
  if (stage_ == Stage::over) return;
  std::visit([&](const auto& each) { on(each, now); }, what);
}

void Conversation::on(const Waiting& waiting, Time now) {
  resync_ = false;
  place_ = {waiting.position, waiting.wait_min};
  if (stage_ == Stage::waiting) return;
  // Handed over, or the desk is gone: the resident waits for the next one.
  stage_ = Stage::waiting;
  media_ = Media::none;
  text_only_ = held_ = false;
  out_.emplace_back(KioskToCall{EndCall{}});
  prepare_again(now);
}

void Conversation::on(const Answered& answered, Time now) {
  const bool known = std::exchange(resync_, false) && media_ != Media::none && was_answered();
  desk_ = first_characters(answered.desk, most_words);
  if (known) return;
  stage_ = text_only_ ? Stage::talking : Stage::connecting;
  // Somebody new is there: a connection of one's own, and what the last one showed goes.
  guest_.reset();
  caption_.clear();
  page_ = {};
  ring_.clear();
  held_ = not_heard_there_ = false;
  other_camera_ = true;
  send_hold();
  failures_ = 0;
  if (!text_only_) connect_again(now);
  say_open();
}

void Conversation::on(const Over& over, Time) { end(over.outcome); }

void Conversation::end(Outcome outcome) {
  if (stage_ == Stage::over) return;
  stage_ = Stage::over;
  outcome_ = outcome;
  media_ = Media::none;
  if (connection_ > 0 || pass_) out_.emplace_back(KioskToCall{EndCall{}});
  pass_.reset();
}

void Conversation::hang_up() {
  if (stage_ == Stage::over) return;
  say(HungUp{});
  end(was_answered() ? Outcome::not_said : Outcome::left);
}

void Conversation::live(bool up, Time now) {
  live_ = up;
  alone_since_.reset();
  if (!up) {
    if (stage_ != Stage::over) alone_since_ = now;
    return;
  }
  if (!began_ || stage_ == Stage::over) return;
  // The gateway knows nothing of this connection yet: all that stands is said again.
  resync_ = true;
  say(Here{connection_});
  if (!was_answered()) return;
  say_open();
  if (rung_ != Rung::p720) say(Carried{rung_});
  // An offer or an answer may have gone with the last one.
  if (media_ == Media::asking || media_ == Media::starting) connect_again(now);
}

void Conversation::tick(Time now) {
  if (stage_ == Stage::over) return;
  const bool late = (media_ == Media::starting || media_ == Media::broken) && now >= deadline_;
  if (late) failed(now);
  const bool alone = alone_since_ && now - *alone_since_ >= alone_patience;
  if (alone && media_ != Media::up) end(was_answered() ? Outcome::broken : Outcome::left);
}

// ---- the connection ----

bool Conversation::wants_connection(Time now) const {
  const bool answered =
      stage_ == Stage::connecting || stage_ == Stage::talking || stage_ == Stage::broken;
  // Nothing opens behind an open door, not even for a moment.
  return answered && !booth_open_ && !text_only_ && media_ == Media::none && now >= connect_at_;
}

bool Conversation::wants_preparation(Time now) const {
  return stage_ == Stage::waiting && began_ && now >= prepare_at_;
}

void Conversation::prepared(const std::optional<RelayPass>& pass, Time now) {
  prepare_at_ = now + (pass ? Time::duration(prepared_for) : between_preparations);
  if (stage_ == Stage::over) return;
  pass_ = pass;
  if (pass && stage_ == Stage::waiting)
    out_.emplace_back(KioskToCall{PrepareCall{pass->user, pass->password}});
}

std::optional<RelayPass> Conversation::take_prepared(Time now) {
  const bool good = now < prepare_at_;
  auto pass = std::exchange(pass_, std::nullopt);
  if (!good) pass.reset();
  return pass;
}

void Conversation::prepare_again(Time now) {
  pass_.reset();
  prepare_at_ = now;
}

std::int64_t Conversation::begin_connection(Time) {
  media_ = Media::asking;
  return ++connection_;
}

void Conversation::relay(std::int64_t connection, const std::string& call,
                         const std::optional<RelayPass>& pass, Time now) {
  if (connection != connection_ || media_ != Media::asking) return;
  if (!pass) return failed(now);
  media_ = Media::starting;
  deadline_ = now + connect_patience;
  StartCall start;
  start.call = call;
  start.connection = connection_;
  start.relay_user = pass->user;
  start.relay_password = pass->password;
  start.most = most_after(failures_);
  start.microphone = microphone_ && has_microphone_;
  start.camera = camera_ && has_camera_ && start.most != Rung::audio;
  out_.emplace_back(KioskToCall{start});
  holding_ = false;
  send_hold();
}

void Conversation::connect_again(Time now) {
  media_ = Media::none;
  connect_at_ = now;
  silent_in_ = silent_out_ = false;
}

void Conversation::failed(Time now) {
  connect_again(now);
  if (stage_ == Stage::talking) stage_ = Stage::broken;
  ++failures_;
  if (failures_ > 1) connect_at_ = now + pause * (failures_ - 1);
  if (failures_ < text_after) return;
  text_only_ = true;
  out_.emplace_back(KioskToCall{EndCall{}});
  carry(Rung::text);
  if (stage_ == Stage::broken || stage_ == Stage::connecting) stage_ = Stage::talking;
}

void Conversation::try_again(Time now) {
  if (stage_ == Stage::over) return;
  text_only_ = false;
  failures_ = 0;
  if (stage_ == Stage::talking && media_ != Media::up) stage_ = Stage::broken;
  connect_again(now);
}

void Conversation::heard(const CallToKiosk& what, Time now) {
  std::visit([&](const auto& each) { on(each, now); }, what);
}

void Conversation::on(const CallReady& ready, Time now) {
  has_camera_ = ready.camera;
  has_microphone_ = ready.microphone;
  const bool another = worker_ && *worker_ != ready.worker;
  worker_ = ready.worker;
  if (stage_ == Stage::over) return;
  if (another) prepare_again(now);  // it went with the worker
  const bool served = media_ == Media::starting || media_ == Media::up || media_ == Media::broken;
  if (another && served) return failed(now);  // it died with the connection
  if (was_answered()) say_open();
}

void Conversation::on(const LocalOffer& offer, Time) {
  if (offer.connection == connection_ && media_ == Media::starting)
    say(Description{connection_, offer.sdp});
}

void Conversation::on(const LocalCandidate& candidate, Time) {
  if (candidate.connection == connection_ && media_ != Media::none)
    say(Candidate{connection_, candidate.line, candidate.candidate});
}

void Conversation::on(const CallMoved& moved, Time now) {
  if (moved.connection != connection_ || stage_ == Stage::over) return;
  const bool served = media_ == Media::starting || media_ == Media::up || media_ == Media::broken;
  if (!served) return;
  switch (moved.state) {
    case CallState::connected:
      media_ = Media::up;
      stage_ = Stage::talking;
      carry(most_after(failures_));  // until it is measured
      failures_ = 0;
      break;
    case CallState::broken:
      media_ = Media::broken;
      deadline_ = now + broken_patience;
      if (stage_ == Stage::talking) stage_ = Stage::broken;
      break;
    case CallState::failed:
    case CallState::ended:  // nobody has asked for it
      failed(now);
      break;
    case CallState::connecting:
      break;
  }
}

void Conversation::on(const CallMeasured& measured, Time) {
  if (measured.connection != connection_ || media_ != Media::up) return;
  count(measured);
  carry(measured.rung);
  silent_out_ = measured.silent_out && microphone_open();
  const bool silent = measured.silent_in && !held_ && !booth_open_;
  if (silent != silent_in_) say(NotHeard{silent});
  silent_in_ = silent;
}

// Its counters begin anew with each connection.
void Conversation::count(const CallMeasured& measured) {
  if (measured.connection != counted_.connection) {
    counted_ = {};
    ++carriage_.connections;
  }
  carriage_.frames_in += measured.frames_in - counted_.frames_in;
  carriage_.frames_out += measured.frames_out - counted_.frames_out;
  if (!carriage_.first_frame_ms) carriage_.first_frame_ms = measured.first_frame_ms;
  carriage_.loudest_in_dbfs = std::max(carriage_.loudest_in_dbfs, measured.in_dbfs);
  counted_ = measured;
}

void Conversation::carry(Rung rung) {
  lowest_ = std::max(lowest_, rung);
  if (rung == rung_) return;
  rung_ = rung;
  say(Carried{rung});
}

void Conversation::on(const Description& description, Time) {
  if (description.connection != connection_ || media_ == Media::none) return;
  out_.emplace_back(KioskToCall{RemoteAnswer{connection_, description.sdp}});
}

void Conversation::on(const Candidate& candidate, Time) {
  if (candidate.connection != connection_ || media_ == Media::none) return;
  out_.emplace_back(KioskToCall{RemoteCandidate{connection_, candidate.line, candidate.candidate}});
}

// ---- devices ----

bool Conversation::sending() const {
  const bool served = media_ == Media::starting || media_ == Media::up || media_ == Media::broken;
  return served && !held_ && !booth_open_;
}

void Conversation::open_microphone(bool open) {
  microphone_ = open;
  send_devices();
}

void Conversation::open_camera(bool open) {
  camera_ = open;
  send_devices();
}

void Conversation::send_devices() {
  out_.emplace_back(KioskToCall{OpenDevices{microphone_, camera_}});
  say_open();
}

void Conversation::say_open() { say(Open{microphone_open(), camera_open()}); }

/// On hold and with the booth open nothing is sent and nothing is played.
void Conversation::send_hold() {
  const bool hold = held_ || booth_open_;
  const bool served = media_ == Media::starting || media_ == Media::up || media_ == Media::broken;
  if (hold == holding_ || !served) return;
  holding_ = hold;
  out_.emplace_back(KioskToCall{HoldCall{hold}});
  say_open();
}

void Conversation::on(const Held& held, Time) {
  held_ = held.held;
  silent_in_ = false;
  send_hold();
}

void Conversation::booth(bool closed) {
  if (booth_open_ == !closed) return;
  booth_open_ = !closed;
  send_hold();
}

// ---- what is shown and said ----

void Conversation::on(const NotHeard& not_heard, Time) { not_heard_there_ = not_heard.missing; }
void Conversation::on(const Open& open, Time) { other_camera_ = open.camera; }
void Conversation::on(const Guest& guest, Time) {
  guest_.reset();
  if (guest.present) guest_ = guest;
}
void Conversation::on(const Caption& caption, Time) {
  caption_ = last_characters(caption.text, most_caption);
}
void Conversation::on(const Ring& ring, Time) { ring_ = first_characters(ring.control, 40); }

void Conversation::on(const Page& page, Time) {
  page_ = {};
  page_.title = first_characters(page.title, most_words);
  for (std::size_t i = 0; i < std::min(page.lines.size(), most_page_lines); ++i)
    page_.lines.push_back(first_characters(page.lines[i], most_words));
  if (page.link.starts_with("https://") && page.link.size() <= most_link) page_.link = page.link;
}

void Conversation::on(const PaperOffered& paper, Time) {
  const auto same = [&](const PaperOffered& each) { return each.paper == paper.paper; };
  if (offered_.size() >= most_papers || std::ranges::any_of(offered_, same)) return;
  offered_.push_back(paper);
  offered_.back().title = first_characters(paper.title, most_words);
}

void Conversation::on(const FormChecked& checked, Time) { form_checked_ = checked; }

void Conversation::on(const Typed& typed, Time) {
  put_line(false, typed.line, first_characters(typed.text, most_typed));
}

void Conversation::type(const std::string& text, bool done) {
  say(Typed{own_line_, text, done});
  put_line(true, own_line_, text);
  if (done) ++own_line_;
}

/// A line that is typed further stays where it is, whoever writes meanwhile.
void Conversation::put_line(bool own, std::int64_t number, std::string text) {
  const auto known = std::ranges::find_if(
      lines_, [&](const TextLine& line) { return line.own == own && line.number == number; });
  if (known != lines_.end()) {
    known->text = std::move(text);
  } else {
    lines_.push_back({std::move(text), own, number});
  }
  std::erase_if(lines_, [](const TextLine& line) { return line.text.empty(); });
  if (lines_.size() > most_lines) lines_.pop_front();
}

std::vector<Conversation::Out> Conversation::take() { return std::exchange(out_, {}); }

}  // namespace madoguchi::consult
