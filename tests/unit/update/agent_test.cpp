#include "firmware/update/agent.h"

#include <filesystem>

#include <CppUTest/TestHarness.h>

#include "firmware/base/file.h"
#include "tests/unit/update/machine.h"

using namespace madoguchi;
using namespace madoguchi::test;
using namespace std::chrono_literals;
using update::State;
using update::Waiting;

// clang-format off
TEST_GROUP(UpdateAgent) {
  Machine machine;

  std::string waiting() {
    return std::string(codec::enum_name(machine.agent->standing().waiting));
  }
  std::string last_why() {
    const auto last = machine.agent->standing().last;
    return last ? last->why : "nothing ended";
  }
  // The machine's clock begins at two o'clock, inside its window.
  void pass_until_after_the_window() { machine.pass(4h); }
};
// clang-format on

TEST(UpdateAgent, success_is_told_after_restart_and_self_test) {
  machine.self_test_takes = 20s;
  machine.offer();
  machine.until(State::trying);
  STRCMP_EQUAL("2.0", machine.version().c_str());
  CHECK(machine.said(UpdatePhase::succeeded).empty());
  CHECK_EQUAL(3u, machine.counter);
  machine.pass(1min);
  CHECK_EQUAL(1u, machine.said(UpdatePhase::succeeded).size());
  CHECK_EQUAL(4u, machine.counter);
  machine.power_cut();
  STRCMP_EQUAL("2.0", machine.version().c_str());
}

TEST(UpdateAgent, a_slot_that_fails_its_self_test_goes_back_with_its_log) {
  machine.new_slot_passes = false;
  machine.offer();
  machine.pass(30min);
  STRCMP_EQUAL("1.0", machine.version().c_str());
  const auto said = machine.said(UpdatePhase::failed);
  CHECK_EQUAL(1u, said.size());
  STRCMP_EQUAL("self_test: printer: does not answer", said[0].details.at(0).c_str());
  STRCMP_EQUAL("printer: does not answer", said[0].details.at(1).c_str());
  CHECK(read_file(machine.folder() + "/log/failed-2.0.log").ok());
  CHECK_EQUAL(3u, machine.counter);
}

TEST(UpdateAgent, a_slot_that_does_not_start_goes_back) {
  machine.new_slot_starts = false;
  machine.offer();
  machine.pass(30min);
  STRCMP_EQUAL("1.0", machine.version().c_str());
  STRCMP_EQUAL("returned", last_why().c_str());
  CHECK_EQUAL(1u, machine.said(UpdatePhase::failed).size());
}

TEST(UpdateAgent, what_a_slot_that_did_not_come_up_has_written_is_kept_and_sent) {
  machine.new_slot_starts = false;
  std::filesystem::create_directories(machine.folder() + "/log");
  std::string trial;
  for (int i = 0; i < 60; ++i) trial += "line " + std::to_string(i) + "\n";
  CHECK(write_file(machine.folder() + "/log/trial.log", as_bytes(trial)).ok());
  machine.offer();
  machine.pass(30min);
  const auto said = machine.said(UpdatePhase::failed);
  CHECK_EQUAL(1u, said.size());
  CHECK_EQUAL(41u, said[0].details.size());
  STRCMP_EQUAL("line 20", said[0].details.at(1).c_str());
  STRCMP_EQUAL("line 59", said[0].details.back().c_str());
  const auto kept = read_file(machine.folder() + "/log/failed-2.0.log");
  CHECK(kept.ok());
  STRCMP_EQUAL(trial.c_str(), as_text(*kept).c_str());
  CHECK_FALSE(std::filesystem::exists(machine.folder() + "/log/trial.log"));
}

TEST(UpdateAgent, waits_for_the_window) {
  pass_until_after_the_window();
  machine.offer();
  machine.pass(1min);
  STRCMP_EQUAL("window", waiting().c_str());
  CHECK_EQUAL(0, machine.installs);
  machine.pass(20h);
  STRCMP_EQUAL("2.0", machine.version().c_str());
}

TEST(UpdateAgent, waits_until_nobody_is_there) {
  machine.agent->serving(true);
  machine.offer();
  machine.pass(1h);
  STRCMP_EQUAL("visit", waiting().c_str());
  CHECK_EQUAL(0, machine.installs);
  machine.agent->serving(false);
  machine.pass(5min);
  STRCMP_EQUAL("2.0", machine.version().c_str());
}

TEST(UpdateAgent, somebody_who_comes_while_it_is_written_is_served_to_the_end) {
  machine.during_install = [this] { machine.agent->serving(true); };
  machine.offer();
  machine.pass(1h);
  CHECK(machine.agent->standing().state == State::installed);
  STRCMP_EQUAL("1.0", machine.version().c_str());
  CHECK(machine.agent->notice().has_value());
  CHECK_FALSE(machine.agent->closed_for().has_value());
  machine.agent->serving(false);
  machine.pass(5min);
  STRCMP_EQUAL("2.0", machine.version().c_str());
}

