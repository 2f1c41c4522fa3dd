#include "firmware/message/codec.h"

#include <set>

namespace madoguchi {
namespace {

constexpr int deepest = 16;

/// Builds the document while it counts nesting and refuses repeated keys: nlohmann's own parser recurses once a level
/// and keeps the last of two equal keys.
class CheckedBuilder : public nlohmann::detail::json_sax_dom_parser<Json> {
  using Base = nlohmann::detail::json_sax_dom_parser<Json>;

 public:
  explicit CheckedBuilder(Json& out) : Base(out, false) {}

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
  bool enter() { return ++depth_ <= deepest || refuse("is nested too deeply"); }
  bool refuse(std::string reason) {
    if (why.empty()) why = std::move(reason);
    return false;
  }

  int depth_ = 0;
  std::vector<std::set<std::string>> keys_;
};

}  // namespace

Result<Json> parse_document(ByteView bytes, Dialect dialect) {
  Json document;
  CheckedBuilder builder(document);
  const auto format = dialect == Dialect::cbor ? Json::input_format_t::cbor : Json::input_format_t::json;
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
