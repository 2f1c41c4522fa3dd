#pragma once
// The pages of a certificate while they are laid out: rows of cells that flow from page to page.
// What comes out is data (marks in millimetres), so that drawing needs no decision any more. The
// first text that cannot be set correctly stops nothing and is remembered: refusal() after the
// layout.

#include <functional>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "firmware/message/gateway_api.h"
#include "tools/gateway/document/typesetter.h"

namespace madoguchi::gateway {

struct TextMark {
  double x = 0, y = 0;  ///< upper left corner
  std::string text;
  Setting setting;
};
struct LineMark {
  double x0 = 0, y0 = 0, x1 = 0, y1 = 0;
  double width_pt = 0.4;
};
/// 印影, the reproduction of a registered seal.
struct ImpressionMark {
  double x = 0, y = 0, diameter = 0;
  std::string text;
};
using Mark = std::variant<TextMark, LineMark, ImpressionMark>;
using Page = std::vector<Mark>;

struct Area {
  double x = 0, y = 0, width = 0, height = 0;
};

/// One cell of a row. `what` names the field in a refusal ("name", "address"), empty for the form's
/// own words.
struct Cell {
  double width = 0;  ///< mm; 0: what the row has left
  std::string text;
  std::string what;
  Setting setting;  ///< width is filled in
};

/// A heading of the form: small, gothic, spread over its cell.
Cell label(double width, std::string text);
/// The same in the middle of a wide or a two-line cell.
Cell centred_label(double width, std::string text);
/// What the register says: mincho, from the left.
Cell value(double width, std::string text, std::string what, double size_pt = 10.5,
           Align align = Align::left);

class Sheet {
 public:
  /// Rows fill `body` of every page.
  Sheet(const Typesetter& typesetter, Area body);

  /// Laid out at the top of every page that follows, and now if the page is still empty.
  void set_page_head(std::function<void(Sheet&)> head);
  /// Starts a new page unless `height` mm are left on this one.
  void keep(double height);
  void skip(double height) { y_ += height; }
  /// A ruled row across the body at the cursor.
  void row(double height, const std::vector<Cell>& cells);
  /// Text without rules, centred vertically in the area; breaks and shrinks to fit.
  void text(const Area& area, const Cell& cell);
  void line(double x0, double y0, double x1, double y1, double width_pt);
  void box(const Area& area, double width_pt);
  void impression(double x, double y, double diameter, const std::string& text);

  [[nodiscard]] double y() const { return y_; }
  [[nodiscard]] const Area& body() const { return body_; }
  [[nodiscard]] const std::optional<api::ApiError>& refusal() const { return refusal_; }
  [[nodiscard]] std::vector<Page> take_pages() { return std::move(pages_); }

 private:
  void start_page();
  void refuse(api::Refusal code, const Cell& cell, const std::string& why);

  const Typesetter& typesetter_;
  Area body_;
  double y_ = 0;
  std::vector<Page> pages_;
  std::function<void(Sheet&)> head_;
  std::optional<api::ApiError> refusal_;
};

}  // namespace madoguchi::gateway
