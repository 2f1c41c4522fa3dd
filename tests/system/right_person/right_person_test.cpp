// Nobody gets another person's certificate: the real gateway, two kiosk-link processes for each of
// twelve kiosks, each kiosk with its own certificate over mutual TLS, cards of twenty-four
// residents. All kiosks do each step at the same moment. In even rounds a kiosk serves two visits
// at once (Kawasaki, 2023: the second request overwrote the first); in odd rounds every request
// goes out twice, on two connections, before either is answered. Pairs of kiosks use the same
// Idempotency-Keys. In the end every answer is fed to everybody whom it was not for.

#include <algorithm>
#include <array>
#include <atomic>
#include <barrier>
#include <cstdio>
#include <mutex>
#include <thread>

#include <CppUTest/TestHarness.h>

#include "firmware/base/file.h"
#include "firmware/certificate/envelope.h"
#include "firmware/crypto/hash.h"
#include "tests/contract/gateway/gateway_process.h"
#include "tests/system/right_person/kiosk_link.h"

using namespace madoguchi;
using namespace madoguchi::test;
using namespace std::chrono_literals;
using gateway::Card;
using gateway::SharedCity;

namespace {

using Moment = std::chrono::steady_clock;

constexpr std::size_t kiosks = 12;
constexpr std::size_t rounds = 4;
constexpr std::size_t slots = 2;  // visits at once, or the two of a pair of twins
constexpr std::size_t steps = 5;
constexpr std::int64_t deadline_ms = 50'000;

/// Somebody with a card and nothing that keeps a kiosk from serving.
constexpr std::array residents{"toyonaka-0001", "toyonaka-0002", "toyonaka-0005", "toyonaka-0006",
                               "toyonaka-0007", "toyonaka-0008", "toyonaka-0009", "toyonaka-0010",
                               "toyonaka-0013", "toyonaka-0014", "toyonaka-0018", "toyonaka-0020",
                               "toyonaka-0021", "toyonaka-0026", "toyonaka-0027", "toyonaka-0042",
                               "toyonaka-0029", "toyonaka-0030", "toyonaka-0045", "toyonaka-0049",
                               "toyonaka-0036", "toyonaka-0044", "toyonaka-0048", "toyonaka-0050"};
static_assert(residents.size() == kiosks * slots);

std::string kiosk_name(std::size_t kiosk) {
  const std::string number = std::to_string(kiosk + 1);
  return "kiosk-" + std::string(3 - number.size(), '0') + number;
}

/// Without spaces and variation selectors, which a PDF's text may lack.
std::string plain(const std::string& text) {
  std::string out;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const auto at = [&](std::size_t n) {
      return i + n < text.size() ? static_cast<unsigned char>(text[i + n]) : 0u;
    };
    if (at(0) == 0xf3 && at(1) == 0xa0) {  // U+E0000 to U+E0FFF
      i += 3;
    } else if (at(0) == 0xe3 && at(1) == 0x80 && at(2) == 0x80) {  // ideographic space
      i += 2;
    } else if (at(0) > ' ') {
      out += text[i];
    }
  }
  return out;
}

/// One visit, as kioskd remembers it, and what came back.
struct Visit {
  std::size_t person = 0;  ///< index of residents
  certificate::Expected expected;
  std::string quote;
  api::SealedDocument sealed;
  std::string document;
  Bytes pdf;
};

struct Counts {
  std::atomic<int> requests = 0;
  std::atomic<int> twins = 0;
  std::atomic<int> twins_within_1ms = 0;
  std::atomic<int> wrong_persons = 0;
  std::atomic<int> cross_fed = 0;
  std::atomic<int> cross_fed_refused = 0;
};

/// Everything of one run; the threads share it.
class Town {
 public:
  Town() {
    read_names();
    const std::string pki = SharedCity::get().pki("");
    for (std::size_t k = 2; k < kiosks; ++k) {
      const std::string make =
          MADOGUCHI_SOURCE_DIR "/tools/pki " + pki + " --kiosk " + kiosk_name(k);
      CHECK_TEXT(std::system(make.c_str()) == 0, make.c_str());
    }
    for (std::size_t k = 0; k < kiosks; ++k) {
      const std::string name = kiosk_name(k);
      const std::string config = folder_.put(
          name + ".toml", "[link]\nurl = \"https://" + gateway_.kiosk_address() + "\"\nca = \"" +
                              pki + "gateway-ca.pem\"\ncertificate = \"" + pki + name +
                              ".pem\"\nkey = \"" + pki + name + ".key\"\n");
      for (auto& link : links_[k]) link = std::make_unique<KioskLink>(config);
    }
    for (auto& pair : links_) {
      for (auto& link : pair) CHECK(link->wait_until_up());
    }
    for (auto& round : keys_) {
      for (auto& key : round) key = random_uuid();
    }
  }

  void run() {
    std::vector<std::thread> threads;
    for (std::size_t k = 0; k < kiosks; ++k) threads.emplace_back([this, k] { serve(k); });
    for (std::thread& thread : threads) thread.join();
    for (auto& pair : links_) {
      for (auto& link : pair) {
        if (const int status = link->end(); status != 0)
          fail("kiosk-link ended with " + std::to_string(status));
      }
    }
  }

