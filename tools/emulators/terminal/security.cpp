#include "tools/emulators/terminal/security.h"

#include <cstdlib>
#include <fstream>
#include <memory>
#include <stdexcept>
#include <utility>

#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <openssl/hmac.h>
#include <openssl/rand.h>

namespace madoguchi::emulator {
namespace {

void demand(bool condition, const char* what) {
  if (!condition) throw std::runtime_error(what);
}

const unsigned char* raw(const std::string& text) {
  return reinterpret_cast<const unsigned char*>(text.data());
}
unsigned char* raw(std::string& text) { return reinterpret_cast<unsigned char*>(text.data()); }

std::string base64(const std::string& binary) {
  std::string out(4 * ((binary.size() + 2) / 3) + 1, '\0');
  const int size = EVP_EncodeBlock(raw(out), raw(binary), static_cast<int>(binary.size()));
  out.resize(static_cast<std::size_t>(size));
  return out;
}

std::string from_base64(const std::string& text) {
  demand(text.size() % 4 == 0 && !text.empty(), "not base64");
  std::string out(text.size() / 4 * 3, '\0');
  demand(EVP_DecodeBlock(raw(out), raw(text), static_cast<int>(text.size())) >= 0, "not base64");
  for (auto end = text.rbegin(); end != text.rend() && *end == '='; ++end) out.pop_back();
  return out;
}

std::string hmac(const std::string& key, const std::string& text) {
  std::string out(EVP_MAX_MD_SIZE, '\0');
  unsigned size = 0;
  HMAC(EVP_sha256(), key.data(), static_cast<int>(key.size()), raw(text), text.size(), raw(out),
       &size);
  out.resize(size);
  return out;
}

}  // namespace

Result<Security> Security::open(const std::string& path) {
  std::ifstream file(path);
  if (!file) return Error{Errc::io, "key", path + ": cannot be read"};
  Security security;
  for (std::string line; std::getline(file, line);) {
    const std::size_t colon = line.find(": ");
    if (colon == std::string::npos) continue;
    const std::string name = line.substr(0, colon);
    const std::string value = line.substr(colon + 2);
    if (name == "identifier") security.identifier_ = value;
    if (name == "version") security.version_ = std::atoi(value.c_str());
    if (name == "passphrase") security.passphrase_ = value;
  }
  if (security.identifier_.empty() || security.version_ <= 0 || security.passphrase_.empty()) {
    return Error{Errc::invalid, "key", path + ": identifier, version and passphrase are needed"};
  }
  security.keys_ = derive(security.passphrase_);
  return security;
}

Security::Keys Security::derive(const std::string& passphrase) {
  static constexpr std::string_view salt = "AdyenNexoV1Salt";
  std::string out(80, '\0');
  PKCS5_PBKDF2_HMAC(passphrase.data(), static_cast<int>(passphrase.size()),
                    reinterpret_cast<const unsigned char*>(salt.data()),
                    static_cast<int>(salt.size()), 4000, EVP_sha1(), static_cast<int>(out.size()),
                    raw(out));
  return {out.substr(0, 32), out.substr(32, 32), out.substr(64, 16)};
}

std::string Security::crypt(const Keys& keys, const std::string& nonce, const std::string& text,
                            bool encrypt) {
  std::string vector = keys.vector;
  for (std::size_t i = 0; i < vector.size(); ++i) {
    vector[i] = static_cast<char>(static_cast<unsigned char>(vector[i]) ^
                                  static_cast<unsigned char>(nonce[i]));
  }
  const std::unique_ptr<EVP_CIPHER_CTX, decltype(&EVP_CIPHER_CTX_free)> context(
      EVP_CIPHER_CTX_new(), EVP_CIPHER_CTX_free);
  std::string out(text.size() + 16, '\0');
  int first = 0;
  int last = 0;
  demand(EVP_CipherInit_ex(context.get(), EVP_aes_256_cbc(), nullptr, raw(keys.cipher), raw(vector),
                           encrypt ? 1 : 0) == 1 &&
             EVP_CipherUpdate(context.get(), raw(out), &first, raw(text),
                              static_cast<int>(text.size())) == 1 &&
             EVP_CipherFinal_ex(context.get(), raw(out) + first, &last) == 1,
         "NexoBlob cannot be decrypted");
  out.resize(static_cast<std::size_t>(first + last));
  return out;
}

std::string Security::unwrap(const std::string& text) const {
  const Json document = Json::parse(text);
  const Json& message = document.at("SaleToPOIRequest");
  demand(message.contains("SecurityTrailer"), "SecurityTrailer is missing");
  const Json& trailer = message.at("SecurityTrailer");
  demand(trailer.at("KeyIdentifier") == identifier_, "KeyIdentifier is not known");
  demand(trailer.at("KeyVersion") == version_, "KeyVersion is not known");
  demand(trailer.at("AdyenCryptoVersion") == 1, "AdyenCryptoVersion must be 1");
  const std::string nonce = from_base64(trailer.at("Nonce"));
  demand(nonce.size() == 16, "Nonce must have 16 bytes");
  const std::string plain = crypt(keys_, nonce, from_base64(message.at("NexoBlob")), false);
  const std::string mac = from_base64(trailer.at("Hmac"));
  const std::string wanted = hmac(keys_.hmac, plain);
  demand(mac.size() == wanted.size() && CRYPTO_memcmp(mac.data(), wanted.data(), mac.size()) == 0,
         "Hmac is wrong");
  demand(
      Json::parse(plain).at("SaleToPOIRequest").at("MessageHeader") == message.at("MessageHeader"),
      "the MessageHeader is not the protected one");
  return plain;
}

std::string Security::wrap(const std::string& text, Spoil spoil) {
  if (spoil == Spoil::unprotected) return text;
  const Json document = Json::parse(text);
  const std::string root = document.begin().key();
  const Json& header = document.begin().value().at("MessageHeader");
  const Keys keys = spoil == Spoil::wrong_key ? derive(passphrase_ + "?") : keys_;
  std::string nonce(16, '\0');
  RAND_bytes(raw(nonce), static_cast<int>(nonce.size()));
  std::string blob = crypt(keys, nonce, text, true);
  if (spoil == Spoil::truncated) blob.resize(blob.size() - 16);
  std::string mac = hmac(keys.hmac, text);
  if (spoil == Spoil::wrong_mac) mac.front() = static_cast<char>(mac.front() ^ 1);
  Json sealed{{"NexoBlob", base64(blob)},
              {"SecurityTrailer",
               {{"KeyIdentifier", identifier_},
                {"KeyVersion", version_ + (spoil == Spoil::wrong_version ? 1 : 0)},
                {"AdyenCryptoVersion", 1},
                {"Nonce", base64(nonce)},
                {"Hmac", base64(mac)}}}};
  if (spoil == Spoil::replayed_blob && !last_payment_.is_null()) sealed = last_payment_;
  if (spoil == Spoil::none && header.value("MessageCategory", "") == "Payment") {
    last_payment_ = sealed;
  }
  Json body{{"MessageHeader", header}};
  body.update(sealed);
  return Json{{root, body}}.dump();
}

}  // namespace madoguchi::emulator
