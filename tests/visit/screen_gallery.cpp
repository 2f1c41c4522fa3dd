// screen-gallery: every screen of the visits as a JSON array on standard output, for `kiosk-ui
// --preview`, for the tests that nothing is clipped, and for people who judge the words. Options:
// --lang ja|en, --size m|l|xl, --lessons DIR (the screens of these lessons instead).

#include <algorithm>
#include <cstdio>
#include <string>

#include <CLI/CLI.hpp>

#include "firmware/message/repair.h"
#include "firmware/visit/aftermath.h"
#include "firmware/visit/ask.h"
#include "firmware/visit/ending.h"
#include "firmware/visit/screens.h"
#include "firmware/visit/screens_consult.h"
#include "firmware/visit/screens_lesson.h"
#include "firmware/visit/screens_queue.h"
#include "firmware/visit/screens_service.h"
#include "firmware/visit/screens_setup.h"
#include "firmware/visit/slip.h"

namespace madoguchi::visit {
namespace {

constexpr const char* phone = "06-6858-0000";

api::Identified family() {
  api::Identified who;
  who.self = {"p-1", "葛󠄂城　花子", "世帯主"};
  who.household = {who.self,
                   {"p-2", "葛󠄂城　𠮷太郎", "夫"},
                   {"p-3", "葛󠄂城　さくら", "子"},
                   {"p-4", "ALEXANDRA MARIA CONSTANTINOPOULOS-WINTERBOTTOM", "子の妻"}};
  who.offers = {{api::Kind::residence, 250, 300, {}, {"persons", "relationship", "domicile"}, {}},
                {api::Kind::residence_matter, 250, 300, {}, {"persons"}, {}},
                {api::Kind::seal, 250, 300, {}, {}, {}},
                {api::Kind::tax, 250, 300, {}, {"year"}, {2026, 2025, 2024}},
                {api::Kind::family_address, 250, 300, api::Refusal::not_available, {}, {}},
                {api::Kind::family_register, 400, 450, api::Refusal::closed, {}, {}}};
  return who;
}

Screen with_slip(Screen screen, SlipGiven slip) {
  mention(screen, slip);
  return screen;
}

Screen helped(Screen screen, bool unseen, std::string ring = "", const char* phrase = "") {
  Company company;
  company.helper = say("help.volunteer", {{"number", "3"}});
  company.unseen = unseen;
  company.ring = std::move(ring);
  if (*phrase != '\0') company.phrase = say(phrase);
  company.end.id = "help.end";
  company.end.role = Role::end_help;
  company.end.label = say("help.end");
  screen.company = std::move(company);
  screen.name += ".helped";
  return screen;
}

/// Around and in a help session.
std::vector<Screen> with_help(const api::Identified& who, const Choice& choice) {
  return {helped(welcome_screen(false), false, "service.certificate", "phrase.press_here"),
          helped(pin_screen(2, 3), true, "cancel"),
          helped(kind_screen(who.offers), false, "kind.seal", "phrase.read_here"),
          helped(options_screen(who, who.offers[0], choice), false, "copies.more",
                 "phrase.take_your_time"),
          helped(review_screen(who, who.offers[0], choice, {"q", 500, 100, 1}), false, "pay"),
          help_checking_screen(),
          help_consent_screen({"3", desk::HelperRole::volunteer, 30}),
          help_consent_screen({"12", desk::HelperRole::staff, 30}),
          help_refused_screen(),
          help_unchecked_screen(),
          remove_badge_screen(),
          helped(remove_badge_screen(), false),
          help_satisfaction_screen()};
}

/// The screens between visits, to the resident of each kind of interrupted visit.
std::vector<Screen> aftermaths(const ServiceHours& hours) {
  std::vector<Screen> out{recovering_screen()};
  const Timers::Wall now{};
  for (const auto& [became, name] : enum_names(Became{})) {
    Aftermath aftermath{"", became, 500, now + std::chrono::minutes(10), "7K2M9QX4TB"};
    Screen welcome = welcome_screen(false);
    welcome.lead = welcome_lead(aftermath, now);
    Screen out_of_service = out_of_service_screen("terminal", "not_ready", phone);
    reassure(out_of_service, reassurance(aftermath));
    Screen closed = closed_screen(hours);
    reassure(closed, reassurance(aftermath));
    out.insert(out.end(), {welcome, out_of_service, closed});
  }
  return out;
}

std::vector<Screen> interrupted_taps() {
  std::vector<Screen> out;
  for (const auto& [rule, name] : enum_names(payment::InterruptedTap{})) {
    Screen screen = ending_screen(Ending::tap_interrupted, {MoneySaid::What::not_charged, 500, {}});
    explain_tap(screen, rule);
    out.push_back(std::move(screen));
  }
  Screen unknown = ending_screen(Ending::unresolved, {MoneySaid::What::unknown, 500, "7K2M9QX4TB"});
  explain_tap(unknown, payment::InterruptedTap::status_decides);
  out.push_back(std::move(unknown));
  Screen counts = with_slip(take_screen(false, 2, 0), SlipGiven::printed);
  counts.lead.push_back(say("take.tap_counts"));
  out.push_back(std::move(counts));
  return out;
}

queue::Status waiting_room() {
  queue::Status status;
  status.crowding = queue::Crowding::some;
  status.called = {{"A-012", "1", 0, 1}, {"B-007", "2", 0, 1}, {"A-011", "1", 0, 1}};
  for (const auto topic : {queue::Topic::help, queue::Topic::resident, queue::Topic::welfare}) {
    queue::TopicNow now;
    now.topic = topic;
    now.waiting = 3;
    now.wait_min = 20;
    status.topics.push_back(now);
  }
  return status;
}

/// Ten times with a volunteer, or in a class.
std::vector<queue::Slot> slots_of(bool course) {
  std::vector<queue::Slot> out;
  for (int i = 0; i < 10; ++i) {
    queue::Slot slot;
    slot.id = std::to_string(i);
    slot.starts_at = 1'795'309'200 + i * 1800;
    slot.minutes = 30;
    slot.places_left = 12;
    if (course) slot.course = desk::HelpTopic::smartphone;
    if (!course) slot.topic = queue::Topic::help;
    out.push_back(slot);
  }
  return out;
}

std::vector<Screen> queue_screens(const ServiceHours& hours) {
  const queue::Status status = waiting_room();
  Screen welcome = welcome_screen(false, true, true);
  mention_queue(welcome, status);
  Screen paper_owed = welcome_screen(true, true, true);
  mention_queue(paper_owed, status);
  Screen no_link = out_of_service_screen("link", "down", phone);
  offer_queue(no_link);
  const auto help = slots_of(false);
  auto subjects = help;
  const auto course = slots_of(true);
  subjects.push_back(course[0]);
  const queue::Booking booking{"12345674", help[0], queue::BookingState::booked};
  const queue::Booking seat{"12345674", course[0], queue::BookingState::booked};
  const NumberSaid online{"A-012", false, false, 3, 20};
  const NumberSaid alone{"K3-004", true, false, {}, {}};
  const NumberSaid booked{"A-013", false, true, {}, {}};
  std::vector<Screen> out{
      welcome,
      paper_owed,
      no_link,
      queue_screen(&status),
      queue_screen(nullptr),
      queue_topics_screen(status.topics),
      queue_closed_screen(),
      queue_asking_screen(),
      queue_number_screen(online,
                          "https://queue.city.example/queue/00000000-0000-4000-8000-000000000000",
                          SlipGiven::printed),
      queue_number_screen(alone, "", SlipGiven::none),
      queue_number_screen(booked,
                          "https://queue.city.example/queue/00000000-0000-4000-8000-000000000000",
                          SlipGiven::printed),
      queue_subjects_screen(subjects),
      queue_slots_screen(help, 0, hours),
      queue_slots_screen(course, 1, hours),
      queue_review_screen(help[0], hours),
      queue_booked_screen(booking, SlipGiven::printed, hours),
      queue_booked_screen(booking, SlipGiven::failed, hours),
      queue_tie_screen(),
      queue_tied_screen(booking, true),
      queue_tied_screen(booking, false),
      queue_scan_screen(true, true),
      queue_scan_screen(true, false),
      queue_scan_screen(false, true),
      queue_scan_screen(false, false),
      queue_no_screen(QueueNo::unknown_card),
      queue_code_screen(""),
      queue_code_screen("12345674"),
      queue_class_screen(seat, hours),
      queue_cancel_screen(booking, hours),
      queue_cancelled_screen()};
  for (const QueueNo why : {QueueNo::no_answer, QueueNo::full, QueueNo::unknown_code,
                            QueueNo::too_early, QueueNo::too_late, QueueNo::not_written})
    out.push_back(queue_no_screen(why));
  return out;
}

/// A call in which somebody has answered and pictures flow.
consult::Conversation talking_call() {
  consult::Conversation call;
  const consult::Conversation::Time now{};
  call.live(true, now);
  call.heard(CallReady{1, true, true, true}, now);
  call.standing({2, 10});
  call.told(consult::Answered{"豊中市役所 くらし相談"}, now);
  call.relay(call.begin_connection(now), "", consult::RelayPass{}, now);
  call.heard(CallMoved{1, CallState::connected, ""}, now);
  return call;
}

std::vector<Screen> consult_talk_screens() {
  const consult::Conversation::Time now{};
  const CallView plain;
  std::vector<Screen> out{consult_call_screen(talking_call(), plain)};
  const auto add = [&](auto&& change, CallView view = {}) {
    consult::Conversation call = talking_call();
    change(call);
    out.push_back(consult_call_screen(call, view));
  };
  using Call = consult::Conversation;
  add([&](Call& call) { call.heard(CallMoved{1, CallState::broken, ""}, now); });
  add([&](Call& call) { call.told(consult::Held{true}, now); });
  add([&](Call& call) { call.booth(false); });
  add([&](Call& call) { call.heard(CallReady{1, false, false, true}, now); });
  for (const consult::Rung rung : {consult::Rung::p480, consult::Rung::audio}) {
    CallMeasured measured;
    measured.connection = 1;
    measured.rung = rung;
    add([&](Call& call) { call.heard(measured, now); });
  }
  add([&](Call& call) {
    call.open_camera(false);
    call.open_microphone(false);
    call.told(consult::NotHeard{true}, now);
    call.told(consult::Guest{true, true}, now);
  });
  add([&](Call& call) {
    call.told(consult::Caption{"年金手帳か、基礎年金番号の分かるものはお持ちですか。"}, now);
    call.type("はい、あります", true);
    call.told(consult::Typed{1, "では、免除の申請についてご説明します。所得の少ない方が対象です。",
                             false},
              now);
  });
  const auto text = [&](Call& call) {
    call.told(consult::Typed{1, "お名前の読み方を教えてください", true}, now);
    call.type("やまだ", false);
  };
  add(text, {true, "やまだ", true, CallView::Paper::none});
  add([](Call&) {}, {true, "", true, CallView::Paper::none});
  add([&](Call& call) {
    call.told(consult::Page{"国民年金保険料の免除・納付猶予",
                            {"所得が少ないときは、保険料が免除されることがあります。",
                             "申請は、毎年7月から受け付けます。"},
                            "https://www.city.example/nenkin/menjo.html"},
              now);
  });
  const consult::PaperOffered paper{"1", "国民年金保険料 免除申請の持ち物", false};
  const consult::PaperOffered form{"2", "国民年金保険料 免除・納付猶予申請書", true};
  add([&](Call& call) { call.told(paper, now); });
  add([&](Call& call) { call.told(form, now); });
  add([](Call&) {}, {false, "", true, CallView::Paper::printed});
  add([&](Call& call) {
    for (int i = 0; i < consult::Conversation::text_after; ++i)
      call.relay(call.begin_connection(now), "", {}, now);
  });
  return out;
}

std::vector<Screen> consult_screens() {
  std::vector<consult::TopicNow> topics;
  for (const auto& [topic, name] : enum_names(consult::Topic{})) {
    consult::TopicNow now;
    now.topic = topic;
    now.nobody = topic == consult::Topic::general;
    now.open = topic != consult::Topic::welfare && !now.nobody;
    now.booth = topic == consult::Topic::doctor;
    now.booked_only = topic == consult::Topic::lawyer;
    now.hours = "09:00-17:15";
    if (topic == consult::Topic::interpreter) now.wait_min = 20;
    if (topic == consult::Topic::disability) now.waiting = 2;
    topics.push_back(now);
  }
  Screen welcome = welcome_screen(false, true, true);
  offer_consultation(welcome);
  consult::Conversation waiting;
  waiting.live(true, {});
  waiting.standing({3, 20});
  consult::Conversation connecting;
  connecting.live(true, {});
  connecting.told(consult::Answered{"豊中市役所 くらし相談"}, {});
  std::vector<Screen> out{welcome,
                          consult_topics_screen(topics, ""),
                          consult_topics_screen(topics, "12345674"),
                          consult_topics_screen({topics[0], topics[1]}, ""),
                          consult_nobody_screen(topics[0], true),
                          consult_nobody_screen(topics[0], false),
                          consult_asking_screen(),
                          consult_booth_screen(),
                          consult_consent_screen(consult::Topic::welfare),
                          consult_preview_screen(true, true),
                          consult_preview_screen(false, false),
                          consult_waiting_screen(waiting, true),
                          consult_waiting_screen(consult::Conversation(), false),
                          consult_call_screen(connecting, {}),
                          consult_sign_screen("国民年金保険料 免除・納付猶予申請書"),
                          consult_checking_screen(),
                          consult_signed_screen(SignedForm::done),
                          consult_signed_screen(SignedForm::not_done),
                          consult_signed_screen(SignedForm::refused),
                          consult_printing_screen(),
                          consult_over_screen(consult::Outcome::solved, false),
                          consult_over_screen(consult::Outcome::call_back, false),
                          consult_over_screen(consult::Outcome::broken, true),
                          consult_satisfaction_screen()};
  for (const ConsultNo why : {ConsultNo::no_answer, ConsultNo::closed, ConsultNo::not_for_a_call,
                              ConsultNo::unknown_code, ConsultNo::too_early, ConsultNo::too_late})
    out.push_back(consult_no_screen(why, true));
  const std::vector<Screen> talk = consult_talk_screens();
  out.insert(out.end(), talk.begin(), talk.end());
  return out;
}

SelfTestReport report_with(std::vector<PartResult> bad) {
  SelfTestReport report;
  for (const auto& [part, name] : enum_names(Part{})) {
    const auto found = std::ranges::find(bad, part, &PartResult::part);
    report.parts.push_back(found != bad.end() ? *found
                                              : PartResult{part, Verdict::ok, "ok", "", 12});
  }
  return report;
}

std::vector<Screen> service_screens() {
  const SelfTestReport well = report_with({});
  const SelfTestReport low =
      report_with({{Part::printer, Verdict::attention, "media_low", "", 80},
                   {Part::camera, Verdict::not_fitted, "not_fitted", "", 0},
                   {Part::microphone, Verdict::not_fitted, "not_fitted", "", 0},
                   {Part::speaker, Verdict::not_fitted, "not_fitted", "", 0}});
  const SelfTestReport bad =
      report_with({{Part::printer, Verdict::failed, "media_empty", "", 80},
                   {Part::receipt, Verdict::attention, "paper_near_end", "", 9},
                   {Part::terminal, Verdict::failed, "not_ready", "", 20000},
                   {Part::gateway, Verdict::failed, "no_answer", "", 10000},
                   {Part::link, Verdict::failed, "down", "", 0}});
  const ConnectionTested reached{
      "",
      "gateway.city.example:8443",
      {{"tcp", true, "", 12}, {"tls", true, "", 80}, {"answer", true, "", 35}}};
  const ConnectionTested broken{
      "",
      "gateway.city.example:8443",
      {{"tcp", true, "", 12}, {"tls", false, "the certificate is not the pinned CA's", 80}}};
  IdentityState identity;
  identity.standing = IdentityStanding::enrolled;
  identity.key = "tpm";
  identity.valid_until = 1'826'841'600;
  IdentityState revoked;
  revoked.standing = IdentityStanding::revoked;
  revoked.key = "file";
  revoked.trouble = "the gateway refuses this certificate";
  return {service_screen(true, true),
          service_screen(false, false),
          service_testing_screen(),
          service_report_screen(well, 0),
          service_report_screen(bad, 0),
          service_report_screen(bad, 1),
          service_report_screen(bad, 3),
          service_faults_screen({}),
          service_faults_screen({{"printer", "media_empty", ""}, {"link", "down", ""}}),
          service_network_screen(reached),
          service_network_screen(broken),
          service_no_network_screen(),
          service_printing_screen(),
          service_touch_screen(),
          service_touched_screen(60, 60),
          service_touched_screen(57, 60),
          service_identity_screen(identity, "nishi-kominkan-01", "西公民館"),
          service_identity_screen(revoked, "nishi-kominkan-01", ""),
          service_identity_screen({}, "nishi-kominkan-01", ""),
          service_slip_screen(),
          service_restart_screen(),
          setup_done_screen(well, 0),
          setup_done_screen(bad, 0),
          morning_screen(low, 0),
          morning_screen(low, 1),
          morning_screen(bad, 0)};
}

std::vector<Screen> setup_screens() {
  std::vector<Screen> out{setup_starting_screen(),
                          setup_no_link_screen(),
                          setup_language_screen(),
                          setup_way_screen(true),
                          setup_way_screen(false),
                          setup_scan_screen(),
                          setup_wrong_qr_screen(),
                          setup_type_screen(""),
                          setup_type_screen("ABCDE23"),
                          setup_type_screen("ABCDE23456"),
                          setup_provision_screen(true),
                          setup_provision_screen(false),
                          setup_enrolling_screen(),
                          setup_pause_screen(std::chrono::seconds(60)),
                          setup_place_screen("nishi-kominkan-01", "西公民館　1階ロビー"),
                          setup_not_kept_screen(),
                          setup_not_erased_screen()};
  for (const auto& [result, name] : enum_names(EnrolResult{})) {
    if (result != EnrolResult::done) out.push_back(setup_failed_screen(result));
  }
  return out;
}

std::vector<Screen> all_screens() {
  const api::Identified who = family();
  const ServiceHours hours = *ServiceHours::parse("06:30-23:00", "Asia/Tokyo");
  Choice choice;
  choice.persons = {true, true, true, true};
  choice.show_relationship = true;
  choice.copies = 2;
  std::vector<Screen> out{welcome_screen(false), welcome_screen(true), guide_screen(hours),
                          closed_screen(hours)};
  for (const char* device : {"storage", "reader", "printer", "terminal", "link"})
    out.push_back(out_of_service_screen(device, "gone", phone));
  out.insert(out.end(), {repair_screen(repair_code(kioskd_absent), phone), restarting_screen()});
  const std::vector<Screen> more{still_there_screen(std::chrono::seconds(30)),
                                 place_card_screen(),
                                 reading_card_screen(),
                                 pin_screen(2, 3),
                                 pin_screen(0, 1),
                                 pin_wrong_screen(2),
                                 pin_last_try_screen(),
                                 identifying_screen(),
                                 kind_screen(who.offers),
                                 options_screen(who, who.offers[0], choice),
                                 options_screen(who, who.offers[3], choice),
                                 quoting_screen(),
                                 review_screen(who, who.offers[0], choice, {"q", 500, 100, 1}),
                                 preparing_screen(),
                                 pay_screen(500),
                                 pay_stopping_screen(),
                                 pay_checking_screen(500),
                                 printing_screen({500, 2, 1, PrinterTrouble::none}),
                                 printing_screen({500, 2, 1, PrinterTrouble::media_jam}),
                                 giving_back_screen(500),
                                 slip_printing_screen(),
                                 take_screen(false, 2, 0),
                                 take_screen(true, 2, 2),
                                 with_slip(take_screen(false, 2, 2), SlipGiven::printed),
                                 with_slip(take_screen(false, 2, 0), SlipGiven::failed),
                                 satisfaction_screen(),
                                 goodbye_screen(),
                                 remove_card_screen(),
                                 take_up_screen(),
                                 left_behind_screen(false),
                                 left_behind_screen(true)};
  out.insert(out.end(), more.begin(), more.end());
  for (const auto& each :
       {with_help(who, choice), aftermaths(hours), interrupted_taps(), queue_screens(hours),
        consult_screens(), setup_screens(), service_screens()})
    out.insert(out.end(), each.begin(), each.end());
  for (const auto& [ending, name] : enum_names(Ending{})) {
    if (ending == Ending::issued) continue;
    MoneySaid money;
    if (ending == Ending::declined) money.what = MoneySaid::What::not_charged;
    if (ending == Ending::print_failed) money = {MoneySaid::What::given_back, 500, {}};
    if (ending == Ending::unresolved) money = {MoneySaid::What::unknown, 500, "7K2M9QX4TB"};
    out.push_back(ending_screen(ending, money));
    if (money.what != MoneySaid::What::never_asked)
      out.push_back(with_slip(ending_screen(ending, money), SlipGiven::failed));
  }
  return out;
}

/// A practice as it begins, after a miss, half way and at its end.
void add_practice(std::vector<Screen>& out, const lesson::Lesson& lesson, std::size_t step) {
  lesson::Trial trial(*lesson.steps[step].practice);
  const auto add = [&] { out.push_back(lesson_practice_screen(lesson, step, trial)); };
  add();
  for (const char* each : {"practice.slid_off", "practice.too_short", "key.る"}) {
    const bool of_type = lesson.steps[step].practice->kind == PracticeKind::type;
    if (of_type != std::string_view(each).starts_with("key.")) continue;
    if (trial.press(each, "ja")) add();
  }
  for (int i = 0; !trial.complete(); ++i) {
    (void)trial.press(lesson::Trial::target_id, "ja");
    if (i == 0 || trial.complete()) add();
  }
}

std::vector<Screen> lesson_screens(const lesson::Shelf& shelf) {
  std::vector<Screen> out{welcome_screen(false, true),
                          out_of_service_screen("link", "down", phone, true),
                          lessons_screen(shelf, 0), lessons_screen(shelf, 1)};
  for (const lesson::Lesson& lesson : shelf.lessons) {
    for (std::size_t step = 0; step < lesson.steps.size(); ++step) {
      out.push_back(lesson_step_screen(lesson, step));
      if (lesson.steps[step].practice) add_practice(out, lesson, step);
      if (!lesson.steps[step].check) continue;
      for (const Asked& asked : {Asked{}, Asked{{0}, false, false}, Asked{{}, true, false}})
        out.push_back(lesson_check_screen(lesson, step, asked));
    }
    out.push_back(lesson_done_screen(lesson, true, true));
    out.push_back(helped(lesson_step_screen(lesson, 0), false, "next", "phrase.well_done"));
  }
  const std::string link = "https://gateway.example/lessons/online_reservation?lang=ja";
  const std::vector<Screen> more{lesson_printing_screen(), lesson_take_screen(),
                                 lesson_link_screen(link, false), lesson_link_screen(link, true),
                                 lesson_link_screen({}, true)};
  out.insert(out.end(), more.begin(), more.end());
  return out;
}

}  // namespace
}  // namespace madoguchi::visit

int main(int argc, char** argv) {
  using namespace madoguchi;
  std::string language = "ja";
  std::string size = "m";
  CLI::App app{"screen-gallery: every screen of the visits as JSON"};
  app.add_option("--lang", language, "ja or en")->check(CLI::IsMember({"ja", "en"}));
  app.add_option("--size", size, "s, m, l or xl")->check(CLI::IsMember({"s", "m", "l", "xl"}));
  std::string lessons;
  app.add_option("--lessons", lessons, "the screens of this folder's lessons instead");
  CLI11_PARSE(app, argc, argv);
  std::vector<Screen> screens;
  if (lessons.empty()) {
    screens = visit::all_screens();
  } else {
    const auto shelf = lesson::open_shelf(lessons);
    if (!shelf) {
      (void)std::fprintf(stderr, "screen-gallery: %s\n", shelf.error().text().c_str());
      return 2;
    }
    screens = visit::lesson_screens(*shelf);
  }
  Json out = Json::array();
  for (Screen& screen : screens) {
    visit::dress(screen, {language, codec::enum_value<TextSize>(size).value_or(TextSize::m)});
    out.push_back(to_json(screen));
  }
  (void)std::puts(out.dump(1).c_str());
  return 0;
}
