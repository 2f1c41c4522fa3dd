// 戸籍全部事項証明書.
#include "tools/gateway/document/forms/form.h"
#include "tools/gateway/document/written_date.h"

namespace madoguchi::gateway {

namespace {

constexpr double heading_width = 46;
constexpr double line_height = 6;

/// A row of two columns: the heading at the left, lines of 【label】 value at the right. A row that
/// is longer than a page has left goes on at the top of the next.
class TwoColumns {
 public:
  TwoColumns(Sheet& sheet, std::string heading, double needed)
      : sheet_(sheet), heading_(std::move(heading)) {
    sheet_.keep(needed);
    open();
  }
  TwoColumns(const TwoColumns&) = delete;
  TwoColumns& operator=(const TwoColumns&) = delete;
  ~TwoColumns() { close(); }

  void detail(const std::string& name, const std::string& text, const char* what,
              double size = 10.5) {
    const double height = size > 11 ? 8 : line_height;
    if (sheet_.y() + height + 1 > sheet_.body().y + sheet_.body().height) {
      close();
      sheet_.keep(1000);
      open();
    }
    const double x = sheet_.body().x + heading_width;
    sheet_.text({x + 2, sheet_.y(), 34, height}, value(0, "【" + name + "】", what));
    sheet_.text({x + 36, sheet_.y(), sheet_.body().width - heading_width - 38, height},
                value(0, text, what, size));
    sheet_.skip(height);
  }
  /// 除籍, boxed under the heading.
  void stamp(const char* text) {
    sheet_.box({sheet_.body().x + 4, top_ + 9, 18, 7}, 0.8);
    sheet_.text({sheet_.body().x + 6, top_ + 9, 14, 7}, value(0, text, "", 11, Align::spread));
  }

 private:
  void open() {
    top_ = sheet_.y();
    sheet_.text({sheet_.body().x + 2, top_ + 1, heading_width - 4, line_height},
                value(0, heading_, "heading of a matter"));
    sheet_.skip(1);
  }
  void close() {
    sheet_.skip(1);
    const double height = sheet_.y() - top_;
    sheet_.box({sheet_.body().x, top_, sheet_.body().width, height}, 0.35);
    const double x = sheet_.body().x + heading_width;
    sheet_.line(x, top_, x, sheet_.y(), 0.35);
  }

  Sheet& sheet_;
  std::string heading_;
  double top_ = 0;
};

void lay_out_matter(Sheet& sheet, const RegisterMatter& matter) {
  TwoColumns row(sheet, matter.title,
                 2 + line_height * double(std::min<std::size_t>(matter.details.size(), 4)));
  for (const auto& detail : matter.details)
    row.detail(detail.label, detail.value, "matter of the register");
}

void lay_out_member(Sheet& sheet, const RegisterMember& member) {
  {
    TwoColumns row(sheet, "戸籍に記録されている者", 2 + 8 + 5 * line_height);
    row.detail("名", member.name, "name in the register", 13);
    row.detail("生年月日", japanese_date(member.birth), "birth");
    if (member.spouse) row.detail("配偶者区分", *member.spouse, "kind of spouse");
    if (member.father) row.detail("父", *member.father, "name of a father");
    if (member.mother) row.detail("母", *member.mother, "name of a mother");
    if (member.relationship) row.detail("続柄", *member.relationship, "relationship");
    if (member.removed) row.stamp("除籍");
  }
  for (const auto& matter : member.matters) lay_out_matter(sheet, matter);
}

void register_head(Sheet& sheet, const Domicile& domicile) {
  const double top = sheet.y();
  sheet.row(9,
            {value(heading_width, "本籍", "", 10.5), value(0, domicile.address, "domicile", 12)});
  sheet.row(9, {value(heading_width, "氏名", "", 10.5),
                value(0, domicile.head, "head of the register", 12)});
  sheet.box({sheet.body().x, top, sheet.body().width, sheet.y() - top}, 1.0);
}

}  // namespace

FormWords lay_out_family_register(Sheet& sheet, const FormInput& input) {
  const auto& family = *input.registry.family_register_of(input.applicant);
  sheet.set_page_head([&](Sheet& page) { register_head(page, family.domicile); });
  for (const auto& matter : family.matters) lay_out_matter(sheet, matter);
  for (const auto& member : family.members) lay_out_member(sheet, member);
  close_body(sheet);
  return {"戸籍全部事項証明書", "これは、戸籍に記録されている事項の全部を証明した書面である。"};
}

}  // namespace madoguchi::gateway
