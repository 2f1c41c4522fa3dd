#include "tools/gateway/document/certificate_document.h"

#include <CppUTest/TestHarness.h>

#include "tests/unit/document/pdf_tools.h"

using namespace madoguchi;
using namespace madoguchi::gateway;
using api::Kind;
using api::Refusal;

namespace {

constexpr Date today(2026, 11, 22);
const Issue issue{"26-0000-1234-5678", "https://gateway.example/v/26-0000-1234-5678", today};

const Registry& city() {
  static const auto registry = Registry::load(std::string(MADOGUCHI_SOURCE_DIR) +
                                              "/tools/gateway/residents/toyonaka-fictional.json");
  if (!registry) FAIL(registry.error().text().c_str());
  return *registry;
}

std::variant<CertificateDocument, api::ApiError> lay_out(const Registry& registry, const char* id,
                                                         const api::QuoteRequest& request) {
  const auto* resident = registry.by_id(id);
  if (resident == nullptr) FAIL(id);
  return CertificateDocument::lay_out({}, registry, *resident, request, today);
}

CertificateDocument document(const char* id, const api::QuoteRequest& request,
                             const Registry& registry = city()) {
  auto result = lay_out(registry, id, request);
  if (const auto* error = std::get_if<api::ApiError>(&result)) FAIL(error->message.c_str());
  return std::get<CertificateDocument>(std::move(result));
}

Bytes draw(const char* id, const api::QuoteRequest& request) {
  auto pdf = document(id, request).draw(issue);
  if (!pdf) FAIL(pdf.error().text().c_str());
  return *pdf;
}

api::QuoteRequest of(Kind kind) {
  api::QuoteRequest request;
  request.kind = kind;
  return request;
}

void check_refused(Refusal code, const char* id, const api::QuoteRequest& request,
                   const Registry& registry = city()) {
  const auto result = lay_out(registry, id, request);
  const auto* error = std::get_if<api::ApiError>(&result);
  CHECK(error != nullptr);
  STRCMP_EQUAL(std::string(codec::enum_name(code)).c_str(),
               std::string(codec::enum_name(error->code)).c_str());
  CHECK_FALSE(error->message.empty());
}

/// Draws and looks for every text; skipped without pdftotext.
void check_texts(const char* id, const api::QuoteRequest& request,
                 std::initializer_list<const char*> wanted,
                 std::initializer_list<const char*> unwanted = {}) {
  if (!have_tool("pdftotext")) return;
  const auto text = PdfFile(draw(id, request)).text();
  for (const auto* part : wanted) STRCMP_CONTAINS(part, text.c_str());
  for (const auto* part : unwanted) CHECK_TEXT(text.find(part) == std::string::npos, part);
}

/// A registry of one, whose name and other fields a test chooses.
Registry one(const char* name, const Json& more = Json::object()) {
  Json record = {{"id", "a"},       {"name", name},
                 {"kana", "ア"},    {"birth", "1985-04-12"},
                 {"sex", "female"}, {"address", "大阪府豊中市蛍野一丁目1番1号"}};
  record.update(more);
  auto registry = Registry::parse(as_bytes(Json::array({record}).dump()), "r.json");
  if (!registry) FAIL(registry.error().text().c_str());
  return std::move(*registry);
}

}  // namespace

TEST_GROUP(CertificateDocument){};

TEST(CertificateDocument, residence_of_a_household) {
  auto request = of(Kind::residence);
  request.show_relationship = true;
  request.show_domicile = true;
  check_texts("toyonaka-0001", request,
              {"住民票の写し", "葛\U000E0102城健一", "葛\U000E0102城蓮", "昭和53年4月12日",
               "世帯主", "大阪府豊中市待兼台一丁目8番地",
               "この写しは、世帯全員の住民票の原本と相違ないことを証明する。", "令和8年11月22日",
               "豊中市長", "1／1頁", "26-0000-1234-5678"});
}

TEST(CertificateDocument, residence_omits_what_was_not_asked_for) {
  auto request = of(Kind::residence);
  request.persons = {"toyonaka-0003"};
  check_texts("toyonaka-0001", request, {"［省略］", "陽菜", "この写しは、住民票の原本と"},
              {"健一", "美咲", "待兼台一丁目8番地", "世帯全員"});
}

TEST(CertificateDocument, residence_of_a_minimal_record) {
  check_texts("toyonaka-0035", of(Kind::residence),
              {"藤井ほのか", "フジイホノカ", "平成18年11月23日"});
}

TEST(CertificateDocument, residence_of_six_takes_two_pages) {
  auto request = of(Kind::residence);
  LONGS_EQUAL(2, document("toyonaka-0007", request).pages());
  check_texts("toyonaka-0007", request,
              {"髙橋弘", "髙橋颯太", "（次頁に続く）", "1／2頁", "2／2頁"});
}

TEST(CertificateDocument, residence_of_foreign_residents) {
  check_texts("toyonaka-0019", of(Kind::residence),
              {"WIJAYAKULATHILAKARATHNAYAKE", "ABEYSINGHE", "1989年3月8日", "スリランカ",
               "技術・人文知識・国際業務", "2027年3月20日"},
              {"本籍"});
  check_texts("toyonaka-0020", of(Kind::residence),
              {"李正浩", "木村正浩", "特別永住者", "1968年5月23日", "昭和46年11月9日"});
}

TEST(CertificateDocument, residence_matter) {
  check_texts("toyonaka-0030", of(Kind::residence_matter),
              {"住民票記載事項証明書", "渡邊\U000E0109",
               "上記の事項は、住民票に記載があることを証明する。"},
              {"前住所"});
}

