// The first start of a kiosk, by hazard: wrong codes, a network that is lost, somebody who goes
// away, and the power cut at each step. The papers are files on a real disk.

#include <filesystem>
#include <fstream>

#include <CppUTest/TestHarness.h>

#include "firmware/apps/kioskd/setup_papers.h"
#include "firmware/base/file.h"
#include "firmware/crypto/hash.h"
#include "tests/own_folder.h"
#include "tests/visit/resident.h"
#include "tests/visit/scripted_code_reader.h"
#include "tests/visit/world.h"

using namespace madoguchi;
using namespace madoguchi::test;
using namespace std::chrono_literals;
using visit::SetupVisit;

namespace {

constexpr const char* right_code = "ABCDE23456";
constexpr const char* template_toml =
    "# as the image brings it\n[kiosk]\nstate_dir = \"/data/kioskd\"\n\n[printer]\nuri = "
    "\"ipp://10.0.0.2/ipp\"\n";

/// kiosk-link and the city behind it, with their own books: what they have made durable stays
/// through a power cut.
class EnrollingCity final : public visit::IdentityDesk {
 public:
  explicit EnrollingCity(Timers& timers) : timers_(timers) {}

  std::string site = "nishi";
  bool reachable = true;
  bool says_nothing = false;  ///< kiosk-link is not there
  std::optional<EnrolResult> refuse;
  bool answer_waits = false;  ///< the certificate is durable, and nobody has heard of it
  std::optional<IdentityState> held;
  std::vector<EnrolRequest> asked;
  int forgotten = 0;

  [[nodiscard]] std::optional<IdentityState> identity() const override {
    return says_nothing ? std::nullopt : held;
  }
  Task<void> identity_changed() override { co_await changed_.wait(); }
  Task<EnrolOutcome> enrol(EnrolRequest request) override {
    co_await timers_.sleep(2s);
    EnrolOutcome outcome;
    outcome.id = request.id;
    outcome.result = decide(request);
    if (answer_waits) co_await timers_.sleep(1h);
    co_return outcome;
  }
  Task<EnrolOutcome> renew() override { co_return EnrolOutcome{"", EnrolResult::not_possible, ""}; }
  Task<EnrolOutcome> forget() override {
    co_await timers_.sleep(1s);
    ++forgotten;
    held.emplace();
    EnrolOutcome outcome;
    outcome.result = EnrolResult::done;
    co_return outcome;
  }

  EnrolResult decide(const EnrolRequest& request) {
    asked.push_back(request);
    if (!reachable) return EnrolResult::no_gateway;
    if (refuse) return *refuse;
    if (request.code != right_code) return EnrolResult::unknown_code;
    if (held && held->standing == IdentityStanding::enrolled) return EnrolResult::used_code;
    IdentityState made;
    made.standing = IdentityStanding::enrolled;
    made.kiosk = site + "-01";
    made.site = site;
    held = made;
    changed_.ring();
    return EnrolResult::done;
  }

 private:
  Timers& timers_;
  Signal changed_;
};

std::vector<std::string> typed(const std::string& code) {
  std::vector<std::string> out;
  for (const char letter : code) out.push_back(std::string("key.") + letter);
  out.emplace_back("ok");
  return out;
}

/// Somebody who types.
Resident maintainer(const std::string& code = right_code) {
  return {{"setup_language", {"choose.ja"}},
          {"setup_way", {"setup.type"}},
          {"setup_type", typed(code)},
          {"setup_place", {"here"}}};
}

}  // namespace

