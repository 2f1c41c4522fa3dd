// Connects again and again to an OpenSSL server on loopback, with mutual TLS 1.3, and says the
// median of handshake and first answer, full and resumed, and this process's share of the
// processor.
#include <algorithm>
#include <cstdio>

#include <sys/resource.h>

#include "firmware/base/asio.h"
#include "firmware/base/command_line.h"
#include "firmware/link/http_client.h"
#include "tests/contract/link/test_pki.h"
#include "tests/contract/link/test_server.h"
#include "tests/run_task.h"

namespace madoguchi {
namespace {

constexpr Timers::Duration patience{20'000};
using Milliseconds = std::chrono::duration<double, std::milli>;

double median(std::vector<double> values) {
  std::sort(values.begin(), values.end());
  return values.empty() ? 0 : values[values.size() / 2];
}

// Of this thread, in milliseconds: the server has one of its own.
double processor_ms() {
  rusage used{};
  getrusage(RUSAGE_THREAD, &used);
  const auto of = [](const timeval& time) {
    return static_cast<double>(time.tv_sec) * 1e3 + static_cast<double>(time.tv_usec) / 1e3;
  };
  return of(used.ru_utime) + of(used.ru_stime);
}

struct Bench {
  asio::io_context loop{1};
  SystemTimers timers;
  PemFiles files;
  Identity ca = issue(ca_spec("City CA"));
  std::unique_ptr<TestServer> server;

  void measure(bool remembers, int connections) {
    ServerTls tls{.identity = issue(CertificateSpec{}, &ca), .client_ca = ca.certificate};
    tls.remembers = remembers;
    server = std::make_unique<TestServer>(tls, [this](Peer& peer) {
      while (server->take(peer)) peer.write(http_answer("{}"));
    });
    CertificateSpec spec;
    spec.extended_key_usage = "clientAuth";
    const Identity kiosk = issue(spec, &ca);
    auto client =
        HttpClient::create(timers, {server->url("localhost"),
                                    {files.add_certificates("ca.pem", {ca.certificate}),
                                     files.add_certificates("kiosk.pem", {kiosk.certificate}),
                                     files.add_key("kiosk.key", kiosk.key)}});
    std::vector<double> handshakes;
    const double before = processor_ms();
    for (int i = 0; i <= connections; ++i) {
      const auto begun = std::chrono::steady_clock::now();
      const Status connected = run_task(loop, (*client)->connect(patience));
      const Milliseconds took = std::chrono::steady_clock::now() - begun;
      const auto outcome = run_task(loop, (*client)->send(HttpRequest{}, patience));
      if (!connected || !std::holds_alternative<HttpResponse>(outcome)) {
        (void)std::fprintf(stderr, "bench_handshake: connection %d failed\n", i);
        std::exit(1);
      }
      if (i > 0) handshakes.push_back(took.count());
      (*client)->close();
    }
    std::printf("%s: connections %d, resumed %d, handshake p50 %.2f ms, processor %.2f ms each\n",
                remembers ? "resumed" : "full", connections, server->resumed(), median(handshakes),
                (processor_ms() - before) / (connections + 1));
    server.reset();
  }
};

}  // namespace
}  // namespace madoguchi

int main(int argc, char** argv) {
  CLI::App app("What a connection to the gateway costs the kiosk, full and resumed",
               "bench_handshake");
  int connections = 200;
  app.add_option("--connections", connections, "of each kind")->check(CLI::Range(1, 100'000));
  if (const auto code = madoguchi::exit_after_parsing(app, argc, argv)) return *code;
  madoguchi::Bench bench;
  bench.measure(false, connections);
  bench.measure(true, connections);
  return 0;
}
