#include "tools/gateway/visits.h"

#include <algorithm>

#include "firmware/base/log.h"
#include "tools/gateway/document/certificate_document.h"
#include "tools/gateway/document_number.h"
#include "tools/gateway/identifiers.h"
#include "tools/gateway/local_time.h"
#include "tools/gateway/openssl.h"
#include "tools/gateway/residents/entitlement.h"

namespace madoguchi::gateway {
namespace {

constexpr std::size_t nonce_size = 32;
constexpr std::int32_t most_copies = 10;
constexpr std::int32_t most_pages_printed = 10'000;
constexpr std::size_t longest_sale = 200;

Decision refuse(Refused refused) { return {.answer = refusal(refused)}; }

/// A call of ours failed: the kiosk learns that, the log learns why.
Refused failed(const Error& error) {
  log_event(Event::gateway_refused, {{"what", error.text()}});
  return {api::Refusal::internal, "the gateway could not do this now"};
}

Refused of(const api::ApiError& error) {
  // Well-formed, but of a person or an option that does not exist here: impossible rather than
  // malformed.
  const int status = error.code == api::Refusal::malformed ? 422 : 0;
  return {error.code, error.message, status};
}

Date date_of(const LocalTime& time) {
  return {time.year, static_cast<unsigned>(time.month), static_cast<unsigned>(time.day)};
}

api::Person person_of(const Resident& resident) {
  return {
      .id = resident.id, .name = resident.name, .relationship = resident.relationship.value_or("")};
}

/// What is impossible about the settlement; nothing when it can be true.
std::optional<std::string> contradiction(const api::Settlement& settlement,
                                         const Document& document) {
  if (settlement.pages_printed < 0 || settlement.pages_printed > most_pages_printed)
    return "pages_printed is absurd";
  if (settlement.sale.size() > longest_sale) return "sale is too long";
  if (settlement.charged_yen < 0 || settlement.charged_yen > document.amount_yen) {
    return "charged_yen is not between nothing and the sealed amount";
  }
  if (settlement.outcome == api::Outcome::issued && settlement.charged_yen != document.amount_yen) {
    return "issued, but charged_yen is not the sealed amount";
  }
  if (settlement.outcome == api::Outcome::voided && settlement.charged_yen != 0) {
    return "voided, but something stays charged";
  }
  return {};
}

}  // namespace

UnixTime Visits::now() const { return std::chrono::system_clock::to_time_t(parts_.timers.wall()); }

/// The visit, when it exists, lives, and the event is next.
Verdict<Visit> Visits::expect(const Caller& caller, VisitEvent event) {
  auto found = parts_.store.visit(caller.kiosk, caller.visit);
  if (!found) return failed(found.error());
  if (!*found) return Refused{api::Refusal::unknown_visit, "this kiosk has no such visit"};
  if (now() >= (*found)->opened + lifetime_s)
    return Refused{api::Refusal::expired, "the visit is over"};
  if (!after((*found)->state, event)) {
    return Refused{api::Refusal::out_of_order,
                   "the visit is " + std::string(codec::enum_name((*found)->state))};
  }
  return std::move(**found);
}

Task<Decision> Visits::open(Caller caller, api::VisitOpen request) {
  if (!is_uuid(request.visit)) co_return refuse({api::Refusal::malformed, "visit is not a UUID"});
  const auto found = parts_.store.visit(caller.kiosk, request.visit);
  if (!found) co_return refuse(failed(found.error()));
  if (*found) co_return refuse({api::Refusal::out_of_order, "this visit was opened before"});
  Visit visit;
  visit.kiosk = caller.kiosk;
  visit.id = request.visit;
  visit.nonce = random_bytes(nonce_size);
  visit.opened = now();
  const api::VisitOpened opened{.nonce = visit.nonce, .expires_in_s = lifetime_s};
  co_return Decision{.answer = json_answer(201, opened),
                     .write = [visit](Store& store) { return store.add(visit); }};
}

/// The resident whose card signed the visit's nonce.
Verdict<const Resident*> Visits::who(const Visit& visit, const api::Identify& request) const {
  const auto card =
      parts_.card_trust.identify(request.auth_certificate, request.signature,
                                 api::identify_message(visit.nonce), parts_.timers.wall());
  if (const auto* refused = std::get_if<Refused>(&card)) return *refused;
  const Resident* resident = parts_.registry.by_certificate(std::get<Bytes>(card));
  if (resident == nullptr)
    return Refused{api::Refusal::not_registered, "nobody in this city has this card"};
  const Date today = date_of(local_time(parts_.timers.wall()));
  if (const auto refused = refusal_of(parts_.registry, *resident, today)) {
    return Refused{*refused, "kiosks do not serve this resident"};
  }
  return resident;
}

api::Identified Visits::describe_offers(const Visit& visit, const Resident& resident) const {
  const LocalTime time = local_time(parts_.timers.wall());
  const auto entitlements = entitlements_of(parts_.registry, resident, date_of(time));
  api::Identified identified{
      .self = person_of(resident), .household = {}, .offers = {}, .nonce = visit.nonce};
  for (const Resident* member : parts_.registry.household_of(resident)) {
    identified.household.push_back(person_of(*member));
  }
  for (const CatalogueEntry& entry : parts_.catalogue.entries()) {
    const auto entitled =
        std::find_if(entitlements.begin(), entitlements.end(),
                     [&](const Entitlement& one) { return one.kind == entry.kind; });
    if (entitled == entitlements.end()) continue;
    api::Offer offer{.kind = entry.kind,
                     .fee_yen = entry.fee_yen,
                     .window_fee_yen = entry.window_fee_yen,
                     .unavailable = entitled->unavailable,
                     .options = entitled->options,
                     .years = entitled->years};
    if (!offer.unavailable && !entry.hours.open_at(time)) offer.unavailable = api::Refusal::closed;
    identified.offers.push_back(std::move(offer));
  }
  return identified;
}

Task<Decision> Visits::identify(Caller caller, api::Identify request) {
  auto expected = expect(caller, VisitEvent::identify);
  if (auto* refused = std::get_if<Refused>(&expected)) co_return refuse(std::move(*refused));
  Visit visit = std::get<Visit>(std::move(expected));
  const auto resident = who(visit, request);
  // Whatever came of it, the nonce is spent now.
  const VisitEvent event =
      std::holds_alternative<Refused>(resident) ? VisitEvent::refuse : VisitEvent::identify;
  visit.state = *after(visit.state, event);
  Decision decision;
  if (const auto* refused = std::get_if<Refused>(&resident)) {
    decision = refuse(*refused);
  } else {
    visit.card_sha256 = sha256(request.auth_certificate);
    decision.answer =
        json_answer(200, describe_offers(visit, *std::get<const Resident*>(resident)));
    decision.keep = Keep::minutes;
  }
  decision.write = [visit](Store& store) { return store.update(visit); };
  co_return decision;
}

Task<Decision> Visits::quote(Caller caller, api::QuoteRequest request) {
  auto expected = expect(caller, VisitEvent::quote);
  if (auto* refused = std::get_if<Refused>(&expected)) co_return refuse(std::move(*refused));
  Visit visit = std::get<Visit>(std::move(expected));
  const LocalTime time = local_time(parts_.timers.wall());
  const CatalogueEntry* entry = parts_.catalogue.find(request.kind);
  const Resident* resident = parts_.registry.by_certificate(visit.card_sha256);
  if (entry == nullptr || resident == nullptr) {
    co_return refuse({api::Refusal::not_available, "the city does not issue this"});
  }
  if (request.copies < 1 || request.copies > most_copies) {
    co_return refuse({api::Refusal::malformed, "copies is not 1 to 10", 422});
  }
  if (!entry->hours.open_at(time))
    co_return refuse({api::Refusal::closed, "outside the hours of this kind"});

  using Pages = Verdict<int>;
  const Pages pages = co_await parts_.drawing_room.run([&]() -> Pages {
    const auto laid_out = CertificateDocument::lay_out(parts_.catalogue.city(), parts_.registry,
                                                       *resident, request, date_of(time));
    if (const auto* error = std::get_if<api::ApiError>(&laid_out)) return of(*error);
    return std::get<CertificateDocument>(laid_out).pages();
  });
  if (const auto* refused = std::get_if<Refused>(&pages)) co_return refuse(*refused);

  visit.state = *after(visit.state, VisitEvent::quote);
  visit.quote = random_uuid();
  visit.quote_request = encode(request);
  visit.fee_yen = entry->fee_yen * request.copies;
  visit.pages = std::get<int>(pages);
  const api::Quote quote{.quote = visit.quote,
                         .fee_yen = visit.fee_yen,
                         .discount_yen = (entry->window_fee_yen - entry->fee_yen) * request.copies,
                         .pages = visit.pages};
  co_return Decision{.answer = json_answer(200, quote),
                     .write = [visit](Store& store) { return store.update(visit); }};
}

Task<Verdict<api::SealedDocument>> Visits::draw_and_seal(const Visit& visit,
                                                         const Document& document,
                                                         const api::QuoteRequest& request,
                                                         Timers::Wall moment) {
  const Resident* resident = parts_.registry.by_certificate(visit.card_sha256);
  if (resident == nullptr)
    co_return Refused{api::Refusal::not_available, "the register changed meanwhile"};
  const Issue issue{
      .number = document.number,
      .verification_url = parts_.public_url + "/verify/" + document.number + "?h=" + document.token,
      .date = date_of(local_time(moment))};
  // Everything of this visit goes in by reference to this frame, everything comes back by value.
  co_return co_await parts_.drawing_room.run([&]() -> Verdict<api::SealedDocument> {
    const auto laid_out = CertificateDocument::lay_out(parts_.catalogue.city(), parts_.registry,
                                                       *resident, request, issue.date);
    if (const auto* error = std::get_if<api::ApiError>(&laid_out)) return of(*error);
    const auto& page_set = std::get<CertificateDocument>(laid_out);
    const auto drawn = page_set.draw(issue);
    if (!drawn) return failed(drawn.error());
    auto pdf = parts_.signer.sign(*drawn, moment);
    if (!pdf) return failed(pdf.error());
    auto sealed = parts_.seal_key.seal({.kiosk = visit.kiosk,
                                        .visit = visit.id,
                                        .nonce = visit.nonce,
                                        .card_certificate_sha256 = visit.card_sha256,
                                        .kind = document.kind,
                                        .copies = document.copies,
                                        .amount_yen = document.amount_yen,
                                        .pages = page_set.pages(),
                                        .document = document.number,
                                        .pdf_sha256 = sha256(*pdf)});
    if (!sealed) return failed(sealed.error());
    sealed->pdf = std::move(*pdf);
    return std::move(*sealed);
  });
}

Task<Decision> Visits::issue(Caller caller, api::IssueRequest request) {
  auto expected = expect(caller, VisitEvent::issue);
  if (auto* refused = std::get_if<Refused>(&expected)) co_return refuse(std::move(*refused));
  Visit visit = std::get<Visit>(std::move(expected));
  if (request.quote != visit.quote) {
    co_return refuse({api::Refusal::out_of_order, "this is not the visit's last quote"});
  }
  const auto quoted = decode<api::QuoteRequest>(visit.quote_request);
  if (!quoted) co_return refuse(failed(quoted.error()));

  const auto moment =
      parts_.timers.wall();  // one moment for paper and record: midnight may be near
  Document document{.number = new_document_number(),
                    .kiosk = visit.kiosk,
                    .visit = visit.id,
                    .kind = quoted->kind,
                    .state = DocumentState::prepared,
                    .token = new_verification_token(),
                    .issued_on = local_time(moment).date(),
                    .copies = quoted->copies,
                    .amount_yen = visit.fee_yen,
                    .pdf_sha256 = {},
                    .prepared = now()};
  auto drawn = co_await draw_and_seal(visit, document, *quoted, moment);
  if (auto* refused = std::get_if<Refused>(&drawn)) co_return refuse(std::move(*refused));
  const auto& sealed = std::get<api::SealedDocument>(drawn);
  document.pdf_sha256 = sha256(sealed.pdf);
  visit.state = *after(visit.state, VisitEvent::issue);
  visit.document = document.number;
  co_return Decision{.answer = json_answer(200, sealed),
                     .write =
                         [visit, document](Store& store) {
                           auto added = store.add(document);
                           return added ? store.update(visit) : added;
                         },
                     .keep = Keep::until_settlement};
}

Task<Decision> Visits::settle(Caller caller, api::Settlement request) {
  const auto found = parts_.store.document(caller.kiosk, caller.visit, request.document);
  if (!found) co_return refuse(failed(found.error()));
  if (!*found)
    co_return refuse({api::Refusal::unknown_visit, "this kiosk has no such visit or document"});
  const Document document = **found;
  const auto state = settled(document.state, request.outcome);
  if (!state) {
    co_return refuse({api::Refusal::out_of_order,
                      "the document is " + std::string(codec::enum_name(document.state))});
  }
  if (const auto why = contradiction(request, document)) {
    co_return refuse({api::Refusal::malformed, *why, 422});
  }
  // A settlement may come days later, from a kiosk that had no power or no network: the visit
  // itself may be gone.
  auto visit = parts_.store.visit(caller.kiosk, caller.visit);
  if (!visit) co_return refuse(failed(visit.error()));
  if (*visit && (*visit)->document == document.number) {
    (*visit)->state = after((*visit)->state, VisitEvent::settle).value_or((*visit)->state);
  }
  const LedgerLine line{.document = document.number,
                        .kiosk = caller.kiosk,
                        .outcome = request.outcome,
                        .due_yen = document.amount_yen,
                        .charged_yen = request.charged_yen,
                        .sale = request.sale,
                        .pages_printed = request.pages_printed,
                        .at = now()};
  co_return Decision{.answer = json_answer(200, api::Settled{}),
                     .write = [visit = *visit, document, state = *state, line](Store& store) {
                       if (auto done = store.set_state(document, state); !done) return done;
                       if (auto done = store.add(line); !done) return done;
                       if (auto done = store.forget_documents(document.kiosk, document.visit);
                           !done)
                         return done;
                       return visit ? store.update(*visit) : Status();
                     }};
}

Task<Decision> Visits::feedback(Caller caller, api::Feedback request) {
  if (request.satisfaction < 1 || request.satisfaction > 5) {
    co_return refuse({api::Refusal::malformed, "satisfaction is not 1 to 5", 422});
  }
  auto found = parts_.store.visit(caller.kiosk, caller.visit);
  if (!found) co_return refuse(failed(found.error()));
  if (!*found) co_return refuse({api::Refusal::unknown_visit, "this kiosk has no such visit"});
  Visit visit = std::move(**found);
  if (visit.rated) co_return refuse({api::Refusal::out_of_order, "this visit was rated before"});
  visit.rated = true;
  // The rating itself keeps the day and the place, not the visit.
  const std::string date = local_time(parts_.timers.wall()).date();
  co_return Decision{.answer = json_answer(200, api::Settled{}),
                     .write = [visit, date, satisfaction = request.satisfaction](Store& store) {
                       auto added = store.add_rating(visit.kiosk, date, satisfaction);
                       return added ? store.update(visit) : added;
                     }};
}

/// Something lies at the kiosk, or does not agree: kept for the staff, whatever became of the
/// visit.
Task<Decision> Visits::notice(Caller caller, api::Notice request) {
  if (!is_uuid(caller.visit)) co_return refuse({api::Refusal::malformed, "visit is not a UUID"});
  log_event(Event::staff_needed, {{"kiosk", caller.kiosk},
                                  {"visit", caller.visit},
                                  {"concern", std::string(codec::enum_name(request.concern))}});
  const StaffNotice notice{caller.kiosk, caller.visit, request.concern, now()};
  co_return Decision{.answer = json_answer(200, api::Settled{}),
                     .write = [notice](Store& store) { return store.add(notice); }};
}

}  // namespace madoguchi::gateway