TEST_GROUP(setup) {
  VirtualTimers timers{std::chrono::sys_days(std::chrono::year(2026) / 11 / 22) + 3h};
  ScriptedFront front;
  visit::Settings settings;
  EnrollingCity city{timers};
  ScriptedCodeReader codes;
  bool code_reader = false;
  const OwnFolder folder;
  std::string stick = folder.path("stick");
  std::optional<SetupFiles> papers;
  std::unique_ptr<emulator::CardModel> no_card;

  void setup() override {
    city.held.emplace();
    std::filesystem::create_directories(stick);
    std::ofstream(folder.path("kiosk.toml")) << template_toml;
  }

  [[nodiscard]] std::string toml() const {
    return std::string(as_text(*read_file(folder.path("kiosk.toml"))));
  }
  [[nodiscard]] bool set_up() const {
    return toml().find("id = \"nishi-01\"") != std::string::npos;
  }
  [[nodiscard]] bool saw(const char* name) const { return front.saw(name); }

  void provide(std::string lines) {
    lines += "sha256 = \"" + to_hex(sha256(as_bytes(lines))) + "\"\n";
    std::ofstream(stick + "/provision.toml") << lines;
  }
  [[nodiscard]] bool provision_is_there() const {
    return std::filesystem::exists(stick + "/provision.toml");
  }

  /// One life of kioskd: until the visit is over, or `cut` says that the power fails.
  void play(Resident resident, std::function<bool()> cut = [] { return false; }) {
    asio::io_context loop;
    papers.emplace(folder.path("kiosk.toml"), folder.path("state"), folder.path("seal.pem"),
                   std::vector<std::string>{folder.path("no-such-folder"), stick});
    visit::SetupRoom room{{timers, front, settings}, *papers, city, code_reader ? &codes : nullptr};
    SetupVisit visit(room);
    bool done = false;
    asio::co_spawn(loop, visit.run(), [&](std::exception_ptr) { done = true; });
    const auto limit = timers.now() + 3h;
    while (!done && !cut()) {
      loop.restart();
      if (loop.poll() > 0) continue;
      if (act(resident)) continue;
      Timers::Duration due{};
      if (!timers.next_due(due) || timers.now() > limit)
        FAIL(("this does not end; the screen is " + front.now.name).c_str());
      timers.advance(due);
    }
  }
  /// Like Hand, without a card.
  bool act(Resident & resident) {
    if (!front.waiting()) return false;
    const auto wanted = resident.find(front.now.name);
    if (wanted == resident.end() || wanted->second.empty()) return false;
    const std::string next = wanted->second.front();
    if (next == "#qr") {
      if (codes.codes.empty() && !qr.empty()) {
        codes.hold(qr.front());
        qr.erase(qr.begin());
      }
    } else if (!front.press(next)) {
      return false;
    }
    wanted->second.erase(wanted->second.begin());
    return true;
  }
  std::vector<std::string> qr;
};

TEST(setup, typed_code_gives_the_kiosk_a_name_and_keeps_it) {
  play(maintainer());
  CHECK(set_up());
  STRCMP_EQUAL("restarting", front.now.name.c_str());
  CHECK(toml().find("# as the image brings it") != std::string::npos);
  CHECK(toml().find("language = \"ja\"") != std::string::npos);
  CHECK(toml().find("site = \"nishi\"") != std::string::npos);
  CHECK(papers->test_is_due());
  LONGS_EQUAL(1, city.asked.size());
  CHECK_FALSE(city.asked[0].url);
}

TEST(setup, code_is_not_private_to_nobody_a_helper_never_sees_it) {
  play(maintainer());
  const Screen* screen = front.last("setup_type");
  CHECK(std::get<Practice>(screen->body).typed.is_private);
}

TEST(setup, the_code_can_be_corrected_and_is_sent_only_when_it_is_complete) {
  Resident resident = maintainer();
  resident["setup_type"] = typed("ABCDE2345Z");
  resident["setup_type"].back() = "key.erase";
  resident["setup_type"].emplace_back("key.6");
  resident["setup_type"].emplace_back("ok");
  play(std::move(resident));
  LONGS_EQUAL(1, city.asked.size());
  STRCMP_EQUAL(right_code, city.asked[0].code.c_str());
}

