// 住民票の写し and 住民票記載事項証明書.
#include "tools/gateway/document/forms/form.h"
#include "tools/gateway/document/written_date.h"

namespace madoguchi::gateway {

namespace {

constexpr double narrow = 23;  // mm, a column of headings
constexpr const char* omitted = "［省略］";

std::string written(const std::optional<Date>& date) {
  return date ? japanese_date(*date) : std::string("－");
}

constexpr std::size_t usual_reading = 38 * 3;  // bytes of kana that stand in one line

/// Height of the row of name, birth and sex: foreign names and their readings may need two lines
/// each.
double identity_height(const Resident& person) {
  return person.kana.size() > usual_reading ? 18 : 12.5;
}

/// Name with its reading above, in one cell.
void name_cell(Sheet& sheet, const Area& area, const Resident& person) {
  sheet.box(area, 0.35);
  const double inner = area.width - 2.8;
  const double reading = person.kana.size() > usual_reading ? 6.2 : 3.2;
  sheet.text({area.x + 1.4, area.y + 0.6, inner, reading},
             value(0, person.kana, "reading of a name", 7));
  const double below = reading + 0.6;
  sheet.text({area.x + 1.4, area.y + below, inner, area.height - below - 0.2},
             value(0, person.name, "name of a resident", 13));
}

void identity_rows(Sheet& sheet, const Resident& person, std::size_t ordinal,
                   bool show_relationship) {
  const double top = sheet.y();
  const double left = sheet.body().x;
  const double height = identity_height(person);
  sheet.box({left, top, 6, height}, 0.35);
  sheet.text({left, top, 6, height}, value(0, std::to_string(ordinal), "", 9, Align::centre));
  sheet.box({left + 6, top, narrow - 6, height}, 0.35);
  sheet.text({left + 8, top, narrow - 10, height}, label(0, "氏名"));
  const double name_width = 90;
  name_cell(sheet, {left + narrow, top, name_width, height}, person);
  // Birth above, sex and relationship below, at the right of the name.
  const double x = left + narrow + name_width;
  const double rest = sheet.body().width - narrow - name_width;
  const double half = height / 2;
  const auto pair = [&](double px, double py, double heading, double width, const char* name,
                        const Cell& cell) {
    sheet.box({px, py, heading, half}, 0.35);
    sheet.text({px + 1, py, heading - 2, half}, label(0, name));
    sheet.box({px + heading, py, width - heading, half}, 0.35);
    sheet.text({px + heading + 1.2, py, width - heading - 2.4, half}, cell);
  };
  pair(x, top, narrow, rest, "生年月日", value(0, written_birth(person), "birth"));
  pair(x, top + half, 12, 28, "性別", value(0, written(person.sex), "", 10.5, Align::centre));
  const auto relationship = person.relationship.value_or(std::string(head_of_household));
  pair(x + 28, top + half, 12, rest - 28, "続柄",
       value(0, show_relationship ? relationship : omitted, "relationship", 10.5, Align::centre));
  sheet.skip(height);
}

void foreign_rows(Sheet& sheet, const ForeignResident& foreign) {
  sheet.row(7,
            {label(narrow, "国籍・地域"), value(38, foreign.nationality, "nationality"),
             centred_label(26, "法第30条の45に\n規定する区分"),
             value(32, foreign.category, "category"), centred_label(narrow, "在留カード等\nの番号"),
             value(0, foreign.card_number, "number of a residence card")});
  if (!foreign.status) return;
  sheet.row(7, {label(narrow, "在留資格"), value(52, *foreign.status, "status of residence"),
                label(18, "在留期間"), value(14, foreign.period.value_or("－"), "period of stay"),
                label(narrow, "満了の日"),
                value(0, foreign.expires ? western_date(*foreign.expires) : "－", "")});
}

double height_of(const Resident& person) {
  double height = identity_height(person) + 7 + 7 + 7;
  if (person.former_name || (person.foreign && person.foreign->alias)) height += 7;
  if (person.foreign) height += person.foreign->status ? 7 : 0;
  return height + 2;
}

/// 旧氏 or 通称, when there is one.
void other_name_row(Sheet& sheet, const Resident& person) {
  if (person.foreign && person.foreign->alias) {
    sheet.row(7, {label(narrow, "通称"), value(0, *person.foreign->alias, "alias", 11.5)});
  } else if (person.former_name) {
    sheet.row(7, {label(narrow, "旧氏"), value(0, *person.former_name, "former surname", 11.5)});
  }
}

void origin_row(Sheet& sheet, const Resident& person, bool show_domicile) {
  if (person.foreign) return foreign_rows(sheet, *person.foreign);
  const bool shown = show_domicile && person.domicile;
  sheet.row(
      7, {label(narrow, "本籍"), value(90, shown ? person.domicile->address : omitted, "domicile"),
          label(narrow, "筆頭者"),
          value(0, shown ? person.domicile->head : omitted, "head of the register")});
}

void lay_out_person(Sheet& sheet, const Resident& person, std::size_t ordinal,
                    const FormInput& input) {
  sheet.keep(height_of(person));
  const double top = sheet.y();
  identity_rows(sheet, person, ordinal, input.show_relationship);
  other_name_row(sheet, person);
  sheet.row(7, {label(narrow, "住民となった日"), value(60, written(person.resident_since), ""),
                label(30, "住所を定めた日"), value(0, written(person.address_since), "")});
  origin_row(sheet, person, input.show_domicile);
  sheet.row(7, {label(narrow, "前住所"),
                value(0, person.previous_address.value_or("－"), "previous address")});
  sheet.box({sheet.body().x, top, sheet.body().width, sheet.y() - top}, 1.0);
  sheet.skip(2);
}

/// 住所 and 世帯主, at the top of every page.
void household_head(Sheet& sheet, const FormInput& input) {
  const auto& head = input.registry.head_of(input.applicant);
  const double top = sheet.y();
  sheet.row(10, {label(narrow, "住所"), value(0, input.applicant.address, "address", 12)});
  sheet.row(8, {label(narrow, "世帯主"), value(0, input.show_relationship ? head.name : omitted,
                                               "name of the head of the household", 12)});
  sheet.box({sheet.body().x, top, sheet.body().width, sheet.y() - top}, 1.0);
  sheet.skip(2);
}

/// One line a person: what a 記載事項証明書 certifies.
void lay_out_entry(Sheet& sheet, const Resident& person, std::size_t ordinal,
                   const FormInput& input) {
  double height = identity_height(person) + 2;
  if (person.former_name || (person.foreign && person.foreign->alias)) height += 7;
  if (person.foreign) height += person.foreign->status ? 14 : 7;
  if (input.show_domicile && !person.foreign) height += 7;
  sheet.keep(height);
  const double top = sheet.y();
  identity_rows(sheet, person, ordinal, input.show_relationship);
  other_name_row(sheet, person);
  if (person.foreign || input.show_domicile) origin_row(sheet, person, input.show_domicile);
  sheet.box({sheet.body().x, top, sheet.body().width, sheet.y() - top}, 1.0);
  sheet.skip(2);
}

}  // namespace

FormWords lay_out_residence(Sheet& sheet, const FormInput& input) {
  sheet.set_page_head([&input](Sheet& page) { household_head(page, input); });
  std::size_t ordinal = 0;
  for (const auto* person : input.persons) lay_out_person(sheet, *person, ++ordinal, input);
  sheet.keep(5 + 5);
  sheet.text({sheet.body().x, sheet.y(), sheet.body().width, 5},
             value(0, "個人番号及び住民票コードは、記載を省略しています。", "", 8.5));
  sheet.skip(5);
  close_body(sheet);
  const std::string which = input.whole_household ? "世帯全員の" : "";
  return {"住民票の写し", "この写しは、" + which + "住民票の原本と相違ないことを証明する。"};
}

FormWords lay_out_residence_matter(Sheet& sheet, const FormInput& input) {
  sheet.set_page_head([&input](Sheet& page) { household_head(page, input); });
  std::size_t ordinal = 0;
  for (const auto* person : input.persons) lay_out_entry(sheet, *person, ++ordinal, input);
  close_body(sheet);
  return {"住民票記載事項証明書", "上記の事項は、住民票に記載があることを証明する。"};
}

}  // namespace madoguchi::gateway
