// Calls by video, by hazard: who waits, who answers, who is gone.

#include "tests/unit/gateway/consult_rig.h"
#include "tools/gateway/consult/call_rules.h"

using namespace madoguchi;
using namespace madoguchi::gateway;
using namespace std::chrono_literals;

TEST_GROUP_BASE(Consultations, ConsultRig){};

TEST(Consultations, a_call_from_its_beginning_to_its_end) {
  open(sato, "sato", "kurashi");
  LONGS_EQUAL(1, ask("kiosk-a", 1).position);
  CHECK(sato.call().next);
  sato.say(AnswerCall{uuid(1)});
  STRCMP_EQUAL("くらし相談", of_kind<consult::Answered>(a.told).back().desk.c_str());
  CHECK(sato.call().mine);
  say(a, 1, consult::Description{1, "offer"});
  STRCMP_EQUAL("turns:r.test:443", of_kind<CallRelay>(sato.news).back().urls.at(0).c_str());
  tell(sato, 1, consult::Description{1, "answer"});
  STRCMP_EQUAL("answer", answers(a).back().sdp.c_str());
  say(a, 1, consult::Typed{1, "hello", false});
  const auto said = of_kind<consult::Said>(sato.news).back();
  STRCMP_EQUAL("hello", std::get<consult::Typed>(said.what).text.c_str());
  tell(sato, 1, consult::Caption{"こんにちは"});
  STRCMP_EQUAL("こんにちは", of_kind<consult::Caption>(a.told).back().text.c_str());
  sato.say(FinishCall{uuid(1), consult::Outcome::solved, {Deed::explained}, "介護の窓口を案内"});
  CHECK(of_kind<consult::Over>(a.told).back().outcome == consult::Outcome::solved);
  CHECK(!of_kind<CallGone>(sato.news).back().over);  // what was done is said already
  LONGS_EQUAL(1, QueueGateway::good(
                     rig.one.store.database().one(
                         "SELECT COUNT(*) FROM consult_notes WHERE note LIKE '介護%' AND deeds = "
                         "'explained'",
                         [](const Statement& row) { return row.integer(0); }))
                     .value());
}

TEST(Consultations, two_answer_at_once) {
  open(sato, "sato", "kurashi");
  open(mori, "mori", "kurashi");
  ask("kiosk-a", 1);
  sato.say(AnswerCall{uuid(1)});
  mori.say(AnswerCall{uuid(1)});
  CHECK(sato.call().mine);
  CHECK(mori.refused() == CallNo::taken);
  STRCMP_EQUAL(uuid(1).c_str(), of_kind<CallGone>(mori.news).back().call.c_str());
  tell(mori, 1, consult::Caption{"mori"});
  CHECK(mori.refused() == CallNo::not_yours);
  CHECK(of_kind<consult::Caption>(a.told).empty());
}

TEST(Consultations, in_the_order_in_which_they_came) {
  open(sato, "sato", "kurashi");
  ask("kiosk-a", 1);
  LONGS_EQUAL(2, ask("kiosk-b", 2).position);
  sato.say(AnswerCall{uuid(2)});
  CHECK(sato.refused() == CallNo::not_next);
  sato.say(AnswerCall{uuid(1)});
  LONGS_EQUAL(1, of_kind<consult::Waiting>(b.told).back().position);
  sato.say(AnswerCall{uuid(2)});
  CHECK(sato.refused() == CallNo::busy);
}

TEST(Consultations, staff_gone_the_call_waits_again_in_front) {
  talk();
  open(mori, "mori", "");
  ask("kiosk-b", 2);
  sato.seat.reset();
  pass(29s);
  LONGS_EQUAL(0, of_kind<consult::Waiting>(a.told).size());
  pass(1s);
  LONGS_EQUAL(1, of_kind<consult::Waiting>(a.told).back().position);
  LONGS_EQUAL(2, of_kind<consult::Waiting>(b.told).back().position);
  mori.say(SitAt{"kurashi", "", 0});
  mori.say(AnswerCall{uuid(1)});
  CHECK(mori.call().mine);
}

