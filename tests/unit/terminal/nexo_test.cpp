#include "hal/terminal/nexo.h"

#include <CppUTest/TestHarness.h>

#include "firmware/message/codec.h"

using namespace madoguchi;
using namespace madoguchi::nexo;

namespace {

const Header head{Category::payment, "ABCDEFGH01", "KIOSK-001", "POI-001"};

Json sent(const Request& request) {
  const auto bytes = encode(head, request);
  if (!bytes.ok()) FAIL(bytes.error().text().c_str());
  return parse_document(*bytes, Dialect::json)->at("SaleToPOIRequest");
}

Errc refusal(const Header& header, const Request& request) {
  const auto bytes = encode(header, request);
  CHECK(!bytes.ok());
  return bytes.error().code;
}

Reply received(std::string_view json) {
  auto reply = decode(as_bytes(json));
  if (!reply.ok()) FAIL(reply.error().text().c_str());
  return std::move(*reply);
}

std::string why_not(std::string_view json) {
  const auto reply = decode(as_bytes(json));
  CHECK(!reply.ok());
  CHECK(reply.error().code == Errc::protocol);
  return reply.error().what;
}

std::string payment(const std::string& body) {
  return R"({"SaleToPOIResponse":{"MessageHeader":{"MessageClass":"Service","MessageCategory":"Payment",)"
         R"("MessageType":"Response","ServiceID":"ABCDEFGH01","SaleID":"KIOSK-001","POIID":"POI-001"},)"
         R"("PaymentResponse":)" +
         body + "}}";
}

}  // namespace

TEST_GROUP(NexoEncodeTest){};

TEST(NexoEncodeTest, PaymentHasWhatTheSchemaDemands) {
  const Json message = sent(PaymentRequest{"visit-7", "2026-01-01T00:00:00+00:00", 300});
  const Json& header = message.at("MessageHeader");
  CHECK(header.at("ProtocolVersion") == "3.0");
  CHECK(header.at("MessageClass") == "Service");
  CHECK(header.at("MessageCategory") == "Payment");
  CHECK(header.at("MessageType") == "Request");
  CHECK(header.at("ServiceID") == "ABCDEFGH01");
  const Json& body = message.at("PaymentRequest");
  CHECK(body.at("SaleData").at("SaleTransactionID").at("TransactionID") == "visit-7");
  const Json& amounts = body.at("PaymentTransaction").at("AmountsReq");
  CHECK(amounts.at("Currency") == "JPY");
  CHECK(amounts.at("RequestedAmount").is_number_integer());
  CHECK(amounts.at("RequestedAmount") == 300);
}

TEST(NexoEncodeTest, ReversalRepeatsTheTerminalsOwnTimeStamp) {
  const auto key = PoiTransaction{"T@1", "2026-01-01T00:00:00.123Z"}.key();
  const Json message = sent(
      ReversalRequest{"visit-7", "2026-01-01T00:00:00+00:00", PoiTransaction::from_key(key), 300});
  const Json& original =
      message.at("ReversalRequest").at("OriginalPOITransaction").at("POITransactionID");
  CHECK(original.at("TransactionID") == "T@1");
  CHECK(original.at("TimeStamp") == "2026-01-01T00:00:00.123Z");
  CHECK(message.at("ReversalRequest").at("ReversedAmount") == 300);
}

TEST(NexoEncodeTest, KeyWithoutTimeStamp) {
  const auto poi = PoiTransaction::from_key("T1");
  STRCMP_EQUAL("T1", poi.id.c_str());
  STRCMP_EQUAL("", poi.time_stamp.c_str());
  STRCMP_EQUAL("T1", poi.key().c_str());
}

TEST(NexoEncodeTest, StatusNamesTheEarlierMessage) {
  const Json message = sent(TransactionStatusRequest{{"EARLIER001", "KIOSK-001"}});
  const Json& reference = message.at("TransactionStatusRequest").at("MessageReference");
  CHECK(reference.at("ServiceID") == "EARLIER001");
  CHECK(reference.at("SaleID") == "KIOSK-001");
  CHECK(sent(AbortRequest{{"EARLIER001", "KIOSK-001"}}).contains("AbortRequest"));
  CHECK(sent(DiagnosisRequest{}).contains("DiagnosisRequest"));
  CHECK(sent(LogoutRequest{}).contains("LogoutRequest"));
  CHECK(sent(LoginRequest{"2026-01-01T00:00:00+00:00", "1.0"}).contains("LoginRequest"));
}