TEST(setup, qr_code_brings_gateway_and_pin_along) {
  code_reader = true;
  const std::string pin = to_base64(Bytes(32, 7));
  qr = {"https://www.example.com",
        "MADOGUCHI1 https://gw.example:8444 " + pin + " ABCDE-23456 nishi"};
  play({{"setup_language", {"choose.en"}},
        {"setup_way", {"setup.scan"}},
        {"setup_scan", {"#qr", "#qr"}},
        {"setup_wrong_qr", {"again"}},
        {"setup_place", {"here"}}});
  CHECK(set_up());
  CHECK(saw("setup_wrong_qr"));
  LONGS_EQUAL(1, city.asked.size());
  STRCMP_EQUAL("https://gw.example:8444", city.asked[0].url->c_str());
  STRCMP_EQUAL(pin.c_str(), city.asked[0].ca_pin->c_str());
  STRCMP_EQUAL("nishi", city.asked[0].site->c_str());
  CHECK(toml().find("language = \"en\"") != std::string::npos);
}

TEST(setup, provisioned_kiosk_sets_itself_up_and_the_file_is_gone) {
  provide(
      "id = \"nishi-01\"\nsite = \"西公民館\"\nenrol_code = \"ABCDE23456\"\n"
      "gateway = \"https://gw.example:8444\"\nlanguage = \"en\"\n"
      "service_hours = \"09:00-17:15\"\n");
  play({});
  CHECK(set_up());
  CHECK(toml().find("service_hours = \"09:00-17:15\"") != std::string::npos);
  CHECK(toml().find("site = \"西公民館\"") != std::string::npos);
  CHECK_FALSE(provision_is_there());
  CHECK_FALSE(saw("setup_language"));
  CHECK_FALSE(city.asked[0].site);
  STRCMP_EQUAL("en", front.now.language.c_str());
}

TEST(setup, provision_that_was_changed_is_not_believed) {
  provide("id = \"nishi-01\"\nenrol_code = \"ABCDE23456\"\n");
  std::string text(as_text(*read_file(stick + "/provision.toml")));
  text[6] = 'x';
  std::ofstream(stick + "/provision.toml") << text;
  play(maintainer());
  CHECK(saw("setup_provision"));
  CHECK(set_up());
  CHECK_FALSE(provision_is_there());
}

// Found by fuzz_provision: toml++ ended the process.
TEST(setup, provision_that_is_no_toml_is_refused_in_words) {
  for (const char* const lines :
       {"[:~ \n", "é\n", "id = \"nishi-01\"é\n", "id = \"\"\"\n", "\n", "id = \"a\\\"\n"}) {
    provide(lines);
    const auto provision =
        parse_provision("provision.toml", as_text(*read_file(stick + "/provision.toml")));
    CHECK_FALSE_TEXT(provision.ok(), lines);
    STRCMP_CONTAINS("line 1 is not key = \"value\"", provision.error().text().c_str());
  }
  play(maintainer());
  CHECK(saw("setup_provision"));
  CHECK(set_up());
}

// In kiosk.toml they would keep the kiosk from starting.
TEST(setup, hours_that_are_none_are_not_taken_over) {
  provide("id = \"nishi-01\"\nenrol_code = \"ABCDE23456\"\nservice_hours = \"nine to five\"\n");
  play(maintainer());
  CHECK(saw("setup_provision"));
  CHECK(set_up());
  CHECK(toml().find("nine to five") == std::string::npos);
}

TEST(setup, code_of_another_kiosk_on_the_stick_asks_before_it_is_kept) {
  provide("id = \"minami-02\"\nenrol_code = \"ABCDE23456\"\n");
  play({{"setup_place", {"here"}}});
  CHECK(saw("setup_place"));
  CHECK(set_up());
}

TEST(setup, wrong_place_is_forgotten_and_another_code_can_be_used) {
  Resident resident = maintainer();
  resident["setup_place"] = {"elsewhere"};
  play(std::move(resident),
       [this] { return city.forgotten == 1 && front.now.name == "setup_language"; });
  CHECK_FALSE(set_up());
  play(maintainer());
  CHECK(set_up());
}

