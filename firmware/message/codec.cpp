#include "firmware/message/codec.h"

#include <set>

namespace madoguchi {
namespace {

constexpr int deepest = 16;

/// Builds the document while it counts nesting and refuses repeated keys: nlohmann's own parser
/// recurses once a level and keeps the last of two equal keys.
class CheckedBuilder : public nlohmann::detail::json_sax_dom_parser<Json> {
  using Base = nlohmann::detail::json_sax_dom_parser<Json>;

 public:
  CheckedBuilder(Json& out, std::size_t most_values)
      : Base(out, false), most_values_(most_values) {}

  bool start_object(std::size_t n) {
    keys_.emplace_back();
    return enter() && Base::start_object(n);
  }
  bool end_object() {
    keys_.pop_back();
    --depth_;
    return Base::end_object();
  }
  bool start_array(std::size_t n) { return enter() && Base::start_array(n); }
  bool end_array() {
    --depth_;
    return Base::end_array();
  }
  bool null() { return count() && Base::null(); }
  bool boolean(bool value) { return count() && Base::boolean(value); }
  bool number_integer(Json::number_integer_t value) {
    return count() && Base::number_integer(value);
  }
  bool number_unsigned(Json::number_unsigned_t value) {
    return count() && Base::number_unsigned(value);
  }
  bool number_float(Json::number_float_t value, const std::string& text) {
    return count() && Base::number_float(value, text);
  }
  bool string(std::string& value) { return count() && Base::string(value); }
  bool binary(Json::binary_t& value) { return count() && Base::binary(value); }
  bool key(std::string& name) {
    if (!keys_.back().insert(name).second) return refuse("a key stands twice in one object");
    return Base::key(name);
  }
  template <class Exception>
  bool parse_error(std::size_t position, const std::string&, const Exception&) {
    return refuse("is malformed at byte " + std::to_string(position));
  }

  std::string why;

 private:
  bool enter() { return (++depth_ <= deepest || refuse("is nested too deeply")) && count(); }
  bool count() { return ++values_ <= most_values_ || refuse("holds too many values"); }
  bool refuse(std::string reason) {
    if (why.empty()) why = std::move(reason);
    return false;
  }

  int depth_ = 0;
  std::size_t values_ = 0;
  std::size_t most_values_;
  std::vector<std::set<std::string>> keys_;
};

}  // namespace

Result<Json> parse_document(ByteView bytes, Dialect dialect, std::size_t most_values) {
  Json document;
  CheckedBuilder builder(document, most_values);
  const auto format =
      dialect == Dialect::cbor ? Json::input_format_t::cbor : Json::input_format_t::json;
  bool good = false;
  try {
    good = Json::sax_parse(bytes.begin(), bytes.end(), &builder, format, true);
  } catch (const Json::exception&) {  // such as an array that claims more elements than can exist
    builder.why = "claims an impossible size";
  }
  if (!good) {
    return Error{Errc::protocol, "message", builder.why.empty() ? "is malformed" : builder.why};
  }
  return document;
}

}  // namespace madoguchi
