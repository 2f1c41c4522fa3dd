#include "tests/unit/document/pdf_tools.h"

#include <cstdio>
#include <cstdlib>

#include <CppUTest/TestHarness.h>
#include <unistd.h>

#include "firmware/base/file.h"
#include "tests/shell_command.h"

namespace madoguchi::gateway {

PdfFile::PdfFile(ByteView pdf) {
  char name[] = "/tmp/madoguchi-pdf-XXXXXX";
  const int fd = mkstemp(name);
  CHECK_TRUE(fd >= 0);
  close(fd);
  path_ = name;
  CHECK_TRUE(write_file(path_, pdf).ok());
}

PdfFile::~PdfFile() { unlink(path_.c_str()); }

std::string PdfFile::ask(std::string command) const {
  for (auto at = command.find("{}"); at != std::string::npos; at = command.find("{}"))
    command.replace(at, 2, path_);
  return said_by(command + " 2>&1").text;
}

std::string PdfFile::text() const {
  std::string out;
  for (const char c : ask("pdftotext -raw {} -")) {
    if (c != ' ' && c != '\n' && c != '\f') out += c;
  }
  for (auto at = out.find("\u3000"); at != std::string::npos; at = out.find("\u3000"))
    out.erase(at, 3);
  return out;
}

bool have_tool(const std::string& name) {
  if (!output_of("command -v " + name).empty()) return true;
  std::printf("\n%s is not installed: skipped\n", name.c_str());
  return false;
}

}  // namespace madoguchi::gateway
