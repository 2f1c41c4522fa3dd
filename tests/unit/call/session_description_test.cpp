#include "firmware/call/session_description.h"

#include <CppUTest/TestHarness.h>

using namespace madoguchi;
using namespace madoguchi::call;

namespace {

const std::string print_a =
    "00:11:22:33:44:55:66:77:88:99:AA:BB:CC:DD:EE:FF:"
    "00:11:22:33:44:55:66:77:88:99:AA:BB:CC:DD:EE:FF";
const std::string print_b =
    "10:11:22:33:44:55:66:77:88:99:AA:BB:CC:DD:EE:FF:"
    "00:11:22:33:44:55:66:77:88:99:AA:BB:CC:DD:EE:FF";

std::string media(const std::string& kind, const std::string& port, const std::string& print) {
  return "m=" + kind + " " + port + " UDP/TLS/RTP/SAVPF 102\r\na=setup:active\r\n" +
         (print.empty() ? "" : "a=fingerprint:sha-256 " + print + "\r\n");
}

std::string answer(const std::string& rest) {
  return "v=0\r\no=- 1 2 IN IP4 127.0.0.1\r\ns=-\r\nt=0 0\r\n" + rest;
}

Errc refusal(const std::string& sdp) {
  const auto read = read_answer(sdp);
  CHECK_FALSE(read.ok());
  return read.error().code;
}

}  // namespace

TEST_GROUP(SessionDescription){};

TEST(SessionDescription, an_answer_names_its_certificate_and_what_it_accepts) {
  const auto read =
      read_answer(answer(media("video", "9", print_a) + media("audio", "9", print_a)));
  CHECK_TRUE(read.ok());
  STRCMP_EQUAL(print_a.c_str(), text_of(read->fingerprint).c_str());
  CHECK_TRUE(read->video);
  CHECK_TRUE(read->audio);
}

TEST(SessionDescription, a_fingerprint_of_the_session_counts_for_all_its_media) {
  const auto read =
      read_answer(answer("a=fingerprint:SHA-256 " + print_a + "\r\n" + media("video", "9", "")));
  CHECK_TRUE(read.ok());
}

TEST(SessionDescription, a_refused_picture_is_told) {
  const auto read = read_answer(answer(media("video", "0", "") + media("audio", "9", print_a)));
  CHECK_TRUE(read.ok());
  CHECK_FALSE(read->video);
  CHECK_TRUE(read->audio);
}

TEST(SessionDescription, two_certificates_are_one_too_many) {
  CHECK_TRUE(Errc::protocol ==
             refusal(answer(media("video", "9", print_a) + media("audio", "9", print_b))));
}

TEST(SessionDescription, media_without_a_certificate_are_refused) {
  CHECK_TRUE(Errc::protocol ==
             refusal(answer(media("video", "9", print_a) + media("audio", "9", ""))));
  CHECK_TRUE(Errc::protocol == refusal(answer(media("video", "9", ""))));
  CHECK_TRUE(Errc::protocol == refusal(answer("")));
}

TEST(SessionDescription, a_weak_or_malformed_fingerprint_is_refused) {
  for (const std::string& line :
       {"a=fingerprint:sha-1 " + print_a.substr(0, 59), "a=fingerprint:sha-256 " + print_a + ":00",
        "a=fingerprint:sha-256 " + print_a.substr(0, 92) + ":G0", std::string("a=fingerprint:")}) {
    CHECK_TRUE(Errc::protocol == refusal(answer(media("video", "9", print_a) + line + "\r\n")));
  }
}

TEST(SessionDescription, what_was_not_offered_is_refused) {
  CHECK_TRUE(Errc::protocol ==
             refusal(answer(media("video", "9", print_a) + media("application", "9", print_a))));
  CHECK_TRUE(Errc::protocol ==
             refusal(answer(media("video", "9", print_a) + media("video", "9", print_a))));
}

TEST(SessionDescription, a_role_that_no_answer_has_is_refused) {
  const std::string video = "m=video 9 X 1\r\na=fingerprint:sha-256 " + print_a + "\r\n";
  CHECK_TRUE(Errc::protocol == refusal(answer(video)));
  CHECK_TRUE(Errc::protocol == refusal(answer(video + "a=setup:actpass\r\n")));
}

TEST(SessionDescription, what_is_no_description_is_refused) {
  CHECK_TRUE(Errc::protocol == refusal(""));
  CHECK_TRUE(Errc::protocol == refusal("GET / HTTP/1.1"));
  CHECK_TRUE(Errc::protocol == refusal(answer(media("video", "9", print_a) + "a=x\x01y\r\n")));
  CHECK_TRUE(Errc::full == refusal(answer(std::string(most_description_bytes, 'a'))));
  std::string lines;
  for (int i = 0; i < 3000; ++i) lines += "a=b\r\n";
  CHECK_TRUE(Errc::full == refusal(answer(lines)));
}

TEST(SessionDescription, our_offer_leaves_with_our_certificate) {
  Fingerprint own{};
  own[0] = 0xab;
  const auto changed =
      with_fingerprint(answer(media("video", "9", print_a) + media("audio", "9", print_b)), own);
  CHECK_TRUE(changed.ok());
  CHECK_EQUAL(std::string::npos, changed->find(print_a));
  CHECK_EQUAL(std::string::npos, changed->find(print_b));
  CHECK_TRUE(changed->find("a=fingerprint:sha-256 AB:00:") != std::string::npos);
  CHECK_TRUE(read_answer(*changed).ok());
  CHECK_FALSE(with_fingerprint(answer(media("video", "9", "")), own).ok());
}

TEST(SessionDescription, candidates_are_one_printable_line) {
  CHECK_TRUE(is_candidate("candidate:1 1 UDP 2122 127.0.0.1 50000 typ host"));
  CHECK_TRUE(is_candidate("candidate:1 1 tcp 2122 ::1 9 typ host tcptype active"));
  CHECK_FALSE(is_candidate(""));
  CHECK_FALSE(is_candidate("candidate:1 1 udp 2122 127.0.0.1 50000"));
  CHECK_FALSE(is_candidate("candidate:1 1 sctp 2122 127.0.0.1 50000 typ host"));
  CHECK_FALSE(is_candidate("a=candidate:1 1 udp 1 127.0.0.1 5 typ host"));
  CHECK_FALSE(is_candidate("candidate:1 1 udp 1 127.0.0.1 5 typ host\r\na=x"));
  CHECK_FALSE(is_candidate("candidate:1 1 udp 1 127.0.0.1 5 typ host " + std::string(600, 'x')));
}
