#include "hal/terminal/message_security.h"

#include <array>
#include <charconv>

#include <sys/stat.h>

#include "firmware/base/file.h"
#include "firmware/crypto/cipher.h"
#include "firmware/crypto/hash.h"
#include "firmware/crypto/key_derivation.h"
#include "firmware/message/codec.h"
#include "hal/terminal/nexo.h"

namespace madoguchi::nexo {
namespace {

constexpr std::string_view salt = "AdyenNexoV1Salt";
constexpr unsigned rounds = 4000;
constexpr std::size_t mac_key_size = 32;
constexpr std::size_t nonce_size = aes_block_size;
constexpr std::size_t keys_size = mac_key_size + aes256_key_size + aes_block_size;
constexpr int crypto_version = 1;

Error malformed(std::string_view what) {
  return {Errc::protocol, "nexo.security", std::string(what)};
}

/// One sentence for all of it: whoever tries must not learn which check stopped him.
Error forged() {
  return {Errc::integrity, "nexo.security", "the message is not what the terminal sent"};
}

const Json* member(const Json& object, const char* name) {
  if (!object.is_object()) return nullptr;
  const auto found = object.find(name);
  return found == object.end() ? nullptr : &*found;
}

/// The object within {"SaleToPOIRequest":{...}} or {"SaleToPOIResponse":{...}}, with its name.
std::pair<std::string, const Json*> content(const Json& document) {
  for (const char* name : {"SaleToPOIResponse", "SaleToPOIRequest"}) {
    const Json* found = member(document, name);
    if (found != nullptr && found->is_object()) return {name, found};
  }
  return {"", nullptr};
}

std::optional<Bytes> binary(const Json& object, const char* name) {
  const Json* value = member(object, name);
  if (value == nullptr || !value->is_string()) return std::nullopt;
  auto bytes = from_base64(value->get_ref<const std::string&>());
  if (!bytes) return std::nullopt;
  return std::move(*bytes);
}

bool is(const Json* value, const std::string& text) { return value != nullptr && *value == text; }

/// Vendors write numbers as strings.
bool is(const Json* value, int number) {
  return value != nullptr && (*value == number || *value == std::to_string(number));
}

/// Whether the plain message's header is the one that travelled outside, unprotected.
bool same_header(const Json& outside, const Json& inside) {
  for (const char* name :
       {"MessageClass", "MessageCategory", "MessageType", "ServiceID", "SaleID", "POIID"}) {
    const Json* left = member(outside, name);
    const Json* right = member(inside, name);
    if ((left == nullptr) != (right == nullptr)) return false;
    if (left != nullptr && *left != *right) return false;
  }
  return true;
}

std::string_view trimmed(std::string_view text) {
  while (!text.empty() && (text.back() == ' ' || text.back() == '\r')) text.remove_suffix(1);
  while (!text.empty() && text.front() == ' ') text.remove_prefix(1);
  return text;
}

Result<TerminalKey> parse_key(std::string_view text, const std::string& path) {
  TerminalKey key;
  for (int number = 1; !text.empty(); ++number) {
    const std::string_view line = text.substr(0, text.find('\n'));
    text.remove_prefix(std::min(line.size() + 1, text.size()));
    if (trimmed(line).empty()) continue;
    const std::size_t colon = line.find(':');
    const std::string_view name = trimmed(line.substr(0, colon));
    const std::string_view value =
        colon == std::string_view::npos ? "" : trimmed(line.substr(colon + 1));
    bool good = !value.empty() && value.size() <= Secret::max_size;
    if (name == "identifier") {
      key.identifier = value;
    } else if (name == "version") {
      const auto parsed = std::from_chars(value.data(), value.data() + value.size(), key.version);
      good = good && parsed.ec == std::errc() && parsed.ptr == value.data() + value.size();
    } else if (name == "passphrase") {
      if (good) key.passphrase = Secret(as_bytes(value));
    } else {
      good = false;
    }
    if (!good) return Error{Errc::invalid, path, "line " + std::to_string(number) + " is wrong"};
  }
  if (key.identifier.empty() || key.version <= 0 || key.passphrase.empty()) {
    return Error{Errc::invalid, path, "identifier, version (from 1) and passphrase must be there"};
  }
  return key;
}

}  // namespace

Result<TerminalKey> read_terminal_key(const std::string& path) {
  struct stat about{};
  if (stat(path.c_str(), &about) == 0 && (about.st_mode & S_IRWXO) != 0) {
    return Error{Errc::invalid, path, "other users may read this key: chmod o= it"};
  }
  auto file = read_file(path, 2 * Secret::max_size);
  if (!file) return file.error();
  auto key = parse_key({reinterpret_cast<const char*>(file->data()), file->size()}, path);
  wipe(file->data(), file->size());
  return key;
}

MessageSecurity::MessageSecurity(const TerminalKey& key)
    : identifier_(key.identifier),
      version_(key.version),
      keys_(pbkdf2_hmac_sha1(key.passphrase.reveal(), as_bytes(salt), rounds, keys_size)) {}

Bytes MessageSecurity::initial_vector(ByteView nonce) const {
  const ByteView derived = part(mac_key_size + aes256_key_size, aes_block_size);
  Bytes vector(aes_block_size);
  for (std::size_t i = 0; i < vector.size(); ++i) vector[i] = derived[i] ^ nonce[i];
  return vector;
}

Result<Bytes> MessageSecurity::protect(ByteView message) const {
  const auto document = parse_document(message, Dialect::json);
  if (!document) return document.error();
  const auto [root, body] = content(*document);
  const Json* header = body == nullptr ? nullptr : member(*body, "MessageHeader");
  if (header == nullptr) return Error{Errc::invalid, "nexo.security", "no MessageHeader"};
  const Bytes nonce = random_bytes(nonce_size);
  const auto blob =
      aes256_cbc_encrypt(part(mac_key_size, aes256_key_size), initial_vector(nonce), message);
  if (!blob) return blob.error();
  const Json out{{root,
                  {{"MessageHeader", *header},
                   {"NexoBlob", to_base64(*blob)},
                   {"SecurityTrailer",
                    {{"KeyIdentifier", identifier_},
                     {"KeyVersion", version_},
                     {"AdyenCryptoVersion", crypto_version},
                     {"Nonce", to_base64(nonce)},
                     {"Hmac", to_base64(hmac_sha256(part(0, mac_key_size), message))}}}}}};
  return to_bytes(as_bytes(out.dump()));
}

Result<Bytes> MessageSecurity::open(ByteView message) const {
  if (message.size() > max_reply) return malformed("the message is too large");
  const auto document = parse_document(message, Dialect::json);
  if (!document) return malformed("the message is no JSON");
  const auto [root, body] = content(*document);
  if (body == nullptr) return malformed("this is no nexo message");
  const Json* header = member(*body, "MessageHeader");
  const Json* trailer = member(*body, "SecurityTrailer");
  if (header == nullptr || trailer == nullptr) return malformed("the message is not protected");
  const auto blob = binary(*body, "NexoBlob");
  const auto nonce = binary(*trailer, "Nonce");
  const auto mac = binary(*trailer, "Hmac");
  if (!blob || !mac || !nonce || nonce->size() != nonce_size) {
    return malformed("NexoBlob, Nonce or Hmac is missing or malformed");
  }
  if (!is(member(*trailer, "KeyIdentifier"), identifier_) ||
      !is(member(*trailer, "KeyVersion"), version_) ||
      !is(member(*trailer, "AdyenCryptoVersion"), crypto_version)) {
    return malformed("the message is protected with another key, version or method");
  }
  auto plain =
      aes256_cbc_decrypt(part(mac_key_size, aes256_key_size), initial_vector(*nonce), *blob);
  if (!plain || !equal_constant_time(hmac_sha256(part(0, mac_key_size), *plain), *mac)) {
    return forged();
  }
  const auto inner = parse_document(*plain, Dialect::json);
  if (!inner) return malformed("the protected message is no JSON");
  const Json* same_root = member(*inner, root.c_str());
  const Json* inside = same_root == nullptr ? nullptr : member(*same_root, "MessageHeader");
  if (inside == nullptr || !same_header(*header, *inside)) return forged();
  return std::move(*plain);
}

}  // namespace madoguchi::nexo
