// Every message of the project, in both encodings: round trip, and refusal of every single damage.
#include <CppUTest/TestHarness.h>

#include "firmware/message/call_protocol.h"
#include "firmware/message/control_protocol.h"
#include "firmware/message/desk_api.h"
#include "firmware/message/enrol_api.h"
#include "firmware/message/gateway_api.h"
#include "firmware/message/keys_protocol.h"
#include "firmware/message/link_protocol.h"
#include "firmware/message/queue_api.h"
#include "firmware/message/ui_protocol.h"
#include "tests/unit/message/filled.h"

namespace madoguchi {
namespace {

Bytes serialise(const Json& document, Dialect dialect) {
  return dialect == Dialect::cbor ? Json::to_cbor(document) : to_bytes(as_bytes(document.dump()));
}

// A value of another type; nothing of ours takes it in the original's place.
Json of_another_type(const Json& value) {
  if (value.is_string() || value.is_binary()) return 7;
  if (value.is_object()) return Json::array();
  if (value.is_array()) return Json::object();
  return "text";
}

class Damage {
 public:
  Damage(Json document, Dialect dialect) : document_(std::move(document)), dialect_(dialect) {}

  template <class T>
  void check_everywhere() {
    visit<T>(Json::json_pointer());
  }

 private:
  template <class T>
  void visit(const Json::json_pointer& at) {
    const Json original = document_[at];
    refuses<T>(at, of_another_type(original), "another type");
    refuses<T>(at, nullptr, "null");
    if (original.is_object()) {
      for (const auto& [key, value] : original.items()) {
        if (key == "type") refuses<T>(at / key, "no such type", "an unknown type");
        without<T>(at, key);
        visit<T>(at / key);
      }
      with_unknown<T>(at);
    }
    if (original.is_array()) {
      for (std::size_t i = 0; i < original.size(); ++i) visit<T>(at / i);
    }
  }

  template <class T>
  void refuses(const Json::json_pointer& at, Json damage, const char* what) {
    Json damaged = document_;
    damaged[at] = std::move(damage);
    const auto result = decode<T>(serialise(damaged, dialect_), dialect_);
    CHECK_FALSE_TEXT(result.ok(), (at.to_string() + ": " + what).c_str());
    CHECK(result.error().code == Errc::protocol);
  }

  // Either an error, or the key was an optional one and stays absent (or one of a map's).
  template <class T>
  void without(const Json::json_pointer& at, const std::string& key) {
    Json damaged = document_;
    damaged[at].erase(key);
    const auto result = decode<T>(serialise(damaged, dialect_), dialect_);
    if (result)
      CHECK_TEXT(codec::write(*result, dialect_) == damaged, (at / key).to_string().c_str());
  }

  template <class T>
  void with_unknown(const Json::json_pointer& at) {
    Json damaged = document_;
    damaged[at]["unknown"] = 1;
    const auto result = decode<T>(serialise(damaged, dialect_), dialect_);
    const std::string where = at.to_string();
    const bool in_map = where.ends_with("/args") || where.ends_with("/words");
    const bool accepted = dialect_ == Dialect::json && !in_map;
    CHECK_TEXT(result.ok() == accepted, where.c_str());
  }

