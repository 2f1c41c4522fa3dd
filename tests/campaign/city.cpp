#include "tests/campaign/city.h"

#include <cstdio>
#include <cstdlib>
#include <filesystem>

#include <openssl/pem.h>
#include <openssl/x509.h>

#include "firmware/base/file.h"
#include "tools/gateway/openssl.h"

namespace madoguchi::campaign {
namespace {

namespace fs = std::filesystem;

/// Open at any hour; one kind is free.
constexpr const char* catalogue_toml = R"toml(
closed_days = []
[city]
name = "豊中市"
name_latin = "TOYONAKA CITY"
mayor = "豊中市長"
seal = "豊中市長之印"
[[kind]]
kind = "residence"
name_ja = "住民票の写し"
name_en = "Copy of the residence record"
window_fee_yen = 300
fee_yen = 200
hours = "00:00-24:00"
[[kind]]
kind = "residence_matter"
name_ja = "住民票記載事項証明書"
name_en = "Certificate of matters in the residence record"
window_fee_yen = 0
fee_yen = 0
hours = "00:00-24:00"
[[kind]]
kind = "seal"
name_ja = "印鑑登録証明書"
name_en = "Seal registration certificate"
window_fee_yen = 400
fee_yen = 350
hours = "00:00-24:00"
)toml";

void put(const std::string& path, const std::string& text) {
  if (auto written = write_file(path, as_bytes(text)); !written) {
    (void)std::fprintf(stdout, "campaign-person: %s\n", written.error().text().c_str());
    std::exit(3);
  }
}

std::string pem_of_memory(BIO* memory) {
  char* text = nullptr;
  const long size = BIO_get_mem_data(memory, &text);
  std::string pem(text, static_cast<std::size_t>(size));
  BIO_free(memory);
  return pem;
}

std::string certificate_pem(ByteView der) {
  const unsigned char* start = der.data();
  X509* certificate = d2i_X509(nullptr, &start, static_cast<long>(der.size()));
  BIO* memory = BIO_new(BIO_s_mem());
  PEM_write_bio_X509(memory, certificate);
  X509_free(certificate);
  return pem_of_memory(memory);
}

/// The gateway's seal key and its public half, made once a run.
struct SealFiles {
  std::string key;
  std::string public_pem;
};

const SealFiles& seal_files(const OwnFolder& folder) {
  static const SealFiles files = [&] {
    EVP_PKEY* key = EVP_EC_gen("P-256");
    BIO* secret = BIO_new(BIO_s_mem());
    PEM_write_bio_PrivateKey(secret, key, nullptr, nullptr, 0, nullptr, nullptr);
    BIO* open = BIO_new(BIO_s_mem());
    PEM_write_bio_PUBKEY(open, key);
    EVP_PKEY_free(key);
    put(folder.path("seal.key"), pem_of_memory(secret));
    return SealFiles{folder.path("seal.key"), pem_of_memory(open)};
  }();
  return files;
}

std::string in_folder(const OwnFolder& folder, const std::string& name, const std::string& text) {
  put(folder.path(name), text);
  return folder.path(name);
}

emulator::CardImage copy_of(const emulator::CardImage& card) {
  return {card.auth_certificate,
          card.auth_ca,
          card.sign_certificate,
          card.sign_ca,
          must(emulator::RsaKey::from_pem(card.auth_key.to_pem())),
          must(emulator::RsaKey::from_pem(card.sign_key.to_pem())),
          card.token_info,
          card.my_number,
          card.attributes,
          card.attribute_digests,
          card.issuer_certificate,
          card.pins};
}

}  // namespace

fs::path fast_folder() {
  std::error_code none;
  return fs::is_directory("/dev/shm", none) ? "/dev/shm" : fs::temp_directory_path();
}

Citizens::Citizens(int cards, const OwnFolder& folder) {
  // Households of one, two and three in turn; the last card is of another city.
  int size = 1;
  int left = size;
  std::vector<std::string> household;
  for (int i = 1; i <= cards; ++i) {
    emulator::CardOptions options;
    options.state_dir = folder.path("card-" + std::to_string(i));
    options.ca_dir = folder.path("card-ca");
    options.pin = "1234";
    fs::create_directories(options.ca_dir);
    const auto model = must(emulator::open_card(options));
    const std::string id = "r-" + std::to_string(i);
    household.push_back(id);
    all_.push_back({id, "町民　" + id, {}, i != cards, copy_of(model->image())});
    if (--left > 0 && i + 1 < cards) continue;
    for (std::size_t m = all_.size() - household.size(); m < all_.size(); ++m)
      all_[m].household = household;
    household.clear();
    size = size % 3 + 1;
    left = size;
  }
  card_ca_ = certificate_pem(all_.front().card.auth_ca);
}

