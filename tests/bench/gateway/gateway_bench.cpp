// What many kiosks cost the gateway: memory and processor time of each, and how long a request
// takes. Each run is a gateway process of its own; all kiosks of a run are connected (mutual TLS
// 1.3, kept, and a WebSocket each) while residents come at a given rate, wherever they like. The
// same rate over a tenth of the kiosks is what the figures are compared to: the difference is what
// being connected costs.

#include <algorithm>
#include <array>
#include <chrono>
#include <cstdio>
#include <deque>
#include <fstream>
#include <random>
#include <set>
#include <sstream>

#include <unistd.h>

#include "firmware/base/command_line.h"
#include "tests/bench/gateway/simulated_kiosk.h"
#include "tests/contract/gateway/gateway_process.h"
#include "tests/postgresql_server.h"

using namespace madoguchi;
using namespace madoguchi::gateway;

namespace {

using Clock = std::chrono::steady_clock;

struct Wanted {
  int kiosks = 1000;
  double seconds = 30;
  double visits_per_s = 3.3;  // each of 1,000 kiosks serves somebody every five minutes
  double think_s = 1;
  std::string database = "sqlite";
  int compared_to = 0;
};

double rss_kib(pid_t pid) {
  std::ifstream statm("/proc/" + std::to_string(pid) + "/statm");
  long all = 0;
  long resident = 0;
  statm >> all >> resident;
  return static_cast<double>(resident * (sysconf(_SC_PAGESIZE) / 1024));
}

double cpu_s(pid_t pid) {
  std::ifstream stat("/proc/" + std::to_string(pid) + "/stat");
  std::string line;
  std::getline(stat, line);
  std::istringstream rest(line.substr(line.rfind(')') + 2));
  std::string ignored;
  for (int field = 3; field < 14; ++field) rest >> ignored;
  double user = 0;
  double system = 0;
  rest >> user >> system;
  return (user + system) / static_cast<double>(sysconf(_SC_CLK_TCK));
}

double percentile(std::vector<double> values, double part) {
  if (values.empty()) return 0;
  std::sort(values.begin(), values.end());
  const auto at = static_cast<std::size_t>(part * static_cast<double>(values.size() - 1) + 0.5);
  return values[at];
}

struct Figures {
  double kib_per_kiosk = 0;
  double idle_cpu = 0;
  double load_cpu = 0;
  double ms_cpu_per_connection = 0;
  std::vector<double> all_ms;
  Measured measured;
};

class Run {
 public:
  Run(const Wanted& wanted, int kiosks, const std::string& database)
      : wanted_(wanted), gateway_({"--most-connections", "2500"}, database) {
    for (int number = 1; number <= kiosks; ++number) {
      kiosks_.emplace_back(loop_, gateway_.kiosk_address(), SharedCity::get().kiosk(number));
    }
  }

  Figures measure() {
    const double kib_before = rss_kib(gateway_.pid());
    const double cpu_before = cpu_s(gateway_.pid());
    connect_all();
    run_for(2);
    const auto count = static_cast<double>(kiosks_.size());
    figures_.kib_per_kiosk = (rss_kib(gateway_.pid()) - kib_before) / count;
    figures_.ms_cpu_per_connection = 1000 * (cpu_s(gateway_.pid()) - cpu_before) / (2 * count);
    figures_.idle_cpu = cpu_while([&] { run_for(std::min(20.0, wanted_.seconds)); });
    asio::co_spawn(loop_, residents(), rethrow);
    asio::co_spawn(loop_, healths(), rethrow);
    figures_.load_cpu = cpu_while([&] { run_for(wanted_.seconds); });
    over_ = true;
    const auto deadline = Clock::now() + std::chrono::seconds(60);
    while (at_work_ > 0 && Clock::now() < deadline) run_for(0.1);
    for (SimulatedKiosk& kiosk : kiosks_) kiosk.leave();
    run_for(0.2);
    for (const auto& [kind, values] : figures_.measured.ms)
      figures_.all_ms.insert(figures_.all_ms.end(), values.begin(), values.end());
    return std::move(figures_);
  }

 private:
  static void rethrow(const std::exception_ptr& thrown) {
    if (thrown) std::rethrow_exception(thrown);
  }

  void run_for(double seconds) {
    loop_.restart();
    loop_.run_for(std::chrono::duration_cast<std::chrono::milliseconds>(
        std::chrono::duration<double>(seconds)));
  }

  template <class What>
  double cpu_while(What what) {
    const double before = cpu_s(gateway_.pid());
    const auto begun = Clock::now();
    what();
    return 100 * (cpu_s(gateway_.pid()) - before) /
           std::chrono::duration<double>(Clock::now() - begun).count();
  }

  void connect_all() {
    constexpr std::size_t at_once = 16;
    std::size_t next = 0;
    std::size_t connected = 0;
    const auto some = [&]() -> Task<void> {
      while (next < kiosks_.size()) {
        SimulatedKiosk& kiosk = kiosks_[next++];
        co_await kiosk.connect();
        ++connected;
      }
    };
    for (std::size_t i = 0; i < at_once; ++i) asio::co_spawn(loop_, some(), rethrow);
    while (connected < kiosks_.size()) run_for(0.1);
  }

