// The help desk's API at the real gateway: badges open sessions, records stay without a name, a
// kiosk that is cut off takes a signed list along.
#include <CppUTest/TestHarness.h>

#include "firmware/base/file.h"
#include "firmware/crypto/signature.h"
#include "firmware/message/desk_api.h"
#include "tests/contract/gateway/gateway_process.h"

using namespace madoguchi;
using namespace madoguchi::gateway;

namespace {

constexpr const char* sessions = "/v1/help/sessions";
constexpr const char* file = R"toml(
[[badge]]
kind = "felica"
number = "0123456789abcdef"
helper = "地域ITリーダー 3番"
[[badge]]
kind = "iso14443a"
number = "04a1b2c3"
helper = "職員 1番"
role = "staff"
[[badge]]
kind = "felica"
number = "ffffffffffffffff"
helper = "地域ITリーダー 4番"
revoked = true
)toml";

Bytes badge(const char* kind, const char* number) {
  return sha256(desk::badge_message(kind, *from_hex(number)));
}

desk::HelpRecord record() {
  desk::HelpRecord out;
  out.topic = desk::HelpTopic::smartphone;
  out.language = "ja";
  out.outcome = desk::HelpOutcome::partly;
  out.minutes = 12;
  out.began_at = 1'700'001'234;
  out.satisfaction = 4;
  return out;
}

}  // namespace

TEST_GROUP(GatewayHelp) {
  GatewayProcess gateway{{"--badges", SharedCity::get().directory().put("badges.toml", file)}};
  Kiosk kiosk{gateway};
  const std::string session = random_uuid();
  const Bytes volunteer = badge("felica", "0123456789abcdef");

  desk::HelpGranted granted(const Bytes& who) {
    return Kiosk::expect<desk::HelpGranted>(kiosk.post(sessions, desk::HelpAsk{session, who}), 201);
  }
  std::string record_path() const { return std::string(sessions) + "/" + session + "/record"; }
};

TEST(GatewayHelp, a_registered_badge_opens_a_session) {
  const auto as_volunteer = granted(volunteer);
  STRCMP_EQUAL("地域ITリーダー 3番", as_volunteer.helper.c_str());
  CHECK(as_volunteer.role == desk::HelperRole::volunteer);
  LONGS_EQUAL(30, as_volunteer.minutes);
  CHECK(granted(badge("iso14443a", "04a1b2c3")).role == desk::HelperRole::staff);
}

TEST(GatewayHelp, an_unknown_or_revoked_badge_does_not) {
  for (const Bytes& who : {badge("felica", "0000000000000000"), badge("felica", "ffffffffffffffff"),
                           badge("iso14443a", "0123456789abcdef")}) {
    Kiosk::refused(kiosk.post(sessions, desk::HelpAsk{session, who}), 403,
                   api::Refusal::not_registered);
  }
  Kiosk::refused(kiosk.post(sessions, desk::HelpAsk{"1", volunteer}), 400, api::Refusal::malformed);
  Kiosk::refused(kiosk.post(sessions, desk::HelpAsk{session, Bytes(31)}), 400,
                 api::Refusal::malformed);
}

TEST(GatewayHelp, a_record_is_kept_once_and_tells_of_nobody) {
  (void)granted(volunteer);
  LONGS_EQUAL(1, gateway.ask_database("SELECT count(*) FROM help_sessions"));
  const std::string key = random_uuid();
  for (int i = 0; i < 3; ++i)
    CHECK(Kiosk::expect<api::Settled>(kiosk.post(record_path(), record(), key)).recorded);
  LONGS_EQUAL(1, gateway.ask_database("SELECT count(*) FROM help_records WHERE minutes = 12 AND "
                                      "topic = 'smartphone' AND outcome = 'partly' AND "
                                      "satisfaction = 4 AND kiosk = 'kiosk-001'"));
  LONGS_EQUAL(1'699'999'200, gateway.ask_database("SELECT began_hour FROM help_records"));
  LONGS_EQUAL(0, gateway.ask_database("SELECT count(*) FROM help_sessions"));
  LONGS_EQUAL(0, gateway.ask_database("SELECT count(*) FROM answers WHERE visit <> ''"));
  CHECK(gateway.log().find(session) == std::string::npos);
}

TEST(GatewayHelp, a_session_that_began_offline_is_recorded_too) {
  CHECK(Kiosk::expect<api::Settled>(kiosk.post(record_path(), record())).recorded);
}

TEST(GatewayHelp, another_kiosks_session_is_unknown) {
  (void)granted(volunteer);
  Kiosk other(gateway, "kiosk-002");
  Kiosk::refused(other.post(record_path(), record()), 404, api::Refusal::unknown_visit);
  Kiosk::refused(other.post(sessions, desk::HelpAsk{session, volunteer}), 422,
                 api::Refusal::conflict);
}

TEST(GatewayHelp, impossible_records) {
  const auto refused = [&](const std::function<void(desk::HelpRecord&)>& change) {
    desk::HelpRecord wrong = record();
    change(wrong);
    Kiosk::refused(kiosk.post(record_path(), wrong), 400, api::Refusal::malformed);
  };
  refused([](auto& r) { r.satisfaction = 6; });
  refused([](auto& r) { r.minutes = -1; });
  refused([](auto& r) { r.language = "ja; DROP"; });
  refused([](auto& r) { r.began_at = 9'999'999'999; });
  Kiosk::refused(kiosk.post(std::string(sessions) + "/x/record", record()), 404,
                 api::Refusal::unknown_visit);
}

TEST(GatewayHelp, the_list_for_offline_hours_is_signed_and_has_no_revoked_badge) {
  const auto signed_list = Kiosk::expect<desk::SignedBadges>(kiosk.get("/v1/help/badges"));
  const auto key = P256PublicKey::from_pem(*read_file(SharedCity::get().pki("seal.pem")));
  CHECK(key->verify(desk::badges_message(signed_list.list), signed_list.signature).ok());
  const auto list = decode<desk::BadgeList>(signed_list.list);
  CHECK(list.ok());
  LONGS_EQUAL(2, list->badges.size());
  CHECK(list->expires_at > list->made_at);
  LONGS_EQUAL(405, kiosk.post_json("/v1/help/badges", "{}").status);
  LONGS_EQUAL(405, kiosk.get(sessions).status);
}

TEST(GatewayHelp, the_live_channel_is_there) { LONGS_EQUAL(426, kiosk.get("/v1/live").status); }