std::unique_ptr<emulator::CardModel> Citizens::card_of(const Citizen& citizen) const {
  return std::make_unique<emulator::CardModel>(copy_of(citizen.card),
                                               emulator::CardCounters(emulator::most_tries),
                                               [](const emulator::CardCounters&) {});
}

std::string Citizens::register_json() const {
  std::string json = "[";
  int number = 0;
  for (const Citizen& each : all_) {
    if (!each.registered) continue;
    const bool head = each.household.front() == each.id;
    ++number;
    json += json.size() > 1 ? ",\n" : "";
    json += "{\"id\":\"" + each.id + "\",\"auth_certificate_sha256\":\"" +
            to_hex(gateway::sha256(each.card.auth_certificate)) + "\",\"name\":\"" + each.name +
            "\",\"kana\":\"チョウミン\",\"birth\":\"1980-02-17\",\"sex\":\"female\",\"address\":"
            "\"大阪府豊中市" +
            each.household.front() + "\",\"household\":\"h-" + each.household.front() +
            "\",\"relationship\":\"" + (head ? "世帯主" : "子") + "\"";
    // Every third has no seal registered.
    if (number % 3 != 0)
      json += ",\"seal\":{\"number\":\"" + std::to_string(100'000 + number) +
              "\",\"registered\":\"2012-04-02\",\"engraving\":\"町民\"}";
    json += "}";
  }
  return json + "]";
}

City::City(const Citizens& citizens, Timers& timers, const std::string& database,
           const OwnFolder& folder)
    : database_(database),
      registry_(must(gateway::Registry::parse(as_bytes(citizens.register_json()), "register"))),
      catalogue_(
          must(gateway::Catalogue::load(in_folder(folder, "catalogue.toml", catalogue_toml)))),
      card_trust_(
          must(gateway::CardTrust::load(in_folder(folder, "card-ca.pem", citizens.card_ca()), ""))),
      seal_key_(must(gateway::SealKey::load(seal_files(folder).key))),
      seal_key_public_(must(P256PublicKey::from_pem(as_bytes(seal_files(folder).public_pem)))),
      signer_(must(gateway::DocumentSigner::load({}, {}))),
      store_(must(gateway::Store::open(database))),
      checkpoints_(must(gateway::Checkpoints::open(database, "", seal_key_))),
      drawing_room_(1),
      visits_({store_, timers, registry_, catalogue_, card_trust_, seal_key_, signer_,
               drawing_room_, "https://example.invalid"}),
      help_desk_(must(gateway::HelpDesk::open({store_, timers, seal_key_}))),
      numbers_(must(gateway::Numbers::open({store_, timers, {}}))),
      live_hub_(timers),
      turns_(timers, {}),
      routes_({visits_, store_, turns_, checkpoints_, help_desk_, numbers_, live_hub_, timers,
               catalogue_.city().name}) {}

std::vector<Record> City::records() const {
  auto books = must(gateway::Database::open(database_));
  auto rows = must(books.prepare(
      "SELECT d.kiosk, d.visit, d.number, d.state, d.amount_yen, IFNULL((SELECT l.charged_yen FROM "
      "ledger l WHERE l.document = d.number ORDER BY l.line DESC LIMIT 1), 0) FROM documents d"));
  std::vector<Record> out;
  while (must(rows.step())) {
    out.push_back(
        {rows.text(0), rows.text(1), rows.text(2), rows.text(3), rows.integer(4), rows.integer(5)});
  }
  return out;
}

std::string written_on(ByteView pdf, const std::string& name) {
  const std::string text = as_text(pdf);
  const std::string mark = "\n% " + name + " ";
  const std::size_t at = text.find(mark);
  if (at == std::string::npos) return {};
  const std::size_t begin = at + mark.size();
  return text.substr(begin, text.find('\n', begin) - begin);
}

}  // namespace madoguchi::campaign
