// 印鑑登録証明書.
#include "tools/gateway/document/forms/form.h"
#include "tools/gateway/document/written_date.h"

namespace madoguchi::gateway {

FormWords lay_out_seal(Sheet& sheet, const FormInput& input) {
  const auto& person = input.applicant;
  const auto& seal = *person.seal;
  constexpr double impression_width = 46;
  constexpr double rows = 62;
  const Area body = sheet.body();
  const double top = sheet.y();

  // The impression in its original size, at the left of the table.
  sheet.box({body.x, top, impression_width, rows}, 1.0);
  sheet.line(body.x, top + 8, body.x + impression_width, top + 8, 0.35);
  sheet.text({body.x + 10, top, impression_width - 20, 8}, centred_label(0, "印　　影"));
  constexpr double diameter = 16.5;
  sheet.impression(body.x + (impression_width - diameter) / 2, top + 8 + (rows - 8 - diameter) / 2,
                   diameter, seal.engraving);

  const double x = body.x + impression_width;
  const double width = body.width - impression_width;
  double y = top;
  const auto row = [&](double height, const char* heading, const Cell& cell) {
    sheet.box({x, y, 26, height}, 0.35);
    sheet.text({x + 2, y, 22, height}, label(0, heading));
    sheet.box({x + 26, y, width - 26, height}, 0.35);
    sheet.text({x + 28, y, width - 30, height}, cell);
    y += height;
  };
  row(18, "氏名", value(0, person.name, "name of a resident", 16));
  const auto alias = person.foreign ? person.foreign->alias : std::nullopt;
  row(11, alias ? "通称" : "旧氏",
      value(0, alias.value_or(person.former_name.value_or("－")), "alias or former surname", 13));
  row(10, "生年月日", value(0, written_birth(person), "birth", 12));
  row(13, "住所", value(0, person.address, "address", 12));
  row(10, "登録年月日", value(0, japanese_date(seal.registered), "", 12));
  sheet.box({x, top, width, rows}, 1.0);
  sheet.skip(rows + 3);
  close_body(sheet);
  return {"印鑑登録証明書", "この写しは、登録された印影と相違ないことを証明する。"};
}

}  // namespace madoguchi::gateway
