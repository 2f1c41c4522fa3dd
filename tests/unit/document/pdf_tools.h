#pragma once
// A PDF in a file of its own, and the programs that look at it.

#include <string>

#include "firmware/base/bytes.h"

namespace madoguchi::gateway {

class PdfFile {
 public:
  explicit PdfFile(ByteView pdf);
  ~PdfFile();
  PdfFile(const PdfFile&) = delete;
  PdfFile& operator=(const PdfFile&) = delete;

  [[nodiscard]] const std::string& path() const { return path_; }
  /// What the program says about the file: "pdffonts {}" with {} for the path.
  [[nodiscard]] std::string ask(std::string command) const;
  /// The text as pdftotext finds it, without spaces and line breaks.
  [[nodiscard]] std::string text() const;

 private:
  std::string path_;
};

/// Whether the program is installed; says so when it is not.
bool have_tool(const std::string& name);

}  // namespace madoguchi::gateway