  Json document_;
  Dialect dialect_;
};

template <class T>
void check_message(std::size_t picks = 1) {
  for (const Dialect dialect : {Dialect::cbor, Dialect::json}) {
    for (std::size_t pick = 0; pick < picks; ++pick) {
      const T message = filled<T>(pick);
      const Bytes bytes = encode(message, dialect);
      const auto decoded = decode<T>(bytes, dialect);
      if (!decoded) FAIL(decoded.error().text().c_str());
      CHECK(encode(*decoded, dialect) == bytes);
      Damage(codec::write(filled<T>(pick, 1), dialect), dialect).check_everywhere<T>();
    }
    // An empty one travels too: nothing but what is optional may be absent.
    const auto empty = decode<T>(encode(T{}, dialect), dialect);
    CHECK(empty.ok());
  }
}

}  // namespace

TEST_GROUP(EveryMessage){};

TEST(EveryMessage, between_kioskd_and_kiosk_link) {
  check_message<KioskToLink>(std::variant_size_v<KioskToLink>);
  check_message<LinkToKiosk>(std::variant_size_v<LinkToKiosk>);
}

TEST(EveryMessage, with_kiosk_keys) {
  check_message<ToKeys>(std::variant_size_v<ToKeys>);
  check_message<FromKeys>(std::variant_size_v<FromKeys>);
}

TEST(EveryMessage, of_an_enrolment) {
  check_message<api::EnrolError>();
  check_message<api::EnrolAsk>();
  check_message<api::Enrolled>();
  check_message<api::RenewAsk>();
  check_message<api::Renewed>();
}

TEST(EveryMessage, between_kioskd_and_kiosk_ui) {
  check_message<KioskToUi>(std::variant_size_v<Body>);
  check_message<UiToKiosk>(std::variant_size_v<UiToKiosk>);
}

TEST(EveryMessage, between_kioskd_and_kioskctl) {
  check_message<control::Ask>(std::variant_size_v<control::Command>);
  check_message<control::Tell>(std::variant_size_v<control::Answer>);
}

TEST(EveryMessage, of_the_gateway) {
  check_message<api::ApiError>(3);
  check_message<api::VisitOpen>();
  check_message<api::VisitOpened>();
  check_message<api::Identify>();
  check_message<api::Identified>(3);
  check_message<api::QuoteRequest>(6);
  check_message<api::Quote>();
  check_message<api::IssueRequest>();
  check_message<api::Seal>(6);
  check_message<api::SealedDocument>();
  check_message<api::Settlement>(3);
  check_message<api::Feedback>();
  check_message<api::Settled>();
  check_message<api::GatewayHealth>();
}

TEST(EveryMessage, of_the_help_desk) {
  check_message<desk::HelpAsk>();
  check_message<desk::HelpGranted>(2);
  check_message<desk::HelpRecord>(3);
  check_message<desk::BadgeList>();
  check_message<desk::SignedBadges>();
  check_message<queue::Status>(3);
  check_message<queue::TicketAsk>();
  check_message<queue::TicketGiven>();
  check_message<queue::TicketReport>();
  check_message<queue::TicketGivenUp>();
  check_message<queue::Slots>();
  check_message<queue::BookingAsk>();
  check_message<queue::Booking>(4);
  check_message<queue::CheckIn>();
  check_message<queue::CheckedIn>();
  check_message<queue::Cancellation>();
  check_message<desk::LiveFromKiosk>(std::variant_size_v<desk::LiveFromKiosk>);
  check_message<desk::LiveToKiosk>(std::variant_size_v<desk::LiveToKiosk>);
}

TEST(EveryMessage, of_consultations) {
  check_message<consult::Topics>(6);
  check_message<consult::Ask>(6);
  check_message<consult::Standing>();
  check_message<consult::RelayAsk>();
  check_message<consult::RelayPass>();
  check_message<consult::Paper>();
  check_message<consult::Record>(8);
  check_message<consult::FromKiosk>(std::variant_size_v<consult::FromKiosk>);
  check_message<consult::ToKiosk>(std::variant_size_v<consult::ToKiosk>);
  check_message<KioskToCall>(std::variant_size_v<KioskToCall>);
  check_message<CallToKiosk>(std::variant_size_v<CallToKiosk>);
}

TEST(EveryMessage, screens_come_back_equal) {
  for (std::size_t pick = 0; pick < std::variant_size_v<Body>; ++pick) {
    const Screen screen = filled<Screen>(pick);
    CHECK(*decode<Screen>(encode(screen)) == screen);
    CHECK(*decode<Screen>(encode(screen, Dialect::json), Dialect::json) == screen);
  }
}

}  // namespace madoguchi
