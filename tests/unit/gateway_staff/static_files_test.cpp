#include "tools/gateway/staff/static_files.h"

#include <CppUTest/TestHarness.h>

#include "tests/unit/gateway_staff/staff_rig.h"

using namespace madoguchi;
using namespace madoguchi::gateway;

TEST_GROUP(StaticFiles) { StaffRig rig; };

TEST(StaticFiles, types_and_how_long_they_are_kept) {
  const Answer page = rig.ask("GET", "/console/");
  LONGS_EQUAL(200, page.status);
  STRCMP_EQUAL("text/html; charset=utf-8", page.content_type.c_str());
  STRCMP_EQUAL("no-cache", page.headers.at("Cache-Control").c_str());
  const Answer script = rig.ask("GET", "/console/assets/main-1a2b.js?x=y");
  STRCMP_EQUAL("text/javascript; charset=utf-8", script.content_type.c_str());
  STRCMP_EQUAL("console.log(1)", as_text(script.body).c_str());
  CHECK(script.headers.at("Cache-Control").find("immutable") != std::string::npos);
  CHECK(!rig.ask("GET", "/console/api/me").headers.contains("Cache-Control"));  // no-store, always
}

TEST(StaticFiles, what_the_browser_has_is_not_sent_again) {
  Request again = rig.request("GET", "/console/");
  again.headers["if-none-match"] = rig.ask("GET", "/console/").headers.at("ETag");
  const Answer answer = rig.ask(again);
  LONGS_EQUAL(304, answer.status);
  CHECK(answer.body.empty());
}

TEST(StaticFiles, no_path_leads_out_of_the_folder) {
  for (const char* path :
       {"/console/../gateway.sqlite", "/console/%2e%2e/gateway.sqlite", "/console//etc/passwd",
        "/console/assets/../../gateway.sqlite", "/console/assets", "/console/index.html/"}) {
    LONGS_EQUAL_TEXT(404, rig.ask("GET", path).status, path);
  }
}

TEST(StaticFiles, the_front_door) {
  for (const char* path : {"/", "/console"}) {
    const Answer answer = rig.ask("GET", path);
    LONGS_EQUAL(302, answer.status);
    STRCMP_EQUAL("/console/", answer.headers.at("Location").c_str());
  }
  LONGS_EQUAL(405, rig.ask("POST", "/console/").status);
}

TEST(StaticFiles, folders_that_are_no_console) {
  OwnFolder other;
  CHECK(StaticFiles::load(other.path("missing")).error().code == Errc::invalid);
  put_below(other, "a/main.js", "1");
  CHECK(StaticFiles::load(other.path("a")).error().what.find("index.html") != std::string::npos);
  put_below(other, "b/index.html", "");
  put_below(other, "b/run.exe", "");
  CHECK(StaticFiles::load(other.path("b")).error().code == Errc::invalid);
}
