#include "tools/gateway/queue/queue_page.h"

#include <algorithm>

#include "tests/unit/gateway/queue_rig.h"

using namespace madoguchi;
using namespace madoguchi::gateway;
using namespace std::chrono_literals;

TEST_GROUP(QueuePage) {
  QueueRig rig;
  QueuePage page{rig.one.room, rig.one.bookings, "豊中市"};

  Answer get(const std::string& target, const std::string& method = "GET") {
    return run_task(
        rig.one.loop,
        page.handle({.peer = "", .method = method, .target = target, .headers = {}, .body = {}}));
  }
  std::string html(const std::string& target) { return as_text(get(target).body); }
};

TEST(QueuePage, the_number_called_last_in_both_languages) {
  STRCMP_CONTAINS("まだお呼び出しはありません", html("/queue").c_str());
  (void)rig.one.take(random_uuid());
  CHECK(rig.one.next("1") == DeskAnswer::done);
  const std::string board = html("/queue");
  for (const char* part : {"A-001", "1番の窓口へ", "to desk 1", "空いています", "Not crowded",
                           "data-ja=\"受付番号、A 0 0 1、の方、1番の窓口へお越しください。\""})
    STRCMP_CONTAINS(part, board.c_str());
}

TEST(QueuePage, one_ticket_from_waiting_to_done) {
  const std::string first = random_uuid();
  const std::string ticket = random_uuid();
  const std::string path = "/queue/" + ticket;
  STRCMP_CONTAINS("まだ届いていません", html(path).c_str());
  (void)rig.one.take(first);
  (void)rig.one.take(ticket);
  STRCMP_CONTAINS("あなたの前に1人お待ちです", html(path).c_str());
  STRCMP_CONTAINS("1 person is before you", html(path).c_str());
  CHECK(rig.one.next("1") == DeskAnswer::done);
  CHECK(rig.one.next("1", first) == DeskAnswer::done);
  STRCMP_CONTAINS("1番の窓口へ", html(path).c_str());
  CHECK(QueueGateway::good(rig.one.room.end("1", ticket, TicketState::absent)) == DeskAnswer::done);
  STRCMP_CONTAINS("お見えになりませんでした", html(path).c_str());
}

TEST(QueuePage, a_booked_call_says_when_and_where_and_reminds) {
  const auto slots = rig.plan.slots(rig.one.room.now(), rig.one.room.now() + 7 * 86400);
  const auto slot = std::find_if(slots.begin(), slots.end(), [](const queue::Slot& one) {
    return one.consultation == consult::Topic::lawyer;
  });
  CHECK(slot != slots.end());
  const std::string id = random_uuid();
  const auto made = QueueGateway::good(rig.one.bookings.book_now({id, slot->id, "ja"}));
  const std::string code = std::get<queue::Booking>(made).code;
  const std::string written = code.substr(0, 4) + "-" + code.substr(4);
  const std::string booked = html("/queue/" + id);
  for (const std::string& part :
       {std::string("法律相談"), std::string("a lawyer"), written, std::string("公民館"),
        "/queue/" + id + ".ics", std::string("年11月"), std::string("November 2026")})
    STRCMP_CONTAINS(part.c_str(), booked.c_str());
  const Answer file = get("/queue/" + id + ".ics");
  LONGS_EQUAL(200, file.status);
  STRCMP_EQUAL("text/calendar; charset=utf-8", file.content_type.c_str());
  std::string text(as_text(file.body));
  for (std::size_t at = 0, end; (end = text.find("\r\n", at)) != std::string::npos; at = end + 2)
    CHECK(end - at <= 75);
  for (std::size_t fold; (fold = text.find("\r\n ")) != std::string::npos;) text.erase(fold, 3);
  for (const std::string& part :
       {std::string("BEGIN:VEVENT\r\nUID:") + id, std::string("TRIGGER:-PT1H"),
        "予約番号 " + written + "\\nhttps://city.example/queue/" + id,
        std::string("SUMMARY:テレビ電話で相談：法律相談 / By video: a lawyer")})
    STRCMP_CONTAINS(part.c_str(), text.c_str());
  // Nobody comes: it is marked by itself, once the grace is over.
  rig.timers.advance(std::chrono::seconds(slot->starts_at - rig.one.room.now()) + 10min);
  CHECK(rig.one.bookings.tidy().ok());
  STRCMP_CONTAINS("までに受付をしてください", html("/queue/" + id).c_str());
  rig.timers.advance(1s);
  CHECK(rig.one.bookings.tidy().ok());
  STRCMP_CONTAINS("この予約は終わりました", html("/queue/" + id).c_str());
  LONGS_EQUAL(404, get("/queue/" + id + ".ics").status);
}

TEST(QueuePage, calendars_of_nothing) {
  LONGS_EQUAL(404, get("/queue/" + random_uuid() + ".ics").status);
  LONGS_EQUAL(404, get("/queue/x.ics").status);
  const std::string ticket = random_uuid();
  (void)rig.one.take(ticket);
  LONGS_EQUAL(404, get("/queue/" + ticket + ".ics").status);
}

TEST(QueuePage, a_part_is_what_stands_in_main) {
  const std::string whole = html("/queue");
  const std::string part = html("/queue?part");
  STRCMP_CONTAINS(("<main>" + part + "</main>").c_str(), whole.c_str());
  CHECK(part.find("<html") == std::string::npos);
}

TEST(QueuePage, the_policy_allows_this_style_and_script_and_nothing_else) {
  const Answer answer = get("/queue");
  const std::string policy = answer.headers.at("Content-Security-Policy");
  CHECK(policy.find("unsafe") == std::string::npos);
  const std::string text = as_text(answer.body);
  const auto between = [&](const std::string& from, const std::string& to) {
    const auto begin = text.find(from) + from.size();
    return text.substr(begin, text.find(to, begin) - begin);
  };
  for (const std::string& inside :
       {between("<style>", "</style>"), between("<script>", "</script>")})
    STRCMP_CONTAINS(to_base64(sha256(as_bytes(inside))).c_str(), policy.c_str());
}

TEST(QueuePage, other_paths_and_methods) {
  CHECK(QueuePage::takes("/queue"));
  CHECK(QueuePage::takes("/queue?part"));
  CHECK(QueuePage::takes("/queue/x"));
  CHECK(!QueuePage::takes("/queues"));
  CHECK(!QueuePage::takes("/verify/x"));
  LONGS_EQUAL(404, get("/queue/<script>").status);
  CHECK(html("/queue/<script>").find("<script>alert") == std::string::npos);
  LONGS_EQUAL(404, get("/queue/").status);
  LONGS_EQUAL(405, get("/queue", "POST").status);
}
