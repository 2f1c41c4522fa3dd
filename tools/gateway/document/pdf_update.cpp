#include "tools/gateway/document/pdf_update.h"

#include <charconv>
#include <map>
#include <optional>
#include <vector>

namespace madoguchi::gateway {

namespace {

Error unsupported(const std::string& what) {
  return {Errc::unsupported, "document.sign",
          what + ": only PDFs as Cairo writes them can be signed"};
}

/// The number at `at`, after white space; moves `at` behind it.
std::optional<std::size_t> number_at(std::string_view text, std::size_t& at) {
  at = text.find_first_not_of(" \r\n", at);
  if (at == std::string_view::npos) return std::nullopt;
  std::size_t value = 0;
  const auto [end, error] = std::from_chars(text.data() + at, text.data() + text.size(), value);
  if (error != std::errc()) return std::nullopt;
  at = std::size_t(end - text.data());
  return value;
}

std::optional<std::size_t> number_after(std::string_view text, std::string_view key) {
  std::size_t at = text.find(key);
  if (at == std::string_view::npos) return std::nullopt;
  at += key.size();
  return number_at(text, at);
}

struct PdfFile {
  std::string_view text;
  std::size_t xref = 0;  ///< where the cross-reference table starts
  std::size_t size = 0;  ///< number of objects, object 0 included
  std::size_t root = 0;  ///< number of the catalogue
  std::size_t info = 0;  ///< number of the information dictionary
  std::vector<std::size_t> offsets;

  static Result<PdfFile> read(std::string_view text);
  /// The dictionary of an object, "<< … >>". A stream's dictionary counts as absent.
  [[nodiscard]] std::optional<std::string> dictionary(std::size_t object) const;
};

Result<PdfFile> PdfFile::read(std::string_view text) {
  PdfFile file{text, 0, 0, 0, 0, {}};
  const auto last = text.rfind("startxref");
  const auto xref =
      last == std::string_view::npos ? std::nullopt : number_after(text.substr(last), "startxref");
  if (!xref || *xref >= text.size() || text.substr(*xref, 4) != "xref") {
    return unsupported("there is no classic cross-reference table");
  }
  file.xref = *xref;
  const auto table = text.substr(file.xref);
  const auto trailer_at = table.find("trailer");
  if (trailer_at == std::string_view::npos) return unsupported("there is no trailer");
  const auto trailer = table.substr(trailer_at);
  const auto size = number_after(trailer, "/Size");
  const auto root = number_after(trailer, "/Root");
  const auto info = number_after(trailer, "/Info");
  if (!size || !root || !info || trailer.find("/Prev") != std::string_view::npos) {
    return unsupported("the trailer is incomplete or the file was updated before");
  }
  file.size = *size;
  file.root = *root;
  file.info = *info;

  std::size_t at = 4;
  const auto first = number_at(table, at);
  const auto count = number_at(table, at);
  if (first != 0u || count != file.size || count > table.size() / 20) {
    return unsupported("the cross-reference table has several sections");
  }
  for (std::size_t i = 0; i < file.size; ++i) {
    const auto offset = number_at(table, at);
    const auto generation = number_at(table, at);
    at = table.find_first_of("nf", at);
    if (!offset || !generation || at == std::string_view::npos || *offset >= text.size()) {
      return unsupported("the cross-reference table is broken");
    }
    file.offsets.push_back(table[at++] == 'n' ? *offset : 0);
  }
  return file;
}

std::optional<std::string> PdfFile::dictionary(std::size_t object) const {
  if (object >= offsets.size() || offsets[object] == 0) return std::nullopt;
  const auto from = text.substr(offsets[object]);
  const auto head = std::to_string(object) + " 0 obj";
  if (!from.starts_with(head)) return std::nullopt;
  const auto body = from.substr(0, from.find("endobj"));
  const auto begin = body.find("<<");
  const auto end = body.rfind(">>");
  if (begin == std::string_view::npos || end == std::string_view::npos || end < begin)
    return std::nullopt;
  if (body.find("stream") != std::string_view::npos) return std::nullopt;
  return std::string(body.substr(begin, end + 2 - begin));
}

/// Adds entries at the end of a dictionary.
std::string with_entries(std::string dictionary, const std::string& entries) {
  dictionary.insert(dictionary.size() - 2, entries);
  return dictionary;
}

/// Objects appended to a file, and their places.
struct Update {
  std::string bytes;
  std::map<std::size_t, std::size_t> offsets;

