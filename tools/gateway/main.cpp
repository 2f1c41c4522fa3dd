// gateway: wiring only. Reads the configuration, loads what it names, listens, ends on SIGTERM or
// SIGINT. SIGHUP reads the cards' CAs and CRLs anew.

#include <algorithm>
#include <csignal>
#include <cstdio>
#include <thread>

#include <boost/asio/signal_set.hpp>
#include <sys/resource.h>

#include "firmware/base/asio.h"
#include "firmware/base/file.h"
#include "firmware/base/log.h"
#include "tools/gateway/consult/consultations.h"
#include "tools/gateway/http_server.h"
#include "tools/gateway/kiosks/enrolment_side.h"
#include "tools/gateway/kiosks/kiosk_command.h"
#include "tools/gateway/lesson_pages.h"
#include "tools/gateway/numbers/numbers_command.h"
#include "tools/gateway/numbers/open_data_page.h"
#include "tools/gateway/numbers/policy.h"
#include "tools/gateway/options.h"
#include "tools/gateway/queue/queue_page.h"
#include "tools/gateway/routes.h"
#include "tools/gateway/staff/staff_command.h"
#include "tools/gateway/staff/staff_side.h"
#include "tools/gateway/verify_page.h"

namespace madoguchi::gateway {
namespace {

constexpr Timers::Duration patience_at_end{5'000};
constexpr std::size_t largest_pem = 1u << 20;

/// What the configuration names, read and checked.
struct Loaded {
  Registry registry;
  Catalogue catalogue;
  CardTrust card_trust;
  SealKey seal_key;
  DocumentSigner signer;
  Store store;
  Checkpoints checkpoints;
  TlsContext kiosk_side;
  TlsContext public_side;
  NumbersPolicy numbers;
  std::optional<QueuePlan> queue_plan;  ///< nothing: neither tickets nor bookings
};

/// Where people wait; nothing of it without a queue.toml.
struct Queue {
  std::optional<WaitingRoom> room;
  std::optional<Bookings> bookings;
  std::optional<QueuePage> page;

  Status open(Loaded& loaded, Timers& timers, const std::string& public_url) {
    if (!loaded.queue_plan) return {};
    auto opened = WaitingRoom::open({loaded.store, timers, *loaded.queue_plan, public_url});
    if (!opened) return opened.error();
    room.emplace(std::move(*opened));
    auto booked = Bookings::open({loaded.store, *room});
    if (!booked) return booked.error();
    bookings.emplace(std::move(*booked));
    page.emplace(*room, *bookings, loaded.catalogue.city().name);
    return {};
  }
  Status tidy() {
    if (!room) return {};
    if (auto done = room->tidy(); !done) return done;
    return bookings->tidy();
  }
};

Result<DocumentSigner> load_signer(const Options& options) {
  const auto key = read_file(options.sign_key, largest_pem);
  if (!key) return key.error();
  const auto chain = read_file(options.sign_certificate, largest_pem);
  if (!chain) return chain.error();
  return DocumentSigner::load(*key, *chain);
}

Result<Loaded> load(const Options& options) {
  if (auto zone = set_time_zone(options.time_zone); !zone) return zone.error();
  auto registry = Registry::load(options.residents);
  if (!registry) return registry.error();
  auto catalogue = Catalogue::load(options.catalogue);
  if (!catalogue) return catalogue.error();
  auto card_trust = CardTrust::load(options.card_ca, options.card_crl);
  if (!card_trust) return card_trust.error();
  auto seal_key = SealKey::load(options.seal_key);
  if (!seal_key) return seal_key.error();
  auto signer = load_signer(options);
  if (!signer) return signer.error();
  const ServerIdentity identity{options.tls_certificate, options.tls_key};
  auto kiosk_side = kiosk_tls(identity, options.kiosk_ca, options.kiosk_crl);
  if (!kiosk_side) return kiosk_side.error();
  auto public_side = public_tls(identity);
  if (!public_side) return public_side.error();
  auto store = Store::open(options.database);
  if (!store) return store.error();
  auto numbers = numbers_policy(options, catalogue->city().name);
  if (!numbers) return numbers.error();
  auto checkpoints = Checkpoints::open(store->database(), options.audit_keys, *seal_key);
  if (!checkpoints) return checkpoints.error();
  std::optional<QueuePlan> queue_plan;
  if (!options.queue.empty()) {
    auto plan = QueuePlan::load(options.queue);
    if (!plan) return plan.error();
    queue_plan = std::move(*plan);
  }
  return Loaded{std::move(*registry),    std::move(*catalogue),  std::move(*card_trust),
                std::move(*seal_key),    std::move(*signer),     std::move(*store),
                std::move(*checkpoints), std::move(*kiosk_side), std::move(*public_side),
                std::move(*numbers),     std::move(queue_plan)};
}

/// Calls by video; nothing of it without a consult.toml.
struct Calls {
  std::optional<ConsultPlan> plan;
  std::optional<RelayAccess> relay;
  std::unique_ptr<Consultations> all;

  Status open(const Options& options, Loaded& loaded, Timers& timers, LiveHub& hub, Queue& queue) {
    if (options.consult.empty()) return {};
    auto closed = loaded.queue_plan ? loaded.queue_plan->closed_days : std::vector<ClosedDay>();
    auto read = ConsultPlan::load(options.consult, std::move(closed));
    if (!read) return read.error();
    plan = std::move(*read);
    if (!options.relay_secret.empty()) {
      auto access = RelayAccess::load(options.relay_secret, options.relay_urls);
      if (!access) return access.error();
      relay.emplace(std::move(*access));
    }
    auto opened =
        Consultations::open({loaded.store, timers, hub, *plan, relay ? &*relay : nullptr,
                             queue.bookings ? &*queue.bookings : nullptr, &loaded.card_trust});
    if (!opened) return opened.error();
    all = std::move(*opened);
    return {};
  }
  Status tidy() { return all ? all->tidy() : Status(); }
};

/// Calls end, and people move up, by the second.
Task<void> tick_calls(Calls& calls, Timers& timers) {
  while (true) {
    co_await timers.sleep(Timers::Duration(1000));
    if (calls.all) calls.all->tick();
  }
}

/// `staff` may be null.
Task<void> tidy_now_and_then(Store& store, HelpDesk& help_desk, Numbers& numbers, Queue& queue,
                             Calls& calls, KioskIdentities& kiosks, StaffSide* staff,
                             Timers& timers, Timers::Duration every) {
  while (true) {
    const auto now = std::chrono::system_clock::to_time_t(timers.wall());
    auto done = store.tidy(now);
    if (done) done = help_desk.tidy();
    if (done) done = numbers.tidy();
    if (done) done = queue.tidy();
    if (done) done = calls.tidy();
    if (done) done = kiosks.tidy(now);
    if (done && staff != nullptr) done = staff->tidy(now);
    if (!done) log_event(Event::gateway_refused, {{"what", done.error().text()}});
    co_await timers.sleep(every);
  }
}

/// Until SIGTERM or SIGINT.
Task<void> heed_signals(const Options& options, CardTrust& card_trust) {
  asio::signal_set signals(co_await asio::this_coro::executor, SIGTERM, SIGINT, SIGHUP);
  while (true) {
    auto [error, number] = co_await signals.async_wait(as_tuple_await);
    if (error || number != SIGHUP) co_return;
    auto again = CardTrust::load(options.card_ca, options.card_crl);
    log_event(Event::gateway_request, {{"request", "reload card trust"},
                                       {"outcome", again ? "done" : again.error().text()}});
    if (again) card_trust = std::move(*again);
  }
}

int fail(const Error& error) {
  (void)std::fprintf(stderr, "gateway: %s: %s\n", error.where.c_str(), error.what.c_str());
  return 2;
}

/// The base of the QR code's URL when the configuration has none: good for a desk, not for a city.
std::string url_of(const Options& options, const HttpServer& public_side) {
  return options.public_url.empty() ? "https://" + public_side.address() : options.public_url;
}

Result<std::unique_ptr<HttpServer>> listen_publicly(asio::io_context& loop, Timers& timers,
                                                    const Options& options, Loaded& loaded,
                                                    VerifyPage& page, const LessonPages& lessons,
                                                    OpenDataPage& open_data, Queue& queue) {
  const HttpLimits limits{
      .most_connections = 128, .largest_body = 0, .idle = Timers::Duration(20'000)};
  return HttpServer::listen(loop.get_executor(), timers, options.public_listen,
                            std::move(loaded.public_side), limits,
                            [&page, &lessons, &open_data, &queue](Request request) -> Task<Answer> {
                              if (request.target.starts_with(OpenDataPage::prefix))
                                co_return open_data.handle(request);
                              if (queue.page && QueuePage::takes(request.target))
                                co_return co_await queue.page->handle(std::move(request));
                              if (!LessonPages::is_ours(request.target))
                                co_return co_await page.handle(std::move(request));
                              co_return lessons.answer(request);
                            });
}

Result<lesson::Shelf> open_lessons(const Options& options) {
  if (options.lessons_dir.empty()) return lesson::Shelf();
  auto shelf = lesson::open_shelf(options.lessons_dir);
  if (!shelf) return shelf;
  for (const std::string& what : shelf->left_out)
    log_event(Event::lesson_event, {{"what", "left out"}, {"error", what}});
  return shelf;
}

/// Raises the limit of descriptors to what these connections can need.
Status make_room_for(const HttpLimits& kiosks) {
  constexpr std::size_t others = 1024;  // the public side's, the console's, files, the database
  const rlim_t wanted = HttpServer::most_descriptors(kiosks) + others;
  rlimit limit{};
  if (getrlimit(RLIMIT_NOFILE, &limit) != 0 || limit.rlim_cur >= wanted) return {};
  if (limit.rlim_max < wanted) {
    return Error{Errc::full, "--most-connections",
                 "needs " + std::to_string(wanted) + " descriptors, allowed are " +
                     std::to_string(limit.rlim_max) + ": say fewer or raise LimitNOFILE"};
  }
  limit.rlim_cur = wanted;
  if (setrlimit(RLIMIT_NOFILE, &limit) != 0)
    return Error{Errc::full, "--most-connections", "the limit of descriptors cannot be raised"};
  return {};
}

Result<std::unique_ptr<HttpServer>> listen_to_kiosks(asio::io_context& loop, Timers& timers,
                                                     const Options& options, Loaded& loaded,
                                                     Routes& routes) {
  const HttpLimits limits{.most_connections = std::stoul(options.most_connections)};
  if (auto room = make_room_for(limits); !room) return room.error();
  return HttpServer::listen(
      loop.get_executor(), timers, options.listen, std::move(loaded.kiosk_side), limits,
      [&routes](Request request) { return routes.handle(std::move(request)); });
}

Result<HelpDesk> open_help_desk(const Options& options, HelpDesk::Parts parts) {
  auto help_desk = HelpDesk::open(parts);
  if (!help_desk || options.badges.empty()) return help_desk;
  const auto badges = read_badges(options.badges);
  if (!badges) return badges.error();
  if (auto done = help_desk->register_all(*badges); !done) return done.error();
  return help_desk;
}

/// Nothing without a file.
Result<std::optional<UpdateDesk>> open_updates(const Options& options, Loaded& loaded,
                                               Timers& timers) {
  if (options.updates.empty()) return std::optional<UpdateDesk>();
  auto plan = UpdatePlan::load(options.updates);
  if (!plan) return plan.error();
  auto desk = UpdateDesk::open(loaded.store.database(), timers, std::move(*plan));
  if (!desk) return desk.error();
  return std::optional(std::move(*desk));
}

int run(const Options& options) {
  auto read = load(options);
  if (!read) return fail(read.error());
  Loaded loaded = std::move(*read);
  SystemTimers timers;
  DrawingRoom drawing_room(std::clamp(std::thread::hardware_concurrency(), 1u, 4u));
  asio::io_context loop(1);

  const auto shelf = open_lessons(options);
  if (!shelf) return fail(shelf.error());
  const LessonPages lessons(*shelf);
  VerifyPage page(loaded.store, loaded.catalogue);
  auto numbers = Numbers::open({loaded.store, timers, loaded.numbers});
  if (!numbers) return fail(numbers.error());
  OpenDataPage open_data(*numbers);
  Queue queue;
  auto public_side =
      listen_publicly(loop, timers, options, loaded, page, lessons, open_data, queue);
  if (!public_side) return fail(public_side.error());
  if (auto opened = queue.open(loaded, timers, url_of(options, **public_side)); !opened)
    return fail(opened.error());
  WaitingRoom* const room = queue.room ? &*queue.room : nullptr;
  Bookings* const bookings = queue.bookings ? &*queue.bookings : nullptr;
  Visits visits({loaded.store, timers, loaded.registry, loaded.catalogue, loaded.card_trust,
                 loaded.seal_key, loaded.signer, drawing_room, url_of(options, **public_side)});
  auto help_desk = open_help_desk(options, {loaded.store, timers, loaded.seal_key});
  if (!help_desk) return fail(help_desk.error());
  LiveHub live_hub(timers);
  Calls calls;
  if (auto opened = calls.open(options, loaded, timers, live_hub, queue); !opened)
    return fail(opened.error());
  auto updates = open_updates(options, loaded, timers);
  if (!updates) return fail(updates.error());
  KioskTurns turns(timers, {});
  auto identities = open_identities(options, loaded.seal_key, loaded.store.database());
  if (!identities) return fail(identities.error());
  KioskIdentities& kiosks = **identities;
  refuse_revoked(loaded.kiosk_side.get(),
                 [&kiosks](const std::string& kiosk, const std::string& serial) {
                   return kiosks.is_revoked(kiosk, serial);
                 });
  Routes routes({visits, loaded.store, turns, loaded.checkpoints, *help_desk, *numbers, live_hub,
                 timers, loaded.catalogue.city().name, room, bookings, calls.all.get(),
                 TrustAnswers{&loaded.seal_key, options.crl}, *updates ? &**updates : nullptr,
                 &kiosks});
  auto kiosk_side = listen_to_kiosks(loop, timers, options, loaded, routes);
  if (!kiosk_side) return fail(kiosk_side.error());

  auto enrolment_side = EnrolmentSide::listen(loop.get_executor(), timers, options, kiosks);
  if (!enrolment_side) return fail(enrolment_side.error());
  EnrolmentSide* const enrolment = enrolment_side->get();
  if (options.kiosk_url.empty()) kiosks.set_kiosk_url("https://" + (*kiosk_side)->address());

  auto staff_side = StaffSide::listen(
      loop.get_executor(), timers, live_hub, loaded.store.database(), *numbers, *help_desk, options,
      loaded.catalogue.city().name, &*shelf, room, bookings, calls.all.get());
  if (!staff_side) return fail(staff_side.error());
  StaffSide* const staff = staff_side->get();

  const std::string console = staff == nullptr ? "" : " console=" + staff->address();
  const std::string enrol = enrolment == nullptr ? "" : " enrol=" + enrolment->address();
  (void)std::printf("ready kiosk=%s public=%s%s%s\n", (*kiosk_side)->address().c_str(),
                    (*public_side)->address().c_str(), console.c_str(), enrol.c_str());
  (void)std::fflush(stdout);
  log_event(Event::process_started, {{"residents", std::to_string(loaded.registry.size())}});
  const Timers::Duration every = std::chrono::seconds(std::stol(options.upkeep_every));
  asio::co_spawn(
      loop,
      [&]() -> Task<void> {
        co_await (heed_signals(options, loaded.card_trust) ||
                  tidy_now_and_then(loaded.store, *help_desk, *numbers, queue, calls, kiosks, staff,
                                    timers, every) ||
                  tick_calls(calls, timers));
        log_event(Event::process_stopping);
        if (staff != nullptr) co_await staff->stop(patience_at_end);
        if (enrolment != nullptr) co_await enrolment->stop(patience_at_end);
        co_await ((*kiosk_side)->stop(patience_at_end) && (*public_side)->stop(patience_at_end));
      },
      asio::detached);
  loop.run();
  return 0;
}

}  // namespace
}  // namespace madoguchi::gateway

int main(int argc, char** argv) {
  using namespace madoguchi::gateway;
  madoguchi::set_log_process("gateway");
  std::signal(SIGPIPE, SIG_IGN);  // a reader of the log that is gone must not end the gateway
  if (argc > 1 && std::string_view(argv[1]) == "staff") return staff_command(argc - 1, argv + 1);
  if (argc > 1 && std::string_view(argv[1]) == "enrol-code")
    return enrol_code_command(argc - 1, argv + 1);
  if (argc > 1 && std::string_view(argv[1]) == "kiosks") return kiosks_command(argc - 1, argv + 1);
  if (argc > 1 && std::string_view(argv[1]) == "numbers")
    return numbers_command(argc - 1, argv + 1);
  const auto options = read_options(argc, argv);
  if (const auto* exit_now = std::get_if<ExitNow>(&options)) return exit_now->code;
  return run(std::get<Options>(options));
}