TEST(UpdateAgent, nothing_begins_on_a_kiosk_that_could_not_pass) {
  machine.devices_well = false;
  machine.offer();
  machine.pass(1h);
  STRCMP_EQUAL("devices", waiting().c_str());
  STRCMP_EQUAL("printer: does not answer", machine.agent->standing().trouble.at(0).c_str());
  CHECK_EQUAL(0, machine.installs);
  machine.devices_well = true;
  machine.pass(30min);
  STRCMP_EQUAL("2.0", machine.version().c_str());
}

TEST(UpdateAgent, a_maintainer_needs_no_window) {
  pass_until_after_the_window();
  const std::string path = machine.stick("any.raucb");
  CHECK(machine.agent->install(path).ok());
  machine.pass(5min);
  STRCMP_EQUAL("2.0", machine.version().c_str());
  CHECK_EQUAL(0u, machine.told.size());
}

TEST(UpdateAgent, refusals_are_told_with_their_reason) {
  struct Case {
    BundleInfo bundle;
    const char* why;
  };
  int action = 10;
  for (const Case& each : {Case{{"other-board", "2.0", 4}, "wrong_board"},
                           Case{{"madoguchi-test", "0.9", 4}, "older_version"},
                           Case{{"madoguchi-test", "2.0", 2}, "rollback"},
                           Case{{"madoguchi-test", "2.0", {}}, "rollback_unknown"}}) {
    machine.bundle = each.bundle;
    machine.offer(std::to_string(++action));
    machine.pass(1min);
    STRCMP_EQUAL(each.why, last_why().c_str());
    const auto said = machine.said(UpdatePhase::failed);
    STRCMP_EQUAL(std::to_string(action).c_str(), said.back().action.c_str());
  }
  CHECK_EQUAL(0, machine.installs);
}

TEST(UpdateAgent, what_runs_already_is_a_success) {
  machine.bundle.version = "1.0";
  machine.offer();
  machine.pass(1min);
  CHECK_EQUAL(1u, machine.said(UpdatePhase::succeeded).size());
  CHECK_EQUAL(0, machine.installs);
}

TEST(UpdateAgent, an_unsigned_bundle_is_refused) {
  machine.inspect_error = Error{Errc::integrity, "rauc.inspect", "signature verification failed"};
  CHECK(machine.agent->install(machine.stick("a.raucb")).ok());
  machine.pass(1min);
  STRCMP_EQUAL("not_signed", last_why().c_str());
}

TEST(UpdateAgent, rauc_dies_twice_and_the_third_time_it_works) {
  machine.install_errors = {{Errc::gone, "rauc", "died"}, {Errc::gone, "rauc", "died"}};
  machine.offer();
  machine.pass(5min);
  CHECK_EQUAL(3, machine.installs);
  STRCMP_EQUAL("2.0", machine.version().c_str());
}

TEST(UpdateAgent, a_bundle_that_rauc_refuses_in_the_middle_has_failed) {
  machine.install_errors = {{Errc::integrity, "rauc", "checksum"}};
  machine.offer();
  machine.pass(5min);
  STRCMP_EQUAL("not_signed", last_why().c_str());
  CHECK_EQUAL(1u, machine.said(UpdatePhase::failed).size());
  STRCMP_EQUAL("1.0", machine.version().c_str());
}

TEST(UpdateAgent, a_stick_is_found_and_its_newest_file_taken) {
  machine.stick("madoguchi-1.5.raucb");
  machine.stick("madoguchi-2.0.raucb");
  machine.stick("madoguchi-0.5.raucb");
  machine.stick("notes-9.txt");
  machine.pass(1min);
  STRCMP_EQUAL(
      "madoguchi-2.0.raucb",
      std::filesystem::path(machine.agent->standing().last->bundle.location).filename().c_str());
  STRCMP_EQUAL("2.0", machine.version().c_str());
}

TEST(UpdateAgent, a_stick_that_is_pulled_before_the_window_is_forgotten) {
  pass_until_after_the_window();
  const std::string path = machine.stick("madoguchi-2.0.raucb");
  machine.pass(1min);
  CHECK(machine.agent->standing().state == State::ready);
  std::filesystem::remove(path);
  machine.pass(1min);
  CHECK(machine.agent->standing().state == State::idle);
  STRCMP_EQUAL("nothing ended", last_why().c_str());
}

TEST(UpdateAgent, a_stick_that_is_pulled_in_the_middle_has_failed_and_the_old_version_runs) {
  machine.install_errors = {{Errc::io, "rauc", "Input/output error"}};
  machine.stick("madoguchi-2.0.raucb");
  machine.pass(2min);
  STRCMP_EQUAL("io", last_why().c_str());
  STRCMP_EQUAL("1.0", machine.version().c_str());
}