  void add(std::size_t object, const std::string& body) {
    offsets[object] = bytes.size();
    bytes += std::to_string(object) + " 0 obj\n" + body + "\nendobj\n";
  }
  void close(const PdfFile& file) {
    const auto xref = bytes.size();
    bytes += "xref\n";
    for (const auto& [object, offset] : offsets) {
      const auto digits = std::to_string(offset);
      bytes += std::to_string(object) + " 1\n" + std::string(10 - digits.size(), '0') + digits +
               " 00000 n \n";
    }
    bytes += "trailer\n<< /Size " + std::to_string(offsets.rbegin()->first + 1) + " /Root " +
             std::to_string(file.root) + " 0 R /Info " + std::to_string(file.info) + " 0 R /Prev " +
             std::to_string(file.xref) + " >>\nstartxref\n" + std::to_string(xref) + "\n%%EOF\n";
  }
};

}  // namespace

Result<PreparedPdf> prepare_signature(ByteView pdf, std::size_t room, const std::string& date) {
  const auto file = PdfFile::read({reinterpret_cast<const char*>(pdf.data()), pdf.size()});
  if (!file) return file.error();
  const auto catalogue = file->dictionary(file->root);
  const auto pages_object = catalogue ? number_after(*catalogue, "/Pages") : std::nullopt;
  const auto pages = pages_object ? file->dictionary(*pages_object) : std::nullopt;
  const auto page_object = pages ? number_after(*pages, "/Kids [") : std::nullopt;
  const auto page = page_object ? file->dictionary(*page_object) : std::nullopt;
  if (!page || page->find("/Type /Page") == std::string::npos)
    return unsupported("the first page is not found");
  if (page->find("/Annots") != std::string::npos ||
      catalogue->find("/AcroForm") != std::string::npos) {
    return unsupported("there are annotations or form fields already");
  }

  const auto field = file->size;
  const auto signature = field + 1;
  const auto reference = [](std::size_t object) { return std::to_string(object) + " 0 R"; };
  Update update{std::string(file->text), {}};
  // ESIC extension level 2 announces ETSI.CAdES.detached to readers of PDF 1.7 (EN 319 142-1, 6.1).
  update.add(
      file->root,
      with_entries(*catalogue, " /Version /1.7 /AcroForm << /Fields [" + reference(field) +
                                   "] /SigFlags 3 >> /Extensions << /ESIC << /BaseVersion /1.7 "
                                   "/ExtensionLevel 2 >> >> "));
  update.add(*page_object, with_entries(*page, " /Annots [" + reference(field) + "] "));
  update.add(field,
             "<< /Type /Annot /Subtype /Widget /FT /Sig /T (Seal) /Rect [0 0 0 0] /F 132 /P " +
                 reference(*page_object) + " /V " + reference(signature) + " >>");

  // ByteRange is written with room for its numbers, which are known only when the whole file is.
  constexpr std::size_t range_room = 40;
  const std::string head =
      "<< /Type /Sig /Filter /Adobe.PPKLite /SubFilter /ETSI.CAdES.detached /M (" + date +
      ") /ByteRange [0 ";
  const std::string object_head = std::to_string(signature) + " 0 obj\n";
  const auto range_at = update.bytes.size() + object_head.size() + head.size();
  const std::string contents_key = "] /Contents ";
  const auto contents_at = range_at + range_room + contents_key.size();
  update.add(signature, head + std::string(range_room, ' ') + contents_key + "<" +
                            std::string(2 * room, '0') + "> >>");
  update.close(*file);

  PreparedPdf out{std::move(update.bytes), contents_at + 1, contents_at + 1 + 2 * room};
  const auto after = out.contents_end + 1;
  const auto range = std::to_string(contents_at) + " " + std::to_string(after) + " " +
                     std::to_string(out.bytes.size() - after);
  out.bytes.replace(range_at, range.size(), range);
  return out;
}

}  // namespace madoguchi::gateway
