#include "tests/unit/document/pdf_tools.h"

#include <array>
#include <cstdio>
#include <cstdlib>

#include <CppUTest/TestHarness.h>
#include <unistd.h>

#include "firmware/base/file.h"

namespace madoguchi::gateway {

namespace {

std::string output_of(const std::string& command) {
  std::string out;
  FILE* pipe = popen(command.c_str(), "r");
  if (pipe == nullptr) FAIL("popen");
  std::array<char, 4096> buffer{};
  for (std::size_t n = 0; (n = fread(buffer.data(), 1, buffer.size(), pipe)) > 0;)
    out.append(buffer.data(), n);
  pclose(pipe);
  return out;
}

}  // namespace

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
  return output_of(command + " 2>&1");
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
