// The screens on which the resident chooses a certificate and checks what was chosen.

#include <algorithm>

#include "firmware/visit/screen_parts.h"
#include "firmware/visit/screens.h"

namespace madoguchi::visit {
namespace {

constexpr int stops = static_cast<int>(Stop::take);

/// 年度: Japanese paper counts it in the era's years (Reiwa 1 is 2019).
Text fiscal_year(std::int32_t year) {
  return say("options.fiscal_year",
             {{"year", std::to_string(year)}, {"reiwa", std::to_string(year - 2018)}});
}

Control toggle(std::string id, Text label, bool on) {
  Control out = action(std::move(id), Role::toggle, std::move(label));
  out.selected = on;
  return out;
}

std::vector<Control> back_and(Control forward) { return {back(), std::move(forward)}; }

Field persons_field(const api::Identified& who, const Choice& choice) {
  Field field;
  field.id = "persons";
  field.label = say("options.persons");
  for (std::size_t i = 0; i < who.household.size(); ++i) {
    const api::Person& person = who.household[i];
    Control member =
        toggle("persons." + std::to_string(i + 1), person_name(person.name), choice.persons[i]);
    if (person.id == who.self.id) member.note = say("options.self");
    field.controls.push_back(std::move(member));
  }
  return field;
}

Field year_field(const api::Offer& offer, const Choice& choice) {
  Field field;
  field.id = "year";
  field.label = say("options.year");
  for (const std::int32_t year : offer.years) {
    Control each = action("year." + std::to_string(year), Role::choice, fiscal_year(year));
    each.selected = choice.year == year;
    field.controls.push_back(std::move(each));
  }
  return field;
}

Field copies_field(const Choice& choice) {
  Field field;
  field.id = "copies";
  field.label = say("options.copies");
  field.value = say("options.copies_value", {{"copies", std::to_string(choice.copies)}});
  Control less = action("copies.less", Role::less, say("options.copies_less"));
  less.enabled = choice.copies > 1;
  Control more = action("copies.more", Role::more, say("options.copies_more"));
  more.enabled = choice.copies < most_copies;
  field.controls = {std::move(less), std::move(more)};
  return field;
}

ReviewRow row(std::string label, std::vector<Text> values, std::optional<std::string> change) {
  ReviewRow out;
  out.label = say(std::move(label));
  out.values = std::move(values);
  if (change) out.change = action(std::move(*change), Role::change, say("review.change"));
  return out;
}

}  // namespace

bool offers_option(const api::Offer& offer, std::string_view option) {
  return std::find(offer.options.begin(), offer.options.end(), option) != offer.options.end();
}

std::string kind_key(api::Kind kind) { return "kind." + std::string(codec::enum_name(kind)); }

Screen kind_screen(const std::vector<api::Offer>& offers) {
  Screen out;
  out.name = "kind";
  out.title = say("kind.title");
  out.progress = Progress{static_cast<int>(Stop::choose), stops};
  Menu menu;
  for (const api::Offer& offer : offers) {
    Control item = action(kind_key(offer.kind), Role::choice, say(kind_key(offer.kind)));
    item.icon = "kind." + std::string(codec::enum_name(offer.kind));
    item.enabled = !offer.unavailable;
    item.note = !offer.unavailable ? number("kind.fee", "yen", offer.fee_yen)
                : *offer.unavailable == api::Refusal::closed ? say("kind.closed")
                                                             : say("kind.unavailable");
    menu.items.push_back(std::move(item));
  }
  out.body = std::move(menu);
  out.actions = {action("cancel", Role::cancel, say("common.cancel"))};
  return out;
}

Screen options_screen(const api::Identified& who, const api::Offer& offer, const Choice& choice) {
  Screen out;
  out.name = "options";
  out.title = say("options.title");
  out.lead = {say(kind_key(offer.kind))};
  out.progress = Progress{static_cast<int>(Stop::choose), stops};
  Form form;
  if (offers_option(offer, "persons") && who.household.size() > 1)
    form.fields.push_back(persons_field(who, choice));
  Field shown;
  shown.id = "shown";
  shown.label = say("options.shown");
  if (offers_option(offer, "relationship")) {
    shown.controls.push_back(
        toggle("relationship", say("options.relationship"), choice.show_relationship));
  }
  if (offers_option(offer, "domicile")) {
    shown.controls.push_back(toggle("domicile", say("options.domicile"), choice.show_domicile));
  }
  if (!shown.controls.empty()) form.fields.push_back(std::move(shown));
  if (offers_option(offer, "year")) form.fields.push_back(year_field(offer, choice));
  form.fields.push_back(copies_field(choice));
  out.body = std::move(form);
  Control next = action("next", Role::primary, say("common.next"));
  next.enabled =
      std::find(choice.persons.begin(), choice.persons.end(), true) != choice.persons.end();
  out.actions = back_and(std::move(next));
  return out;
}

Screen quoting_screen() {
  Screen out = screen("quoting");
  out.progress = Progress{static_cast<int>(Stop::choose), stops};
  return working(std::move(out), "certificate", {{say("quoting.stage"), StageState::running}});
}

Screen review_screen(const api::Identified& who, const api::Offer& offer, const Choice& choice,
                     const api::Quote& quote) {
  Screen out;
  out.name = "review";
  out.title = say("review.title");
  out.progress = Progress{static_cast<int>(Stop::review), stops};
  Review review;
  review.rows.push_back(row("review.kind", {say(kind_key(offer.kind))}, "change.kind"));
  std::vector<Text> names;
  for (std::size_t i = 0; i < who.household.size(); ++i) {
    if (choice.persons[i]) names.push_back(person_name(who.household[i].name));
  }
  const bool some = offers_option(offer, "persons") && who.household.size() > 1;
  if (!some) names = {person_name(who.self.name)};
  review.rows.push_back(row("review.persons", std::move(names),
                            some ? std::optional("change.persons") : std::nullopt));
  std::vector<Text> shown;
  if (offers_option(offer, "relationship")) {
    shown.push_back(
        say(choice.show_relationship ? "review.with_relationship" : "review.without_relationship"));
  }
  if (offers_option(offer, "domicile")) {
    shown.push_back(say(choice.show_domicile ? "review.with_domicile" : "review.without_domicile"));
  }
  if (!shown.empty()) review.rows.push_back(row("review.shown", std::move(shown), "change.shown"));
  if (choice.year && offers_option(offer, "year")) {
    review.rows.push_back(row("review.year", {fiscal_year(*choice.year)}, "change.year"));
  }
  review.rows.push_back(row(
      "review.copies", {say("options.copies_value", {{"copies", std::to_string(choice.copies)}})},
      "change.copies"));
  review.total_label = say("review.total");
  review.total =
      quote.fee_yen == 0 ? say("review.free") : number("review.yen", "yen", quote.fee_yen);
  if (quote.discount_yen > 0)
    review.total_note = number("review.discount", "yen", quote.discount_yen);
  out.body = std::move(review);
  out.actions = {
      back(), action("cancel", Role::cancel, say("common.cancel")),
      action("pay", Role::primary, say(quote.fee_yen == 0 ? "review.print" : "review.pay"))};
  return out;
}

}  // namespace madoguchi::visit
