#include "tools/emulators/terminal/misbehaviour.h"

#include <map>
#include <set>

namespace madoguchi::emulator {
namespace {

const std::map<std::string, Spoil>& spoils() {
  static const std::map<std::string, Spoil> table{
      {"wrong-mac", Spoil::wrong_mac},         {"wrong-key", Spoil::wrong_key},
      {"wrong-version", Spoil::wrong_version}, {"replay-blob", Spoil::replayed_blob},
      {"truncated", Spoil::truncated},         {"unprotected", Spoil::unprotected}};
  return table;
}

}  // namespace

bool is_mode(const std::string& name, bool with_security) {
  static const std::set<std::string> names{
      "approve",       "decline",      "delay",         "drop-reply",     "drop-request",
      "stall",         "wrong-amount", "partial",       "wrong-currency", "busy",
      "cancel",        "double-reply", "malformed",     "replay",         "other-service-id",
      "other-sale-id", "other-poi-id", "other-category"};
  return names.contains(name) || (with_security && spoils().contains(name));
}

Answer misbehave(const Mode& mode, Json reply, const std::string& before) {
  Json& message = reply["SaleToPOIResponse"];
  Json& header = message["MessageHeader"];
  if (mode.name == "other-service-id") header["ServiceID"] = "OTHER00001";
  if (mode.name == "other-sale-id") header["SaleID"] = "KIOSK-999";
  if (mode.name == "other-poi-id") header["POIID"] = "POI-999";
  if (mode.name == "other-category") {
    header["MessageCategory"] = "Reversal";
    message["ReversalResponse"] = {{"Response", message["PaymentResponse"]["Response"]}};
    message.erase("PaymentResponse");
  }
  Answer out{Answer::Fate::send, reply.dump()};
  if (mode.name == "drop-reply") out = {Answer::Fate::close, {}};
  if (mode.name == "stall") out = {Answer::Fate::stall, {}};
  if (mode.name == "double-reply") out.fate = Answer::Fate::send_twice;
  if (mode.name == "replay" && !before.empty()) out.body = before;
  out.half = mode.name == "malformed";
  if (const auto spoil = spoils().find(mode.name); spoil != spoils().end())
    out.spoil = spoil->second;
  return out;
}

}  // namespace madoguchi::emulator
