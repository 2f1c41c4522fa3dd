// Forms that are signed with the card in a call: signed is only what the gateway has checked.

#include <CppUTest/TestHarness.h>

#include "tests/unit/gateway/queue_rig.h"
#include "tools/gateway/consult/consultations.h"

using namespace madoguchi;
using namespace madoguchi::gateway;
using consult::FormVerdict;

namespace {

constexpr const char* plan_file = R"toml(
[rules]
needs_somebody = false
[[topic]]
topic = "general"
hours = "00:00-24:00"
[[desk]]
desk = "kurashi"
name = "くらし相談"
topics = ["general"]
)toml";

constexpr const char* call_id = "00000000-0000-4000-8000-000000000001";
constexpr const char* other_call = "00000000-0000-4000-8000-000000000002";
constexpr const char* form = "00000000-0000-4000-8000-000000000009";
constexpr const char* other_form = "00000000-0000-4000-8000-000000000008";

/// What was said last of this kind.
template <class What, class Message>
const What* last(const std::vector<Message>& all) {
  for (auto one = all.rbegin(); one != all.rend(); ++one)
    if (const auto* what = std::get_if<What>(&*one)) return what;
  return nullptr;
}

}  // namespace

TEST_GROUP(ConsultForms) {
  QueueRig rig;
  LiveHub hub{rig.timers};
  ConsultPlan plan =
      QueueGateway::good(ConsultPlan::load(rig.directory.put("consult.toml", plan_file), {}));
  CardAuthority authority{"city cards"};
  Card card = authority.issue();
  std::optional<CardTrust> trust;
  std::unique_ptr<Consultations> all;
  std::vector<consult::ToKiosk> told;
  std::vector<ConsultNews> news;
  std::optional<LiveHub::Presence> kiosk;
  std::optional<Consultations::Seat> desk;
  const Bytes pdf = to_bytes(as_bytes("%PDF-1.7 application"));

  void trust_with(const std::string& crl) {
    const std::string crl_file = crl.empty() ? "" : rig.directory.put("crl.pem", crl);
    trust.emplace(QueueGateway::good(
        CardTrust::load(rig.directory.put("ca.pem", authority.pem()), crl_file)));
  }
  void setup() override {
    rig.timers.set_wall(std::chrono::system_clock::now());  // by which the cards are made
    trust_with("");
    all = QueueGateway::good(
        Consultations::open({rig.one.store, rig.timers, hub, plan, nullptr, nullptr, &*trust}));
    LiveHub::KioskEnd end;
    end.say = [this](const desk::LiveToKiosk& message) {
      told.push_back(std::get<consult::Told>(message).what);
    };
    kiosk.emplace(hub.arrive("kiosk-a", std::move(end)));
    desk.emplace(all->arrive({"sato", StaffRole::staff},
                             [this](const ConsultNews& one) { news.push_back(one); }));
    desk->heard(SitAt{"kurashi", "", 0});
    begin(call_id);
    offer(form, true);
  }
  void teardown() override {
    desk.reset();
    kiosk.reset();
    all.reset();
  }
  void begin(const std::string& call) {
    const consult::Ask ask{call, consult::Topic::general, "ja", {}, false};
    LONGS_EQUAL(201, rig.one.answer(all->ask({"kiosk-a", ""}, ask)).status);
    desk->heard(AnswerCall{call});
  }
  void offer(const std::string& paper, bool to_sign, const std::string& call = call_id) {
    desk->heard(PaperPart{call, paper, "申請書", to_sign, 0, pdf, true});
  }
  consult::FormSigned signed_by(const Card& who, const std::string& call, const std::string& paper,
                                ByteView content) {
    return {paper, false, who.certificate, who.sign(consult::form_message(call, paper, content))};
  }
  consult::FormSigned good_one() { return signed_by(card, call_id, form, pdf); }
  /// Both sides are told the same; the desk nothing of the card.
  void checked(FormVerdict expected, consult::FormSigned said, const std::string& call = call_id) {
    told.clear();
    news.clear();
    kiosk->heard(consult::Said{call, std::move(said)});
    const auto* to_kiosk = last<consult::FormChecked>(told);
    const auto* to_desk = last<CallForm>(news);
    CHECK(to_kiosk != nullptr && to_desk != nullptr);
    CHECK_TEXT(to_kiosk->verdict == expected,
               std::string(codec::enum_name(to_kiosk->verdict)).c_str());
    CHECK(to_desk->verdict == expected && !to_desk->declined);
    CHECK(last<consult::Said>(news) == nullptr);
  }
};

