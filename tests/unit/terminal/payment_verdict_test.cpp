#include "hal/terminal/payment_verdict.h"

#include <CppUTest/TestHarness.h>

using namespace madoguchi;
using namespace madoguchi::nexo;

namespace {

const SaleReference sale{"KIOSK-001", "PAYMENT001", "visit-7"};
constexpr std::int64_t fee = 300;

PaymentReply paid(std::int64_t amount = fee) {
  PaymentReply reply;
  reply.response.outcome = Outcome::success;
  reply.transaction = "visit-7";
  reply.poi = PoiTransaction{"T1", "2026"};
  reply.amount_yen = amount;
  reply.currency = "JPY";
  reply.brand = "iD";
  reply.approval_code = "A1";
  return reply;
}

PaymentReply failed(ErrorCondition condition, std::string message = {}) {
  PaymentReply reply;
  reply.response = {Outcome::failure, condition, std::move(message)};
  return reply;
}

bool is_unknown(const PaymentReply& reply) {
  return std::holds_alternative<Unknown>(judge_payment(reply, sale, fee));
}

Declined::Reason reason(const PaymentReply& reply) {
  const auto outcome = judge_payment(reply, sale, fee);
  CHECK(std::holds_alternative<Declined>(outcome));
  return std::get<Declined>(outcome).reason;
}

StatusReply status_of(std::variant<PaymentReply, ReversalReply> then) {
  StatusReply reply;
  reply.response.outcome = Outcome::success;
  reply.about = MessageReference{"PAYMENT001", "KIOSK-001"};
  reply.repeated = StatusReply::Repeated{{"PAYMENT001", "KIOSK-001"}, std::move(then)};
  return reply;
}

StatusReply status_failed(ErrorCondition condition) {
  StatusReply reply;
  reply.response = {Outcome::failure, condition, {}};
  return reply;
}

template <class T>
bool status_is(const StatusReply& reply) {
  return std::holds_alternative<T>(judge_status(reply, sale));
}

}  // namespace

TEST_GROUP(PaymentVerdictTest){};

TEST(PaymentVerdictTest, ExactPaymentIsApproved) {
  const auto outcome = judge_payment(paid(), sale, fee);
  CHECK(std::holds_alternative<Approved>(outcome));
  const auto& approved = std::get<Approved>(outcome);
  LONGS_EQUAL(fee, approved.amount_yen);
  STRCMP_EQUAL("T1@2026", approved.terminal_sale.c_str());
  STRCMP_EQUAL("iD", approved.brand.c_str());
}

TEST(PaymentVerdictTest, AnyOtherAmountIsUnknownNeverApproved) {
  for (const std::int64_t amount : {0, 1, 299, 301, 3000}) CHECK(is_unknown(paid(amount)));
}

TEST(PaymentVerdictTest, SuccessThatLacksSomethingIsUnknown) {
  auto reply = paid();
  reply.amount_yen.reset();
  CHECK(is_unknown(reply));
  reply = paid();
  reply.poi.reset();
  CHECK(is_unknown(reply));
  reply = paid();
  reply.currency = "EUR";
  CHECK(is_unknown(reply));
  reply = paid();
  reply.transaction = "visit-6";
  CHECK(is_unknown(reply));
}

TEST(PaymentVerdictTest, OptionalPartsMayBeMissing) {
  auto reply = paid();
  reply.currency.clear();
  reply.transaction.clear();
  reply.brand.clear();
  reply.approval_code.clear();
  CHECK(std::holds_alternative<Approved>(judge_payment(reply, sale, fee)));
}

TEST(PaymentVerdictTest, PartialIsUnknownEvenForTheWholeAmount) {
  auto reply = paid(150);
  reply.response.outcome = Outcome::partial;
  CHECK(is_unknown(reply));
  reply.amount_yen = fee;
  CHECK(is_unknown(reply));
}

TEST(PaymentVerdictTest, ReasonsOfADecline) {
  CHECK(reason(failed(ErrorCondition::refusal)) == Declined::Reason::refused);
  CHECK(reason(failed(ErrorCondition::wrong_pin)) == Declined::Reason::refused);
  CHECK(reason(failed(ErrorCondition::cancel)) == Declined::Reason::cancelled);
  CHECK(reason(failed(ErrorCondition::cancel, "108 Transaction Timed Out")) ==
        Declined::Reason::timeout_no_tap);
  CHECK(reason(failed(ErrorCondition::aborted)) == Declined::Reason::aborted);
  CHECK(reason(failed(ErrorCondition::aborted, "TIMEOUT")) == Declined::Reason::timeout_no_tap);
  CHECK(reason(failed(ErrorCondition::busy)) == Declined::Reason::terminal_busy);
  CHECK(reason(failed(ErrorCondition::logged_out)) == Declined::Reason::other);
  CHECK(reason(failed(ErrorCondition::unreachable_host)) == Declined::Reason::other);
}

