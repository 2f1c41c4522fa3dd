#include "tools/gateway/document/certificate_document.h"

#include <algorithm>

#include <cairo-pdf.h>

#include "tools/gateway/document/forms/form.h"
#include "tools/gateway/document/frame.h"
#include "tools/gateway/residents/entitlement.h"

namespace madoguchi::gateway {

using api::ApiError;
using api::Kind;
using api::Refusal;

struct CertificateDocument::Content {
  City city;
  FormWords words;
  std::vector<Page> pages;
};

namespace {

constexpr std::size_t longest_number = 40;
constexpr std::size_t longest_url = 200;

bool offers(const Entitlement& entitlement, std::string_view option) {
  const auto& options = entitlement.options;
  return std::find(options.begin(), options.end(), option) != options.end();
}

/// The persons asked for, in the household's order.
std::variant<std::vector<const Resident*>, ApiError> persons_of(const Registry& registry,
                                                                const Resident& applicant,
                                                                const api::QuoteRequest& request) {
  const auto household = registry.household_of(applicant);
  if (request.persons.empty()) return household;
  std::vector<const Resident*> chosen;
  for (const auto* member : household) {
    const auto& ids = request.persons;
    if (std::find(ids.begin(), ids.end(), member->id) != ids.end()) chosen.push_back(member);
  }
  if (chosen.size() != request.persons.size()) {
    return ApiError{Refusal::malformed,
                    "persons: somebody stands twice or is not of the applicant's household"};
  }
  return chosen;
}

/// Checks the request against what the applicant may have and resolves it. The error leaves `input`
/// unfinished.
std::optional<ApiError> resolve(const Entitlement& entitlement, const api::QuoteRequest& request,
                                FormInput& input) {
  if (entitlement.unavailable) {
    return ApiError{*entitlement.unavailable,
                    "this kind of certificate is not available for the applicant"};
  }
  const bool residence = request.kind == Kind::residence || request.kind == Kind::residence_matter;
  if (!residence && !request.persons.empty()) {
    return ApiError{Refusal::malformed,
                    "persons: only residence certificates are for chosen persons"};
  }
  if (request.show_relationship && !offers(entitlement, "relationship")) {
    return ApiError{Refusal::malformed, "show_relationship: not an option of this certificate"};
  }
  if (request.show_domicile && !offers(entitlement, "domicile")) {
    return ApiError{Refusal::malformed, "show_domicile: not an option of this certificate"};
  }
  if (request.year && !offers(entitlement, "year")) {
    return ApiError{Refusal::malformed, "year: not an option of this certificate"};
  }
  if (request.kind == Kind::tax) {
    const auto year = request.year.value_or(entitlement.years.front());
    const auto& records = input.applicant.tax;
    const auto found = std::find_if(records.begin(), records.end(),
                                    [&](const TaxYear& tax) { return tax.year == year; });
    if (found == records.end())
      return ApiError{Refusal::not_available, "year: there is no record of that tax year"};
    input.tax = &*found;
  }
  auto persons = persons_of(input.registry, input.applicant, request);
  if (const auto* error = std::get_if<ApiError>(&persons)) return *error;
  input.persons = std::get<0>(std::move(persons));
  input.whole_household =
      input.persons.size() == input.registry.household_of(input.applicant).size();
  input.show_relationship = request.show_relationship;
  input.show_domicile = request.show_domicile;
  return std::nullopt;
}

FormWords lay_out_form(Kind kind, Sheet& sheet, const FormInput& input) {
  switch (kind) {
    case Kind::residence:
      return lay_out_residence(sheet, input);
    case Kind::residence_matter:
      return lay_out_residence_matter(sheet, input);
    case Kind::seal:
      return lay_out_seal(sheet, input);
    case Kind::tax:
      return lay_out_tax(sheet, input);
    case Kind::family_address:
      return lay_out_family_address(sheet, input);
    case Kind::family_register:
      return lay_out_family_register(sheet, input);
  }
  return {};
}

cairo_status_t append(void* out, const unsigned char* data, unsigned length) {
  auto& bytes = *static_cast<Bytes*>(out);
  bytes.insert(bytes.end(), data, data + length);
  return CAIRO_STATUS_SUCCESS;
}

struct Destroy {
  void operator()(cairo_surface_t* surface) const { cairo_surface_destroy(surface); }
  void operator()(cairo_t* cairo) const { cairo_destroy(cairo); }
};

/// A PDF surface whose metadata depend on the issue alone: the same issue gives the same bytes.
std::unique_ptr<cairo_surface_t, Destroy> open_pdf(Bytes& out, const Frame& frame) {
  std::unique_ptr<cairo_surface_t, Destroy> surface(
      cairo_pdf_surface_create_for_stream(append, &out, page_width * mm, page_height * mm));
  // From 1.5 on, newer Cairos write cross-reference streams, which the signature (pdf_update.h)
  // does not read.
  cairo_pdf_surface_restrict_to_version(surface.get(), CAIRO_PDF_VERSION_1_4);
  const auto set = [&](cairo_pdf_metadata_t key, const std::string& text) {
    cairo_pdf_surface_set_metadata(surface.get(), key, text.c_str());
  };
  set(CAIRO_PDF_METADATA_TITLE, frame.title + "　" + frame.issue.number);
  set(CAIRO_PDF_METADATA_AUTHOR, frame.city.name);
  set(CAIRO_PDF_METADATA_CREATE_DATE, frame.issue.date.text() + "T00:00:00+09:00");
  return surface;
}

}  // namespace

std::variant<CertificateDocument, ApiError> CertificateDocument::lay_out(
    const City& city, const Registry& registry, const Resident& applicant,
    const api::QuoteRequest& request, Date today) {
  FormInput input{registry, applicant, {}, true, false, false, nullptr};
  const auto entitlements = entitlements_of(registry, applicant, today);
  if (auto error = resolve(entitlements.at(std::size_t(request.kind)), request, input))
    return *error;

  const auto typesetter = Typesetter::of_this_thread();
  if (!typesetter) return ApiError{Refusal::internal, typesetter.error().text()};
  for (const auto* text : {&city.name, &city.mayor, &city.seal}) {
    if ((*typesetter)->missing(Face::mincho, *text)) {
      return ApiError{Refusal::internal,
                      "city: its name, mayor or seal holds a character that the font lacks"};
    }
  }
  if ((*typesetter)->missing(Face::gothic, city.name + city.name_latin)) {
    return ApiError{Refusal::internal,
                    "city: its name in Latin letters holds a character that the font lacks"};
  }
  Sheet sheet(**typesetter, body_area);
  auto content = std::make_unique<Content>();
  content->city = city;
  content->words = lay_out_form(request.kind, sheet, input);
  if (sheet.refusal()) return *sheet.refusal();
  content->pages = sheet.take_pages();
  return CertificateDocument(std::move(content));
}

CertificateDocument::CertificateDocument(std::unique_ptr<Content> content)
    : content_(std::move(content)) {}
CertificateDocument::CertificateDocument(CertificateDocument&&) noexcept = default;
CertificateDocument& CertificateDocument::operator=(CertificateDocument&&) noexcept = default;
CertificateDocument::~CertificateDocument() = default;

int CertificateDocument::pages() const { return int(content_->pages.size()); }

Result<Bytes> CertificateDocument::draw(const Issue& issue) const {
  if (issue.number.empty() || issue.number.size() > longest_number) {
    return Error{Errc::invalid, "document.draw", "the document number must have 1 to 40 bytes"};
  }
  if (issue.verification_url.size() > longest_url) {
    return Error{Errc::invalid, "document.draw", "the verification URL is longer than 200 bytes"};
  }
  const auto typesetter = Typesetter::of_this_thread();
  if (!typesetter) return typesetter.error();
  if ((*typesetter)->missing(Face::gothic, issue.number)) {
    return Error{Errc::invalid, "document.draw",
                 "the document number holds a character that the font lacks"};
  }
  Frame frame{content_->city, issue, content_->words.title, content_->words.sentence, 0, pages()};
  Bytes pdf;
  const auto surface = open_pdf(pdf, frame);
  const std::unique_ptr<cairo_t, Destroy> cairo(cairo_create(surface.get()));
  for (const auto& page : content_->pages) {
    ++frame.page;
    draw_background(cairo.get(), **typesetter, frame);
    if (auto status = draw_frame(cairo.get(), **typesetter, frame); !status) return status.error();
    draw_marks(cairo.get(), **typesetter, page);
    cairo_show_page(cairo.get());
  }
  cairo_surface_finish(surface.get());
  if (const auto status = cairo_surface_status(surface.get()); status != CAIRO_STATUS_SUCCESS) {
    return Error{Errc::full, "document.draw", cairo_status_to_string(status)};
  }
  return pdf;
}

}  // namespace madoguchi::gateway
