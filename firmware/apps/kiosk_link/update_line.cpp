#include "firmware/apps/kiosk_link/update_line.h"

#include "firmware/apps/kiosk_link/tls_settings.h"
#include "firmware/base/asio.h"
#include "firmware/base/file.h"
#include "firmware/base/os_release.h"
#include "firmware/link/bundle_server.h"
#include "firmware/link/ddi_client.h"

namespace madoguchi {
namespace {

constexpr std::size_t longest_token = 512;
constexpr std::size_t part_of_bundle = 1u << 20;

/// The first line of a file that holds a token.
std::string read_token(Config& config, const char* key, const std::string& path) {
  if (path.empty()) return "";
  const Result<Bytes> bytes = read_file(path, longest_token);
  if (!bytes) {
    config.problem(key, bytes.error().what);
    return "";
  }
  const std::string text = as_text(*bytes);
  std::string token = text.substr(0, text.find_first_of("\r\n"));
  for (const char c : token) {
    if (c <= ' ' || c > '~')
      config.problem(key, "the file must hold one line of letters and digits");
  }
  return token;
}

class WiredUpdateLine final : public UpdateLine {
 public:
  WiredUpdateLine(std::unique_ptr<HttpClient> api, std::unique_ptr<HttpClient> bulk)
      : api_(std::move(api)), bulk_(std::move(bulk)) {}

  Status open(const asio::any_io_executor& loop, Timers& timers,
              const DdiConfiguration& configuration, Sink to_kiosk, Random random);
  bool handle(const KioskToLink& message) override;
  Task<void> run() override { co_await (ddi_->run() && server_->run()); }

 private:
  std::unique_ptr<HttpClient> api_;
  std::unique_ptr<HttpClient> bulk_;
  std::unique_ptr<BundleSource> source_;
  std::unique_ptr<BundleServer> server_;
  std::unique_ptr<DdiClient> ddi_;
};

Status WiredUpdateLine::open(const asio::any_io_executor& loop, Timers& timers,
                             const DdiConfiguration& configuration, Sink to_kiosk, Random random) {
  BundleSourceSettings bundles;
  bundles.authorization = configuration.authorization;
  bundles.part = part_of_bundle;
  source_ = std::make_unique<BundleSource>(timers, *bulk_, random, bundles);
  auto server = BundleServer::open(loop, timers, *source_);
  if (!server) return server.error();
  server_ = std::move(*server);
  DdiSettings settings;
  settings.server = *parse_server_url(configuration.server);
  const std::string& controller =
      configuration.controller.empty() ? configuration.kiosk : configuration.controller;
  settings.base = "/" + configuration.tenant + "/controller/v1/" + controller;
  settings.authorization = configuration.authorization;
  settings.attributes = {{"kiosk", configuration.kiosk},
                         {"version", os_release("VERSION_ID")},
                         {"variant", os_release("VARIANT_ID")}};
  if (configuration.stream) settings.stream = server_->url();
  settings.download_dir = configuration.download_dir;
  settings.sleep = std::chrono::seconds(configuration.poll_s);
  ddi_ = std::make_unique<DdiClient>(timers, *api_, *source_, std::move(to_kiosk),
                                     std::move(random), std::move(settings));
  return {};
}

bool WiredUpdateLine::handle(const KioskToLink& message) {
  if (const auto* fetch = std::get_if<UpdateFetch>(&message)) return ddi_->handle(*fetch), true;
  if (const auto* say = std::get_if<UpdateSay>(&message)) return ddi_->handle(*say), true;
  if (const auto* stop = std::get_if<UpdateStopAnswer>(&message)) return ddi_->handle(*stop), true;
  return false;
}

}  // namespace

std::optional<DdiConfiguration> read_ddi(Config& config, const HttpServer& gateway) {
  DdiConfiguration out;
  const std::string server = config.text("ddi.server", "off");
  out.tenant = config.text("ddi.tenant", "default");
  out.kiosk = config.text("kiosk.id", "");
  out.controller = config.text("ddi.controller", "");
  out.tls = read_tls_files(config, "ddi", gateway.tls);
  const std::string target = config.path("ddi.target_token", "");
  const std::string shared = config.path("ddi.gateway_token", "");
  out.stream = config.flag("ddi.stream", true);
  out.download_dir = config.path("ddi.download_dir", "");
  out.poll_s = config.number("ddi.poll_s", 300, 10, 86'400);
  if (server == "off") return std::nullopt;
  out.server = server;
  const bool elsewhere = server != DdiConfiguration::gateway;
  if (elsewhere && (!server.starts_with("https://") || !parse_server_url(server)))
    config.problem("ddi.server", "must be off, gateway, or begin with https://");
  if (out.controller.find_first_of("/?#% ") != std::string::npos || out.tenant.empty() ||
      out.tenant.find_first_of("/?#% ") != std::string::npos)
    config.problem("ddi.controller", "and ddi.tenant must be names without / ? # % and spaces");
  if (!target.empty())
    out.authorization = "TargetToken " + read_token(config, "ddi.target_token", target);
  if (!shared.empty() && target.empty())
    out.authorization = "GatewayToken " + read_token(config, "ddi.gateway_token", shared);
  if (!out.stream && out.download_dir.empty())
    config.problem("ddi.download_dir", "is needed where stream = false");
  return out;
}

Result<std::unique_ptr<UpdateLine>> UpdateLine::create(const asio::any_io_executor& loop,
                                                       Timers& timers,
                                                       const DdiConfiguration& configuration,
                                                       TrustUse trust, Sink to_kiosk,
                                                       Random random) {
  const Result<ServerUrl> url = parse_server_url(configuration.server);
  if (!url) return url.error();
  HttpServer server;
  server.url = "https://" + url->authority();
  server.tls = configuration.tls;
  server.trust = trust;
  server.max_body = part_of_bundle + (64u << 10);
  auto api = HttpClient::create(timers, server);
  if (!api) return api.error();
  auto bulk = HttpClient::create(timers, server);
  if (!bulk) return bulk.error();
  auto line = std::make_unique<WiredUpdateLine>(std::move(*api), std::move(*bulk));
  if (Status opened =
          line->open(loop, timers, configuration, std::move(to_kiosk), std::move(random));
      !opened)
    return opened.error();
  return std::unique_ptr<UpdateLine>(std::move(line));
}

}  // namespace madoguchi