TEST(ConsultForms, signed_with_a_good_card) { checked(FormVerdict::good, good_one()); }

TEST(ConsultForms, declined_is_told_to_the_desk_alone) {
  told.clear();
  kiosk->heard(consult::Said{call_id, consult::FormSigned{form, true, {}, {}}});
  CHECK(last<CallForm>(news)->declined);
  CHECK(last<consult::FormChecked>(told) == nullptr);
}

TEST(ConsultForms, another_persons_certificate) {
  consult::FormSigned said = good_one();
  // All cards of the tests share a key, so this one has another kind of it.
  said.certificate = authority.issue({.rsa_bits = 3072}).certificate;
  checked(FormVerdict::not_signed, said);
}

TEST(ConsultForms, expired_card) {
  checked(FormVerdict::untrusted,
          signed_by(authority.issue({.from_s = -7200, .to_s = -3600}), call_id, form, pdf));
}

TEST(ConsultForms, card_of_another_authority) {
  checked(FormVerdict::untrusted,
          signed_by(CardAuthority("somebody else").issue(), call_id, form, pdf));
}

TEST(ConsultForms, revoked_card) {
  const Card lost = authority.issue();
  trust_with(authority.revoke({&lost}));
  checked(FormVerdict::untrusted, signed_by(lost, call_id, form, pdf));
  checked(FormVerdict::good, good_one());
}

TEST(ConsultForms, no_certificate_at_all) {
  consult::FormSigned said = good_one();
  said.certificate.pop_back();
  checked(FormVerdict::untrusted, said);
}

TEST(ConsultForms, another_hash_than_the_forms) {
  checked(FormVerdict::not_signed,
          signed_by(card, call_id, form, as_bytes("%PDF-1.7 another application")));
  consult::FormSigned said = good_one();
  said.signature[7] ^= 1;
  checked(FormVerdict::not_signed, said);
}

TEST(ConsultForms, signature_without_the_context) {
  checked(FormVerdict::not_signed, {form, false, card.certificate, card.sign(pdf)});
}

TEST(ConsultForms, replay_of_another_form_with_the_same_words) {
  offer(other_form, true);
  consult::FormSigned said = good_one();
  said.paper = other_form;
  checked(FormVerdict::not_signed, said);
}

TEST(ConsultForms, replay_from_an_earlier_call) {
  const consult::FormSigned before = good_one();
  checked(FormVerdict::good, before);
  desk->heard(FinishCall{call_id, consult::Outcome::solved, {}, ""});
  begin(other_call);
  offer(form, true, other_call);
  checked(FormVerdict::not_signed, before, other_call);
}

TEST(ConsultForms, signed_twice) {
  checked(FormVerdict::good, good_one());
  checked(FormVerdict::not_asked, good_one());
}

TEST(ConsultForms, a_refused_signature_can_be_made_again) {
  consult::FormSigned bad = good_one();
  bad.signature[0] ^= 1;
  checked(FormVerdict::not_signed, bad);
  checked(FormVerdict::good, good_one());
}

TEST(ConsultForms, what_was_never_offered_or_only_to_be_printed) {
  offer(other_form, false);
  checked(FormVerdict::not_asked, signed_by(card, call_id, other_form, pdf));
  const char* unknown = "00000000-0000-4000-8000-000000000007";
  checked(FormVerdict::not_asked, signed_by(card, call_id, unknown, pdf));
}