  /// Another program reads every document: is it the person whose card asked?
  int read_documents() {
    int read = 0;
    for (auto& round : visits_) {
      for (auto& kiosk : round) {
        for (Visit& visit : kiosk) {
          if (visit.pdf.empty()) continue;
          ++read;
          if (plain(text_of(visit.pdf)).find(names_[visit.person]) == std::string::npos) {
            ++counts.wrong_persons;
            fail("the paper of " + visit.document + " does not name " + residents[visit.person]);
          }
        }
      }
    }
    return read;
  }

  Counts counts;
  std::vector<std::string> failures;

 private:
  void read_names() {
    const auto file =
        read_file(MADOGUCHI_SOURCE_DIR "/tools/gateway/residents/toyonaka-fictional.json");
    CHECK(file.ok());
    for (const Json& each : Json::parse(file->begin(), file->end())) {
      const auto found = std::find(residents.begin(), residents.end(), each["id"]);
      if (found == residents.end()) continue;
      names_[static_cast<std::size_t>(found - residents.begin())] =
          plain(each["name"].get<std::string>());
    }
    const auto pem = read_file(SharedCity::get().pki("seal.pem"));
    CHECK(pem.ok());
    seal_key_.emplace(*P256PublicKey::from_pem(*pem));
  }

  std::string text_of(const Bytes& pdf) {
    const std::string file = folder_.put("read.pdf", as_text(pdf));
    std::FILE* pipe = popen(("pdftotext -raw " + file + " - 2>&1").c_str(), "r");
    std::string text;
    std::array<char, 4096> block{};
    while (const std::size_t got = std::fread(block.data(), 1, block.size(), pipe))
      text.append(block.data(), got);
    pclose(pipe);
    return text;
  }

  void fail(const std::string& what) {
    const std::scoped_lock lock(mutex_);
    failures.push_back(what);
  }

  /// The life of one kiosk. A failure is noted and the steps go on: the others wait for this one.
  void serve(std::size_t kiosk) {
    for (std::size_t round = 0; round < rounds; ++round) {
      auto& visits = visits_[round][kiosk];
      const bool twins = round % 2 == 1;
      for (std::size_t slot = 0; slot < slots; ++slot) {
        Visit& visit = visits[slot];
        visit.person = (kiosk * slots + (twins ? 0 : slot) + round * 5) % residents.size();
        visit.expected.kiosk = kiosk_name(kiosk);
        visit.expected.visit = twins && slot == 1 ? visits[0].expected.visit : random_uuid();
        visit.expected.card_certificate_sha256 =
            sha256(SharedCity::get().card_of(residents[visit.person]).certificate);
        visit.expected.copies = 1;
      }
      for (std::size_t step = 0; step < steps; ++step) take(kiosk, round, step, twins);
      all_.arrive_and_wait();
      cross_feed(kiosk, round);
      all_.arrive_and_wait();
    }
  }

  /// One step of both visits at once, or of one visit by two identical requests.
  void take(std::size_t kiosk, std::size_t round, std::size_t step, bool twins) {
    auto& visits = visits_[round][kiosk];
    std::array<HttpCall, slots> calls;
    for (std::size_t slot = 0; slot < slots; ++slot) {
      calls[slot] = twins && slot == 1 ? calls[0] : request(visits[slot], step);
      // A pair of kiosks shares its keys; the two visits of one kiosk have their own.
      calls[slot].id = keys_[round][(kiosk / 2 * steps + step) * slots + (twins ? 0 : slot)];
    }
    auto& links = links_[kiosk];
    all_.arrive_and_wait();
    const auto began = Moment::now();
    const bool first = links[0]->send(calls[0]);
    const bool second = links[1]->send(calls[1]);
    const auto apart = Moment::now() - began;
    if (!first || !second) fail("kiosk-link does not take calls");
    counts.requests += slots;
    ++counts.twins;
    if (apart < 1ms) ++counts.twins_within_1ms;
    const std::array answers{links[0]->answer_to(calls[0].id), links[1]->answer_to(calls[1].id)};
    if (twins && answers[0].body != answers[1].body) fail("twins were answered differently");
    for (std::size_t slot = 0; slot < slots; ++slot) {
      if (answers[slot].status.value_or(0) / 100 != 2) {
        fail(calls[slot].target + ": " + std::to_string(answers[slot].status.value_or(0)) + " " +
             answers[slot].failure.value_or("") + as_text(answers[slot].body).substr(0, 200));
      } else {
        understand(visits[slot], step, answers[slot].body);
      }
    }
  }

