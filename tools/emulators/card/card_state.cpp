#include "tools/emulators/card/card_state.h"

#include <algorithm>
#include <filesystem>
#include <iostream>

#include "firmware/base/file.h"
#include "tools/emulators/card/card_files.h"
#include "tools/emulators/card/certificates.h"

namespace madoguchi::emulator {

/// card.json: what personalisation decided.
struct CardRecord {
  Holder holder;
  std::vector<std::string> pins;  ///< by PinId
};
MADOGUCHI_DESCRIBE(CardRecord, holder, pins)

/// counters.json: what use changes.
struct CounterRecord {
  std::vector<std::int32_t> tries;  ///< by PinId
};
MADOGUCHI_DESCRIBE(CounterRecord, tries)

namespace {

namespace fs = std::filesystem;

constexpr const char* fictional_my_number = "123456789018";
constexpr const char* fictional_security_code = "2285";

bool is_digits(const std::string& text, std::size_t size) {
  return text.size() == size &&
         std::ranges::all_of(text, [](char c) { return c >= '0' && c <= '9'; });
}

bool is_password(const std::string& text) {
  const auto digit = [](char c) { return c >= '0' && c <= '9'; };
  const auto letter = [](char c) { return c >= 'A' && c <= 'Z'; };
  return text.size() >= 6 && text.size() <= 16 && std::ranges::any_of(text, digit) &&
         std::ranges::any_of(text, letter) &&
         std::ranges::all_of(text, [&](char c) { return digit(c) || letter(c); });
}

Status check_holder(const Holder& holder) {
  const auto wrong = [](const char* what) { return Error{Errc::invalid, "holder", what}; };
  if (holder.name.empty() || holder.address.empty()) return wrong("name and address are needed");
  if (!is_digits(holder.birth, 8)) return wrong("birth is not YYYYMMDD");
  if (holder.sex != 1 && holder.sex != 2 && holder.sex != 9) return wrong("sex is not 1, 2 or 9");
  const auto plain = [](unsigned char c) { return std::isalnum(c) != 0; };
  if (!std::ranges::all_of(holder.subject, plain))
    return wrong("subject is not letters and digits");
  for (const std::string* text : {&holder.name, &holder.address}) {
    if (text->find_first_of("\r\n\\\"$#;") != std::string::npos) {
      return wrong("name and address may not hold \\ \" $ # ; or line ends");
    }
  }
  return {};
}

/// CN as JPKI makes them up: no meaning, then a municipality and a check letter.
std::string random_subject() {
  std::string out = to_hex(random_bytes(7));
  std::ranges::transform(out, out.begin(), [](unsigned char c) { return std::toupper(c); });
  return out + "27203001A";
}

Result<RsaKey> open_key(const fs::path& path) {
  if (fs::exists(path)) {
    auto pem = read_file(path);
    if (!pem) return pem.error();
    return RsaKey::from_pem(as_text(*pem));
  }
  RsaKey key = RsaKey::generate();
  if (auto written = write_file(path, as_bytes(key.to_pem())); !written) return written.error();
  return key;
}

/// Reads a DER file, or makes it.
template <class Make>
Result<Bytes> open_certificate(const fs::path& path, Make make) {
  if (fs::exists(path)) return read_file(path);
  Bytes der = make();
  if (auto written = write_file(path, der, 0644); !written) return written.error();
  return der;
}

struct Credential {
  RsaKey key;
  Bytes certificate;
  Bytes ca_certificate;
};

Result<Credential> open_credential(const CardOptions& options, CertificateUse use,
                                   const Holder& holder) {
  const std::string name = use == CertificateUse::user_authentication ? "auth" : "sign";
  const fs::path state = options.state_dir;
  const fs::path ca = options.ca_dir.empty() ? state : fs::path(options.ca_dir);
  auto ca_key = open_key(ca / (name + "-ca.key"));
  if (!ca_key) return ca_key.error();
  auto ca_certificate =
      open_certificate(ca / (name + "-ca.der"), [&] { return make_ca_certificate(use, *ca_key); });
  if (!ca_certificate) return ca_certificate.error();
  auto key = open_key(state / (name + ".key"));
  if (!key) return key.error();
  auto certificate = open_certificate(state / (name + ".der"), [&] {
    return make_holder_certificate(use, *key, holder, *ca_certificate, *ca_key);
  });
  if (!certificate) return certificate.error();
  return Credential{std::move(*key), std::move(*certificate), std::move(*ca_certificate)};
}

Result<CardRecord> make_record(const CardOptions& options) {
  CardRecord record{options.holder.value_or(Holder{}), std::vector<std::string>(pin_count)};
  if (auto checked = check_holder(record.holder); !checked) return checked.error();
  if (record.holder.subject.empty()) record.holder.subject = random_subject();
  const auto pin = [&](PinId id) -> std::string& {
    return record.pins[static_cast<std::size_t>(id)];
  };
  pin(PinId::authentication) = options.pin.value_or("1234");
  pin(PinId::card_info) = pin(PinId::authentication);
  pin(PinId::signature_password) = options.sign_password.value_or("ABC123");
  pin(PinId::number_a) = fictional_my_number;
  pin(PinId::number_b) = make_number_b(record.holder.birth, fictional_security_code);
  return record;
}

/// An option that says something else than the card in the directory is a mistake of the caller.
Status check_options(const CardOptions& options, const CardRecord& record) {
  const auto wrong = [&](const std::string& what) {
    return Error{Errc::invalid, options.state_dir,
                 "holds a card with another " + what + "; use --fresh"};
  };
  if (record.pins.size() != pin_count)
    return Error{Errc::invalid, options.state_dir, "is not a card's"};
  const auto pin = [&](PinId id) { return record.pins[static_cast<std::size_t>(id)]; };
  if (options.pin && *options.pin != pin(PinId::authentication)) return wrong("PIN");
  if (options.sign_password && *options.sign_password != pin(PinId::signature_password)) {
    return wrong("signature password");
  }
  if (options.holder) {
    Holder asked = *options.holder;
    if (asked.subject.empty()) asked.subject = record.holder.subject;
    if (asked != record.holder) return wrong("holder");
  }
  return {};
}

Result<CardRecord> open_record(const CardOptions& options) {
  if (options.pin && !is_digits(*options.pin, 4))
    return Error{Errc::invalid, "--pin", "is not 4 digits"};
  if (options.sign_password && !is_password(*options.sign_password)) {
    return Error{Errc::invalid, "--sign-password",
                 "is not 6 to 16 of A-Z 0-9 with a letter and a digit"};
  }
  const fs::path path = fs::path(options.state_dir) / "card.json";
  if (fs::exists(path)) {
    auto text = read_file(path);
    if (!text) return text.error();
    auto record = decode<CardRecord>(*text, Dialect::json);
    if (!record) return record.error();
    if (auto checked = check_options(options, *record); !checked) return checked.error();
    return record;
  }
  auto record = make_record(options);
  if (!record) return record.error();
  if (auto written = write_file(path, encode(*record, Dialect::json)); !written)
    return written.error();
  return record;
}

Result<CardCounters> open_counters(const fs::path& path) {
  if (!fs::exists(path)) return CardCounters(most_tries);
  auto text = read_file(path);
  if (!text) return text.error();
  auto record = decode<CounterRecord>(*text, Dialect::json);
  if (!record) return record.error();
  CardCounters counters{};
  if (record->tries.size() != counters.size()) return Error{Errc::invalid, path, "is not a card's"};
  std::ranges::copy(record->tries, counters.begin());
  return counters;
}

void keep_counters(const fs::path& path, const CardCounters& counters) {
  const CounterRecord record{{counters.begin(), counters.end()}};
  if (auto written = write_file(path, encode(record, Dialect::json)); !written) {
    std::cerr << written.error().text() << std::endl;
    std::abort();  // a card that forgets a wrong PIN would be worse than none
  }
}

void remove_card(const fs::path& state) {
  for (const char* name :
       {"card.json", "counters.json", "auth.key", "auth.der", "sign.key", "sign.der"}) {
    fs::remove(state / name);
  }
}

}  // namespace

Result<Holder> read_holder(const std::string& path) {
  auto text = read_file(path);
  if (!text) return text.error();
  auto holder = decode<Holder>(*text, Dialect::json);
  if (!holder) return Error{Errc::invalid, path, holder.error().text()};
  if (auto checked = check_holder(*holder); !checked)
    return Error{Errc::invalid, path, checked.error().what};
  return holder;
}

Result<std::unique_ptr<CardModel>> open_card(const CardOptions& options) {
  const fs::path state = options.state_dir;
  std::error_code error;
  fs::create_directories(state, error);
  if (!error && !options.ca_dir.empty()) fs::create_directories(options.ca_dir, error);
  if (error) return Error{Errc::io, options.state_dir, error.message()};
  if (options.fresh) remove_card(state);

  auto record = open_record(options);
  if (!record) return record.error();
  auto auth = open_credential(options, CertificateUse::user_authentication, record->holder);
  if (!auth) return auth.error();
  auto sign = open_credential(options, CertificateUse::digital_signature, record->holder);
  if (!sign) return sign.error();
  auto issuer = open_key(state / "issuer.key");
  if (!issuer) return issuer.error();
  auto counters = open_counters(state / "counters.json");
  if (!counters) return counters.error();
  const auto keep = [path = state / "counters.json"](const CardCounters& now) {
    keep_counters(path, now);
  };
  if (options.tries) {
    counters->front() = *options.tries;
    keep(*counters);
  }

  const Bytes my_number = make_my_number_file(fictional_my_number);
  const Bytes attributes = make_attributes_file(record->holder);
  CardImage image{std::move(auth->certificate),
                  std::move(auth->ca_certificate),
                  std::move(sign->certificate),
                  std::move(sign->ca_certificate),
                  std::move(auth->key),
                  std::move(sign->key),
                  make_token_info(),
                  my_number,
                  attributes,
                  make_attribute_digests(my_number, attributes, *issuer),
                  make_issuer_certificate(*issuer),
                  {}};
  std::ranges::copy(record->pins, image.pins.begin());
  auto card = std::make_unique<CardModel>(std::move(image), *counters, keep);
  card->accept_extended(options.accept_extended);
  return card;
}

}  // namespace madoguchi::emulator
