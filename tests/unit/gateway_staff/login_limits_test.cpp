#include "tools/gateway/staff/login_limits.h"

#include <CppUTest/TestHarness.h>

using namespace madoguchi;
using namespace madoguchi::gateway;
using namespace std::chrono_literals;

TEST_GROUP(LoginLimits) {
  VirtualTimers timers{std::chrono::system_clock::from_time_t(1'795'000'000)};
  LoginLimits limits{timers};

  void seconds_to_wait(long expected, const std::string& account = "tanaka",
                       const std::string& address = "192.0.2.1") {
    LONGS_EQUAL(expected * 1000, limits.wait(account, address).count());
  }
  void try_from(const std::string& address, int times, const std::string& account = "tanaka") {
    for (int i = 0; i < times; ++i) limits.tried(account, address);
  }
};

TEST(LoginLimits, five_tries_cost_nothing_then_the_wait_doubles_up_to_five_minutes) {
  try_from("192.0.2.1", 4);
  seconds_to_wait(0);
  for (const long wait : {5, 10, 20, 40, 80, 160, 300, 300, 300}) {
    limits.tried("tanaka", "192.0.2.1");
    seconds_to_wait(wait);
    timers.advance(std::chrono::seconds(wait) - 1ms);
    CHECK(limits.wait("tanaka", "192.0.2.1").count() == 1);
    timers.advance(1ms);
    seconds_to_wait(0);
  }
}

TEST(LoginLimits, another_address_does_not_help_with_the_same_account) {
  for (int i = 0; i < 5; ++i) try_from("192.0.2." + std::to_string(i), 1);
  seconds_to_wait(5, "tanaka", "198.51.100.9");
  seconds_to_wait(0, "suzuki", "192.0.2.1");
}

TEST(LoginLimits, an_address_that_tries_many_accounts_waits_for_all) {
  for (int i = 0; i < 29; ++i) try_from("192.0.2.1", 1, "name" + std::to_string(i));
  seconds_to_wait(0, "suzuki");
  try_from("192.0.2.1", 1, "one-more");
  seconds_to_wait(5, "suzuki");
  seconds_to_wait(0, "suzuki", "192.0.2.2");
}

TEST(LoginLimits, a_network_of_ipv6_is_one_address) {
  for (int i = 0; i < 30; ++i) {
    try_from("2001:db8:1:2::" + std::to_string(i), 1, "name" + std::to_string(i));
  }
  seconds_to_wait(5, "suzuki", "2001:db8:1:2:ffff::1");
  seconds_to_wait(0, "suzuki", "2001:db8:1:3::1");
}

TEST(LoginLimits, the_right_password_forgives_the_account_but_one_try_only_of_the_address) {
  try_from("192.0.2.1", 31, "other");
  seconds_to_wait(10, "tanaka");
  timers.advance(10s);
  limits.tried("tanaka", "192.0.2.1");
  limits.was_right("tanaka", "192.0.2.1");
  limits.tried("tanaka", "192.0.2.1");
  seconds_to_wait(20, "suzuki");
  try_from("192.0.2.2", 3);
  seconds_to_wait(0, "tanaka", "192.0.2.2");
}

TEST(LoginLimits, an_hour_forgets) {
  try_from("192.0.2.1", 20);
  seconds_to_wait(300);
  timers.advance(1h);
  seconds_to_wait(0);
  limits.tried("tanaka", "192.0.2.1");
  seconds_to_wait(0);
}

TEST(LoginLimits, made_up_names_push_out_what_is_oldest_and_nothing_else) {
  try_from("192.0.2.1", 6, "oldest");
  timers.advance(1s);
  for (std::size_t i = 1; i < LoginLimits::most_remembered; ++i) {
    limits.tried("n" + std::to_string(i), "203.0.113.1");
  }
  CHECK(limits.wait("oldest", "198.51.100.1").count() > 0);
  try_from("192.0.2.2", 6, "newest");
  LONGS_EQUAL(0, limits.wait("oldest", "198.51.100.1").count());
  CHECK(limits.wait("newest", "198.51.100.1").count() > 0);
}
