// No ending without a screen, no refusal and no trouble without an ending.

#include "firmware/visit/ending.h"

#include <CppUTest/TestHarness.h>

using namespace madoguchi;
using namespace madoguchi::visit;

TEST_GROUP(ending){};

TEST(ending, every_one_has_its_screen) {
  for (const auto& [ending, name] : enum_names(Ending{})) {
    if (ending == Ending::issued) continue;
    const Screen screen = ending_screen(ending, {});
    STRCMP_EQUAL(("error." + std::string(name)).c_str(), screen.name.c_str());
    const auto& notice = std::get<Notice>(screen.body);
    LONGS_EQUAL(2, notice.lines.size());
    CHECK_TRUE(notice.reassurance.has_value());
    CHECK_TRUE(find_control(screen, "end") != nullptr);
  }
}

TEST(ending, a_protected_person_is_not_told_apart) {
  CHECK(ending_for(api::Refusal::protected_person) == ending_for(api::Refusal::deceased));
  CHECK(ending_for(api::Refusal::protected_person) == Ending::not_served);
}

TEST(ending, every_refusal_and_trouble_has_one) {
  for (const auto& [refusal, name] : enum_names(api::Refusal{}))
    CHECK(ending_for(refusal) != Ending::issued);
  CHECK(ending_for(PrinterTrouble::media_jam) == Ending::printer_jam);
  CHECK(ending_for(PrinterTrouble::media_empty) == Ending::printer_empty);
  CHECK(ending_for(PrinterTrouble::cover_open) == Ending::printer_cover);
  CHECK(ending_for(PrinterTrouble::toner_empty) == Ending::printer_gone);
}

TEST(ending, what_is_said_of_an_unpaid_charge) {
  payment::ChargeRecord record;
  record.state = payment::State::not_charged;
  const std::vector<std::pair<const char*, Ending>> cases{
      {"journal", Ending::journal_failed},    {"cancelled", Ending::payment_cancelled},
      {"aborted", Ending::payment_cancelled}, {"no_tap", Ending::payment_cancelled},
      {"busy", Ending::payment_busy},         {"not_processed", Ending::payment_busy},
      {"refused", Ending::declined}};
  for (const auto& [decline, ending] : cases) {
    record.decline = decline;
    CHECK_TEXT(ending_for_unpaid(record) == ending, decline);
  }
  record.state = payment::State::reversed;
  CHECK(ending_for_unpaid(record) == Ending::amount_mismatch);
}
