// kioskctl enrol and renew, with the test as kiosk-link; and an update where no installer is.

#include "tests/contract/control/kioskd_process.h"

namespace madoguchi {

// clang-format off
TEST_GROUP_BASE(KioskctlIdentity, KioskdRig) {
  [[nodiscard]] std::vector<std::string> words(std::vector<std::string> more) const {
    more.insert(more.begin(), ChildProcess::program("kioskctl"));
    more.insert(more.end(), {"--socket", socket});
    return more;
  }
  /// The next request of this kind that kioskd hands to kiosk-link.
  template <class T>
  T next_for_link() {
    for (;;) {
      const auto bytes = link->receive();
      if (!bytes) FAIL(bytes.error().text().c_str());
      auto message = decode<KioskToLink>(*bytes);
      CHECK(message.ok());
      if (auto* wanted = std::get_if<T>(&*message)) return std::move(*wanted);
    }
  }
  void answer(const std::string& id, EnrolResult result, const std::string& detail = "") {
    CHECK(link->send(encode(LinkToKiosk(EnrolOutcome{id, result, detail}))).ok());
  }
  void identity(IdentityStanding standing, const std::string& kiosk) {
    IdentityState state;
    state.standing = standing;
    state.kiosk = kiosk;
    state.key = "tpm";
    CHECK(link->send(encode(LinkToKiosk(state))).ok());
  }
};
// clang-format on

TEST(KioskctlIdentity, a_code_goes_to_the_link_and_what_became_of_it_comes_back) {
  configure();
  start();
  ChildProcess enrol(words({"enrol", "--code", "abcde-fghjk", "--site", "umeda"}));
  const EnrolRequest request = next_for_link<EnrolRequest>();
  STRCMP_EQUAL("ABCDEFGHJK", request.code.c_str());
  STRCMP_EQUAL("umeda", request.site.value_or("").c_str());
  identity(IdentityStanding::enrolled, "umeda-1");
  answer(request.id, EnrolResult::done);
  (void)enrol.wait_for("enrolled, umeda-1");
  LONGS_EQUAL(0, enrol.end());
  STRCMP_CONTAINS("identity     enrolled, umeda-1, key in tpm",
                  kioskctl("status --socket " + socket).text.c_str());
}

TEST(KioskctlIdentity, a_code_that_does_not_count_is_told_with_6) {
  configure();
  start();
  ChildProcess enrol({"/bin/sh", "-c",
                      ChildProcess::program("kioskctl") + " enrol --code ABCDE-FGHJK --socket " +
                          socket + " 2>&1; echo code $?"});
  answer(next_for_link<EnrolRequest>().id, EnrolResult::expired_code, "it was good until noon");
  (void)enrol.wait_for("kioskctl: expired_code: it was good until noon");
  (void)enrol.wait_for("code 6");
}

TEST(KioskctlIdentity, a_mistyped_code_and_an_erasure_that_is_not_meant_go_nowhere) {
  configure();
  start();
  LONGS_EQUAL(2, kioskctl("enrol --code ABC --socket " + socket).code);
  LONGS_EQUAL(2, kioskctl("enrol --qr nonsense --socket " + socket).code);
  LONGS_EQUAL(2, kioskctl("enrol --socket " + socket).code);
  const Said said = kioskctl("erase --socket " + socket);
  LONGS_EQUAL(2, said.code);
  STRCMP_CONTAINS("say --yes", said.text.c_str());
}

TEST(KioskctlIdentity, a_kiosk_without_updates_says_so) {
  configure();
  start();
  const Said said = kioskctl("update status --socket " + socket);
  LONGS_EQUAL_TEXT(6, said.code, said.text.c_str());
}

TEST(KioskctlIdentity, a_bundle_waits_for_the_installer_and_can_be_cancelled) {
  configure({{"update", "enabled = true\nbus = \"unix:path=/nonexistent\"\n"}});
  start();
  const std::string bundle = folder.path("madoguchi-2.0.raucb");
  CHECK(write_file(bundle, as_bytes("no bundle")).ok());
  LONGS_EQUAL(0, kioskctl("update status --socket " + socket).code);
  const Said begun = kioskctl("update install " + bundle + " --socket " + socket);
  LONGS_EQUAL_TEXT(0, begun.code, begun.text.c_str());
  ChildProcess watch(words({"update", "watch"}));
  (void)watch.wait_for("waits for installer");
  watch.kill();
  STRCMP_CONTAINS("update       offered",
                  kioskctl("update status --socket " + socket).text.c_str());
  LONGS_EQUAL(0, kioskctl("update cancel --socket " + socket).code);
  STRCMP_CONTAINS("update       idle", kioskctl("update status --socket " + socket).text.c_str());
  const Said nothing = kioskctl("update cancel --socket " + socket);
  LONGS_EQUAL_TEXT(6, nothing.code, nothing.text.c_str());
  LONGS_EQUAL(2, kioskctl("update install /nonexistent.raucb --socket " + socket).code);
}

// The test as kioskd: two bundles are refused, the second within the same second.
TEST(KioskctlIdentity, a_watch_ends_with_a_refusal_that_is_like_the_one_before) {
  const int door = ::socket(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0);
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  socket.copy(address.sun_path, sizeof address.sun_path - 1);
  CHECK(::bind(door, reinterpret_cast<const sockaddr*>(&address), sizeof address) == 0);
  CHECK(::listen(door, 4) == 0);
  const std::string bundle = folder.path("madoguchi-2.0.raucb");
  CHECK(write_file(bundle, as_bytes("no bundle")).ok());
  const auto refused = [](std::int64_t at_ms) {
    control::UpdateStanding standing;
    standing.state = "idle";
    standing.waiting = "nothing";
    standing.last.emplace();
    standing.last->how = "refused";
    standing.last->why = "no_bundle";
    standing.last->at_ms = at_ms;
    return standing;
  };
  const auto answer = [&](control::Answer said, bool last) {
    auto client = std::make_unique<BlockingChannel>(::accept(door, nullptr, nullptr));
    const auto asked = decode<control::Ask>(*client->receive());
    CHECK(client->send(encode(control::Tell{asked->id, last, std::move(said)})).ok());
    return client;
  };
  ChildProcess watch({ChildProcess::program("kioskctl"), "update", "install", "--watch", bundle,
                      "--socket", socket});
  (void)answer(refused(1'000'001), true);
  (void)answer(control::Done{}, true);
  const auto client = answer(refused(1'000'002), false);
  (void)watch.wait_for("no_bundle");
  LONGS_EQUAL(1, watch.end());
  ::close(door);
}

}  // namespace madoguchi
