#pragma once
// What the QR code on a lesson's sheet leads to: the same lesson to repeat at home. GET and HEAD of
//   /lessons                    all lessons
//   /lessons/<topic>?lang=ja    one; ja or en, ja without it
// Plain HTML: no script, no cookie, nothing that tells who reads it. Pure but for the answer.

#include <string>
#include <string_view>

#include "firmware/lesson/shelf.h"
#include "tools/gateway/http_message.h"

namespace madoguchi::gateway {

class LessonPages {
 public:
  /// The shelf outlives the pages.
  explicit LessonPages(const lesson::Shelf& shelf);

  [[nodiscard]] static bool is_ours(std::string_view target);
  [[nodiscard]] Answer answer(const Request& request) const;

 private:
  const lesson::Shelf& shelf_;
  std::string policy_;  ///< Content-Security-Policy
};

}  // namespace madoguchi::gateway
