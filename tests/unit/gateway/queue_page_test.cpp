#include "tools/gateway/queue/queue_page.h"

#include "tests/unit/gateway/queue_rig.h"

using namespace madoguchi;
using namespace madoguchi::gateway;

TEST_GROUP(QueuePage) {
  QueueRig rig;
  QueuePage page{rig.one.room, "豊中市"};

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
