// certificate-preview: draws one certificate to a file, to look at it.
#include <iostream>

#include "firmware/base/command_line.h"
#include "firmware/base/file.h"
#include "tools/gateway/document/certificate_document.h"
#include "tools/gateway/document/pdf_signature.h"

using namespace madoguchi;
using namespace madoguchi::gateway;

namespace {

struct Options {
  std::string residents;
  std::string id;
  std::string kind = "residence";
  std::string out = "certificate.pdf";
  std::string key;
  std::string chain;
  api::QuoteRequest request;
};

int fail(const std::string& text) {
  std::cerr << "certificate-preview: " << text << "\n";
  return 2;
}

Result<Bytes> sign(const Options& options, Bytes pdf) {
  if (options.key.empty()) return pdf;
  const auto key = read_file(options.key);
  const auto chain = read_file(options.chain);
  if (!key) return key.error();
  if (!chain) return chain.error();
  const auto signer = DocumentSigner::load(*key, *chain);
  if (!signer) return signer.error();
  return signer->sign(pdf, std::chrono::system_clock::now());
}

int preview(Options& options) {
  const auto registry = Registry::load(options.residents);
  if (!registry) return fail(registry.error().text());
  const auto* resident = registry->by_id(options.id);
  if (resident == nullptr) return fail("there is no resident " + options.id);
  const auto kind = codec::enum_value<api::Kind>(options.kind);
  if (!kind) return fail("there is no kind " + options.kind);
  options.request.kind = *kind;
  const Date today = Date::in_japan(std::chrono::system_clock::now());
  const auto laid_out =
      CertificateDocument::lay_out({}, *registry, *resident, options.request, today);
  if (const auto* refused = std::get_if<api::ApiError>(&laid_out)) {
    return fail(std::string(codec::enum_name(refused->code)) + ": " + refused->message);
  }
  const auto& document = std::get<CertificateDocument>(laid_out);
  auto pdf =
      document.draw({"26-0000-1234-5678", "https://gateway.example/v/26-0000-1234-5678", today});
  if (pdf) pdf = sign(options, std::move(*pdf));
  if (!pdf) return fail(pdf.error().text());
  if (auto written = write_file(options.out, *pdf, 0644); !written)
    return fail(written.error().text());
  std::cout << options.out << ": " << document.pages() << " page(s), " << pdf->size() << " bytes\n";
  return 0;
}

}  // namespace

int main(int argc, char** argv) {
  Options options;
  CLI::App app("Draws one certificate to a file", "certificate-preview");
  app.add_option("--residents", options.residents, "JSON file of the residents")->required();
  app.add_option("--id", options.id, "the applicant")->required();
  app.add_option("--kind", options.kind,
                 "residence, residence_matter, seal, tax, family_address, family_register");
  app.add_option("--person", options.request.persons, "members of the household; none: all");
  app.add_flag("--relationship", options.request.show_relationship, "show 世帯主 and 続柄");
  app.add_flag("--domicile", options.request.show_domicile, "show 本籍 and 筆頭者");
  app.add_option("--year", options.request.year, "tax year");
  app.add_option("--key", options.key, "PEM key that signs");
  app.add_option("--chain", options.chain, "PEM certificates of the key");
  app.add_option("--out", options.out, "the PDF");
  if (const auto code = madoguchi::exit_after_parsing(app, argc, argv)) return *code;
  return preview(options);
}