  static HttpCall request(const Visit& visit, std::size_t step) {
    const std::string base = "/v1/visits/" + visit.expected.visit + "/";
    HttpCall call;
    call.method = "POST";
    call.deadline_ms = deadline_ms;
    const auto say = [&](const std::string& target, const auto& body) {
      call.target = target;
      call.body = encode(body, Dialect::json);
    };
    const Card& card = SharedCity::get().card_of(residents[visit.person]);
    switch (step) {
      case 0:
        say("/v1/visits", api::VisitOpen{visit.expected.visit});
        break;
      case 1:
        say(base + "identify",
            api::Identify{card.certificate,
                          card.sign(api::identify_message(visit.expected.nonce))});
        break;
      case 2: {
        api::QuoteRequest wanted;
        wanted.persons = {visit.quote};  // the resident's own id, until there is a quote
        say(base + "quote", wanted);
        break;
      }
      case 3:
        say(base + "issue", api::IssueRequest{visit.quote});
        break;
      default:
        say(base + "settle", api::Settlement{visit.document, api::Outcome::voided, 0, "", 0});
    }
    return call;
  }

  void understand(Visit& visit, std::size_t step, const Bytes& body) {
    if (step == 0) {
      visit.expected.nonce = read<api::VisitOpened>(body).nonce;
    } else if (step == 1) {
      const auto who = read<api::Identified>(body);
      if (who.nonce != visit.expected.nonce || plain(who.self.name) != names_[visit.person]) {
        ++counts.wrong_persons;
        fail(visit.expected.kiosk + " was told of somebody else");
      }
      visit.quote = who.self.id;
    } else if (step == 2) {
      const auto quote = read<api::Quote>(body);
      visit.quote = quote.quote;
      visit.expected.amount_yen = quote.fee_yen;
      visit.expected.pages = quote.pages;
    } else if (step == 3) {
      visit.sealed = read<api::SealedDocument>(body);
      auto opened = certificate::open_envelope(visit.sealed, visit.expected, *seal_key_);
      if (!opened) {
        ++counts.wrong_persons;
        return fail(visit.expected.kiosk + ": " + opened.error().text());
      }
      visit.document = opened->number();
      visit.pdf = to_bytes(opened->pdf());
    }
  }

  template <class T>
  T read(const Bytes& body) {
    auto read = decode<T>(body, Dialect::json);
    if (!read) {
      fail(read.error().text());
      return {};
    }
    return std::move(*read);
  }

  /// Swapped, delayed and mixed replies: this visit is given what was meant for others.
  void cross_feed(std::size_t kiosk, std::size_t round) {
    const bool twins = round % 2 == 1;
    for (std::size_t slot = 0; slot < (twins ? 1 : slots); ++slot) {
      const Visit& own = visits_[round][kiosk][slot];
      const Visit& other = visits_[round][kiosk ^ 1][slot];  // it used the same keys
      refuse(own, other.sealed);
      refuse(own, visits_[round][(kiosk + 5) % kiosks][slot].sealed);
      if (!twins) refuse(own, visits_[round][kiosk][1 - slot].sealed);
      if (round > 0) refuse(own, visits_[round - 1][kiosk][slot].sealed);
      api::SealedDocument mixed = own.sealed;
      mixed.pdf = other.sealed.pdf;
      refuse(own, mixed);
      mixed = other.sealed;
      mixed.seal = own.sealed.seal;
      refuse(own, mixed);
    }
  }

  void refuse(const Visit& own, const api::SealedDocument& foreign) {
    ++counts.cross_fed;
    if (certificate::open_envelope(foreign, own.expected, *seal_key_)) {
      fail(own.expected.kiosk + " opened what was not for it");
    } else {
      ++counts.cross_fed_refused;
    }
  }

  gateway::GatewayProcess gateway_;
  OwnFolder folder_;
  std::array<std::string, residents.size()> names_;
  std::optional<P256PublicKey> seal_key_;
  std::array<std::array<std::unique_ptr<KioskLink>, slots>, kiosks> links_;
  std::array<std::array<std::string, kiosks / 2 * steps * slots>, rounds> keys_;
  std::array<std::array<std::array<Visit, slots>, kiosks>, rounds> visits_;
  std::barrier<> all_{kiosks};
  std::mutex mutex_;  // of failures
};

}  // namespace

TEST_GROUP(right_person){};

TEST(right_person, whatever_happens_at_the_same_moment) {
  const auto town = std::make_unique<Town>();
  town->run();
  const int read = town->read_documents();
  const Counts& counts = town->counts;
  (void)std::printf(
      "\nright person: kiosks %zu, requests %d, twins within 1 ms %d of %d, documents read %d, "
      "foreign replies refused %d of %d, wrong persons %d\n",
      kiosks, counts.requests.load(), counts.twins_within_1ms.load(), counts.twins.load(), read,
      counts.cross_fed_refused.load(), counts.cross_fed.load(), counts.wrong_persons.load());
  std::string said;
  for (const std::string& failure : town->failures) said += "\n" + failure;
  CHECK_TEXT(town->failures.empty(), said.substr(0, 4000).c_str());
  LONGS_EQUAL(0, counts.wrong_persons.load());
  LONGS_EQUAL(counts.cross_fed.load(), counts.cross_fed_refused.load());
  LONGS_EQUAL(kiosks * slots * rounds, read);
  // Every pair was under way at once, since no answer is awaited before both are sent. How many
  // left within 1 ms is the machine's speed; none of them would be no test of twins.
  CHECK(counts.twins_within_1ms > 0);
}
