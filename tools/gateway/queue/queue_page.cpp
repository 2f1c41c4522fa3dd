#include "tools/gateway/queue/queue_page.h"

#include <array>

#include "firmware/base/log.h"
#include "tools/gateway/html.h"
#include "tools/gateway/identifiers.h"
#include "tools/gateway/local_time.h"
#include "tools/gateway/openssl.h"
#include "tools/gateway/queue/booking_calendar.h"

namespace madoguchi::gateway {
namespace {

constexpr std::string_view root = "/queue";
constexpr std::string_view calendar_end = ".ics";
constexpr std::string_view part_query = "part";

// Colours of the Digital Agency's design system (DADS): text on white at 7:1 or better, a state
// never by colour alone.
constexpr std::string_view style = R"css(
body { margin: 0; font: 1.125rem/1.6 "BIZ UDPGothic", "Noto Sans JP", "Hiragino Sans", sans-serif;
  color: #1a1a1a; background: #fff; }
header { background: #0017c1; color: #fff; padding: .75rem 1.25rem; display: flex; flex-wrap: wrap;
  gap: .5rem 1.5rem; align-items: center; justify-content: space-between; font-weight: 700; }
header button { font: inherit; padding: .5rem 1rem; border: 2px solid #fff; border-radius: .5rem;
  background: #fff; color: #0017c1; cursor: pointer; }
header button:focus-visible { outline: 4px solid #000; box-shadow: 0 0 0 6px #ffd43d; }
main { max-width: 80rem; margin: 0 auto; padding: 1.25rem; }
h1 { font-size: 1.5rem; margin: 0 0 .75rem; }
h2 { font-size: 1.25rem; margin: 1.5rem 0 .5rem; }
.en { display: block; font-size: .875em; font-weight: 400; }
.now { border: 3px solid #0017c1; border-radius: 1rem; padding: 1rem 1.5rem; display: flex;
  flex-wrap: wrap; align-items: baseline; gap: 0 2.5rem; }
.number { font-size: clamp(4rem, 15vw, 13rem); line-height: 1.1; font-weight: 700; color: #0017c1;
  font-variant-numeric: tabular-nums; white-space: nowrap; }
.desk { font-size: clamp(2rem, 6vw, 5rem); line-height: 1.2; font-weight: 700; }
.before { display: flex; flex-wrap: wrap; gap: .75rem; margin: 1rem 0 0; padding: 0; list-style: none; }
.before li { border: 2px solid #666; border-radius: .75rem; padding: .5rem 1.25rem;
  font-size: clamp(1.5rem, 3.4vw, 2.75rem); font-weight: 700; white-space: nowrap; }
.before small { font-size: .6em; font-weight: 400; margin-left: .5em; }
.lamp { display: inline-flex; align-items: center; gap: .75rem; border: 3px solid; border-radius: 2rem;
  padding: .25rem 1.5rem; font-size: clamp(1.25rem, 3vw, 2.25rem); font-weight: 700; margin: 0 0 1.25rem; line-height: 1.3; }
.lamp svg { width: 1.1em; height: 1.1em; flex: none; }
.quiet { color: #115a36; } .some { color: #6b4a00; } .crowded { color: #a90000; }
.topics { display: grid; grid-template-columns: repeat(auto-fit, minmax(17rem, 1fr)); gap: .75rem;
  margin: 0; padding: 0; list-style: none; }
.topics li { border: 1px solid #666; border-radius: .75rem; padding: .75rem 1rem; }
.topics b { display: block; }
.old::before { content: "最新ではありません / Not up to date"; display: block; font-weight: 700; color: #a90000; }
.big { font-size: 1.5rem; font-weight: 700; }
)css";

// Fetches what changes and puts it in place; new calls chime and are spoken, the earlier first.
constexpr std::string_view script = R"js(
(() => {
  const main = document.querySelector('main'), button = document.querySelector('button');
  let seen = main.innerHTML, voice = false, sound = null;
  const calls = () => [...main.querySelectorAll('[data-call]')].reverse();
  const time = (call) => Number(call.dataset.call.split('/')[1]);
  let heard = new Set(calls().map((call) => call.dataset.call)), newest = Math.max(0, ...calls().map(time));
  const chime = () => [[880, 0], [659, .35]].forEach(([pitch, at]) => {
    const tone = sound.createOscillator(), volume = sound.createGain(), from = sound.currentTime + at;
    tone.frequency.value = pitch;
    volume.gain.setValueAtTime(.3, from);
    volume.gain.exponentialRampToValueAtTime(.001, from + .8);
    tone.connect(volume).connect(sound.destination);
    tone.start(from);
    tone.stop(from + .8);
  });
  const say = (text, lang) => {
    const words = new SpeechSynthesisUtterance(text);
    words.lang = lang;
    words.rate = .9;
    speechSynthesis.speak(words);
  };
  const announce = () => {
    const fresh = calls().filter((call) => !heard.has(call.dataset.call) && time(call) >= newest);
    heard = new Set(calls().map((call) => call.dataset.call));
    newest = Math.max(newest, ...fresh.map(time));
    if (!voice || fresh.length === 0) return;
    chime();
    if (!('speechSynthesis' in window)) return;
    for (const { dataset } of fresh) { say(dataset.ja, 'ja-JP'); say(dataset.en, 'en-US'); }
  };
  button.hidden = false;
  button.addEventListener('click', () => {
    voice = !voice;
    sound = sound || new AudioContext();
    if (voice) { sound.resume(); chime(); }
    button.setAttribute('aria-pressed', String(voice));
  });
  const look = async () => {
    try {
      const answer = await fetch(location.pathname + '?part', { cache: 'no-store' });
      const text = await answer.text();
      main.classList.toggle('old', !answer.ok);
      if (answer.ok && text !== seen) { seen = text; main.innerHTML = text; announce(); }
    } catch { main.classList.add('old'); }
    setTimeout(look, 4000);
  };
  setTimeout(look, 4000);
})();
)js";

struct Both {
  std::string_view ja, en;
};

constexpr Both words_of(queue::Topic topic) {
  switch (topic) {
    case queue::Topic::help:
      return {"スマートフォン・デジタルの相談", "Smartphone and digital help"};
    case queue::Topic::resident:
      return {"住民票・戸籍・マイナンバーカード", "Residence, family register, My Number card"};
    case queue::Topic::tax:
      return {"税の窓口", "Taxes"};
    case queue::Topic::welfare:
      return {"福祉・年金の窓口", "Welfare and pensions"};
    case queue::Topic::childcare:
      return {"子育ての窓口", "Children and families"};
  }
  return {};
}

constexpr Both words_of(queue::Crowding crowding) {
  switch (crowding) {
    case queue::Crowding::quiet:
      return {"空いています", "Not crowded"};
    case queue::Crowding::some:
      return {"やや混雑", "Somewhat crowded"};
    case queue::Crowding::crowded:
      return {"混雑", "Crowded"};
  }
  return {};
}

/// The state by its shape, too: a ring, a half, a full disc.
constexpr std::string_view shape_of(queue::Crowding crowding) {
  switch (crowding) {
    case queue::Crowding::quiet:
      return R"(<circle cx="12" cy="12" r="9" fill="none" stroke="currentColor" stroke-width="4"/>)";
    case queue::Crowding::some:
      return R"(<circle cx="12" cy="12" r="9" fill="none" stroke="currentColor" stroke-width="4"/><path d="M12 3a9 9 0 0 1 0 18z" fill="currentColor"/>)";
    case queue::Crowding::crowded:
      return R"(<circle cx="12" cy="12" r="11" fill="currentColor"/>)";
  }
  return {};
}

std::string both(Both words) {
  return std::string(words.ja) + "<span class=\"en\" lang=\"en\">" + std::string(words.en) +
         "</span>";
}
std::string both(const std::string& ja, const std::string& en) { return both(Both{ja, en}); }

std::string heading(const char* level, Both words) {
  return "<" + std::string(level) + ">" + both(words) + "</" + level + ">\n";
}

std::string lamp(queue::Crowding crowding) {
  return "<p class=\"lamp " + std::string(codec::enum_name(crowding)) +
         "\"><svg viewBox=\"0 0 24 24\" aria-hidden=\"true\">" + std::string(shape_of(crowding)) +
         "</svg><span>" + both(words_of(crowding)) + "</span></p>\n";
}

std::string people(std::int32_t count) {
  return both(std::to_string(count) + "人待ち",
              std::to_string(count) + (count == 1 ? " person waiting" : " people waiting"));
}

std::string about(std::int32_t minutes) {
  return both("約" + std::to_string(minutes) + "分",
              "about " + std::to_string(minutes) + " minutes");
}

/// Letters apart, so that no voice reads "A-012" as a word or a subtraction.
std::string spoken(std::string_view number) {
  std::string out;
  for (const char c : number) {
    if (c == '-' || c == '/') continue;
    if (!out.empty()) out += ' ';
    out += c;
  }
  return escape(out);
}

/// What the booking is for.
constexpr Both words_of(consult::Topic topic) {
  switch (topic) {
    case consult::Topic::general:
      return {"テレビ電話で相談：市役所への相談", "By video: the city hall"};
    case consult::Topic::interpreter:
      return {"テレビ電話で相談：通訳つきの相談", "By video: with an interpreter"};
    case consult::Topic::welfare:
      return {"テレビ電話で相談：福祉・年金", "By video: welfare and pensions"};
    case consult::Topic::disability:
      return {"テレビ電話で相談：障害のある方の相談", "By video: for people with disabilities"};
    case consult::Topic::lawyer:
      return {"テレビ電話で相談：法律相談", "By video: a lawyer"};
    case consult::Topic::doctor:
      return {"テレビ電話で相談：オンライン診療", "By video: a doctor"};
  }
  return {};
}

Both subject_of(const queue::Slot& slot) {
  if (slot.consultation) return words_of(*slot.consultation);
  if (slot.topic) return words_of(*slot.topic);
  return {"講座", "A class"};
}

/// "10:05"
std::string clock_of(UnixTime at) {
  return local_time(std::chrono::system_clock::from_time_t(at)).iso8601().substr(11, 5);
}

std::string when_of(const queue::Slot& slot) {
  constexpr std::array<Both, 7> weekdays{{{"日", "Sunday"},
                                          {"月", "Monday"},
                                          {"火", "Tuesday"},
                                          {"水", "Wednesday"},
                                          {"木", "Thursday"},
                                          {"金", "Friday"},
                                          {"土", "Saturday"}}};
  constexpr std::array<std::string_view, 12> months{
      "January", "February", "March",     "April",   "May",      "June",
      "July",    "August",   "September", "October", "November", "December"};
  const LocalTime day = local_time(std::chrono::system_clock::from_time_t(slot.starts_at));
  const Both weekday = weekdays.at(static_cast<std::size_t>(day.weekday));
  const std::string of_day = std::to_string(day.day);
  const std::string year = std::to_string(day.year);
  const std::string from = clock_of(slot.starts_at);
  const std::string to = clock_of(slot.starts_at + UnixTime{slot.minutes} * 60);
  return both(year + "年" + std::to_string(day.month) + "月" + of_day + "日（" +
                  std::string(weekday.ja) + "）" + from + "から" + to + "まで",
              std::string(weekday.en) + ", " + of_day + " " +
                  std::string(months.at(static_cast<std::size_t>(day.month - 1))) + " " + year +
                  ", " + from + " to " + to);
}

std::string call_attributes(const queue::Call& call) {
  const std::string place = escape(call.desk);
  return " data-call=\"" + escape(call.number) + "/" + std::to_string(call.at) + "/" +
         std::to_string(call.times) + "\" data-ja=\"受付番号、" + spoken(call.number) + "、の方、" +
         place + "番の窓口へお越しください。\" data-en=\"Number " + spoken(call.number) +
         ", please come to desk " + place + ".\"";
}

std::string now_calling(const queue::Call& call) {
  const std::string desk = escape(call.desk);
  return "<div class=\"now\" role=\"status\"" + call_attributes(call) + "><span class=\"number\">" +
         escape(call.number) + "</span><span class=\"desk\">" +
         both(desk + "番の窓口へ", "to desk " + desk) + "</span></div>\n";
}

}  // namespace

QueuePage::QueuePage(WaitingRoom& room, Bookings& bookings, std::string city)
    : room_(room),
      bookings_(bookings),
      city_(std::move(city)),
      policy_("default-src 'none'; style-src 'sha256-" + to_base64(sha256(as_bytes(style))) +
              "'; script-src 'sha256-" + to_base64(sha256(as_bytes(script))) +
              "'; connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors "
              "'none'") {}

bool QueuePage::takes(std::string_view target) {
  const std::string_view path = target.substr(0, target.find('?'));
  return path == root || path.starts_with(std::string(root) + "/");
}

Task<Answer> QueuePage::handle(Request request) {
  if (request.method != "GET" && request.method != "HEAD") {
    Answer answer = page(405, "Method not allowed", "<h1>GET</h1>", false);
    answer.headers["Allow"] = "GET, HEAD";
    co_return answer;
  }
  const auto mark = request.target.find('?');
  const std::string path = request.target.substr(0, mark);
  const bool part = mark != std::string::npos && request.target.substr(mark + 1) == part_query;
  const std::string id = path.size() > root.size() + 1 ? path.substr(root.size() + 1) : "";
  if (id.ends_with(calendar_end)) co_return calendar(id.substr(0, id.size() - calendar_end.size()));
  log_event(Event::gateway_request, {{"request", id.empty() ? "queue page" : "ticket page"}});
  Result<std::string> content = std::string();
  if (path == root) {
    content = board();
  } else if (!is_uuid(id)) {
    co_return page(404, "ページがありません / Not found",
                   heading("h1", {"ページがありません", "Page not found"}), part);
  } else {
    content = one(id);
  }
  if (!content) {
    log_event(Event::gateway_refused, {{"what", content.error().text()}});
    co_return page(500, "表示できません / Not available",
                   heading("h1", {"いまは表示できません", "Not available right now"}), part);
  }
  co_return page(200, "お呼び出しの案内 / Now calling", *content, part);
}

Result<std::string> QueuePage::one(const std::string& id) {
  const auto ticket = room_.find(id);
  if (!ticket) return ticket.error();
  if (*ticket) return one_ticket(**ticket);
  const auto booking = bookings_.find_by_id(id);
  if (!booking) return booking.error();
  if (*booking) return one_booking(id, **booking);
  return heading("h1", {"この番号はまだ届いていません", "This number has not arrived yet"}) +
         "<p>" +
         both("紙の番号はそのままお使いいただけます。しばらくすると、ここに順番が表示されます。",
              "The number on your paper is valid. Your turn will show here in a while.") +
         "</p>\n";
}

Result<std::string> QueuePage::board() {
  const auto now = room_.look();
  if (!now) return now.error();
  std::string html = heading("h1", {"お呼び出し中", "Now calling"});
  if (now->called.empty()) {
    html += "<p class=\"big\">" +
            both("まだお呼び出しはありません。", "Nobody has been called yet.") + "</p>\n";
  } else {
    html += now_calling(now->called.front());
    html += "<ul class=\"before\" aria-label=\"先ほどのお呼び出し / Called before\">\n";
    for (std::size_t i = 1; i < now->called.size(); ++i) {
      const std::string desk = escape(now->called[i].desk);
      html += "<li" + call_attributes(now->called[i]) + ">" + escape(now->called[i].number) +
              "<small>" + desk + "番窓口 / desk " + desk + "</small></li>\n";
    }
    html += "</ul>\n";
  }
  html += heading("h2", {"混雑のようす", "How crowded it is"}) + lamp(now->crowding);
  html += "<ul class=\"topics\">\n";
  for (const queue::TopicNow& topic : now->topics) {
    html += "<li><b>" + both(words_of(topic.topic)) + "</b>";
    if (!topic.open && topic.waiting == 0) {
      html += both("受付時間外", "Closed now");
    } else {
      html += "<span class=\"big\">" + people(topic.waiting) + "</span>";
      if (topic.wait_min && topic.waiting > 0) html += about(*topic.wait_min);
    }
    html += "</li>\n";
  }
  return html + "</ul>\n";
}

Result<std::string> QueuePage::one_ticket(const Ticket& ticket) {
  std::string html = heading("h1", {"あなたの番号", "Your number"});
  const std::string number = escape(ticket.number);
  const auto shown = [&](Both words) {
    return "<p class=\"number\">" + number + "</p>\n<p class=\"big\">" + both(words) + "</p>\n";
  };
  switch (ticket.state) {
    case TicketState::called:
      return html + now_calling({ticket.number, ticket.desk, ticket.called_at, ticket.times});
    case TicketState::done:
      return html + shown({"ご用は済みました。", "You have been served."});
    case TicketState::absent:
      return html + shown({"お呼びしましたが、お見えになりませんでした。窓口へお声がけください。",
                           "You were called, but nobody came. Please speak to a desk."});
    case TicketState::withdrawn:
      return html + shown({"この番号は取り消されました。", "This number was withdrawn."});
    case TicketState::waiting:
      break;
  }
  const auto ahead = room_.ahead_of(ticket);
  if (!ahead) return ahead.error();
  const auto wait = room_.wait_for(ticket.topic, *ahead);
  if (!wait) return wait.error();
  html += "<p class=\"number\">" + number + "</p>\n<p>" + both(words_of(ticket.topic)) + "</p>\n";
  html +=
      "<p class=\"big\">" +
      both("あなたの前に" + std::to_string(*ahead) + "人お待ちです。",
           std::to_string(*ahead) + (*ahead == 1 ? " person is" : " people are") + " before you.") +
      "</p>\n";
  if (*wait) html += "<p class=\"big\">" + about(**wait) + "</p>\n";
  if (ticket.booked)
    html += "<p>" +
            both("ご予約の時間になってからお呼びします。",
                 "You will be called from the time of your booking on.") +
            "</p>\n";
  return html;
}

/// Whoever has the address has the booking: it is as random as the booking's number.
std::string QueuePage::one_booking(const std::string& id, const queue::Booking& booking) const {
  const queue::Slot& slot = booking.slot;
  std::string html = heading("h1", {"ご予約", "Your booking"});
  html += "<p class=\"big\">" + both(subject_of(slot)) + "</p>\n<p class=\"desk\">" +
          when_of(slot) + "</p>\n";
  switch (booking.state) {
    case queue::BookingState::checked_in:
      return html + "<p class=\"big\">" + both("受付はお済みです。", "You are checked in.") +
             "</p>\n";
    case queue::BookingState::cancelled:
      return html + "<p class=\"big\">" +
             both("この予約は取り消されました。", "This booking was cancelled.") + "</p>\n";
    case queue::BookingState::missed:
      return html + "<p class=\"big\">" +
             both("時間までに受付がなかったため、この予約は終わりました。もう一度ご予約ください。",
                  "Nobody checked in in time, so this booking is over. Please book again.") +
             "</p>\n";
    case queue::BookingState::booked:
      break;
  }
  const QueuePlan& plan = room_.plan();
  const UnixTime opens = slot.starts_at - plan.check_in_before_s;
  const UnixTime closes = slot.starts_at + plan.check_in_after_s;
  html +=
      heading("h2", {"場所", "Where"}) + "<p>" +
      (slot.consultation
           ? both("公民館などの窓口端末で「テレビ電話で相談」を選び、予約番号を入れてください。",
                  "At a kiosk in a community centre: choose “Talk to us by video” and type your "
                  "booking number.")
           : both("公民館などの窓口端末で受付をしてください。",
                  "Please check in at the kiosk in the community centre.")) +
      "</p>\n";
  html += heading("h2", {"予約番号", "Booking number"}) + "<p class=\"desk\">" +
          escape(written_code(booking.code)) + "</p>\n";
  html += "<p class=\"big\">" +
          both(clock_of(opens) + "から" + clock_of(closes) + "までに受付をしてください。",
               "Please check in between " + clock_of(opens) + " and " + clock_of(closes) + ".") +
          "</p>\n";
  html += "<p class=\"big\"><a href=\"" + std::string(root) + "/" + escape(id) +
          std::string(calendar_end) + "\">" +
          both("カレンダーに入れる（1時間前にお知らせ）",
               "Put it into your calendar (reminds an hour before)") +
          "</a></p>\n";
  return html;
}

/// Of a booking that is to come; of anything else there is none.
Answer QueuePage::calendar(const std::string& id) {
  const auto booking =
      is_uuid(id) ? bookings_.find_by_id(id) : Result<std::optional<queue::Booking>>(std::nullopt);
  if (!booking) log_event(Event::gateway_refused, {{"what", booking.error().text()}});
  if (!booking || !*booking || (*booking)->state != queue::BookingState::booked)
    return page(404, "ページがありません / Not found",
                heading("h1", {"ページがありません", "Page not found"}), false);
  const Both subject = subject_of((*booking)->slot);
  const std::string file =
      calendar_of(id, **booking, std::string(subject.ja) + " / " + std::string(subject.en),
                  room_.page_of(id), room_.now());
  Answer answer{.status = 200,
                .content_type = "text/calendar; charset=utf-8",
                .body = to_bytes(as_bytes(file))};
  answer.headers["Content-Disposition"] = "attachment; filename=\"booking.ics\"";
  answer.headers["X-Content-Type-Options"] = "nosniff";
  answer.headers["Referrer-Policy"] = "no-referrer";
  answer.headers["Strict-Transport-Security"] = "max-age=31536000";
  answer.headers["Cache-Control"] = "no-store";
  return answer;
}

Answer QueuePage::page(int status, std::string_view title, const std::string& content,
                       bool part) const {
  std::string html = content;
  if (!part) {
    html =
        "<!DOCTYPE html>\n<html lang=\"ja\">\n<head>\n<meta charset=\"utf-8\">\n"
        "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n"
        "<meta name=\"robots\" content=\"noindex\">\n<noscript><meta http-equiv=\"refresh\" "
        "content=\"10\"></noscript>\n<title>" +
        escape(title) + "</title>\n<style>" + std::string(style) +
        "</style>\n</head>\n<body>\n<header><span>" + escape(city_) +
        "</span><button type=\"button\" hidden aria-pressed=\"false\">音声でお知らせ / "
        "Voice</button></header>\n<main>" +
        content + "</main>\n<script>" + std::string(script) + "</script>\n</body>\n</html>\n";
  }
  Answer answer{.status = status,
                .content_type = "text/html; charset=utf-8",
                .body = to_bytes(as_bytes(html))};
  answer.headers["Content-Security-Policy"] = policy_;
  answer.headers["Referrer-Policy"] = "no-referrer";
  answer.headers["Strict-Transport-Security"] = "max-age=31536000";
  answer.headers["Cache-Control"] = "no-store";
  return answer;
}

}  // namespace madoguchi::gateway
