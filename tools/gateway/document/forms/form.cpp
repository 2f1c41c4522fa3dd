#include "tools/gateway/document/forms/form.h"

#include "tools/gateway/document/written_date.h"

namespace madoguchi::gateway {

std::string written(Sex sex) {
  switch (sex) {
    case Sex::male:
      return "男";
    case Sex::female:
      return "女";
    case Sex::other:
      return "その他";
  }
  return {};
}

std::string written_birth(const Resident& resident) {
  return resident.foreign ? western_date(resident.birth) : japanese_date(resident.birth);
}

void close_body(Sheet& sheet) {
  sheet.keep(5);
  sheet.text({sheet.body().x, sheet.y(), sheet.body().width, 5},
             value(0, "（以下余白）", "", 9, Align::centre));
  sheet.skip(5);
}

}  // namespace madoguchi::gateway