TEST(CertificateDocument, seal) {
  check_texts("toyonaka-0001", of(Kind::seal),
              {"印鑑登録証明書", "葛\U000E0102城健一", "平成24年4月2日",
               "この写しは、登録された印影と相違ないことを証明する。"});
  check_refused(Refusal::not_available, "toyonaka-0018", of(Kind::seal));
}

TEST(CertificateDocument, tax) {
  auto request = of(Kind::tax);
  check_texts("toyonaka-0001", request,
              {"所得・課税証明書", "令和8年度", "6,842,000円", "令和7年中の所得"});
  request.year = 2024;
  check_texts("toyonaka-0001", request, {"令和6年度", "6,602,000円"}, {"令和8年度"});
  request.year = 2010;
  check_refused(Refusal::not_available, "toyonaka-0001", request);
  check_texts("toyonaka-0018", of(Kind::tax), {"𠮷田静江", "（非課税）"});
}

TEST(CertificateDocument, family_address) {
  check_texts("toyonaka-0006", of(Kind::family_address),
              {"戸籍の附票の写し", "曽根見町三丁目1番20号", "除籍", "［省略］"});
  auto request = of(Kind::family_address);
  request.show_domicile = true;
  check_texts("toyonaka-0006", request, {"辻\U000E0102正雄", "曽根見町三丁目1番地"}, {"［省略］"});
}

TEST(CertificateDocument, family_register) {
  check_texts("toyonaka-0005", of(Kind::family_register),
              {"戸籍全部事項証明書", "【改製日】", "【配偶者区分】", "除籍",
               "これは、戸籍に記録されている事項の全部を証明した書面である。", "2／2頁"});
}

TEST(CertificateDocument, refuses_people_who_must_come_to_the_window) {
  check_refused(Refusal::protected_person, "toyonaka-0022", of(Kind::residence));
  check_refused(Refusal::moved_out, "toyonaka-0024", of(Kind::residence));
  check_refused(Refusal::deceased, "toyonaka-0025", of(Kind::residence));
  check_refused(Refusal::under_age, "toyonaka-0004", of(Kind::residence));
}

TEST(CertificateDocument, refuses_names_that_the_font_lacks) {
  check_refused(Refusal::glyph_missing, "toyonaka-0028", of(Kind::residence));
  check_refused(Refusal::glyph_missing, "toyonaka-0028", of(Kind::tax));
  check_refused(Refusal::glyph_missing, "a", of(Kind::residence), one("山田　\U0001F600"));
}

TEST(CertificateDocument, refuses_names_that_cannot_be_set_legibly) {
  std::string name;
  for (int i = 0; i < 60; ++i) name += "BANDARANAYAKE ";
  check_refused(Refusal::too_long, "a", of(Kind::residence), one(name.c_str()));
}

TEST(CertificateDocument, refusals_name_the_field_and_not_the_person) {
  const auto result = lay_out(city(), "toyonaka-0028", of(Kind::residence));
  const auto& message = std::get<api::ApiError>(result).message;
  STRCMP_CONTAINS("name", message.c_str());
  CHECK_TRUE(message.find("西") == std::string::npos);
}

TEST(CertificateDocument, refuses_options_that_the_kind_does_not_have) {
  auto request = of(Kind::residence);
  request.persons = {"toyonaka-0005"};
  check_refused(Refusal::malformed, "toyonaka-0001", request);
  request.persons = {"toyonaka-0002", "toyonaka-0002"};
  check_refused(Refusal::malformed, "toyonaka-0001", request);
  request = of(Kind::seal);
  request.persons = {"toyonaka-0001"};
  check_refused(Refusal::malformed, "toyonaka-0001", request);
  request = of(Kind::residence);
  request.year = 2026;
  check_refused(Refusal::malformed, "toyonaka-0001", request);
  request = of(Kind::residence);
  request.show_domicile = true;  // a foreign resident has no 本籍
  check_refused(Refusal::malformed, "toyonaka-0019", request);
}

TEST(CertificateDocument, the_same_issue_gives_the_same_bytes) {
  CHECK_TRUE(draw("toyonaka-0001", of(Kind::residence)) ==
             draw("toyonaka-0001", of(Kind::residence)));
}

TEST(CertificateDocument, refuses_numbers_and_urls_that_do_not_fit) {
  const auto laid_out = document("toyonaka-0035", of(Kind::residence));
  CHECK_FALSE(laid_out.draw({"", "", today}).ok());
  CHECK_FALSE(laid_out.draw({std::string(41, '1'), "", today}).ok());
  CHECK_FALSE(laid_out.draw({"1", std::string(201, 'x'), today}).ok());
  CHECK_TRUE(laid_out.draw({"1", "", today}).ok());
  CHECK_TRUE(laid_out.draw({"1", std::string(200, 'x'), today}).ok());
}

TEST(CertificateDocument, every_font_is_embedded) {
  if (!have_tool("pdffonts")) return;
  auto request = of(Kind::residence);
  request.show_relationship = true;
  const auto fonts = PdfFile(draw("toyonaka-0001", request))
                         .ask("pdffonts {} | tail -n +3 | awk '{print $(NF-4)}' | sort -u");
  STRCMP_EQUAL("yes\n", fonts.c_str());
}

TEST(CertificateDocument, the_qr_code_holds_the_verification_url) {
  if (!have_tool("zbarimg") || !have_tool("pdftoppm")) return;
  const PdfFile pdf(draw("toyonaka-0001", of(Kind::seal)));
  const auto found = pdf.ask("pdftoppm -r 200 -gray {} | zbarimg --quiet --raw -");
  STRCMP_CONTAINS("https://gateway.example/v/26-0000-1234-5678\n",
                  found.c_str());  // zbar may miss D-Bus and say so
}
