#include "tools/gateway/verify_page.h"

#include "firmware/base/log.h"
#include "tools/gateway/document_number.h"
#include "tools/gateway/html.h"
#include "tools/gateway/openssl.h"

namespace madoguchi::gateway {
namespace {

constexpr std::string_view prefix = "/verify/";
constexpr std::string_view json_suffix = ".json";

// Colours of the Digital Agency's design system (DADS): text on white at 7:1 or better, state never
// by colour alone.
constexpr std::string_view style = R"css(
body { margin: 0; font: 1.125rem/1.7 "BIZ UDPGothic", "Noto Sans JP", "Hiragino Sans", sans-serif;
  color: #1a1a1a; background: #fff; }
header { background: #0017c1; color: #fff; padding: .75rem 1rem; font-weight: 700; }
main { max-width: 40rem; margin: 0 auto; padding: 1.5rem 1rem; }
h1 { font-size: 1.5rem; line-height: 1.5; margin: 0 0 1rem; padding: 1rem; border: 2px solid; border-left-width: .75rem; }
h1 span, p span, dt span { display: block; font-size: 1rem; font-weight: 400; }
h1.issued { color: #115a36; border-color: #197a4b; }
h1.voided, h1.unknown { color: #a90000; border-color: #ce0000; }
dl { margin: 0 0 1.5rem; }
dt { font-weight: 700; }
dd { margin: 0 0 1rem; }
)css";

struct Words {
  std::string_view title_ja, title_en, advice_ja, advice_en;
};

constexpr Words words_for(Genuine state) {
  switch (state) {
    case Genuine::issued:
      return {
          "この証明書は本市が発行したものです", "This certificate was issued by the city",
          "種類、交付年月日、発行番号が紙の記載と同じであることを確かめてください。",
          "Check that the kind, the date of issue and the number are the same as on the paper."};
    case Genuine::voided:
      return {"この証明書は無効です", "This certificate is void",
              "この証明書を使うことはできません。ご不明な点は市役所へお問い合わせください。",
              "This certificate must not be used. Please ask the city hall if in doubt."};
    case Genuine::unknown:
      break;
  }
  return {"この証明書は確認できません", "This certificate cannot be confirmed",
          "二次元コードを読み取り直してください。発行した直後のときは、しばらくしてからもう一度お試"
          "しください。",
          "Please scan the code again. If it was issued just now, try again in a little while."};
}

std::string row(std::string_view ja, std::string_view en, const std::string& value) {
  return "<dt>" + std::string(ja) + "<span lang=\"en\">" + std::string(en) + "</span></dt><dd>" +
         value + "</dd>\n";
}

std::string in_two_languages(std::string_view ja, std::string_view en) {
  return std::string(ja) + "<span lang=\"en\">" + std::string(en) + "</span>";
}

/// The value of a parameter of the query; values here never need percent-decoding.
std::string_view parameter(std::string_view query, std::string_view name) {
  while (!query.empty()) {
    const auto end = query.find('&');
    const std::string_view pair = query.substr(0, end);
    if (pair.size() > name.size() && pair.starts_with(name) && pair[name.size()] == '=') {
      return pair.substr(name.size() + 1);
    }
    query = end == std::string_view::npos ? std::string_view() : query.substr(end + 1);
  }
  return {};
}

}  // namespace

VerifyPage::VerifyPage(Store& store, const Catalogue& catalogue)
    : store_(store),
      catalogue_(catalogue),
      policy_("default-src 'none'; style-src 'sha256-" + to_base64(sha256(as_bytes(style))) +
              "'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'") {}

Result<Verification> VerifyPage::look_up(std::string_view number, std::string_view token) {
  Verification unknown{
      .document = std::string(number), .state = Genuine::unknown, .kind = {}, .issued = {}};
  const auto found = store_.published(unknown.document);
  if (!found) return found.error();
  if (!*found || !equal_constant_time(as_bytes((*found)->token), as_bytes(token))) return unknown;
  const Document& document = **found;
  // Only a settled document is genuine; one that is being paid for, or that staff look into, is not
  // known yet.
  if (document.state != DocumentState::issued && document.state != DocumentState::voided)
    return unknown;
  const Genuine state = document.state == DocumentState::issued ? Genuine::issued : Genuine::voided;
  return Verification{.document = document.number,
                      .state = state,
                      .kind = document.kind,
                      .issued = document.issued_on};
}

Task<Answer> VerifyPage::handle(Request request) {
  if (request.method != "GET" && request.method != "HEAD") {
    Answer answer = page(405, "Method not allowed", "<h1 class=\"unknown\">GET</h1>");
    answer.headers["Allow"] = "GET, HEAD";
    co_return answer;
  }
  std::string_view path = request.target;
  std::string_view query;
  if (const auto mark = path.find('?'); mark != std::string_view::npos) {
    query = path.substr(mark + 1);
    path = path.substr(0, mark);
  }
  const bool ours = path.starts_with(prefix);
  if (ours) path.remove_prefix(prefix.size());
  const bool json = path.ends_with(json_suffix);
  if (json) path.remove_suffix(json_suffix.size());
  if (!ours || !is_document_number(path)) {
    if (json) co_return refusal({api::Refusal::malformed, "there is no such path", 404});
    co_return page(404, "ページがありません / Not found",
                   "<h1 class=\"unknown\">" +
                       in_two_languages("ページがありません", "Page not found") + "</h1>");
  }
  const auto verification = look_up(path, parameter(query, "h"));
  if (!verification) {
    log_event(Event::gateway_refused, {{"what", verification.error().text()}});
    const int status = store_.database().reachable() ? 500 : 503;
    co_return refusal({api::Refusal::internal, "the gateway could not look this up", status});
  }
  log_event(Event::gateway_request,
            {{"request", "verify"}, {"state", std::string(codec::enum_name(verification->state))}});
  if (json) co_return json_answer(200, *verification);
  co_return page(200, std::string(words_for(verification->state).title_ja),
                 describe_in_html(*verification));
}

std::string VerifyPage::describe_in_html(const Verification& verification) const {
  const Words words = words_for(verification.state);
  std::string html = "<h1 class=\"" + std::string(codec::enum_name(verification.state)) + "\">" +
                     in_two_languages(words.title_ja, words.title_en) + "</h1>\n<dl>\n";
  html += row("発行番号", "Number", escape(verification.document));
  if (verification.kind) {
    const CatalogueEntry* entry = catalogue_.find(*verification.kind);
    const std::string kind(codec::enum_name(*verification.kind));
    html += row(
        "証明書の種類", "Kind",
        entry == nullptr ? kind : in_two_languages(escape(entry->name_ja), escape(entry->name_en)));
  }
  if (verification.issued) {
    const std::string& date = *verification.issued;
    html +=
        row("交付年月日", "Date of issue", "<time datetime=\"" + date + "\">" + date + "</time>");
  }
  return html + "</dl>\n<p>" + in_two_languages(words.advice_ja, words.advice_en) + "</p>";
}

Answer VerifyPage::page(int status, const std::string& title, const std::string& content) const {
  std::string html =
      "<!DOCTYPE html>\n<html lang=\"ja\">\n<head>\n<meta charset=\"utf-8\">\n"
      "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n"
      "<meta name=\"robots\" content=\"noindex\">\n<title>" +
      escape(title) + "</title>\n<style>";
  html += std::string(style) + "</style>\n</head>\n<body>\n<header>" +
          escape(catalogue_.city().name) + "</header>\n<main>\n" + content +
          "\n</main>\n</body>\n</html>\n";
  Answer answer{.status = status,
                .content_type = "text/html; charset=utf-8",
                .body = to_bytes(as_bytes(html))};
  answer.headers["Content-Security-Policy"] = policy_;
  answer.headers["Referrer-Policy"] = "no-referrer";
  answer.headers["Strict-Transport-Security"] = "max-age=31536000";
  return answer;
}

}  // namespace madoguchi::gateway