TEST(PaymentVerdictTest, FailureThatMaySpeakOfAnotherMessageIsUnknown) {
  for (const auto condition :
       {ErrorCondition::not_allowed, ErrorCondition::message_format, ErrorCondition::in_progress,
        ErrorCondition::not_found, ErrorCondition::other}) {
    CHECK(is_unknown(failed(condition)));
  }
}

TEST(PaymentVerdictTest, DeclinedAlthoughPaidIsUnknown) {
  auto reply = paid();
  reply.response = {Outcome::failure, ErrorCondition::refusal, {}};
  CHECK(is_unknown(reply));
  CHECK(status_is<Unknown>(status_of(reply)));
}

TEST(PaymentVerdictTest, StatusTellsTheAmountThatWasBooked) {
  auto partial = paid(150);
  partial.response.outcome = Outcome::partial;
  for (const auto& reply : {paid(150), partial}) {
    const auto outcome = judge_status(status_of(reply), sale);
    CHECK(std::holds_alternative<Approved>(outcome));
    LONGS_EQUAL(150, std::get<Approved>(outcome).amount_yen);
    STRCMP_EQUAL("T1@2026", std::get<Approved>(outcome).terminal_sale.c_str());
  }
}

TEST(PaymentVerdictTest, StatusOfADeclineIsFinal) {
  CHECK(status_is<Declined>(status_of(failed(ErrorCondition::refusal))));
  CHECK(status_is<Declined>(status_of(failed(ErrorCondition::not_allowed))));
  CHECK(status_is<InProgress>(status_of(failed(ErrorCondition::in_progress))));
}

TEST(PaymentVerdictTest, StatusWithoutARepeatedMessage) {
  CHECK(status_is<InProgress>(status_failed(ErrorCondition::in_progress)));
  CHECK(status_is<InProgress>(status_failed(ErrorCondition::busy)));
  CHECK(status_is<NotFound>(status_failed(ErrorCondition::not_found)));
  CHECK(status_is<Unknown>(status_failed(ErrorCondition::unavailable_service)));
  CHECK(status_is<Unknown>(status_failed(ErrorCondition::logged_out)));
  StatusReply empty;
  empty.response.outcome = Outcome::success;
  CHECK(status_is<Unknown>(empty));
}

TEST(PaymentVerdictTest, StatusAboutAnotherMessageIsUnknown) {
  auto reply = status_of(paid());
  reply.repeated->reference.service_id = "PAYMENT002";
  CHECK(status_is<Unknown>(reply));
  reply = status_of(paid());
  reply.repeated->reference.service_id.clear();
  CHECK(status_is<Unknown>(reply));
  reply = status_of(paid());
  reply.repeated->reference.sale_id = "KIOSK-002";
  CHECK(status_is<Unknown>(reply));
  reply = status_failed(ErrorCondition::not_found);
  reply.about = MessageReference{"PAYMENT002", "KIOSK-001"};
  CHECK(status_is<Unknown>(reply));
}

TEST(PaymentVerdictTest, StatusReferenceMayLeavePartsOut) {
  auto reply = status_of(paid());
  reply.about.reset();
  reply.repeated->reference.sale_id.clear();
  CHECK(status_is<Approved>(reply));
}

TEST(PaymentVerdictTest, Reversals) {
  ReversalReply reply;
  reply.response.outcome = Outcome::success;
  CHECK(std::holds_alternative<Reversed>(judge_reversal(reply, fee)));
  reply.amount_yen = fee;
  CHECK(std::holds_alternative<Reversed>(judge_reversal(reply, fee)));
  CHECK(status_is<Approved>(status_of(reply)));
  reply.amount_yen = 1;
  CHECK(std::holds_alternative<Unknown>(judge_reversal(reply, fee)));
  reply.response.outcome = Outcome::partial;
  CHECK(std::holds_alternative<Unknown>(judge_reversal(reply, fee)));
  reply.response = {Outcome::failure, ErrorCondition::refusal, {}};
  CHECK(std::holds_alternative<Declined>(judge_reversal(reply, fee)));
  CHECK(status_is<Declined>(status_of(reply)));
  reply.response.condition = ErrorCondition::not_allowed;
  CHECK(std::holds_alternative<Unknown>(judge_reversal(reply, fee)));
}

TEST(PaymentVerdictTest, HeaderMustEchoTheRequests) {
  const Header header{Category::payment, "A", "K", "P"};
  STRCMP_EQUAL("", mismatch(header, header).c_str());
  CHECK(!mismatch(header, {Category::reversal, "A", "K", "P"}).empty());
  CHECK(!mismatch(header, {Category::payment, "B", "K", "P"}).empty());
  CHECK(!mismatch(header, {Category::payment, "A", "L", "P"}).empty());
  CHECK(!mismatch(header, {Category::payment, "A", "K", "Q"}).empty());
}
