#pragma once
// kiosk-link's part of updates put together: the DDI client, the bundle's bytes, and the server on
// loopback that RAUC streams from.

#include <functional>
#include <memory>
#include <optional>
#include <string>

#include <boost/asio/any_io_executor.hpp>

#include "firmware/base/config.h"
#include "firmware/link/http_client.h"
#include "firmware/message/link_protocol.h"

namespace madoguchi {

/// [ddi] of kiosk.toml (docs/update.md).
struct DdiConfiguration {
  static constexpr const char* gateway = "gateway";
  std::string server;  ///< "https://host:port[/path]", or `gateway`
  TlsFiles tls;
  std::string tenant;
  std::string controller;     ///< empty: the kiosk's id
  std::string kiosk;          ///< its id; empty: the one that it is enrolled as
  std::string authorization;  ///< header; empty: the client certificate
  bool stream = true;
  std::string download_dir;
  std::int64_t poll_s = 0;
};

/// Nothing when [ddi] server is "off". `gateway`: taken for what is not given.
std::optional<DdiConfiguration> read_ddi(Config& config, const HttpServer& gateway);

class UpdateLine {
 public:
  using Sink = std::function<void(const LinkToKiosk&)>;
  using Random = std::function<double()>;

  /// `trust`: what is known of the server, when it is the gateway's CA that signs it. Errors: those
  /// of HttpClient::create and BundleServer::open.
  static Result<std::unique_ptr<UpdateLine>> create(const boost::asio::any_io_executor& loop,
                                                    Timers& timers,
                                                    const DdiConfiguration& configuration,
                                                    TrustUse trust, Sink to_kiosk, Random random);
  virtual ~UpdateLine() = default;
  /// Whether the message was one about updates; then it was taken.
  virtual bool handle(const KioskToLink& message) = 0;
  /// Serves until it is cancelled.
  virtual Task<void> run() = 0;
};

}  // namespace madoguchi