  /// They come at random moments, at random kiosks that are free.
  Task<void> residents() {
    std::exponential_distribution<double> until_next(wanted_.visits_per_s);
    while (!over_) {
      const std::chrono::duration<double> pause(until_next(random_));
      co_await timers_.sleep(std::chrono::duration_cast<Timers::Duration>(pause));
      const std::size_t at = random_() % kiosks_.size();
      if (over_ || busy_.contains(at)) continue;
      asio::co_spawn(loop_, serve(at), rethrow);
    }
  }
  Task<void> serve(std::size_t at) {
    busy_.insert(at);
    ++at_work_;
    std::string resident = std::to_string(residents_[random_() % residents_.size()]);
    resident.insert(0, 4 - resident.size(), '0');
    resident.insert(0, "toyonaka-");
    const Timers::Duration think(static_cast<long>(wanted_.think_s * 1000));
    co_await kiosks_[at].visit(timers_, SharedCity::get().card_of(resident), think,
                               figures_.measured);
    --at_work_;
    busy_.erase(at);
  }
  /// Each kiosk asks how the gateway is once a minute, as kiosk-link does.
  Task<void> healths() {
    while (!over_) {
      const auto pause = std::chrono::duration<double>(60.0 / static_cast<double>(kiosks_.size()));
      co_await timers_.sleep(std::chrono::duration_cast<Timers::Duration>(pause));
      const std::size_t at = random_() % kiosks_.size();
      if (over_ || busy_.contains(at)) continue;
      busy_.insert(at);
      ++at_work_;
      co_await kiosks_[at].health(figures_.measured);
      --at_work_;
      busy_.erase(at);
    }
  }

  static constexpr std::array residents_{1, 2, 5, 6, 7, 8, 9, 10};
  const Wanted& wanted_;
  GatewayProcess gateway_;
  asio::io_context loop_{1};
  SystemTimers timers_;
  std::deque<SimulatedKiosk> kiosks_;
  std::mt19937 random_{20261122};
  std::set<std::size_t> busy_;  // a kiosk serves one resident, and asks one thing at a time
  int at_work_ = 0;
  bool over_ = false;
  Figures figures_;
};

void print(int kiosks, const Figures& figures) {
  (void)std::printf(
      "%d kiosks: %.0f KiB each (2 TLS connections), connecting %.2f ms CPU a "
      "connection, idle %.1f %% CPU, under load %.1f %% CPU\n",
      kiosks, figures.kib_per_kiosk, figures.ms_cpu_per_connection, figures.idle_cpu,
      figures.load_cpu);
  const auto line = [](const std::string& name, const std::vector<double>& ms) {
    (void)std::printf("  %-9s %6zu requests  p50 %7.1f ms  p99 %7.1f ms  most %7.1f ms\n",
                      name.c_str(), ms.size(), percentile(ms, 0.5), percentile(ms, 0.99),
                      percentile(ms, 1));
  };
  for (const auto& [kind, ms] : figures.measured.ms) line(kind, ms);
  line("all", figures.all_ms);
  (void)std::printf("  refused: %d\n", figures.measured.refused);
  (void)std::fflush(stdout);
}

int measure(const Wanted& wanted) {
  std::unique_ptr<PostgresqlServer> server;
  if (wanted.database == "postgresql")
    server = std::make_unique<PostgresqlServer>(PostgresqlServer::Disk::is_asked);
  const auto of = [&](int kiosks) {
    Run run(wanted, kiosks, server ? server->make_database() : "");
    Figures figures = run.measure();
    print(kiosks, figures);
    return figures;
  };
  const int fewer = wanted.compared_to > 0 ? wanted.compared_to : std::max(1, wanted.kiosks / 10);
  (void)std::printf("%s, %.1f visits/s, %.0f s\n", wanted.database.c_str(), wanted.visits_per_s,
                    wanted.seconds);
  const Figures few = of(fewer);
  const Figures many = of(wanted.kiosks);
  (void)std::printf("p99 of %d kiosks against %d: %.2f times; p50 %.2f times\n", wanted.kiosks,
                    fewer, percentile(many.all_ms, 0.99) / percentile(few.all_ms, 0.99),
                    percentile(many.all_ms, 0.5) / percentile(few.all_ms, 0.5));
  return few.measured.refused + many.measured.refused == 0 && !many.all_ms.empty() ? 0 : 1;
}

}  // namespace

int main(int argc, char** argv) {
  Wanted wanted;
  CLI::App app("Measures the gateway under many connected kiosks.", "bench_gateway");
  app.add_option("--kiosks", wanted.kiosks)->check(CLI::Range(2, 2000))->capture_default_str();
  app.add_option("--compared-to", wanted.compared_to, "kiosks of the run before; default a tenth");
  app.add_option("--seconds", wanted.seconds)->capture_default_str();
  app.add_option("--visits", wanted.visits_per_s, "a second, over all kiosks")
      ->capture_default_str();
  app.add_option("--think", wanted.think_s, "seconds between the steps of a visit")
      ->capture_default_str();
  app.add_option("--database", wanted.database)
      ->check(CLI::IsMember({"sqlite", "postgresql"}))
      ->capture_default_str();
  if (const auto code = exit_after_parsing(app, argc, argv)) return *code;
  return measure(wanted);
}
