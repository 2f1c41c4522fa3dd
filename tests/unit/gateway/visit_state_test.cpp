#include "tools/gateway/visit_state.h"

#include <CppUTest/TestHarness.h>

using namespace madoguchi;
using namespace madoguchi::gateway;

TEST_GROUP(VisitState){};

// The table said once more by hand, as a reader of gateway_api.h would draw it: rows are states,
// columns events.
TEST(VisitState, every_pair_of_state_and_event) {
  constexpr int none = -1;
  constexpr int opened = 0, identified = 1, quoted = 2, prepared = 3, refused = 4;
  constexpr int expected[5][5] = {
      // identify, refuse, quote, issue, settle
      {identified, refused, none, none, none},  // opened
      {none, none, quoted, none, none},         // identified
      {none, none, quoted, prepared, none},     // quoted
      {none, none, none, none, identified},     // prepared
      {none, none, none, none, none},           // refused
  };
  (void)opened;
  for (const auto& [state, state_name] : enum_names(VisitState{})) {
    for (const auto& [event, event_name] : enum_names(VisitEvent{})) {
      const auto next = after(state, event);
      LONGS_EQUAL_TEXT(expected[static_cast<int>(state)][static_cast<int>(event)],
                       next ? static_cast<int>(*next) : none,
                       (std::string(state_name) + " + " + std::string(event_name)).c_str());
    }
  }
}

TEST(VisitState, a_document_is_settled_once) {
  using D = DocumentState;
  using O = api::Outcome;
  CHECK(settled(D::prepared, O::issued) == D::issued);
  CHECK(settled(D::prepared, O::voided) == D::voided);
  CHECK(settled(D::prepared, O::unresolved) == D::unresolved);
  CHECK(settled(D::unresolved, O::issued) == D::issued);
  CHECK(settled(D::unresolved, O::voided) == D::voided);
  CHECK(!settled(D::unresolved, O::unresolved));
  for (const auto outcome : {O::issued, O::voided, O::unresolved}) {
    CHECK(!settled(D::issued, outcome));
    CHECK(!settled(D::voided, outcome));
  }
}
