// Stands in for tools/gateway/document when campaign-person is linked: drawing takes 100 times as
// long as the rest of a visit. What a certificate must refuse it refuses; what it shows is a line
// of text for the books.

#include <algorithm>

#include "tests/campaign/books.h"
#include "tools/gateway/document/certificate_document.h"
#include "tools/gateway/document/pdf_signature.h"

namespace madoguchi::gateway {

struct CertificateDocument::Content {
  std::string whose;
  std::string wish;
  int pages = 1;
};

std::variant<CertificateDocument, api::ApiError> CertificateDocument::lay_out(
    const City&, const Registry& registry, const Resident& applicant,
    const api::QuoteRequest& request, Date) {
  const auto household = registry.household_of(applicant);
  for (const std::string& person : request.persons) {
    const bool member = std::any_of(household.begin(), household.end(),
                                    [&](const Resident* each) { return each->id == person; });
    if (!member) return api::ApiError{api::Refusal::malformed, "not of this household"};
  }
  if (request.kind == api::Kind::seal && !applicant.seal)
    return api::ApiError{api::Refusal::not_available, "no seal"};
  auto content = std::make_unique<Content>();
  content->whose = applicant.id;
  content->wish = campaign::wish_of(std::string(codec::enum_name(request.kind)), request.persons,
                                    request.copies);
  content->pages = request.persons.size() > 1 ? 2 : 1;
  return CertificateDocument(std::move(content));
}

CertificateDocument::CertificateDocument(std::unique_ptr<Content> content)
    : content_(std::move(content)) {}
CertificateDocument::CertificateDocument(CertificateDocument&&) noexcept = default;
CertificateDocument& CertificateDocument::operator=(CertificateDocument&&) noexcept = default;
CertificateDocument::~CertificateDocument() = default;

int CertificateDocument::pages() const { return content_->pages; }

Result<Bytes> CertificateDocument::draw(const Issue& issue) const {
  const std::string text = "%PDF-1.4\n% number " + issue.number + "\n% whose " + content_->whose +
                           "\n% wish " + content_->wish + "\n%%EOF\n";
  return to_bytes(as_bytes(text));
}

struct DocumentSigner::Keys {};

Result<DocumentSigner> DocumentSigner::load(ByteView, ByteView) {
  return DocumentSigner(std::make_unique<Keys>());
}
DocumentSigner::DocumentSigner(std::unique_ptr<Keys> keys) : keys_(std::move(keys)) {}
DocumentSigner::DocumentSigner(DocumentSigner&&) noexcept = default;
DocumentSigner& DocumentSigner::operator=(DocumentSigner&&) noexcept = default;
DocumentSigner::~DocumentSigner() = default;

Result<Bytes> DocumentSigner::sign(ByteView pdf, std::chrono::system_clock::time_point) const {
  return to_bytes(pdf);
}

}  // namespace madoguchi::gateway
