#include "tests/contract/update_server/update_server.h"

#include <fstream>

#include <CppUTest/TestHarness.h>
#include <openssl/pem.h>

#include "firmware/base/file.h"
#include "tests/run_task.h"

namespace madoguchi::test {

using namespace std::chrono_literals;

namespace {

std::string pem_of_key(const Key& key) {
  BIO* memory = BIO_new(BIO_s_mem());
  PEM_write_bio_PrivateKey(memory, key.get(), nullptr, nullptr, 0, nullptr, nullptr);
  char* text = nullptr;
  const long size = BIO_get_mem_data(memory, &text);
  std::string out(text, static_cast<std::size_t>(size));
  BIO_free(memory);
  return out;
}

}  // namespace

UpdateServer::UpdateServer(bool tls, const std::vector<std::string>& more)
    : tls_(tls), ca_(issue(ca_spec("update server's CA"))) {
  std::vector<std::string> words{
      PYTHON3, std::string(MADOGUCHI_SOURCE_DIR) + "/tools/emulators/hawkbit/hawkbit.py"};
  const std::string ca = write("ca.pem", to_pem(ca_.certificate));
  if (tls) {
    const Identity own = issue(CertificateSpec{}, &ca_);
    words.insert(words.end(), {"--tls", write("server.pem", to_pem(own.certificate)),
                               write("server.key", pem_of_key(own.key)), "--client-ca", ca});
  }
  words.insert(words.end(), more.begin(), more.end());
  process_ = std::make_unique<ChildProcess>(words);
  const std::string ready = process_->wait_for("ready ");
  port_ = ready.substr(ready.find(' ') + 1);
}

UpdateServer::~UpdateServer() { process_->end(); }

std::string UpdateServer::write(const std::string& name, std::string_view content) const {
  return folder_.put(name, content);
}

std::string UpdateServer::command(const std::string& line) {
  process_->say(line);
  const std::string answer = process_->wait_for("ok");
  return answer.size() > 3 ? answer.substr(3) : "";
}

void UpdateServer::make_bundle(const std::string& name, const std::string& version,
                               std::size_t size) {
  std::string content(size, '\0');
  unsigned mix = static_cast<unsigned>(size);
  for (char& c : content) {
    mix = mix * 1664525u + 1013904223u;
    c = static_cast<char>(mix >> 24);
  }
  command("bundle " + name + " " + version + " " + write(name + ".raucb", content));
}

Bytes UpdateServer::content(const std::string& name) const {
  return *read_file(folder_.path(name) + ".raucb", 64u << 20);
}

std::string UpdateServer::url() const {
  return (tls_ ? "https://localhost:" : "http://127.0.0.1:") + port_;
}

TlsFiles UpdateServer::tls_files() const {
  TlsFiles out;
  if (tls_) out.ca = folder_.path("ca.pem");
  return out;
}

TlsFiles UpdateServer::client(const std::string& common_name) {
  CertificateSpec spec;
  spec.common_name = common_name;
  spec.san = "";
  spec.extended_key_usage = "clientAuth";
  const Identity own = issue(spec, &ca_);
  TlsFiles out = tls_files();
  out.certificate = write(common_name + ".pem", to_pem(own.certificate));
  out.key = write(common_name + ".key", pem_of_key(own.key));
  return out;
}

KioskLink::KioskLink(asio::io_context& on, Timers& clock, UpdateServer& server,
                     const std::string& id, const std::string& authorization, TlsFiles tls)
    : loop(on), timers(clock) {
  HttpServer http;
  http.url = server.url();
  http.tls = tls.ca.empty() ? server.tls_files() : tls;
  auto made = HttpClient::create(timers, http);
  CHECK_TEXT(made.ok(), made ? "" : made.error().text().c_str());
  api = std::move(*made);
  bulk = std::move(*HttpClient::create(timers, http));
  const auto random = [] { return 0.5; };
  BundleSourceSettings bundles;
  bundles.authorization = authorization;
  bundles.part = 256u << 10;
  bundles.back_off = {1ms, 20ms};
  bundles.give_up = 5s;
  source = std::make_unique<BundleSource>(timers, *bulk, random, bundles);
  DdiSettings settings;
  settings.server = *parse_server_url(server.url());
  settings.base = "/default/controller/v1/" + id;
  settings.authorization = authorization;
  settings.attributes = {{"kiosk", id}, {"version", "1.0"}};
  settings.stream = "http://127.0.0.1:1/stream";
  settings.download_dir = server.folder() + "/download-" + id;
  settings.least_sleep = 10ms;
  settings.back_off = {5ms, 50ms};
  const auto to_kiosk = [this](const LinkToKiosk& message) {
    if (const auto* offer = std::get_if<UpdateOffer>(&message)) offers.push_back(*offer);
    if (const auto* gone = std::get_if<UpdateWithdrawn>(&message)) withdrawn.push_back(*gone);
    if (const auto* part = std::get_if<UpdateFetched>(&message)) fetched.push_back(*part);
    if (const auto* end = std::get_if<UpdateTold>(&message)) told.push_back(end->action);
    if (listener) listener(message);
  };
  ddi = std::make_unique<DdiClient>(timers, *api, *source, to_kiosk, random, settings);
}

void KioskLink::run_until(const std::function<bool()>& condition) {
  const auto watch = [&]() -> Task<void> {
    while (!condition()) co_await timers.sleep(5ms);
  };
  const auto both = [&]() -> Task<void> { co_await (ddi->run() || watch()); };
  run_task(loop, both());
}

UpdateSay KioskLink::say(UpdatePhase phase, std::vector<std::string> details) {
  UpdateSay out;
  out.action = offers.empty() ? "0" : offers.back().action;
  out.phase = phase;
  out.percent = 50;
  out.details = std::move(details);
  return out;
}

}  // namespace madoguchi::test