TEST(NexoEncodeTest, WhatTheSchemaForbidsIsNotSent) {
  const PaymentRequest good{"visit-7", "2026-01-01T00:00:00+00:00", 300};
  for (const char* id : {"", "12345678901", "with-dash", "漢字"}) {
    Header bad = head;
    bad.service_id = id;
    CHECK(refusal(bad, good) == Errc::invalid);
    CHECK(refusal(head, TransactionStatusRequest{{id, "KIOSK-001"}}) == Errc::invalid);
  }
  CHECK(refusal({Category::payment, "A", "", "POI"}, good) == Errc::invalid);
  CHECK(refusal({Category::payment, "A", "KIOSK", ""}, good) == Errc::invalid);
  CHECK(refusal(head, PaymentRequest{"visit-7", "2026", 0}) == Errc::invalid);
  CHECK(refusal(head, PaymentRequest{"visit-7", "2026", -300}) == Errc::invalid);
  CHECK(refusal(head, PaymentRequest{"", "2026", 300}) == Errc::invalid);
  CHECK(refusal(head, ReversalRequest{"visit-7", "2026", {"", ""}, 300}) == Errc::invalid);
}

TEST_GROUP(NexoDecodeTest){};

TEST(NexoDecodeTest, WholePayment) {
  const Reply reply = received(payment(
      R"({"Response":{"Result":"Success","AdditionalResponse":"tid=1&cardHolderName=YAMADA+TARO"},)"
      R"("SaleData":{"SaleTransactionID":{"TransactionID":"visit-7","TimeStamp":"2026-01-01T00:00:00Z"}},)"
      R"("POIData":{"POITransactionID":{"TransactionID":"T1","TimeStamp":"2026-01-01T00:00:01Z"}},)"
      R"("PaymentResult":{"PaymentInstrumentData":{"PaymentInstrumentType":"Card","CardData":{"PaymentBrand":"iD"}},)"
      R"("AmountsResp":{"Currency":"JPY","AuthorizedAmount":300},"PaymentAcquirerData":{"ApprovalCode":"A1"}}})"));
  STRCMP_EQUAL("ABCDEFGH01", reply.header.service_id.c_str());
  const auto& body = std::get<PaymentReply>(reply.body);
  CHECK(body.response.outcome == Outcome::success);
  STRCMP_EQUAL("", body.response.message.c_str());
  STRCMP_EQUAL("visit-7", body.transaction.c_str());
  STRCMP_EQUAL("T1@2026-01-01T00:00:01Z", body.poi->key().c_str());
  LONGS_EQUAL(300, *body.amount_yen);
  STRCMP_EQUAL("iD", body.brand.c_str());
  STRCMP_EQUAL("A1", body.approval_code.c_str());
}

// As vendors' own samples have it: a ServiceID of 12 characters, identifiers as numbers, amounts as
// texts.
TEST(NexoDecodeTest, OddVendorsSample) {
  const Reply reply = received(
      R"({"SaleToPOIResponse":{"PaymentResponse":{"POIData":{"POITransactionID":{"TransactionID":8815179985,)"
      R"("TimeStamp":"2026-01-01T00:00:01.000Z"},"POIReconciliationID":"1000"},)"
      R"("SaleData":{"SaleTransactionID":{"TransactionID":27908}},)"
      R"("PaymentReceipt":[{"DocumentQualifier":"CashierReceipt"}],)"
      R"("PaymentResult":{"AmountsResp":{"AuthorizedAmount":"300.00"},"OnlineFlag":"true",)"
      R"("PaymentInstrumentData":{"PaymentInstrumentType":"Mobile"}},)"
      R"("Response":{"Result":"Success"}},"MessageHeader":{"MessageCategory":"Payment",)"
      R"("MessageType":"Response","POIID":"V400m-324688179","SaleID":"POS","ServiceID":"042111111111","Vendor":1}}})");
  STRCMP_EQUAL("042111111111", reply.header.service_id.c_str());
  const auto& body = std::get<PaymentReply>(reply.body);
  STRCMP_EQUAL("8815179985", body.poi->id.c_str());
  STRCMP_EQUAL("27908", body.transaction.c_str());
  LONGS_EQUAL(300, *body.amount_yen);
  STRCMP_EQUAL("", body.currency.c_str());
  STRCMP_EQUAL("Mobile", body.brand.c_str());
}

