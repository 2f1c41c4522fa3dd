// 戸籍の附票の写し (全部).
#include "tools/gateway/document/forms/form.h"
#include "tools/gateway/document/written_date.h"

namespace madoguchi::gateway {

namespace {

constexpr double column = 22;

void register_head(Sheet& sheet, const Domicile& domicile, bool shown) {
  const double top = sheet.y();
  sheet.row(9, {label(column, "本籍"),
                value(0, shown ? domicile.address : "［省略］", "domicile", 11.5)});
  sheet.row(9, {label(column, "筆頭者"),
                value(0, shown ? domicile.head : "［省略］", "head of the register", 11.5)});
  sheet.box({sheet.body().x, top, sheet.body().width, sheet.y() - top}, 1.0);
  sheet.skip(3);
}

void lay_out_member(Sheet& sheet, const RegisterMember& member) {
  sheet.keep(10 + 7 + 8.5 + 3);
  double top = sheet.y();
  const auto close = [&] {
    sheet.box({sheet.body().x, top, sheet.body().width, sheet.y() - top}, 1.0);
  };
  sheet.row(10, {label(column, "名"), value(68, member.name, "name in the register", 13),
                 label(column, "生年月日"), value(38, japanese_date(member.birth), ""),
                 label(12, "性別"), value(0, written(member.sex), "", 10.5, Align::centre)});
  if (member.removed) {
    sheet.row(8, {label(column, "除籍"), value(0, "この附票から除かれている。", "", 10)});
  } else {
    sheet.row(7, {centred_label(132, "住　　　　　所"), centred_label(0, "住所を定めた年月日")});
    for (const auto& record : member.addresses) {
      if (sheet.y() + 8.5 > sheet.body().y + sheet.body().height) {
        close();
        sheet.keep(1000);
        top = sheet.y();
      }
      sheet.row(8.5, {value(132, record.address, "address in the register"),
                      value(0, japanese_date(record.since), "")});
    }
  }
  close();
  sheet.skip(3);
}

}  // namespace

FormWords lay_out_family_address(Sheet& sheet, const FormInput& input) {
  const auto& family = *input.registry.family_register_of(input.applicant);
  sheet.set_page_head(
      [&](Sheet& page) { register_head(page, family.domicile, input.show_domicile); });
  for (const auto& member : family.members) lay_out_member(sheet, member);
  close_body(sheet);
  return {"戸籍の附票の写し", "この写しは、戸籍の附票の原本と相違ないことを証明する。"};
}

}  // namespace madoguchi::gateway
