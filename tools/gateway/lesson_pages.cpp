#include "tools/gateway/lesson_pages.h"

#include "firmware/base/bytes.h"
#include "firmware/base/log.h"
#include "tools/gateway/lesson_html.h"
#include "tools/gateway/openssl.h"

namespace madoguchi::gateway {
namespace {

constexpr std::string_view prefix = "/lessons";

/// "ja" but for "lang=en".
std::string language_of(std::string_view query) {
  return ("&" + std::string(query) + "&").find("&lang=en&") == std::string::npos ? "ja" : "en";
}

}  // namespace

LessonPages::LessonPages(const lesson::Shelf& shelf)
    : shelf_(shelf),
      policy_("default-src 'none'; style-src 'sha256-" +
              to_base64(sha256(as_bytes(lesson_style()))) +
              "'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'") {}

bool LessonPages::is_ours(std::string_view target) {
  const std::string_view path = target.substr(0, target.find('?'));
  return path == prefix || path.starts_with(std::string(prefix) + "/");
}

Answer LessonPages::answer(const Request& request) const {
  Answer out{.status = 200, .content_type = "text/html; charset=utf-8", .body = {}};
  out.headers["Content-Security-Policy"] = policy_;
  out.headers["Referrer-Policy"] = "no-referrer";
  out.headers["Strict-Transport-Security"] = "max-age=31536000";
  if (request.method != "GET" && request.method != "HEAD") {
    out.status = 405;
    out.headers["Allow"] = "GET, HEAD";
    return out;
  }
  const std::string_view target = request.target;
  const auto mark = target.find('?');
  const std::string language =
      language_of(mark == std::string_view::npos ? std::string_view() : target.substr(mark + 1));
  std::string_view topic = target.substr(0, mark).substr(prefix.size());
  while (topic.starts_with('/')) topic.remove_prefix(1);
  const lesson::Lesson* lesson = topic.empty() ? nullptr : shelf_.find(topic);
  const bool missing = lesson == nullptr && !topic.empty();
  if (missing) out.status = 404;
  const std::string html_text =
      lesson != nullptr ? lesson_html(*lesson, language) : lessons_html(shelf_, language, missing);
  out.body = to_bytes(as_bytes(html_text));
  log_event(Event::gateway_request,
            {{"request", "lesson"}, {"status", std::to_string(out.status)}});
  return out;
}

}  // namespace madoguchi::gateway
