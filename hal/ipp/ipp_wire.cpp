#include "hal/ipp/ipp_wire.h"

#include <algorithm>
#include <array>
#include <utility>

#include <cups/cups.h>

namespace madoguchi::ipp {
namespace {

// How often a waiting libcups looks whether it should give up.
constexpr auto patience_step = 0.25;
constexpr const char* a4 = "iso_a4_210x297mm";
constexpr const char* pdf_format = "application/pdf";

constexpr std::array printer_questions{
    "printer-state",          "printer-state-reasons",     "printer-is-accepting-jobs",
    "printer-make-and-model", "document-format-supported", "media-supported",
    "print-scaling-supported"};
constexpr std::array job_questions{"job-id",
                                   "job-name",
                                   "job-state",
                                   "job-state-reasons",
                                   "job-impressions-completed",
                                   "number-of-documents"};

template <std::size_t n>
void ask_for(ipp_t* request, const std::array<const char*, n>& attributes) {
  ippAddStrings(request, IPP_TAG_OPERATION, IPP_CONST_TAG(IPP_TAG_KEYWORD), "requested-attributes",
                static_cast<int>(n), nullptr, attributes.data());
}

std::vector<std::string> keywords(ipp_attribute_t* attribute) {
  std::vector<std::string> out;
  for (int i = 0; i < ippGetCount(attribute); ++i) {
    const char* value = ippGetString(attribute, i, nullptr);
    if (value != nullptr && std::string_view(value) != "none") out.emplace_back(value);
  }
  return out;
}

std::string text(ipp_attribute_t* attribute) {
  const char* value = ippGetString(attribute, 0, nullptr);
  return value == nullptr ? std::string() : std::string(value);
}

bool is_number(ipp_attribute_t* attribute) {
  const ipp_tag_t tag = ippGetValueTag(attribute);
  return tag == IPP_TAG_INTEGER || tag == IPP_TAG_ENUM;
}

// The attributes of one job, from `first` up to the next group.
JobAttributes read_job(ipp_t* answer, ipp_attribute_t* first) {
  JobAttributes job;
  for (auto* a = first; a != nullptr && ippGetGroupTag(a) == IPP_TAG_JOB;
       a = ippNextAttribute(answer)) {
    const std::string_view name = ippGetName(a) == nullptr ? "" : ippGetName(a);
    if (name == "job-id" && is_number(a)) job.id = ippGetInteger(a, 0);
    if (name == "job-name") job.name = text(a);
    if (name == "job-state" && is_number(a)) job.state = job_state_of(ippGetInteger(a, 0));
    if (name == "job-state-reasons") job.reasons = keywords(a);
    if (name == "number-of-documents" && is_number(a)) job.documents = ippGetInteger(a, 0);
    if (name == "job-impressions-completed" && is_number(a))
      job.pages_completed = ippGetInteger(a, 0);
  }
  return job;
}

Errc code_of(ipp_status_t status) {
  switch (status) {
    case IPP_STATUS_ERROR_DOCUMENT_FORMAT_NOT_SUPPORTED:
    case IPP_STATUS_ERROR_ATTRIBUTES_OR_VALUES:
    case IPP_STATUS_ERROR_OPERATION_NOT_SUPPORTED:
    case IPP_STATUS_ERROR_CONFLICTING:
      return Errc::unsupported;
    case IPP_STATUS_ERROR_NOT_FOUND:
    case IPP_STATUS_ERROR_GONE:
      return Errc::not_found;
    case IPP_STATUS_ERROR_BUSY:
    case IPP_STATUS_ERROR_TEMPORARY:
    case IPP_STATUS_ERROR_NOT_ACCEPTING_JOBS:
    case IPP_STATUS_ERROR_SERVICE_UNAVAILABLE:
    case IPP_STATUS_ERROR_DEVICE:
      return Errc::busy;
    default:
      return Errc::refused;
  }
}

Error printer_said(ipp_status_t status, ipp_t* answer) {
  std::string what = ippErrorString(status);
  auto* message = ippFindAttribute(answer, "status-message", IPP_TAG_TEXT);
  if (message != nullptr) what += ": " + text(message);
  return {code_of(status), "ipp", what};
}

// libcups asks on the terminal for a password unless it is told that there is none.
const char* no_password(const char*, http_t*, const char*, const char*, void*) { return nullptr; }

}  // namespace

struct Wire::Connection {
  http_t* http;
  explicit Connection(http_t* open) : http(open) {}
  Connection(const Connection&) = delete;
  Connection& operator=(const Connection&) = delete;
  ~Connection() { httpClose(http); }
};

struct Wire::Message {
  struct Delete {
    void operator()(ipp_t* message) const { ippDelete(message); }
  };
  std::unique_ptr<ipp_t, Delete> ipp;
  [[nodiscard]] ipp_attribute_t* find(const char* name) const {
    return ippFindAttribute(ipp.get(), name, IPP_TAG_ZERO);
  }
};

Result<PrinterAddress> parse_address(const std::string& uri) {
  char scheme[32];
  char user[256];
  char host[256];
  char resource[1024];
  int port = 0;
  const auto status =
      httpSeparateURI(HTTP_URI_CODING_ALL, uri.c_str(), scheme, sizeof scheme, user, sizeof user,
                      host, sizeof host, &port, resource, sizeof resource);
  const auto wrong = [&](const std::string& why) {
    return Error{Errc::invalid, "printer.uri",
                 "\"" + uri + "\": " + why + "; expected ipp://HOST[:PORT]/PATH or ipps://..."};
  };
  if (status < HTTP_URI_STATUS_OK) return wrong(httpURIStatusString(status));
  const std::string_view kind = scheme;
  if (kind != "ipp" && kind != "ipps") return wrong("the scheme is neither ipp nor ipps");
  if (host[0] == '\0') return wrong("no host");
  if (user[0] != '\0') return wrong("a user name is not supported");
  return PrinterAddress{uri, host, port, resource, kind == "ipps"};
}

Wire::Wire(PrinterAddress address, Patience patience)
    : address_(std::move(address)), patience_(patience) {}

Wire::~Wire() = default;

bool Wire::out_of_time() const {
  return interrupted_ || std::chrono::steady_clock::now() >= deadline_;
}

Result<void> Wire::connect() {
  if (connection_) return {};
  cupsSetPasswordCB2(no_password, nullptr);  // per thread
  const auto encryption = address_.tls ? HTTP_ENCRYPTION_ALWAYS : HTTP_ENCRYPTION_IF_REQUESTED;
  http_t* http = httpConnect2(address_.host.c_str(), address_.port, nullptr, AF_UNSPEC, encryption,
                              1, static_cast<int>(patience_.connect.count()), nullptr);
  if (http == nullptr) {
    return Error{Errc::gone, "ipp.connect", address_.uri + ": " + cupsLastErrorString()};
  }
  httpSetTimeout(
      http, patience_step,
      [](http_t*, void* wire) { return static_cast<Wire*>(wire)->out_of_time() ? 0 : 1; }, this);
  connection_ = std::make_unique<Connection>(http);
  return {};
}

Wire::Message Wire::request(int operation) const {
  Message out{
      std::unique_ptr<ipp_t, Message::Delete>(ippNewRequest(static_cast<ipp_op_t>(operation)))};
  ippAddString(out.ipp.get(), IPP_TAG_OPERATION, IPP_TAG_URI, "printer-uri", nullptr,
               address_.uri.c_str());
  return out;
}

// RFC 8011, 4.1.5: the target first, then who asks.
Wire::Message Wire::job_request(int operation, std::int32_t job) const {
  Message out = request(operation);
  if (job != 0) {
    ippAddInteger(out.ipp.get(), IPP_TAG_OPERATION, IPP_TAG_INTEGER, "job-id", job);
  }
  ippAddString(out.ipp.get(), IPP_TAG_OPERATION, IPP_TAG_NAME, "requesting-user-name", nullptr,
               "kiosk");
  return out;
}

Wire::Message Wire::ticket_request(int operation, const JobTicket& ticket) const {
  Message out = job_request(operation, 0);
  ipp_t* ipp = out.ipp.get();
  ippAddString(ipp, IPP_TAG_OPERATION, IPP_TAG_NAME, "job-name", nullptr, ticket.name.c_str());
  ippAddBoolean(ipp, IPP_TAG_OPERATION, "ipp-attribute-fidelity", 1);
  if (operation == IPP_OP_VALIDATE_JOB) {
    ippAddString(ipp, IPP_TAG_OPERATION, IPP_TAG_MIMETYPE, "document-format", nullptr, pdf_format);
  }
  ippAddInteger(ipp, IPP_TAG_JOB, IPP_TAG_INTEGER, "copies", ticket.copies);
  ippAddString(ipp, IPP_TAG_JOB, IPP_CONST_TAG(IPP_TAG_KEYWORD), "media", nullptr, a4);
  ippAddString(ipp, IPP_TAG_JOB, IPP_CONST_TAG(IPP_TAG_KEYWORD), "sides", nullptr,
               ticket.two_sided ? "two-sided-long-edge" : "one-sided");
  if (ticket.unscaled) {
    ippAddString(ipp, IPP_TAG_JOB, IPP_CONST_TAG(IPP_TAG_KEYWORD), "print-scaling", nullptr,
                 "none");
  }
  return out;
}

// A question may be asked again when the kept connection turns out to be dead. A request that has
// an effect never is: it gets a connection of its own, so that `gone` is certain to mean that
// nothing was sent.
Result<Wire::Message> Wire::exchange(Message message, Effect effect, ByteView document) {
  deadline_ = std::chrono::steady_clock::now() + patience_.answer;
  const bool kept = effect == Effect::none && connection_ != nullptr;
  if (!kept) connection_.reset();
  auto answer = try_exchange(message, document);
  if (!answer.ok() && kept && answer.error().code == Errc::io && !out_of_time()) {
    answer = try_exchange(message, document);
  }
  return answer;
}

Result<Wire::Message> Wire::try_exchange(const Message& message, ByteView document) {
  if (auto open = connect(); !open.ok()) return open.error();
  http_t* http = connection_->http;
  const auto lost = [&](const std::string& when) {
    connection_.reset();
    return Error{Errc::io, "ipp",
                 std::string(ippOpString(ippGetOperation(message.ipp.get()))) + ": " + when};
  };
  const char* resource = address_.resource.c_str();
  http_status_t status = cupsSendRequest(http, message.ipp.get(), resource,
                                         ippLength(message.ipp.get()) + document.size());
  if (status == HTTP_STATUS_CONTINUE && !document.empty()) {
    status =
        cupsWriteRequestData(http, reinterpret_cast<const char*>(document.data()), document.size());
  }
  if (status == HTTP_STATUS_ERROR) return lost("the connection broke while sending");
  Message answer{std::unique_ptr<ipp_t, Message::Delete>(cupsGetResponse(http, resource))};
  if (!answer.ipp) {
    // libcups calls a reply that never came "Success": what counts is that there is no answer.
    status = httpGetStatus(http);
    const bool timed_out = std::chrono::steady_clock::now() >= deadline_;
    if (status >= HTTP_STATUS_BAD_REQUEST) {
      connection_.reset();
      return Error{Errc::protocol, "ipp",
                   address_.uri + ": HTTP " + std::to_string(status) + " " + httpStatus(status)};
    }
    return lost(timed_out ? "no answer in time" : "the connection closed before the answer");
  }
  const ipp_status_t code = ippGetStatusCode(answer.ipp.get());
  if (code > IPP_STATUS_OK_EVENTS_COMPLETE) return printer_said(code, answer.ipp.get());
  return answer;
}

Result<PrinterAttributes> Wire::printer_attributes() {
  Message question = job_request(IPP_OP_GET_PRINTER_ATTRIBUTES, 0);
  ask_for(question.ipp.get(), printer_questions);
  auto answer = exchange(std::move(question), Effect::none);
  if (!answer.ok()) return answer.error();
  auto* phase = answer->find("printer-state");
  if (phase == nullptr || !is_number(phase)) {
    return Error{Errc::protocol, "ipp", address_.uri + ": the answer has no printer-state"};
  }
  PrinterAttributes out;
  out.phase = static_cast<PrinterPhase>(ippGetInteger(phase, 0));
  out.reasons = keywords(answer->find("printer-state-reasons"));
  auto* accepting = answer->find("printer-is-accepting-jobs");
  out.accepting = accepting == nullptr || ippGetBoolean(accepting, 0) != 0;
  out.model = text(answer->find("printer-make-and-model"));
  out.takes_pdf = ippContainsString(answer->find("document-format-supported"), pdf_format) != 0;
  out.takes_a4 = ippContainsString(answer->find("media-supported"), a4) != 0;
  out.prints_unscaled = ippContainsString(answer->find("print-scaling-supported"), "none") != 0;
  return out;
}

Result<void> Wire::validate_job(const JobTicket& ticket) {
  auto answer = exchange(ticket_request(IPP_OP_VALIDATE_JOB, ticket), Effect::none);
  if (!answer.ok()) return answer.error();
  // With fidelity asked for, a printer must refuse; one that substitutes instead would print
  // something else.
  if (ippGetStatusCode(answer->ipp.get()) == IPP_STATUS_OK_IGNORED_OR_SUBSTITUTED) {
    return Error{Errc::unsupported, "ipp.validate",
                 "the printer would ignore a setting of the job"};
  }
  return {};
}

Result<std::int32_t> Wire::create_job(const JobTicket& ticket) {
  auto answer = exchange(ticket_request(IPP_OP_CREATE_JOB, ticket), Effect::some);
  if (!answer.ok()) return answer.error();
  auto* id = ippFindAttribute(answer->ipp.get(), "job-id", IPP_TAG_INTEGER);
  if (id == nullptr) return Error{Errc::io, "ipp.create", "the answer names no job"};
  return ippGetInteger(id, 0);
}

Result<void> Wire::send_document(std::int32_t job, ByteView pdf) {
  Message message = job_request(IPP_OP_SEND_DOCUMENT, job);
  ippAddString(message.ipp.get(), IPP_TAG_OPERATION, IPP_TAG_MIMETYPE, "document-format", nullptr,
               pdf_format);
  ippAddBoolean(message.ipp.get(), IPP_TAG_OPERATION, "last-document", 1);
  auto answer = exchange(std::move(message), Effect::some, pdf);
  if (!answer.ok()) return answer.error();
  return {};
}

Result<JobAttributes> Wire::job_attributes(std::int32_t job) {
  Message question = job_request(IPP_OP_GET_JOB_ATTRIBUTES, job);
  ask_for(question.ipp.get(), job_questions);
  auto answer = exchange(std::move(question), Effect::none);
  if (!answer.ok()) return answer.error();
  ipp_t* ipp = answer->ipp.get();
  auto* first = ippFirstAttribute(ipp);
  while (first != nullptr && ippGetGroupTag(first) != IPP_TAG_JOB) first = ippNextAttribute(ipp);
  JobAttributes out = read_job(ipp, first);
  if (out.state == JobState::unknown) {
    return Error{Errc::protocol, "ipp", "the answer has no job-state"};
  }
  out.id = job;
  return out;
}

Result<std::vector<JobAttributes>> Wire::jobs() {
  std::vector<JobAttributes> out;
  // Two questions, because "all" is not in every printer's which-jobs-supported.
  for (const char* which : {"not-completed", "completed"}) {
    Message question = job_request(IPP_OP_GET_JOBS, 0);
    ippAddString(question.ipp.get(), IPP_TAG_OPERATION, IPP_CONST_TAG(IPP_TAG_KEYWORD),
                 "which-jobs", nullptr, which);
    ask_for(question.ipp.get(), job_questions);
    auto answer = exchange(std::move(question), Effect::none);
    if (!answer.ok()) return answer.error();
    ipp_t* ipp = answer->ipp.get();
    for (auto* a = ippFirstAttribute(ipp); a != nullptr; a = ippNextAttribute(ipp)) {
      if (ippGetGroupTag(a) == IPP_TAG_JOB) out.push_back(read_job(ipp, a));
    }
  }
  return out;
}

Result<void> Wire::cancel_job(std::int32_t job) {
  auto answer = exchange(job_request(IPP_OP_CANCEL_JOB, job), Effect::some);
  if (answer.ok()) return {};
  const ipp_status_t said = cupsLastError();
  if (answer.error().code == Errc::not_found || said == IPP_STATUS_ERROR_NOT_POSSIBLE) return {};
  return answer.error();
}

}  // namespace madoguchi::ipp
