// Choosing: three pages that lead forwards and back without losing what was entered.

#include <algorithm>

#include "firmware/base/asio.h"
#include "firmware/visit/certificate_visit.h"

namespace madoguchi::visit {
namespace {

const api::Offer& offer_of(const api::Identified& who, api::Kind kind) {
  return *std::find_if(who.offers.begin(), who.offers.end(),
                       [&](const auto& offer) { return offer.kind == kind; });
}

/// "persons.3" with prefix "persons." gives 3; nothing when it is something else.
std::optional<int> numbered(std::string_view control, std::string_view prefix) {
  if (!control.starts_with(prefix) || control.size() == prefix.size()) return std::nullopt;
  int value = 0;
  for (const char c : control.substr(prefix.size())) {
    if (c < '0' || c > '9' || value > 99'999) return std::nullopt;
    value = value * 10 + (c - '0');
  }
  return value;
}

}  // namespace

Task<bool> CertificateVisit::choose() {
  for (Page page = Page::kind; page != Page::done;) {
    switch (page) {
      case Page::kind:
        page = co_await choose_kind();
        break;
      case Page::options:
        page = co_await choose_options();
        break;
      case Page::review:
        page = co_await review();
        break;
      case Page::ended:
        co_return false;
      case Page::done:
        break;
    }
  }
  co_return true;
}

Task<CertificateVisit::Page> CertificateVisit::choose_kind() {
  const Reply reply = co_await dialogue_.ask(kind_screen(who_.offers), card_removal());
  if (!goes_on(reply)) co_return Page::ended;
  for (const api::Offer& offer : who_.offers) {
    if (!reply.is(kind_key(offer.kind)) || offer.unavailable) continue;
    choice_.kind = offer.kind;
    const bool year_offered = choice_.year && std::find(offer.years.begin(), offer.years.end(),
                                                        *choice_.year) != offer.years.end();
    if (!year_offered)
      choice_.year = offer.years.empty() ? std::nullopt : std::optional(offer.years.front());
    co_return Page::options;
  }
  co_return Page::kind;
}

Task<CertificateVisit::Page> CertificateVisit::choose_options() {
  const Reply reply = co_await dialogue_.ask(
      options_screen(who_, offer_of(who_, choice_.kind), choice_), card_removal());
  if (!goes_on(reply)) co_return Page::ended;
  if (reply.is("back")) co_return Page::kind;
  if (reply.is("next")) co_return Page::review;
  apply_option(reply.control);
  co_return Page::options;
}

void CertificateVisit::apply_option(const std::string& control) {
  if (control == "relationship") choice_.show_relationship = !choice_.show_relationship;
  if (control == "domicile") choice_.show_domicile = !choice_.show_domicile;
  if (control == "copies.less") choice_.copies = std::max(1, choice_.copies - 1);
  if (control == "copies.more") choice_.copies = std::min(most_copies, choice_.copies + 1);
  if (const auto year = numbered(control, "year.")) choice_.year = *year;
  if (const auto person = numbered(control, "persons.")) {
    const auto index = static_cast<std::size_t>(*person) - 1;
    if (index < choice_.persons.size()) choice_.persons[index] = !choice_.persons[index];
  }
}

Task<CertificateVisit::Page> CertificateVisit::review() {
  const api::Offer& offer = offer_of(who_, choice_.kind);
  dialogue_.show(quoting_screen());
  api::QuoteRequest request;
  request.kind = choice_.kind;
  request.copies = choice_.copies;
  for (std::size_t i = 0; i < choice_.persons.size(); ++i) {
    const bool chosen =
        offers_option(offer, "persons") ? choice_.persons[i] : who_.household[i].id == who_.self.id;
    if (chosen) request.persons.push_back(who_.household[i].id);
  }
  request.show_relationship = offers_option(offer, "relationship") && choice_.show_relationship;
  request.show_domicile = offers_option(offer, "domicile") && choice_.show_domicile;
  if (offers_option(offer, "year")) request.year = choice_.year;
  const auto answer = co_await gateway_.quote(request);
  if (const auto* failure = std::get_if<GatewayFailure>(&answer)) {
    end(*failure);
    co_return Page::ended;
  }
  quote_ = std::get<api::Quote>(answer);
  const Reply reply =
      co_await dialogue_.ask(review_screen(who_, offer, choice_, quote_), card_removal());
  if (!goes_on(reply)) co_return Page::ended;
  if (reply.is("pay")) co_return Page::done;
  if (reply.is("change.kind")) co_return Page::kind;
  co_return Page::options;  // back, and every other change
}

}  // namespace madoguchi::visit