TEST(NexoDecodeTest, FailureMayLeaveEverythingElseOut) {
  const Reply reply = received(payment(
      R"({"Response":{"Result":"Failure","ErrorCondition":"Refusal",)"
      R"("AdditionalResponse":"refusalReason=Not%20enough%20balance&message=DECLINED+4111111111111111"}})"));
  const auto& body = std::get<PaymentReply>(reply.body);
  CHECK(body.response.condition == ErrorCondition::refusal);
  CHECK(!body.poi);
  CHECK(!body.amount_yen);
  STRCMP_CONTAINS("Not enough balance", body.response.message.c_str());
  STRCMP_CONTAINS("DECLINED ****************", body.response.message.c_str());
}

TEST(NexoDecodeTest, UnknownConditionIsOther) {
  const Reply reply =
      received(payment(R"({"Response":{"Result":"Failure","ErrorCondition":"FullMoon"}})"));
  CHECK(std::get<PaymentReply>(reply.body).response.condition == ErrorCondition::other);
}

TEST(NexoDecodeTest, AmountsThatAreNotYenAreMalformed) {
  for (const char* amount :
       {"10.5", "\"10.50\"", "-1", "\"ten\"", "\"\"", "\"3e2 \"", "true", "1e300", "[]"}) {
    const std::string why = why_not(payment(
        std::string(
            R"({"Response":{"Result":"Success"},"PaymentResult":{"AmountsResp":{"AuthorizedAmount":)") +
        amount + "}}}"));
    STRCMP_CONTAINS("AuthorizedAmount", why.c_str());
  }
}

TEST(NexoDecodeTest, StatusRepeatsAPayment) {
  const Reply reply = received(
      R"({"SaleToPOIResponse":{"MessageHeader":{"MessageCategory":"TransactionStatus","MessageType":"Response",)"
      R"("ServiceID":"STATUS0001","SaleID":"KIOSK-001","POIID":"POI-001"},"TransactionStatusResponse":{)"
      R"("Response":{"Result":"Success"},"MessageReference":{"ServiceID":"PAYMENT001"},)"
      R"("RepeatedMessageResponse":{"MessageHeader":{"ServiceID":"PAYMENT001","SaleID":"KIOSK-001"},)"
      R"("RepeatedResponseMessageBody":{"PaymentResponse":{"Response":{"Result":"Success"},)"
      R"("PaymentResult":{"AmountsResp":{"AuthorizedAmount":300.0}}}}}}}})");
  const auto& body = std::get<StatusReply>(reply.body);
  STRCMP_EQUAL("PAYMENT001", body.about->service_id.c_str());
  STRCMP_EQUAL("PAYMENT001", body.repeated->reference.service_id.c_str());
  LONGS_EQUAL(300, *std::get<PaymentReply>(body.repeated->reply).amount_yen);
}

TEST(NexoDecodeTest, RejectionIsToldWithItsReason) {
  const Reply reply = received(
      R"({"SaleToPOIRequest":{"EventNotification":{"EventToNotify":"Reject","EventDetails":"bad\nmessage"}}})");
  STRCMP_EQUAL("bad message", std::get<Rejected>(reply.body).details.c_str());
  STRCMP_CONTAINS(
      "event", why_not(R"({"SaleToPOIRequest":{"EventNotification":{"EventToNotify":"Shutdown"}}})")
                   .c_str());
}

TEST(NexoDecodeTest, WhatIsNoReplyIsMalformed) {
  for (
      const char* text :
      {"", "ok", "{", "[]", "null", "{}", R"({"SaleToPOIResponse":null})",
       R"({"SaleToPOIResponse":{"MessageHeader":{"MessageCategory":"Payment"}}})",
       R"({"SaleToPOIResponse":{"MessageHeader":{"MessageCategory":"Moon","MessageType":"Response"}}})"}) {
    why_not(text);
  }
  STRCMP_CONTAINS("PaymentResponse", why_not(payment("null")).c_str());
  STRCMP_CONTAINS("Result", why_not(payment("{}")).c_str());
  STRCMP_CONTAINS("Result", why_not(payment(R"({"Response":{"Result":"Perhaps"}})")).c_str());
}

TEST(NexoDecodeTest, RepeatedKeysAndTooLargeRepliesAreMalformed) {
  why_not(payment(R"({"Response":{"Result":"Failure","Result":"Success"}})"));
  why_not(std::string(max_reply + 1, ' '));
}