TEST(UpdateAgent, a_stick_with_a_version_that_went_back_is_left_alone_but_a_maintainer_may) {
  machine.new_slot_passes = false;
  const std::string path = machine.stick("madoguchi-2.0.raucb");
  machine.pass(10h);
  CHECK_EQUAL(1, machine.installs);
  machine.new_slot_passes = true;
  CHECK(machine.agent->install(path).ok());
  machine.pass(5min);
  STRCMP_EQUAL("2.0", machine.version().c_str());
}

TEST(UpdateAgent, cancelled_by_the_server_in_time) {
  pass_until_after_the_window();
  machine.offer();
  machine.pass(1min);
  UpdateWithdrawn withdrawn;
  withdrawn.action = "7";
  withdrawn.stop = "8";
  machine.agent->take(withdrawn);
  machine.pass(1min);
  CHECK(machine.agent->standing().state == State::idle);
  CHECK_EQUAL(1u, machine.answers.size());
  CHECK(machine.answers[0].stopped);
}

TEST(UpdateAgent, cancelled_by_the_server_too_late) {
  machine.during_install = [this] {
    UpdateWithdrawn withdrawn;
    withdrawn.action = "7";
    withdrawn.stop = "8";
    machine.agent->take(withdrawn);
  };
  machine.offer();
  machine.pass(5min);
  CHECK_EQUAL(1u, machine.answers.size());
  CHECK_FALSE(machine.answers[0].stopped);
  STRCMP_EQUAL("2.0", machine.version().c_str());
  CHECK_FALSE(machine.agent->cancel().ok());
}

TEST(UpdateAgent, an_outcome_waits_for_the_link) {
  machine.link_up = false;
  machine.offer();
  machine.pass(1h);
  STRCMP_EQUAL("2.0", machine.version().c_str());
  CHECK_EQUAL(0u, machine.told.size());
  machine.power_cut();
  machine.offer();  // the server does not know yet, and offers it again
  machine.link_up = true;
  machine.pass(1min);
  CHECK(!machine.said(UpdatePhase::succeeded).empty());
  CHECK_EQUAL(1, machine.installs);
}

TEST(UpdateAgent, without_streaming_the_bundle_is_fetched_first) {
  UpdateOffer offer;
  offer.action = "7";
  offer.bytes = 1000;
  offer.may_fetch = offer.may_install = true;
  machine.agent->take(offer);
  machine.pass(1min);
  CHECK_EQUAL(1u, machine.fetches.size());
  UpdateFetched fetched;
  fetched.action = "7";
  fetched.bytes = 500;
  machine.agent->take(fetched);
  machine.pass(1s);
  CHECK_EQUAL(50, machine.agent->standing().percent);
  fetched.bytes = 1000;
  fetched.path = machine.stick("whole.raucb");
  machine.agent->take(fetched);
  machine.pass(5min);
  STRCMP_EQUAL("2.0", machine.version().c_str());
}

TEST(UpdateAgent, a_kiosk_link_that_starts_anew_is_asked_again) {
  UpdateOffer offer;
  offer.action = "7";
  offer.bytes = 1000;
  offer.may_fetch = offer.may_install = true;
  machine.agent->take(offer);
  machine.pass(10min);
  CHECK_EQUAL(1u, machine.fetches.size());
  machine.pass(5min);
  CHECK_EQUAL(2u, machine.fetches.size());
}

TEST(UpdateAgent, a_kiosk_link_that_starts_anew_streams_from_another_place) {
  pass_until_after_the_window();
  machine.offer();
  machine.pass(1min);
  UpdateOffer offer;
  offer.action = "7";
  offer.stream = "http://127.0.0.1:2/y";
  offer.may_fetch = offer.may_install = true;
  machine.agent->take(offer);
  machine.pass(1s);
  STRCMP_EQUAL("http://127.0.0.1:2/y", machine.agent->standing().bundle.location.c_str());
}

TEST(UpdateAgent, a_download_that_is_given_up_is_told) {
  UpdateOffer offer;
  offer.action = "7";
  offer.may_fetch = offer.may_install = true;
  machine.agent->take(offer);
  machine.pass(1min);
  UpdateFetched fetched;
  fetched.action = "7";
  fetched.failure = "its hash is not the server's";
  machine.agent->take(fetched);
  machine.pass(1min);
  STRCMP_EQUAL("download", last_why().c_str());
  CHECK_EQUAL(1u, machine.said(UpdatePhase::failed).size());
}

TEST(UpdateAgent, a_slot_that_cannot_be_marked_good_is_left) {
  machine.mark_error = Error{Errc::timeout, "rauc.mark", "RAUC does not answer"};
  machine.offer();
  machine.pass(2h);
  STRCMP_EQUAL("1.0", machine.version().c_str());
  CHECK_EQUAL(3u, machine.counter);
}

TEST(UpdateAgent, a_damaged_state_file_is_an_empty_one) {
  machine.self_test_takes = 20s;
  machine.offer();
  machine.until(State::trying);
  CHECK(write_file(machine.folder() + "/update.json", as_bytes("{\"state\":")).ok());
  machine.power_cut();
  machine.pass(1min);
  CHECK(machine.agent->standing().state == State::idle);
}
