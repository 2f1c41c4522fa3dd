#include "firmware/identity/card_info_input.h"

#include <algorithm>
#include <optional>

namespace madoguchi::identity::card_info_input {

namespace {

constexpr std::uint16_t tag_file = 0xFF20;
constexpr std::uint16_t tag_offsets = 0xDF21;
constexpr std::uint16_t first_field = 0xDF22;
constexpr std::size_t field_count = 4;

Error bad(const char* what) { return {Errc::protocol, "card.attributes", what}; }

/// A BER-TLV object with a tag of two bytes.
struct Object {
  std::uint16_t tag = 0;
  ByteView value;
  std::size_t whole_size = 0;  ///< with tag and length
};

/// The object that the bytes begin with. Lengths in the short form or in one or two bytes.
std::optional<Object> read_object(ByteView bytes) {
  if (bytes.size() < 3) return std::nullopt;
  const auto tag = static_cast<std::uint16_t>(bytes[0] << 8 | bytes[1]);
  std::size_t header = 3;
  std::size_t length = bytes[2];
  if (length >= 0x80) {
    const std::size_t length_bytes = length - 0x80;
    if (length_bytes < 1 || length_bytes > 2 || bytes.size() < 3 + length_bytes)
      return std::nullopt;
    length = 0;
    for (std::size_t i = 0; i < length_bytes; ++i) length = length << 8 | bytes[3 + i];
    header += length_bytes;
  }
  if (bytes.size() - header < length) return std::nullopt;
  return Object{tag, bytes.subspan(header, length), header + length};
}

bool is_filler(ByteView bytes) {
  return std::ranges::all_of(bytes, [](std::uint8_t b) { return b == 0x00 || b == 0xFF; });
}

/// The objects inside FF20: each field at most once, each with its place in the file.
struct Fields {
  struct Field {
    ByteView value;
    std::size_t at = 0;
  };
  std::optional<ByteView> offsets;
  std::array<std::optional<Field>, field_count> fields;
};

Result<Fields> collect(ByteView objects, std::size_t at) {
  Fields out;
  while (!objects.empty()) {
    const auto object = read_object(objects);
    if (!object) return bad("an object reaches beyond its container");
    if (object->tag == tag_offsets) {
      if (out.offsets) return bad("the offsets are there twice");
      out.offsets = object->value;
    } else if (object->tag >= first_field && object->tag < first_field + field_count) {
      auto& field = out.fields[object->tag - first_field];
      if (field) return bad("a field is there twice");
      field = Fields::Field{object->value, at};
    }
    at += object->whole_size;
    objects = objects.subspan(object->whole_size);
  }
  return out;
}

Status check_offsets(const Fields& found) {
  if (!found.offsets) return {};
  if (found.offsets->size() != 2 * field_count) return bad("the offset table has the wrong size");
  for (std::size_t i = 0; i < field_count; ++i) {
    const auto offset =
        static_cast<std::size_t>((*found.offsets)[2 * i] << 8 | (*found.offsets)[2 * i + 1]);
    if (offset != found.fields[i]->at) return bad("an offset does not point to its field");
  }
  return {};
}

std::optional<Sex> read_sex(ByteView value) {
  if (value.size() != 1) return std::nullopt;
  switch (value[0]) {
    case '0':
      return Sex::unknown;
    case '1':
      return Sex::male;
    case '2':
      return Sex::female;
    case '9':
      return Sex::not_applicable;
    default:
      return std::nullopt;
  }
}

}  // namespace

Result<Attributes> parse_attributes(ByteView file) {
  const auto outer = read_object(file);
  if (!outer || outer->tag != tag_file) return bad("the file is not an object FF20");
  if (!is_filler(file.subspan(outer->whole_size))) return bad("something follows the object");
  const auto found = collect(outer->value, outer->whole_size - outer->value.size());
  if (!found) return found.error();
  if (!std::ranges::all_of(found->fields, [](const auto& field) { return field.has_value(); })) {
    return bad("a field is missing");
  }
  if (const auto checked = check_offsets(*found); !checked) return checked.error();

  Attributes out{as_text(found->fields[0]->value), as_text(found->fields[1]->value),
                 as_text(found->fields[2]->value), Sex::unknown};
  if (out.name.empty() || !is_utf8(out.name)) return bad("the name is not UTF-8 text");
  if (!is_utf8(out.address)) return bad("the address is not UTF-8 text");
  const auto is_digit = [](char c) { return c >= '0' && c <= '9'; };
  if (out.birth.size() != 8 || !std::ranges::all_of(out.birth, is_digit)) {
    return bad("the birth date is not eight digits");
  }
  const auto sex = read_sex(found->fields[3]->value);
  if (!sex) return bad("the sex is not a code of JIS X 0303");
  out.sex = *sex;
  return out;
}

}  // namespace madoguchi::identity::card_info_input
