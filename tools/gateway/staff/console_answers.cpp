#include "tools/gateway/staff/console_answers.h"

#include "firmware/base/log.h"

namespace madoguchi::gateway {

int status_of(ConsoleRefusal code) {
  switch (code) {
    case ConsoleRefusal::malformed:
      return 400;
    case ConsoleRefusal::wrong_login:
    case ConsoleRefusal::not_logged_in:
      return 401;
    case ConsoleRefusal::wrong_origin:
    case ConsoleRefusal::not_allowed:
      return 403;
    case ConsoleRefusal::not_found:
      return 404;
    case ConsoleRefusal::wrong_method:
      return 405;
    case ConsoleRefusal::taken:
    case ConsoleRefusal::oneself:
      return 409;
    case ConsoleRefusal::weak_password:
      return 422;
    case ConsoleRefusal::too_many_tries:
      return 429;
    case ConsoleRefusal::internal:
      return 500;
    case ConsoleRefusal::busy:
      return 503;
  }
  return 500;
}

void log_console(std::string_view what, std::int64_t account) {
  log_event(Event::gateway_request,
            {{"request", "console " + std::string(what)}, {"account", std::to_string(account)}});
}

Answer refuse(ConsoleError error) {
  Answer answer = json_answer(status_of(error.code), error);
  if (error.retry_after_s) answer.headers["Retry-After"] = std::to_string(*error.retry_after_s);
  return answer;
}

Answer refuse(ConsoleRefusal code) { return refuse(ConsoleError{code, {}}); }

Answer broken(const Error& error) {
  log_event(Event::gateway_refused, {{"what", error.text()}});
  return refuse(ConsoleRefusal::internal);
}

}  // namespace madoguchi::gateway