TEST(setup, wrong_code_three_times_makes_a_pause_and_then_goes_on) {
  Resident resident = maintainer("ZZZZZ22222");
  for (int i = 0; i < 2; ++i) resident["setup_failed"].emplace_back("again");
  resident["setup_way"] = {"setup.type", "setup.type"};
  for (const std::string& key : typed(right_code)) resident["setup_type"].push_back(key);
  const auto began = timers.now();
  play(std::move(resident));
  CHECK(saw("setup_pause"));
  CHECK(timers.now() - began >= SetupVisit::pause);
  LONGS_EQUAL(4, city.asked.size());
  CHECK(set_up());
}

TEST(setup, every_refusal_says_what_and_leads_back) {
  for (const auto& [result, name] : enum_names(EnrolResult{})) {
    if (result == EnrolResult::done) continue;
    city.refuse = result;
    Resident resident = maintainer();
    resident["setup_failed"] = {"back"};
    int ways = 0;
    front.on_show = [&](const Screen& screen) { ways += screen.name == "setup_way"; };
    play(std::move(resident), [&] { return ways == 2; });
    const Screen* failed = front.last("setup_failed");
    CHECK(failed != nullptr);
    CHECK(std::get<Notice>(failed->body).code.starts_with("S-"));
    front.on_show = {};
  }
  city.refuse.reset();
  play(maintainer());
  CHECK(set_up());
}

TEST(setup, network_lost_in_the_middle_is_tried_again_with_the_same_code) {
  city.reachable = false;
  Resident resident = maintainer();
  resident["setup_failed"] = {"again", "again"};
  int failures = 0;
  front.on_show = [&](const Screen& screen) {
    failures += screen.name == "setup_failed";
    if (failures == 2) city.reachable = true;
  };
  play(std::move(resident));
  LONGS_EQUAL(3, city.asked.size());
  CHECK(set_up());
}

TEST(setup, whoever_goes_away_leaves_the_first_screen) {
  Resident resident = maintainer();
  resident["setup_type"] = {"key.A", "key.B"};
  int languages = 0;
  front.on_show = [&](const Screen& screen) { languages += screen.name == "setup_language"; };
  play(std::move(resident), [&] { return languages == 2; });
  CHECK(saw("still_there"));
  LONGS_EQUAL(0, city.asked.size());
}

TEST(setup, back_leads_to_the_first_screen_from_everywhere) {
  code_reader = true;
  int languages = 0;
  front.on_show = [&](const Screen& screen) { languages += screen.name == "setup_language"; };
  play({{"setup_language", {"choose.en"}},
        {"setup_way", {"setup.scan", "setup.type", "setup.provision", "back"}},
        {"setup_scan", {"back"}},
        {"setup_type", {"back"}},
        {"setup_provision", {"back"}}},
       [&] { return languages == 2; });
  LONGS_EQUAL(0, city.asked.size());
}

TEST(setup, kiosk_link_that_says_nothing_is_said_and_waited_for) {
  city.says_nothing = true;
  front.on_show = [this](const Screen& screen) {
    if (screen.name == "setup_no_link") city.says_nothing = false;
  };
  play(maintainer());
  CHECK(saw("setup_no_link"));
  CHECK(set_up());
}

TEST(setup, power_cut_before_enrolment_begins_again) {
  play(maintainer(), [this] { return front.now.name == "setup_type"; });
  STRCMP_EQUAL(template_toml, toml().c_str());
  play(maintainer());
  CHECK(set_up());
}

TEST(setup, power_cut_after_enrolment_needs_no_second_code) {
  city.answer_waits = true;
  play(maintainer(), [this] { return city.held->standing == IdentityStanding::enrolled; });
  city.answer_waits = false;
  STRCMP_EQUAL(template_toml, toml().c_str());
  play({{"setup_place", {"here"}}});
  CHECK(set_up());
  LONGS_EQUAL(1, city.asked.size());
}

