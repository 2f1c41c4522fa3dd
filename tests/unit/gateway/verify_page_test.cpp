#include "tools/gateway/verify_page.h"

#include <optional>

#include <CppUTest/TestHarness.h>

#include "firmware/base/asio.h"
#include "tests/postgresql_server.h"
#include "tests/unit/gateway/card_maker.h"
#include "tools/gateway/document_number.h"

using namespace madoguchi;
using namespace madoguchi::gateway;

TEST_GROUP(VerifyPage) {
  OwnFolder directory;
  Store store = std::move(*Store::open(fresh_database(directory.path("gateway.sqlite"))));
  Catalogue catalogue =
      std::move(*Catalogue::load(MADOGUCHI_SOURCE_DIR "/tools/gateway/catalogue.toml"));
  VerifyPage page{store, catalogue};
  const std::string number = "K7QM-3T9D-XA2P";
  const std::string token = "0123456789abcdef";

  void document_in(DocumentState state) {
    CHECK(store
              .add(Document{.number = number,
                            .kiosk = "kiosk-001",
                            .visit = "v",
                            .kind = api::Kind::tax,
                            .state = state,
                            .token = token,
                            .issued_on = "2026-11-22",
                            .pdf_sha256 = {}})
              .ok());
  }

  Answer get(const std::string& target, const std::string& method = "GET") {
    asio::io_context loop;
    std::optional<Answer> answer;
    asio::co_spawn(
        loop,
        [](VerifyPage& of, Request request, std::optional<Answer>& out) -> Task<void> {
          out = co_await of.handle(std::move(request));
        }(page, {.peer = "", .method = method, .target = target, .headers = {}, .body = {}},
                                                                        answer),
        asio::detached);
    loop.run();
    CHECK(answer.has_value());
    return *answer;
  }

  std::string json(const std::string& h) {
    return as_text(get("/verify/" + number + ".json?h=" + h).body);
  }
};

TEST(VerifyPage, issued) {
  document_in(DocumentState::issued);
  STRCMP_EQUAL(
      R"({"document":"K7QM-3T9D-XA2P","issued":"2026-11-22","kind":"tax","state":"issued"})",
      json(token).c_str());
  const Answer answer = get("/verify/" + number + "?h=" + token);
  LONGS_EQUAL(200, answer.status);
  STRCMP_EQUAL("text/html; charset=utf-8", answer.content_type.c_str());
  const std::string html = as_text(answer.body);
  for (const char* part : {"発行したものです", "was issued by the city", "所得・課税証明書",
                           "2026-11-22", "K7QM-3T9D-XA2P"}) {
    STRCMP_CONTAINS(part, html.c_str());
  }
  CHECK(html.find("<script") == std::string::npos);
  CHECK(html.find("kiosk-001") == std::string::npos);
}

TEST(VerifyPage, voided) {
  document_in(DocumentState::voided);
  STRCMP_CONTAINS("\"state\":\"voided\"", json(token).c_str());
  STRCMP_CONTAINS("void", as_text(get("/verify/" + number + "?h=" + token).body).c_str());
}

TEST(VerifyPage, not_settled_yet_is_unknown_and_tells_nothing) {
  document_in(DocumentState::prepared);
  STRCMP_EQUAL(R"({"document":"K7QM-3T9D-XA2P","state":"unknown"})", json(token).c_str());
}

TEST(VerifyPage, a_wrong_token_is_an_unknown_document) {
  document_in(DocumentState::issued);
  const char* unknown = R"({"document":"K7QM-3T9D-XA2P","state":"unknown"})";
  STRCMP_EQUAL(unknown, json("0123456789abcdee").c_str());
  STRCMP_EQUAL(unknown, json("0123456789abcde").c_str());
  STRCMP_EQUAL(unknown, json("").c_str());
  STRCMP_EQUAL(unknown, as_text(get("/verify/" + number + ".json").body).c_str());
  STRCMP_EQUAL(unknown, as_text(get("/verify/" + number + ".json?x=y&hh=" + token).body).c_str());
  STRCMP_CONTAINS("issued",
                  as_text(get("/verify/" + number + ".json?x=y&h=" + token).body).c_str());
}

TEST(VerifyPage, nothing_that_was_sent_comes_back_as_markup) {
  const Answer answer = get("/verify/%3Cscript%3E?h=<script>");
  LONGS_EQUAL(404, answer.status);
  CHECK(as_text(answer.body).find("script>") == std::string::npos);
}

TEST(VerifyPage, the_policy_allows_this_style_sheet_and_nothing_else) {
  const Answer answer = get("/verify/" + number);
  const std::string policy = answer.headers.at("Content-Security-Policy");
  STRCMP_CONTAINS("default-src 'none'; style-src 'sha256-", policy.c_str());
  CHECK(policy.find("unsafe") == std::string::npos);
  const std::string html = as_text(answer.body);
  const auto from = html.find("<style>") + 7;
  const std::string style = html.substr(from, html.find("</style>") - from);
  STRCMP_CONTAINS(to_base64(sha256(as_bytes(style))).c_str(), policy.c_str());
}

TEST(VerifyPage, other_paths_and_methods) {
  LONGS_EQUAL(404, get("/").status);
  LONGS_EQUAL(404, get("/verify/").status);
  LONGS_EQUAL(404, get("/v1/health").status);
  LONGS_EQUAL(404, get("/verify/k7qm-3t9d-xa2p.json").status);
  LONGS_EQUAL(405, get("/verify/" + number, "POST").status);
  LONGS_EQUAL(200, get("/verify/" + number, "HEAD").status);
}

TEST_GROUP(DocumentNumber){};

TEST(DocumentNumber, numbers_are_well_formed_and_differ) {
  std::string last;
  for (int i = 0; i < 200; ++i) {
    const std::string number = new_document_number();
    CHECK(is_document_number(number));
    CHECK(number != last);
    last = number;
  }
  LONGS_EQUAL(16, new_verification_token().size());
}

TEST(DocumentNumber, what_is_none) {
  for (const char* text : {"", "K7QM3T9DXA2P", "K7QM-3T9D-XA2", "K7QM-3T9D-XA2PP", "K7QM-3T9D-XA2I",
                           "k7qm-3t9d-xa2p", "K7QM-3T9D-XA2O", "-------------"}) {
    CHECK(!is_document_number(text));
  }
}