TEST(Consultations, staff_who_load_the_page_anew_have_the_call_again) {
  talk();
  sato.seat.reset();
  pass(5s);
  open(sato, "sato", "kurashi");
  CHECK(sato.call().mine);
  LONGS_EQUAL(2, of_kind<consult::Answered>(a.told).size());  // a new connection
  pass(60s);
  CHECK(of_kind<consult::Waiting>(a.told).empty());
  say(a, 1, consult::Description{2, "offer"});
  tell(sato, 1, consult::Description{2, "answer"});
  LONGS_EQUAL(1, answers(a).size());
}

TEST(Consultations, a_page_that_kept_its_connection_needs_no_new_one) {
  talk();
  Console again;
  again.seat.emplace(all->arrive({"sato", StaffRole::staff},
                                 [&](const ConsultNews& news) { again.news.push_back(news); }));
  again.say(SitAt{"kurashi", uuid(1), 1});
  LONGS_EQUAL(1, of_kind<consult::Answered>(a.told).size());
  CHECK(again.call().mine);
  tell(sato, 1, consult::Caption{"late"});
  CHECK(sato.refused() == CallNo::not_yours);
  sato.seat.reset();
  pass(60s);
  tell(again, 1, consult::Caption{"here"});
  STRCMP_EQUAL("here", of_kind<consult::Caption>(a.told).back().text.c_str());
  again.seat.reset();
}

TEST(Consultations, kiosk_gone_and_back) {
  talk();
  a.presence.reset();
  CHECK(sato.call().away);
  pass(59s);
  arrive("kiosk-a", a);
  CHECK(sato.call().away);  // a kiosk that was started again knows nothing of a call
  say(a, 1, consult::Here{1});
  CHECK(!sato.call().away);
  LONGS_EQUAL(2, of_kind<consult::Answered>(a.told).size());
  pass(60s);
  CHECK(sato.call().mine);
}

TEST(Consultations, kiosk_gone_for_good) {
  talk();
  a.presence.reset();
  pass(60s);
  CHECK(of_kind<CallGone>(sato.news).back().over);
  sato.say(FinishCall{uuid(1), consult::Outcome::partly, {}, ""});
  CHECK(of_kind<CallRefused>(sato.news).empty());
  arrive("kiosk-a", a);
  say(a, 1, consult::Here{1});
  CHECK(of_kind<consult::Over>(a.told).back().outcome == consult::Outcome::broken);
}

TEST(Consultations, a_kiosk_that_is_away_keeps_nobody_waiting) {
  open(sato, "sato", "kurashi");
  ask("kiosk-a", 1);
  ask("kiosk-b", 2);
  a.presence.reset();
  LONGS_EQUAL(1, of_kind<consult::Waiting>(b.told).back().position);
  sato.say(AnswerCall{uuid(1)});
  CHECK(sato.refused() == CallNo::taken);
  sato.say(AnswerCall{uuid(2)});
  CHECK(of_kind<consult::Answered>(b.told).size() == 1);
}

TEST(Consultations, handed_over_to_a_desk_and_to_a_topic) {
  talk();
  open(mori, "mori", "fukushi");
  sato.say(HandCall{uuid(1), "houritsu", {}});
  CHECK(sato.refused() == CallNo::nobody);
  sato.say(HandCall{uuid(1), "fukushi", {}});
  LONGS_EQUAL(1, of_kind<consult::Waiting>(a.told).back().position);
  CHECK(mori.call().handed);
  sato.say(AnswerCall{uuid(1)});
  CHECK(sato.refused() == CallNo::not_yours);
  mori.say(AnswerCall{uuid(1)});
  STRCMP_EQUAL("福祉相談", of_kind<consult::Answered>(a.told).back().desk.c_str());
  ask("kiosk-b", 2);
  mori.say(HandCall{uuid(1), "", consult::Topic::general});
  LONGS_EQUAL(2, of_kind<consult::Waiting>(b.told).back().position);  // in front of who waits
  sato.say(AnswerCall{uuid(1)});
  CHECK(sato.call().mine);
}

