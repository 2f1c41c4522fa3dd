// The power fails between any two steps of an enrolment, a renewal and an erasing: what is left is
// the old identity or the new one, and never something that is neither.
#include "firmware/base/file.h"
#include "tests/contract/enrolment/enrolment_rig.h"

using namespace madoguchi;

TEST_GROUP_BASE(EnrolmentPowerCut, EnrolmentRig) {
  KeysProcess keys{"off"};
  static constexpr int most_steps = 60;

  /// A kiosk that works, whatever was cut.
  void works(LinkUnderTest & link) {
    link.wait_until(IdentityStanding::enrolled);
    link.wait_until_up();
    // What weakens it is known as soon as kiosk-keys was asked, and there is nothing worse.
    while (link.identity()->trouble.empty()) CHECK(link.next<IdentityState>().has_value());
    STRCMP_CONTAINS("no TPM", link.identity()->trouble.c_str());
    LONGS_EQUAL(201, link.call("/v1/visits"));
  }
};

TEST(EnrolmentPowerCut, power_cut_at_every_step_of_an_enrolment) {
  int cuts = 0;
  for (int at = 1; at <= most_steps; ++at) {
    const PrintedCode code = make_code();
    LinkUnderTest link(keys.socket());
    link.start(at);
    const EnrolRequest request{"enrol", code.code, {}, code.ticket.url, code.ticket.ca_pin};
    if (const auto outcome = link.try_to_ask(request)) {
      expect(EnrolResult::done, *outcome);
      break;
    }
    ++cuts;
    link.kill();
    link.start();
    const auto state = link.next<IdentityState>();
    CHECK(state.has_value());
    if (state->standing == IdentityStanding::none) expect(EnrolResult::done, link.ask(request));
    works(link);
    LONGS_EQUAL(0, link.end());
  }
  CHECK(cuts >= 10 && cuts < most_steps);
}

TEST(EnrolmentPowerCut, power_cut_at_every_step_of_a_renewal) {
  LinkUnderTest link(keys.socket());
  link.start();
  expect(EnrolResult::done, link.enrol(make_code()));
  LONGS_EQUAL(0, link.end());
  int cuts = 0;
  for (int at = 1; at <= most_steps; ++at) {
    in_database("UPDATE kiosk_certificates SET issued = issued - 90000");  // yesterday's
    link.start(at);
    if (const auto outcome = link.try_to_ask(RenewRequest{"renew"})) {
      expect(EnrolResult::done, *outcome);
      LONGS_EQUAL(0, link.end());
      break;
    }
    ++cuts;
    link.kill();
    link.start();
    works(link);
    LONGS_EQUAL(0, link.end());
  }
  CHECK(cuts >= 10 && cuts < most_steps);
}

TEST(EnrolmentPowerCut, power_cut_at_every_step_of_an_erasing) {
  int cuts = 0;
  for (int at = 1; at <= most_steps; ++at) {
    LinkUnderTest link(keys.socket());
    link.start();
    expect(EnrolResult::done, link.enrol(make_code()));
    LONGS_EQUAL(0, link.end());
    link.start(at);
    if (const auto outcome = link.try_to_ask(ForgetIdentity{"forget"})) {
      expect(EnrolResult::done, *outcome);
      break;
    }
    ++cuts;
    link.kill();
    link.start();
    // Whatever is left: erasing can be repeated, and then nothing is.
    expect(EnrolResult::done, link.ask(ForgetIdentity{"again"}));
    CHECK(link.identity()->standing == IdentityStanding::none);
    CHECK_FALSE(read_file(link.file("identity")).ok());
    CHECK_FALSE(read_file(link.file("kiosk.pem")).ok());
    LONGS_EQUAL(0, link.end());
  }
  CHECK(cuts >= 3 && cuts < most_steps);
}
