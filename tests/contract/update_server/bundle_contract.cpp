// The bytes of a bundle: whole with its hash, and streamed by ranges as RAUC asks for them.
#include <CppUTest/TestHarness.h>

#include "firmware/base/file.h"
#include "firmware/link/bundle_download.h"
#include "firmware/link/bundle_server.h"
#include "tests/contract/update_server/update_server.h"
#include "tests/run_task.h"

using namespace madoguchi;
using namespace madoguchi::test;
using namespace std::chrono_literals;

namespace {

constexpr std::size_t size = 3'000'000;

}  // namespace

// clang-format off
TEST_GROUP(BundleContract) {
  asio::io_context loop;
  SystemTimers timers;
  UpdateServer server{false, {"--sleep", "00:00:00"}};
  std::unique_ptr<KioskLink> link;

  void setup() override {
    server.make_bundle("madoguchi", "1.2", size);
    server.command("target kiosk-001 hidden");
    server.command("assign kiosk-001 madoguchi forced");
    link = std::make_unique<KioskLink>(loop, timers, server, "kiosk-001", "TargetToken hidden");
    link->run_until([&] { return !link->offers.empty(); });
  }
  std::int64_t bytes_sent() { return std::stoll(server.command("bytes")); }
  void fetch() {
    UpdateFetch fetch;
    fetch.action = link->offers.front().action;
    link->ddi->handle(fetch);
    link->run_until([&] {
      const auto& all = link->fetched;
      return !all.empty() && (!all.back().path.empty() || !all.back().failure.empty());
    });
  }
  /// One request to the loopback server.
  HttpResponse ask(const std::string& url, const std::string& range, const std::string& method = "GET") {
    HttpServer here;
    const auto path = url.find('/', 8);
    here.url = url.substr(0, path);
    auto client = std::move(*HttpClient::create(timers, here));
    HttpRequest request;
    request.method = method;
    request.target = url.substr(path);
    if (!range.empty()) request.headers["Range"] = range;
    auto outcome = run_task(loop, client->send(request, 30s));
    const auto* failure = std::get_if<HttpFailure>(&outcome);
    if (failure != nullptr) return HttpResponse{-1, {}, to_bytes(as_bytes(failure->error.text()))};
    return std::get<HttpResponse>(outcome);
  }
};
// clang-format on

TEST(BundleContract, a_whole_download_has_the_servers_hash) {
  fetch();
  STRCMP_EQUAL("", link->fetched.back().failure.c_str());
  CHECK(*read_file(link->fetched.back().path, 64u << 20) == server.content("madoguchi"));
  CHECK_EQUAL(static_cast<std::int64_t>(size), bytes_sent());
}

TEST(BundleContract, link_lost_in_the_middle_nothing_is_moved_twice_but_a_part) {
  server.command("cut-after 1600000");
  fetch();
  STRCMP_EQUAL("", link->fetched.back().failure.c_str());
  CHECK(*read_file(link->fetched.back().path, 64u << 20) == server.content("madoguchi"));
  CHECK(bytes_sent() < static_cast<std::int64_t>(size + (256u << 10)));
}

TEST(BundleContract, kiosk_link_ends_in_the_middle_and_goes_on_where_it_was) {
  std::int64_t here = 0;
  const auto cut = [&]() -> Task<void> {
    while (here < 1'000'000) co_await timers.sleep(1ms);
  };
  const std::string folder = server.folder() + "/d";
  std::function<void(std::int64_t)> progress = [&](std::int64_t n) { here = n; };
  const auto first = [&]() -> Task<void> {
    (void)co_await (download_bundle(*link->source, folder, progress) || cut());
  };
  run_task(loop, first());
  std::int64_t began_at = -1;
  progress = [&](std::int64_t n) {
    if (began_at < 0) began_at = n;
  };
  const auto path = run_task(loop, download_bundle(*link->source, folder, progress));
  CHECK_TEXT(path.ok(), path ? "" : path.error().text().c_str());
  CHECK(began_at >= 1'000'000);
  CHECK(*read_file(*path, 64u << 20) == server.content("madoguchi"));
}

TEST(BundleContract, one_wrong_byte_is_found_and_the_next_try_begins_anew) {
  server.command("flip");
  fetch();
  CHECK(link->fetched.back().failure.find("SHA-256") != std::string::npos);
  fetch();
  STRCMP_EQUAL("", link->fetched.back().failure.c_str());
}

TEST(BundleContract, a_server_without_ranges_is_told_from_a_wrong_one) {
  server.command("no-range");
  fetch();
  CHECK(link->fetched.back().failure.find("the part that was asked for") != std::string::npos);
}

TEST(BundleContract, streamed_by_ranges_only_what_is_asked_for_moves) {
  auto stream = std::move(*BundleServer::open(loop.get_executor(), timers, *link->source));
  asio::co_spawn(loop, stream->run(), asio::detached);
  const Bytes whole = server.content("madoguchi");
  // As RAUC does: the size first, then the end, then blocks here and there.
  HttpResponse answer = ask(stream->url(), "bytes=0-3");
  CHECK_EQUAL(206, answer.status);
  STRCMP_EQUAL("bytes 0-3/3000000", answer.headers["content-range"].c_str());
  std::int64_t asked = 4;
  for (const std::int64_t at : {2'999'000L, 0L, 4'096L, 1'000'000L}) {
    const std::int64_t last = std::min<std::int64_t>(at + 4095, size - 1);
    answer = ask(stream->url(), "bytes=" + std::to_string(at) + "-" + std::to_string(last));
    CHECK_EQUAL(206, answer.status);
    CHECK(answer.body == Bytes(whole.begin() + at, whole.begin() + last + 1));
    asked += last - at + 1;
  }
  CHECK_EQUAL(asked, bytes_sent());
  CHECK_EQUAL(asked, link->source->bytes_moved());
  answer = ask(stream->url(), "bytes=500000-1999999");
  CHECK(answer.body == Bytes(whole.begin() + 500'000, whole.begin() + 2'000'000));
  loop.stop();
}

TEST(BundleContract, streamed_over_a_link_that_is_cut) {
  auto stream = std::move(*BundleServer::open(loop.get_executor(), timers, *link->source));
  asio::co_spawn(loop, stream->run(), asio::detached);
  server.command("cut-after 700000");
  const HttpResponse answer = ask(stream->url(), "");
  CHECK_EQUAL(200, answer.status);
  CHECK(answer.body == server.content("madoguchi"));
  loop.stop();
}

TEST(BundleContract, nobody_without_the_path_reads_it_and_wrong_ranges_are_refused) {
  auto stream = std::move(*BundleServer::open(loop.get_executor(), timers, *link->source));
  asio::co_spawn(loop, stream->run(), asio::detached);
  const std::string url = stream->url();
  CHECK(url.starts_with("http://127.0.0.1:"));
  CHECK_EQUAL(404, ask(url.substr(0, url.find('/', 8)) + "/bundle.raucb", "").status);
  CHECK_EQUAL(404, ask(url + "x", "").status);
  CHECK_EQUAL(416, ask(url, "bytes=3000000-").status);
  CHECK_EQUAL(416, ask(url, "bytes=5-2").status);
  CHECK_EQUAL(405, ask(url, "", "POST").status);
  CHECK_EQUAL(200, ask(url, "", "HEAD").status);
  link->source->set(std::nullopt);
  CHECK_EQUAL(404, ask(url, "").status);
  CHECK_EQUAL(0, bytes_sent());
  loop.stop();
}