TEST(Consultations, late_answer_of_an_old_connection) {
  talk();
  say(a, 1, consult::Description{2, "offer"});
  tell(sato, 1, consult::Description{1, "late"});
  tell(sato, 1, consult::Candidate{1, 0, "late"});
  CHECK(answers(a).empty());
  CHECK(of_kind<consult::Candidate>(a.told).empty());
  tell(sato, 1, consult::Description{2, "answer"});
  STRCMP_EQUAL("answer", answers(a).back().sdp.c_str());
  const auto before = of_kind<consult::Said>(sato.news).size();
  say(a, 1, consult::Description{1, "old"});
  say(a, 1, consult::Candidate{1, 0, "old"});
  LONGS_EQUAL(before, of_kind<consult::Said>(sato.news).size());
}

TEST(Consultations, foreign_call) {
  talk();
  const auto before = sato.news.size();
  say(b, 1, consult::Typed{1, "not mine", false});
  say(b, 1, consult::HungUp{});
  LONGS_EQUAL(before, sato.news.size());
  refused(asked("kiosk-b", 1), api::Refusal::unknown_visit);
  refused(rig.one.answer(all->relay({"kiosk-b", uuid(1)}, {})), api::Refusal::unknown_visit);
  refused(all->paper("kiosk-b", uuid(1), uuid(9)), api::Refusal::unknown_visit);
  consult::Record record;
  record.language = "ja";
  refused(rig.one.answer(all->record({"kiosk-b", uuid(1)}, record)), api::Refusal::unknown_visit);
  // A call that this gateway has never heard of is over, and its kiosk must know.
  say(b, 7, consult::Here{0});
  CHECK(of_kind<consult::Over>(b.told).back().outcome == consult::Outcome::broken);
}

TEST(Consultations, too_large_sdp) {
  talk();
  const std::string huge(consult::most_sdp_bytes + 1, 'x');
  tell(sato, 1, consult::Description{1, huge});
  CHECK(sato.refused() == CallNo::too_large);
  CHECK(answers(a).empty());
  const auto before = sato.news.size();
  say(a, 1, consult::Description{2, huge});
  LONGS_EQUAL(before, sato.news.size());
  tell(sato, 1, consult::Description{1, "answer"});  // the first connection still stands
  LONGS_EQUAL(1, answers(a).size());
  tell(sato, 1, consult::Over{});  // not a console's to say
  CHECK(sato.refused() == CallNo::not_yours);
  CHECK(of_kind<consult::Over>(a.told).empty());
}

TEST(Consultations, a_flood_of_candidates_and_typing) {
  talk();
  for (int i = 0; i < 150; ++i) say(a, 1, consult::Candidate{1, 0, "candidate:1"});
  std::size_t candidates = 0;
  for (const auto& one : of_kind<consult::Said>(sato.news))
    candidates += std::holds_alternative<consult::Candidate>(one.what) ? 1 : 0;
  LONGS_EQUAL(64, candidates);
  const auto before = of_kind<consult::Said>(sato.news).size();
  for (int i = 0; i < 500; ++i) say(a, 1, consult::Typed{1, "x", false});
  CHECK(of_kind<consult::Said>(sato.news).size() - before <= 200);
  pass(2s);
  say(a, 1, consult::Typed{2, "afterwards", true});
  const auto last = of_kind<consult::Said>(sato.news).back();
  STRCMP_EQUAL("afterwards", std::get<consult::Typed>(last.what).text.c_str());
  say(a, 1, consult::Typed{3, std::string(consult::most_typed + 1, 'x'), false});
  const auto still = of_kind<consult::Said>(sato.news).back();
  LONGS_EQUAL(2, std::get<consult::Typed>(still.what).line);
  for (int i = 0; i < 500; ++i) tell(sato, 1, consult::Caption{"x"});
  CHECK(of_kind<consult::Caption>(a.told).size() <= 200);
  say(a, 1, consult::HungUp{});  // always heard
  CHECK(of_kind<CallGone>(sato.news).back().over);
}

