#pragma once
// A consultation by video between a kiosk and the city (docs/consultation.md). Part of the
// gateway's API (gateway_api.h: JSON, Idempotency-Key, mutual TLS, ApiError):
//
//   GET  /v1/consultations/topics                     -> 200 Topics
//   POST /v1/consultations                   Ask      -> 201 Standing     the resident agreed
//   POST /v1/consultations/{call}/relay      RelayAsk -> 201 RelayPass    before each connection
//   GET  /v1/consultations/{call}/papers/{paper}      -> 200 Paper        after PaperOffered
//   POST /v1/consultations/{call}/record     Record   -> 200 Settled      it is over
//
// Refusals: closed (nobody serves this now), unknown_visit (no such call, or another kiosk's),
// out_of_order (it is over), not_available (the booking is not for a call).
//
// What is worth something only now goes over the live connection (desk_api.h): Said from the kiosk,
// Told to it, each about one call. Order is kept; after a new live connection the kiosk begins with
// Here, and the gateway answers with what stands (Waiting or Answered). Signalling and text are
// stored nowhere. The kiosk always makes the offer; an offer that comes again (kiosk-call was
// started again, or the network changed) replaces the peer connection in the staff's browser.

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "firmware/message/codec.h"

namespace madoguchi::consult {

/// Whom the resident wants to speak to; the words are the catalogue's, "consult.<name>".
enum class Topic {
  general,      ///< 市役所への相談
  interpreter,  ///< 通訳つきの相談
  welfare,      ///< 福祉・年金
  disability,   ///< 障害のある方の相談; private
  lawyer,       ///< 法律相談; private
  doctor,       ///< オンライン診療; private
};
MADOGUCHI_ENUM(Topic, general, interpreter, welfare, disability, lawyer, doctor)

struct TopicNow {
  Topic topic = Topic::general;
  bool open = false;
  bool nobody = false;  ///< not open, though within its hours: nobody sits at its desk just now
  bool booth = false;   ///< private: only with the booth's door closed
  bool booked_only = false;
  std::int32_t waiting = 0;              ///< calls before a new one
  std::optional<std::int32_t> wait_min;  ///< in honest steps; nothing: unknown
  std::string hours;                     ///< "09:00-17:15", for the screen
};
MADOGUCHI_DESCRIBE(TopicNow, topic, open, nobody, booth, booked_only, waiting, wait_min, hours)

struct Topics {
  std::vector<TopicNow> topics;  ///< those that the city offers
};
MADOGUCHI_DESCRIBE(Topics, topics)

struct Ask {
  std::string call;  ///< UUID made by the kiosk
  Topic topic = Topic::general;
  std::string language;                ///< BCP 47, the resident's
  std::optional<std::string> booking;  ///< the code of a booking that is checked in by this
  bool booth_closed = false;
};
MADOGUCHI_DESCRIBE(Ask, call, topic, language, booking, booth_closed)

/// Where the call stands. position 1: the next one.
struct Standing {
  std::int32_t position = 1;
  std::optional<std::int32_t> wait_min;  ///< in honest steps; nothing: unknown
};
MADOGUCHI_DESCRIBE(Standing, position, wait_min)

struct RelayAsk {
  std::int32_t attempt = 1;  ///< goes up with every connection
};
MADOGUCHI_DESCRIBE(RelayAsk, attempt)

/// Time-limited access to the media relay (TURN REST: user is "<expiry>:<kiosk>", password its
/// HMAC). The way to it is kiosk-link's [relay]; the staff's browser is told its own.
struct RelayPass {
  std::string user;
  std::string password;
  std::int64_t expires_at = 0;  ///< seconds since 1970
};
MADOGUCHI_DESCRIBE(RelayPass, user, password, expires_at)

/// What was handed over in a call: to be printed, free of charge, or to be signed with the card.
struct Paper {
  std::string title;
  Bytes pdf;  ///< A4, at most most_paper_bytes
};
MADOGUCHI_DESCRIBE(Paper, title, pdf)
inline constexpr std::size_t most_paper_bytes = 1u << 20;

enum class Outcome {
  solved,
  partly,
  call_back,  ///< the city calls or a time was booked
  handed_over,
  left,      ///< the resident hung up or went away before anybody answered
  no_show,   ///< booked, and nobody came
  broken,    ///< the connection did not come back
  not_said,  ///< the resident hung up before the staff said
};
MADOGUCHI_ENUM(Outcome, solved, partly, call_back, handed_over, left, no_show, broken, not_said)

/// The lowest that was needed.
enum class Rung { p720, p480, p240, audio, text };
MADOGUCHI_ENUM(Rung, p720, p480, p240, audio, text)

/// What stays of a call. Anonymous.
struct Record {
  Topic topic = Topic::general;
  std::string language;
  Outcome outcome = Outcome::not_said;
  std::int32_t waited_s = 0;  ///< until it was answered, in steps of 5
  std::int32_t minutes = 0;   ///< rounded up; 0: never answered
  std::int64_t began_at = 0;  ///< seconds since 1970
  Rung lowest = Rung::p720;
  std::optional<std::int32_t> satisfaction;  ///< 1 (bad) to 5 (good)
};
MADOGUCHI_DESCRIBE(Record, topic, language, outcome, waited_s, minutes, began_at, lowest,
                   satisfaction)

// ---- both ways ----

inline constexpr std::size_t most_sdp_bytes = 24u << 10;

/// A session description: the kiosk's offer, the staff's answer. `connection` counts the kiosk's
/// connections of this call from 1; what belongs to an older one is dropped.
struct Description {
  static constexpr std::string_view tag = "description";
  std::int64_t connection = 0;
  std::string sdp;
};
MADOGUCHI_DESCRIBE(Description, connection, sdp)

/// A trickled ICE candidate; an empty `candidate` ends them.
struct Candidate {
  static constexpr std::string_view tag = "candidate";
  std::int64_t connection = 0;
  std::int32_t line = 0;  ///< index of the m-line
  std::string candidate;
};
MADOGUCHI_DESCRIBE(Candidate, connection, line, candidate)

/// Real-time text (EN 301 549 6.2): the line that is being typed as it is now, after every key or
/// 300 ms. `line` goes up with each new line of its writer.
struct Typed {
  static constexpr std::string_view tag = "typed";
  std::int64_t line = 0;
  std::string text;   ///< at most most_typed characters
  bool done = false;  ///< the line is finished
};
MADOGUCHI_DESCRIBE(Typed, line, text, done)
inline constexpr std::size_t most_typed = 200;

/// The other end is not heard (`missing`), or is again.
struct NotHeard {
  static constexpr std::string_view tag = "not_heard";
  bool missing = true;
};
MADOGUCHI_DESCRIBE(NotHeard, missing)

/// Own microphone and camera.
struct Open {
  static constexpr std::string_view tag = "open";
  bool microphone = false;
  bool camera = false;
};
MADOGUCHI_DESCRIBE(Open, microphone, camera)

// ---- from the kiosk ----

/// The resident is in this call; said at its beginning and on every new live connection.
struct Here {
  static constexpr std::string_view tag = "here";
  std::int64_t connection = 0;  ///< the newest; 0: none yet
};
MADOGUCHI_DESCRIBE(Here, connection)

/// What of sound and picture is carried now.
struct Carried {
  static constexpr std::string_view tag = "carried";
  Rung rung = Rung::p720;
};
MADOGUCHI_DESCRIBE(Carried, rung)

enum class PaperAnswer { printing, printed, declined, failed };
MADOGUCHI_ENUM(PaperAnswer, printing, printed, declined, failed)
struct PaperMoved {
  static constexpr std::string_view tag = "paper_moved";
  std::string paper;
  PaperAnswer answer = PaperAnswer::declined;
};
MADOGUCHI_DESCRIBE(PaperMoved, paper, answer)

/// A form was signed with the resident's card: CMS-less, the certificate of the card's
/// authentication key and its RSASSA-PKCS1-v1_5 with SHA-256 over form_message(); or it was
/// declined. The gateway checks what was signed and answers with FormChecked.
struct FormSigned {
  static constexpr std::string_view tag = "form_signed";
  std::string paper;
  bool declined = false;
  Bytes certificate;  ///< DER
  Bytes signature;
};
MADOGUCHI_DESCRIBE(FormSigned, paper, declined, certificate, signature)

/// What the card signs: a fixed context, the call, the paper and its PDF, so that the signature is
/// good for this form of this call alone. `call` and `paper` are UUIDs in 36 characters.
inline Bytes form_message(std::string_view call, std::string_view paper, ByteView pdf) {
  Bytes message = to_bytes(as_bytes(std::string_view("madoguchi form 1\0", 17)));
  for (const ByteView part : {as_bytes(call), as_bytes(paper), pdf})
    message.insert(message.end(), part.begin(), part.end());
  return message;
}

/// The resident hung up, or is gone.
struct HungUp {
  static constexpr std::string_view tag = "hung_up";
};
MADOGUCHI_DESCRIBE(HungUp)

using FromKiosk = std::variant<Here, Description, Candidate, Typed, NotHeard, Open, Carried,
                               PaperMoved, FormSigned, HungUp>;

// ---- to the kiosk ----

struct Waiting {
  static constexpr std::string_view tag = "waiting";
  std::int32_t position = 1;
  std::optional<std::int32_t> wait_min;
};
MADOGUCHI_DESCRIBE(Waiting, position, wait_min)

/// Somebody has answered: the kiosk makes a connection. Again after a hand-over to another desk:
/// then with a new connection.
struct Answered {
  static constexpr std::string_view tag = "answered";
  std::string desk;  ///< what the resident is told: "豊中市役所 くらし相談"; nobody's name
};
MADOGUCHI_DESCRIBE(Answered, desk)

struct Held {
  static constexpr std::string_view tag = "held";
  bool held = false;
};
MADOGUCHI_DESCRIBE(Held, held)

/// A third person came (an interpreter) or left; the staff's browser joins the sounds.
struct Guest {
  static constexpr std::string_view tag = "guest";
  bool present = false;
  bool interpreter = true;
};
MADOGUCHI_DESCRIBE(Guest, present, interpreter)

/// Captions typed by the staff, drawn large; empty: none.
struct Caption {
  static constexpr std::string_view tag = "caption";
  std::string text;
};
MADOGUCHI_DESCRIBE(Caption, text)

/// A page of the city to look at together: its title, a few lines, a public address as QR. Empty
/// title: take it away.
struct Page {
  static constexpr std::string_view tag = "page";
  std::string title;
  std::vector<std::string> lines;  ///< at most 6
  std::string link;                ///< https, public; may be empty
};
MADOGUCHI_DESCRIBE(Page, title, lines, link)

/// A ring around a control of the resident's call screen; empty: none.
struct Ring {
  static constexpr std::string_view tag = "ring";
  std::string control;
};
MADOGUCHI_DESCRIBE(Ring, control)

struct PaperOffered {
  static constexpr std::string_view tag = "paper_offered";
  std::string paper;  ///< UUID
  std::string title;
  bool to_sign = false;
};
MADOGUCHI_DESCRIBE(PaperOffered, paper, title, to_sign)

/// To a FormSigned that was not declined: whether the city takes it. `good` is the only answer by
/// which anybody may say "signed".
enum class FormVerdict {
  good,
  untrusted,   ///< the card's certificate: another CA's, expired, revoked
  not_signed,  ///< the signature is not that card's over this form
  not_asked,   ///< no form of this call, or it was signed before
};
MADOGUCHI_ENUM(FormVerdict, good, untrusted, not_signed, not_asked)
struct FormChecked {
  static constexpr std::string_view tag = "form_checked";
  std::string paper;
  FormVerdict verdict = FormVerdict::not_asked;
};
MADOGUCHI_DESCRIBE(FormChecked, paper, verdict)

/// The city's end of it; the resident is thanked.
struct Over {
  static constexpr std::string_view tag = "over";
  Outcome outcome = Outcome::not_said;
};
MADOGUCHI_DESCRIBE(Over, outcome)

using ToKiosk = std::variant<Waiting, Answered, Description, Candidate, Typed, NotHeard, Open, Held,
                             Guest, Caption, Page, Ring, PaperOffered, FormChecked, Over>;

/// What goes into desk::LiveFromKiosk and desk::LiveToKiosk.
struct Said {
  static constexpr std::string_view tag = "consult_said";
  std::string call;
  FromKiosk what;
};
MADOGUCHI_DESCRIBE(Said, call, what)
struct Told {
  static constexpr std::string_view tag = "consult_told";
  std::string call;
  ToKiosk what;
};
MADOGUCHI_DESCRIBE(Told, call, what)

}  // namespace madoguchi::consult
