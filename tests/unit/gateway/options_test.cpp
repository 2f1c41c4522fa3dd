#include "tools/gateway/options.h"

#include <vector>

#include <CppUTest/TestHarness.h>

#include "tests/unit/gateway/card_maker.h"

using namespace madoguchi;
using namespace madoguchi::gateway;

TEST_GROUP(Options) {
  OwnFolder directory;

  const std::string complete =
      "tls-certificate = \"t.pem\"\ntls-key = \"t.key\"\nkiosk-ca = \"k.pem\"\ncard-ca = "
      "\"/abs/c.pem\"\n"
      "seal-key = \"s.key\"\nsign-key = \"d.key\"\nsign-certificate = \"d.pem\"\nresidents = "
      "\"r.json\"\n"
      "catalogue = \"c.toml\"\n";

  std::variant<Options, ExitNow> read(const std::string& file, std::vector<std::string> more = {}) {
    std::vector<std::string> words{"gateway", "--config", directory.put("gateway.toml", file)};
    words.insert(words.end(), more.begin(), more.end());
    std::vector<const char*> argv;
    for (const auto& word : words) argv.push_back(word.c_str());
    return read_options(static_cast<int>(argv.size()), argv.data());
  }

  void refused(const std::string& file, std::vector<std::string> more = {}) {
    const auto result = read(file, std::move(more));
    CHECK(std::holds_alternative<ExitNow>(result));
    LONGS_EQUAL(2, std::get<ExitNow>(result).code);
  }
};

TEST(Options, paths_are_relative_to_the_file) {
  const auto result = read(complete);
  CHECK(std::holds_alternative<Options>(result));
  const auto& options = std::get<Options>(result);
  STRCMP_EQUAL(directory.path("t.pem").c_str(), options.tls_certificate.c_str());
  STRCMP_EQUAL("/abs/c.pem", options.card_ca.c_str());
  STRCMP_EQUAL("", options.card_crl.c_str());
  STRCMP_EQUAL("Asia/Tokyo", options.time_zone.c_str());
}

TEST(Options, the_command_line_wins) {
  const auto result = read(complete + "listen = \"127.0.0.1:1\"\n",
                           {"--listen", "127.0.0.1:2", "--seal-key", "x.key"});
  CHECK(std::holds_alternative<Options>(result));
  STRCMP_EQUAL("127.0.0.1:2", std::get<Options>(result).listen.c_str());
  STRCMP_EQUAL("x.key", std::get<Options>(result).seal_key.c_str());
}

TEST(Options, the_public_url_loses_its_last_slash) {
  const auto result = read(complete, {"--public-url", "https://city.example/"});
  STRCMP_EQUAL("https://city.example", std::get<Options>(result).public_url.c_str());
}

TEST(Options, a_database_may_be_a_url_and_a_number_a_number) {
  const auto result = read(complete +
                           "database = \"postgresql://gateway@db.example/city\"\n"
                           "most-connections = 300\n");
  CHECK(std::holds_alternative<Options>(result));
  const auto& options = std::get<Options>(result);
  STRCMP_EQUAL("postgresql://gateway@db.example/city", options.database.c_str());
  STRCMP_EQUAL("300", options.most_connections.c_str());
  refused(complete + "most-connections = 0\n");
  refused(complete, {"--most-connections", "many"});
  refused(complete, {"--most-connections", "50001"});
  for (const char* seconds : {"0", "3601", "1s", "", "-1"})
    refused(complete, {"--upkeep-every", seconds});
}

TEST(Options, wrong_values_end_with_2) {
  refused("");                               // something is missing
  refused(complete + "colour = \"red\"\n");  // no such option
  refused(complete + "listen = 8443\n");     // not a text
  refused(complete + "listen = \n");         // not TOML
  refused(complete, {"--public-url", "http://city.example"});
  refused(complete, {"--public-url", "https://" + std::string(120, 'a')});
  refused(complete, {"--colour", "red"});
}