TEST(Consultations, a_paper_goes_to_this_kiosk_only_while_the_call_lasts) {
  talk();
  const Bytes pdf = to_bytes(as_bytes("%PDF-1.7 form"));
  const Bytes head(pdf.begin(), pdf.begin() + 6);
  const Bytes tail(pdf.begin() + 6, pdf.end());
  sato.say(PaperPart{uuid(1), uuid(9), "申請書", true, 0, head, false});
  sato.say(PaperPart{uuid(1), uuid(9), "申請書", true, 6, tail, true});
  CHECK(of_kind<consult::PaperOffered>(a.told).back().to_sign);
  const Answer got = all->paper("kiosk-a", uuid(1), uuid(9));
  CHECK(QueueGateway::good(decode<consult::Paper>(got.body, Dialect::json)).pdf == pdf);
  sato.say(PaperPart{uuid(1), uuid(8), "x", false, 0, to_bytes(as_bytes("GIF89a")), true});
  CHECK(sato.refused() == CallNo::too_large);
  sato.say(PaperPart{uuid(1), uuid(8), "x", false, 5, tail, true});  // its beginning is missing
  LONGS_EQUAL(1, of_kind<consult::PaperOffered>(a.told).size());
  sato.say(FinishCall{uuid(1), consult::Outcome::solved, {}, ""});
  refused(all->paper("kiosk-a", uuid(1), uuid(9)), api::Refusal::unknown_visit);
}

TEST(Consultations, nobody_there_means_closed) {
  refused(asked("kiosk-a", 1), api::Refusal::closed);
  CHECK(topic_now().nobody && !topic_now().open);
  open(sato, "sato", "kurashi");
  CHECK(topic_now().open && !topic_now().nobody);
  sato.seat.reset();
  LONGS_EQUAL(201, asked("kiosk-a", 1).status);  // the page may be loading
  pass(31s);
  refused(asked("kiosk-b", 2), api::Refusal::closed);
  CHECK(topic_now().nobody);
  refused(asked("kiosk-b", 2, consult::Topic::doctor), api::Refusal::closed);
  rig.timers.advance(9h);
  CHECK(!topic_now().nobody && !topic_now().open);  // closed, as written on the door
  open(sato, "sato", "kurashi");
  refused(asked("kiosk-b", 2), api::Refusal::closed);
  CHECK(!topic_now().nobody && !topic_now().open);
}

TEST(Consultations, who_may_sit_where) {
  open(sato, "sato", "houritsu");
  CHECK(sato.refused() == CallNo::not_yours);
  open(mori, "bengoshi", "houritsu");
  CHECK(of_kind<CallRefused>(mori.news).empty());
  open(tanaka, "tanaka", "kurashi", StaffRole::volunteer);
  CHECK(of_kind<ConsultSeats>(tanaka.news).empty());
  CHECK(tanaka.refused() == CallNo::not_yours);
}

