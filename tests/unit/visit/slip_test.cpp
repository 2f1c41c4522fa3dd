#include "firmware/visit/slip.h"

#include <CppUTest/TestHarness.h>

#include "firmware/visit/ending.h"
#include "firmware/visit/screens.h"

using namespace madoguchi;
using namespace madoguchi::visit;
using payment::ChargeRecord;
using payment::State;

namespace {

constexpr auto evening =
    std::chrono::sys_days(std::chrono::year(2026) / 3 / 31) + std::chrono::hours(15);

ChargeRecord charge(State state, const std::string& brand = "iD", const std::string& decline = "") {
  ChargeRecord out;
  out.state = state;
  out.sale_id = "KIOSK-001";
  out.transaction = "visit-7";
  out.payment_service_id = "7K2M9QX4TB";
  out.amount_yen = 250;
  out.booked_yen = state == State::charged || state == State::reversed ? 250 : 0;
  out.brand = brand;
  out.terminal_sale = out.booked_yen > 0 ? "T/1 &" : "";
  out.decline = decline;
  return out;
}

const SlipLine* line(const Slip& slip, const std::string& label) {
  for (const SlipLine& each : slip.lines) {
    if (each.label.key == label) return &each;
  }
  return nullptr;
}

}  // namespace

TEST_GROUP(Slip) {
  Settings settings;
  void setup() override {
    settings.kiosk_id = "kiosk-001";
    settings.hours = *ServiceHours::parse("06:30-23:00", "Asia/Tokyo");
  }
  madoguchi::Slip slip(const ChargeRecord& record, const std::string& language = "ja") {
    return make_slip(settings, evening, api::Kind::seal, record, language);
  }
};

TEST(Slip, money_has_one_word_for_each_end) {
  STRCMP_EQUAL("slip.money.moved", slip(charge(State::charged)).money.key.c_str());
  STRCMP_EQUAL("slip.money.given_back", slip(charge(State::reversed)).money.key.c_str());
  STRCMP_EQUAL("slip.money.not_moved", slip(charge(State::not_charged)).money.key.c_str());
  STRCMP_EQUAL("slip.money.checking", slip(charge(State::unresolved)).money.key.c_str());
}

TEST(Slip, amount_is_what_was_booked) {
  ChargeRecord wrong = charge(State::reversed);
  wrong.booked_yen = 2'500;
  STRCMP_EQUAL("2500", slip(wrong).money.args.at("yen").c_str());
  STRCMP_EQUAL("250", line(slip(wrong), "slip.line.fee")->value.args.at("yen").c_str());
}

TEST(Slip, time_is_the_citys) {
  const madoguchi::Slip paid = slip(charge(State::charged));
  const auto& args = line(paid, "slip.line.time")->value.args;
  STRCMP_EQUAL("4", args.at("month").c_str());  // 15:00 in UTC is the next day in Toyonaka
  STRCMP_EQUAL("1", args.at("day").c_str());
  STRCMP_EQUAL("0", args.at("hour").c_str());
  STRCMP_EQUAL("00", args.at("minute").c_str());
}

TEST(Slip, staff_read_japanese) {
  CHECK_FALSE(slip(charge(State::charged), "ja").for_staff.has_value());
  CHECK(slip(charge(State::charged), "en").for_staff->key == "slip.money.moved");
}

TEST(Slip, unresolved_says_what_an_interrupted_tap_means) {
  const auto known = slip(charge(State::unresolved, "Rakuten Edy"));
  LONGS_EQUAL(1, known.brands.size());
  STRCMP_EQUAL("Rakuten Edy", known.brands[0].label.literal.c_str());
  STRCMP_EQUAL("brand.no_sale_until_retouch.means", known.brands[0].value.key.c_str());
  const auto unknown = slip(charge(State::unresolved, ""));
  LONGS_EQUAL(4, unknown.brands.size());
  STRCMP_EQUAL("brand.sold_and_corrected_later.names", unknown.brands[1].label.key.c_str());
  LONGS_EQUAL(0, slip(charge(State::charged)).brands.size());
}

TEST(Slip, an_interrupted_tap_is_told_in_the_brands_own_sentence) {
  payment::ChargeRecord sold = charge(State::charged, "nanaco");
  sold.interrupted_tap = payment::InterruptedTap::sold_and_corrected_later;
  STRCMP_EQUAL("slip.brand.sold_and_corrected_later", slip(sold).advice.at(0).key.c_str());
  LONGS_EQUAL(0, slip(sold).brands.size());
}

TEST(Slip, code_names_the_sale_and_nobody) {
  STRCMP_EQUAL(
      "madoguchi-sale:kiosk=kiosk-001&sale=KIOSK-001&service=7K2M9QX4TB&terminal=T%2F1%20%26"
      "&transaction=visit-7",
      slip(charge(State::charged)).code.c_str());
}

TEST(Slip, deserved_when_the_terminal_had_its_say) {
  CHECK(deserves_slip(charge(State::charged)));
  CHECK(deserves_slip(charge(State::reversed)));
  CHECK(deserves_slip(charge(State::unresolved)));
  CHECK(deserves_slip(charge(State::not_charged, "", "refused")));
  CHECK(deserves_slip(charge(State::not_charged, "", "not_processed")));
  for (const char* stopped : {"journal", "cancelled", "aborted", "no_tap"}) {
    CHECK_FALSE(deserves_slip(charge(State::not_charged, "", stopped)));
  }
  CHECK_FALSE(deserves_slip(ChargeRecord{}));
}

TEST(Slip, last_screen_says_what_became_of_it) {
  Screen take = take_screen(false, 1, 0);
  const Screen before = take;
  mention(take, SlipGiven::none);
  CHECK(take == before);
  mention(take, SlipGiven::printed);
  LONGS_EQUAL(3, std::get<Checklist>(take.body).items.size());
  Screen failed = take_screen(false, 1, 0);
  mention(failed, SlipGiven::failed);
  LONGS_EQUAL(2, std::get<Checklist>(failed.body).items.size());
  STRCMP_EQUAL("slip.failed", failed.lead.back().key.c_str());
  Screen error = ending_screen(Ending::declined, {});
  mention(error, SlipGiven::failed);
  STRCMP_EQUAL("slip.failed", std::get<Notice>(error.body).lines.back().key.c_str());
}
