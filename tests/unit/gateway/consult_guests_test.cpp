// A third person in a call: invited, joins, is gone and comes back.

#include "tests/unit/gateway/consult_rig.h"

using namespace madoguchi;
using namespace madoguchi::gateway;
using namespace std::chrono_literals;

TEST_GROUP_BASE(ConsultGuests, ConsultRig){};

TEST(ConsultGuests, an_interpreter_is_invited_joins_and_leaves) {
  talk();
  sato.say(InviteGuest{uuid(1), "vi"});
  CHECK(sato.refused() == CallNo::nobody);
  open(tanaka, "tanaka", "tsuyaku");
  open(mori, "mori", "tsuyaku");
  sato.say(InviteGuest{uuid(1), "vi"});
  CHECK(sato.call().guest == GuestState::invited);
  mori.say(JoinCall{uuid(1), false});
  CHECK(of_kind<consult::Guest>(a.told).back().present);
  CHECK(sato.call().guest == GuestState::joined);
  tanaka.say(JoinCall{uuid(1), false});
  CHECK(tanaka.refused() == CallNo::taken);
  sato.say(CallBetween{uuid(1), consult::Description{1, "offer"}});
  const auto offered = std::get<consult::Description>(of_kind<CallBetween>(mori.news).back().what);
  STRCMP_EQUAL("offer", offered.sdp.c_str());
  CHECK(of_kind<CallBetween>(tanaka.news).empty());
  mori.say(CallBetween{uuid(1), consult::Description{1, "answer"}});
  LONGS_EQUAL(1, of_kind<CallBetween>(sato.news).size());
  tell(mori, 1, consult::Caption{"not hers"});
  CHECK(mori.refused() == CallNo::not_yours);
  mori.say(EndGuest{uuid(1)});
  CHECK(!of_kind<consult::Guest>(a.told).back().present);
  CHECK(sato.call().guest == GuestState::none);
}

TEST(ConsultGuests, an_interpreter_who_loads_the_page_anew_needs_no_invitation) {
  talk();
  open(mori, "mori", "tsuyaku");
  sato.say(InviteGuest{uuid(1), "vi"});
  mori.say(JoinCall{uuid(1), false});
  mori.seat.reset();
  CHECK(sato.call().guest == GuestState::away);
  open(tanaka, "tanaka", "tsuyaku");  // another interpreter is not the guest
  CHECK(of_kind<CallInvite>(tanaka.news).empty());
  pass(29s);
  mori.news.clear();
  open(mori, "mori", "tsuyaku");
  CHECK(of_kind<CallInvite>(mori.news).back().joined);
  CHECK(sato.call().guest == GuestState::joined);
  sato.say(CallBetween{uuid(1), consult::Description{2, "offer"}});
  LONGS_EQUAL(1, of_kind<CallBetween>(mori.news).size());
  LONGS_EQUAL(1, of_kind<consult::Guest>(a.told).size());  // to the resident nothing happened
}

TEST(ConsultGuests, an_interpreter_whose_connection_was_lost_gets_a_new_one) {
  talk();
  open(mori, "mori", "tsuyaku");
  sato.say(InviteGuest{uuid(1), "vi"});
  mori.say(JoinCall{uuid(1), false});
  sato.news.clear();
  // The old connection is not known to be dead yet; the page knows its call.
  Console again;
  open(again, "mori", "");
  again.say(SitAt{"tsuyaku", uuid(1), 0});
  CHECK(of_kind<CallInvite>(again.news).back().joined);
  const auto seen = of_kind<CallNews>(sato.news);
  LONGS_EQUAL(2, seen.size());
  CHECK(seen[0].guest == GuestState::away && seen[1].guest == GuestState::joined);
  mori.seat.reset();
  CHECK(sato.call().guest == GuestState::joined);
  again.seat.reset();
}

TEST(ConsultGuests, an_interpreter_who_does_not_come_back) {
  talk();
  open(mori, "mori", "tsuyaku");
  sato.say(InviteGuest{uuid(1), "vi"});
  mori.say(JoinCall{uuid(1), false});
  mori.seat.reset();
  pass(30s);
  CHECK(!of_kind<consult::Guest>(a.told).back().present);
  CHECK(sato.call().guest == GuestState::none);
  mori.news.clear();
  open(mori, "mori", "tsuyaku");
  CHECK(of_kind<CallInvite>(mori.news).empty());
  sato.say(InviteGuest{uuid(1), "vi"});
  mori.say(JoinCall{uuid(1), false});
  mori.say(SitAt{"", "", 0});  // stands up
  CHECK(sato.call().guest == GuestState::none);
}

TEST(ConsultGuests, a_guest_of_a_call_that_ended_meanwhile_comes_back_to_nothing) {
  talk();
  open(mori, "mori", "tsuyaku");
  sato.say(InviteGuest{uuid(1), "vi"});
  mori.say(JoinCall{uuid(1), false});
  mori.seat.reset();
  sato.say(FinishCall{uuid(1), consult::Outcome::solved, {}, ""});
  mori.news.clear();
  open(mori, "mori", "tsuyaku");
  CHECK(of_kind<CallInvite>(mori.news).empty());
}

TEST(ConsultGuests, an_interpreter_who_declines) {
  talk();
  open(tanaka, "tanaka", "tsuyaku");
  sato.say(InviteGuest{uuid(1), "en"});
  tanaka.say(JoinCall{uuid(1), true});
  CHECK(sato.call().guest == GuestState::none);
  CHECK(sato.refused() == CallNo::nobody);
  CHECK(of_kind<consult::Guest>(a.told).empty());
}