TEST(Consultations, a_booking_is_checked_in_and_no_show) {
  open(mori, "bengoshi", "houritsu");
  QueuePlan booked = rig.plan;
  auto slots = booked.slots(rig.one.room.now(), rig.one.room.now() + 7 * 86400);
  std::erase_if(slots,
                [](const queue::Slot& one) { return one.consultation != consult::Topic::lawyer; });
  CHECK(slots.size() > 1);
  const auto slot = slots.begin();
  const auto book = [&](const queue::Slot& which) {
    const auto made =
        QueueGateway::good(rig.one.bookings.book_now({random_uuid(), which.id, "ja"}));
    return std::get<queue::Booking>(made).code;
  };
  const std::string code = book(*slot);
  const std::string missed = book(*std::next(slot));
  refused(asked("kiosk-a", 1, consult::Topic::lawyer, code), api::Refusal::not_available);  // booth
  refused(asked("kiosk-a", 1, consult::Topic::lawyer, {}, true), api::Refusal::not_available);
  refused(asked("kiosk-a", 1, consult::Topic::lawyer, code, true), api::Refusal::out_of_order);
  rig.timers.advance(std::chrono::seconds(slot->starts_at - rig.one.room.now()) - 10min);
  refused(asked("kiosk-a", 1, consult::Topic::general, code, true), api::Refusal::not_available);
  const Answer in = asked("kiosk-a", 1, consult::Topic::lawyer, code, true);
  LONGS_EQUAL_TEXT(201, in.status, as_text(in.body).c_str());
  const auto standing = QueueGateway::good(decode<consult::Standing>(in.body, Dialect::json));
  LONGS_EQUAL(10, standing.wait_min.value());
  refused(asked("kiosk-b", 2, consult::Topic::lawyer, code, true), api::Refusal::out_of_order);
  mori.say(AnswerCall{uuid(1)});
  CHECK(mori.refused() == CallNo::not_next);  // not before its time
  pass(10min);
  CHECK(mori.call().next);
  mori.say(AnswerCall{uuid(1)});
  CHECK(mori.call().mine);
  rig.timers.advance(2h);
  CHECK(rig.one.bookings.tidy().ok());
  refused(asked("kiosk-b", 3, consult::Topic::lawyer, missed, true), api::Refusal::out_of_order);
  CHECK(rig.one.bookings.tidy().ok());
  LONGS_EQUAL(
      1, QueueGateway::good(rig.one.store.database().one(
                                "SELECT COUNT(*) FROM consult_records WHERE outcome = 'no_show'",
                                [](const Statement& row) { return row.integer(0); }))
             .value());
}

TEST(Consultations, the_relay_pass_is_coturns) {
  // The well-known form: base64(HMAC-SHA1(secret, "expiry:user")).
  const consult::RelayPass pass = access.pass("kiosk-a", 1'700'000'000);
  STRCMP_EQUAL("1700000600:kiosk-a", pass.user.c_str());
  STRCMP_EQUAL("8r5r/uNaIbZnntW3dzbVbW4t6fs=", pass.password.c_str());
}

TEST(Consultations, a_record_is_counted_once_and_names_nobody) {
  talk();
  say(a, 1, consult::HungUp{});
  consult::Record record;
  record.language = "ja";
  record.waited_s = 13;
  record.minutes = 4;
  record.began_at = rig.one.room.now();
  LONGS_EQUAL(200, rig.one.answer(all->record({"kiosk-a", uuid(1)}, record)).status);
  record.minutes = 100'000;
  refused(rig.one.answer(all->record({"kiosk-a", uuid(1)}, record)), api::Refusal::malformed);
  const auto row = QueueGateway::good(rig.one.store.database().one(
      "SELECT waited_s, minutes, began_hour FROM consult_records",
      [](const Statement& one) { return one.integer(0) * 1000 + one.integer(1); }));
  LONGS_EQUAL(10'004, row.value());
}

TEST_GROUP(CallNotes){};

TEST(CallNotes, what_could_name_somebody_is_refused) {
  for (const char* good : {"", "介護の窓口を案内した", "2回目、3人で来所", "住民税 第3期まで",
                           "11月22日に再相談", "12,345"}) {
    CHECK_TEXT(note_is_safe(good), good);
  }
  for (const char* bad :
       {"123456789012", "1234 5678 9012", "電話 06-6858-2525", "０６ー６８５８", "090.1234",
        "一二三四五六", "1980年1月23日", "taro@example.jp", "1\t2\n3 4 5 6", "〒560-0023"}) {
    CHECK_TEXT(!note_is_safe(bad), bad);
  }
}

TEST(CallNotes, pages_and_links) {
  CHECK(passes(consult::ToKiosk(consult::Page{"手続き", {"一"}, "https://city.example/a"})) ==
        Passes::yes);
  CHECK(passes(consult::ToKiosk(consult::Page{"x", {}, "javascript:alert(1)"})) == Passes::no);
  CHECK(passes(consult::ToKiosk(consult::Page{"x", {"1", "2", "3", "4", "5", "6", "7"}, ""})) ==
        Passes::too_large);
}
