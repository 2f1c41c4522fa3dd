#include "firmware/link/server_url.h"

#include <CppUTest/TestHarness.h>

namespace madoguchi {

TEST_GROUP(ServerUrl){static void is(const char* text, bool tls, const char* host, int port,
                                     const char* path,
                                     const char* authority){const auto url = parse_server_url(text);
CHECK_TEXT(url.ok(), text);
CHECK_TEXT(url->tls == tls, text);
STRCMP_EQUAL(host, url->host.c_str());
LONGS_EQUAL(port, url->port);
STRCMP_EQUAL(path, url->path.c_str());
STRCMP_EQUAL(authority, url->authority().c_str());
}  // namespace madoguchi
}
;

TEST(ServerUrl, what_it_takes) {
  is("https://gateway.example", true, "gateway.example", 443, "", "gateway.example");
  is("https://Gateway.EXAMPLE:8443/", true, "gateway.example", 8443, "", "gateway.example:8443");
  is("http://192.168.50.10:8443/nexo", false, "192.168.50.10", 8443, "/nexo", "192.168.50.10:8443");
  is("http://localhost:80", false, "localhost", 80, "", "localhost");
  is("https://[::1]:8443/a/b/", true, "::1", 8443, "/a/b", "[::1]:8443");
  is("https://[FE80::1]", true, "fe80::1", 443, "", "[fe80::1]");
  is("http://a-b.c2:65535", false, "a-b.c2", 65535, "", "a-b.c2:65535");
  CHECK(parse_server_url("http://127.0.0.1")->is_address);
  CHECK(parse_server_url("http://[::1]")->is_address);
  CHECK_FALSE(parse_server_url("http://localhost")->is_address);
}

TEST(ServerUrl, what_it_refuses) {
  for (const char* text : {"",
                           "gateway.example",
                           "ftp://a",
                           "HTTPS://a",
                           "https://",
                           "https:///path",
                           "https://user@host",
                           "https://host?x=1",
                           "https://host#f",
                           "https://ho st",
                           "https://host:",
                           "https://host:0",
                           "https://host:65536",
                           "https://host:8x",
                           "https://host:-1",
                           "https://[::1",
                           "https://[::1]x",
                           "https://[host]",
                           "https://::1",
                           "https://1.2.3",
                           "https://256.1.1.1",
                           "https://-a.b",
                           "https://a-.b",
                           "https://a..b",
                           "https://.a",
                           "https://a_b",
                           "https://窓口.jp",
                           "https://host\\x",
                           "https://host\r\nX: 1",
                           "https://1.2.3.4.",
                           "https://*.b"}) {
    const auto url = parse_server_url(text);
    CHECK_TEXT(!url.ok() && url.error().code == Errc::invalid, text);
  }
  CHECK_FALSE(parse_server_url("https://" + std::string(64, 'a') + ".b").ok());
}

}  // namespace madoguchi
