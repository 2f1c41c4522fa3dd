#include "firmware/update/record.h"

#include "firmware/base/file.h"

namespace madoguchi::update {
namespace {

constexpr std::size_t largest = 1u << 20;

}  // namespace

Result<Record> read_record(const std::string& path) {
  const Result<Bytes> bytes = read_file(path, largest);
  if (!bytes && bytes.error().code == Errc::not_found) return Record();
  if (!bytes) return bytes.error();
  Result<Record> record = decode<Record>(*bytes, Dialect::json);
  if (!record) return Error{Errc::invalid, path, record.error().what};
  return record;
}

Status write_record(const std::string& path, const Record& record) {
  return write_file(path, encode(record, Dialect::json));
}

}  // namespace madoguchi::update