TEST(setup, power_cut_after_a_provisioned_enrolment_goes_on_and_erases_the_file) {
  provide("id = \"nishi-01\"\nenrol_code = \"ABCDE23456\"\n");
  city.answer_waits = true;
  play({}, [this] { return city.held->standing == IdentityStanding::enrolled; });
  city.answer_waits = false;
  CHECK(provision_is_there());
  play({{"setup_place", {"here"}}});
  CHECK(set_up());
  CHECK_FALSE(provision_is_there());
}

TEST(setup, power_cut_while_the_papers_are_written_leaves_the_old_ones) {
  play(maintainer(), [this] { return front.now.name == "setup_place"; });
  std::ofstream(folder.path("kiosk.toml.new")) << "[kiosk]\nid = \"nis";  // what a cut leaves
  std::filesystem::create_directories(folder.path("state"));
  std::ofstream(folder.path("state/setup-test-due"));
  STRCMP_EQUAL(template_toml, toml().c_str());
  play({{"setup_place", {"here"}}});
  CHECK(set_up());
  CHECK_FALSE(std::filesystem::exists(folder.path("kiosk.toml.new")));
}

TEST(setup, power_cut_before_the_file_is_erased_leaves_it_for_the_next_start) {
  provide("id = \"nishi-01\"\nenrol_code = \"ABCDE23456\"\n");
  play({});
  provide("id = \"nishi-01\"\nenrol_code = \"ABCDE23456\"\n");  // as the cut has left it
  papers.emplace(folder.path("kiosk.toml"), folder.path("state"), folder.path("seal.pem"),
                 std::vector<std::string>{stick});
  CHECK(papers->test_is_due());
  CHECK(papers->erase_provision().ok());
  CHECK_FALSE(provision_is_there());
  CHECK(papers->erase_provision().ok());
  CHECK(papers->test_is_done().ok());
  CHECK_FALSE(papers->test_is_due());
}

TEST(setup, a_maintainer_enrols_it_with_kioskctl_while_it_asks) {
  EnrolRequest request;
  request.code = right_code;
  front.on_show = [&](const Screen& screen) {
    if (screen.name == "setup_language") (void)city.decide(request);
  };
  play({{"setup_place", {"here"}}});
  CHECK(set_up());
  CHECK_FALSE(saw("setup_way"));
}

TEST(setup, disk_that_cannot_be_written_is_said_and_tried_again) {
  std::ofstream(folder.path("state")) << "a file where the folder should be";
  int refused = 0;
  front.on_show = [&](const Screen& screen) {
    if (screen.name != "setup_not_kept") return;
    ++refused;
    std::filesystem::remove(folder.path("state"));
  };
  Resident resident = maintainer();
  resident["setup_place"] = {"here", "here"};
  resident["setup_not_kept"] = {"again"};
  play(std::move(resident));
  LONGS_EQUAL(1, refused);
  CHECK(set_up());
  LONGS_EQUAL(1, city.asked.size());
}

TEST(setup, a_value_goes_into_its_section_and_nothing_else_changes) {
  STRCMP_EQUAL("[a]\nid = \"1\"\nx = 2\n[b]\nid = 3\n",
               with_value("[a]\nx = 2\n[b]\nid = 3\n", "a", "id", "1").c_str());
  STRCMP_EQUAL("[a]\nx = 2\n[b]\nid = \"1\"\n",
               with_value("[a]\nx = 2\n[b]\n  id = 3", "b", "id", "1").c_str());
  STRCMP_EQUAL("x = 1\n\n[c]\nid = \"a\\\"b\"\n", with_value("x = 1", "c", "id", "a\"b").c_str());
  STRCMP_EQUAL("\n[c]\nid = \"ab\"\n", with_value("", "c", "id", "a\x7f\nb").c_str());
  STRCMP_EQUAL("[a]\nid = \"1\"\nidle = 2\n",
               with_value("[a]\nidle = 2\n", "a", "id", "1").c_str());
}
