#pragma once
// The emulated hawkBit as a process, and one kiosk's link to it.

#include <memory>
#include <string>
#include <vector>

#include "firmware/base/asio.h"
#include "firmware/link/ddi_client.h"
#include "tests/child_process.h"
#include "tests/contract/link/test_pki.h"
#include "tests/own_folder.h"

namespace madoguchi::test {

class UpdateServer {
 public:
  explicit UpdateServer(bool tls = false, const std::vector<std::string>& more = {});
  ~UpdateServer();

  /// Sends a command, gives what came after "ok".
  std::string command(const std::string& line);
  /// The next line that begins so.
  std::string wait_for(const std::string& text) { return process_->wait_for(text); }
  bool has_said(const std::string& text) { return process_->has_said(text); }
  /// A file of pseudo-random bytes as a distribution.
  void make_bundle(const std::string& name, const std::string& version, std::size_t size);
  [[nodiscard]] Bytes content(const std::string& name) const;
  [[nodiscard]] std::string url() const;
  [[nodiscard]] std::string folder() const { return folder_.path(); }
  [[nodiscard]] TlsFiles tls_files() const;
  /// What a kiosk's certificate is signed by.
  TlsFiles client(const std::string& common_name);

 private:
  std::string write(const std::string& name, std::string_view content) const;

  OwnFolder folder_;
  bool tls_;
  Identity ca_;
  std::unique_ptr<ChildProcess> process_;
  std::string port_;
};

/// A DdiClient with its connections.
struct KioskLink {
  KioskLink(asio::io_context& on, Timers& clock, UpdateServer& server, const std::string& id,
            const std::string& authorization, TlsFiles tls = {});

  asio::io_context& loop;
  Timers& timers;
  std::unique_ptr<HttpClient> api;
  std::unique_ptr<HttpClient> bulk;
  std::unique_ptr<BundleSource> source;
  std::unique_ptr<DdiClient> ddi;
  std::vector<UpdateOffer> offers;
  std::vector<UpdateWithdrawn> withdrawn;
  std::vector<UpdateFetched> fetched;
  std::vector<std::string> told;
  std::function<void(const LinkToKiosk&)> listener;

  /// Runs it until the condition holds; fails the test after a minute.
  void run_until(const std::function<bool()>& condition);
  UpdateSay say(UpdatePhase phase, std::vector<std::string> details = {});
};

}  // namespace madoguchi::test
