#include "firmware/apps/kioskd/kiosk.h"

#include <csignal>

#include <boost/asio/signal_set.hpp>

#include "firmware/base/asio.h"
#include "firmware/base/log.h"
#include "firmware/base/supervisor.h"
#include "firmware/message/repair.h"
#include "firmware/visit/journal_wait.h"
#include "hal/code_reader/serial_code_reader.h"
#include "hal/gpio/gpio_booth_switch.h"

namespace madoguchi {
namespace {

/// A folder that cannot be read is a mistake of whoever set the kiosk up; a lesson that is wrong is
/// left out, the others are there.
Result<lesson::Shelf> open_lessons(const KioskConfiguration& configuration) {
  if (configuration.lessons_dir.empty()) return lesson::Shelf();
  Result<lesson::Shelf> shelf = lesson::open_shelf(configuration.lessons_dir);
  if (!shelf) return Error{shelf.error().code, "kiosk.lessons_dir", shelf.error().text()};
  for (const std::string& what : shelf->left_out)
    log_event(Event::lesson_event, {{"what", "left out"}, {"error", what}});
  return shelf;
}

/// nullptr without a path.
std::unique_ptr<CodeReader> make_code_reader(asio::io_context& loop, Timers& timers,
                                             const std::string& path) {
  if (path.empty()) return nullptr;
  return make_serial_code_reader(loop.get_executor(), timers, path);
}

}  // namespace

/// Consultations by video, where they are offered.
struct Kiosk::Consulting {
  Consulting(asio::io_context& loop, Timers& timers, int fd, const std::string& booth_gpio,
             visit::Companion& live)
      : port(loop.get_executor(), fd),
        booth(booth_gpio.empty() ? nullptr
                                 : make_gpio_booth_switch(loop.get_executor(), timers, booth_gpio)),
        room{port, live, booth.get()} {}
  CallPort port;
  std::unique_ptr<BoothSwitch> booth;
  visit::ConsultRoom room;
};

Kiosk::Kiosk(asio::io_context& loop, Timers& timers, visit::Upkeep& upkeep,
             const KioskConfiguration& configuration, Cabinet cabinet, SetupFiles papers)
    : loop_(loop),
      timers_(timers),
      upkeep_(upkeep),
      configuration_(configuration),
      cabinet_(std::move(cabinet)),
      papers_(std::move(papers)) {}

Kiosk::~Kiosk() = default;

Status Kiosk::open(KioskEnds ends) {
  Result<lesson::Shelf> lessons = open_lessons(configuration_);
  if (!lessons) return lessons.error();
  lessons_ = std::move(*lessons);
  code_reader_ = make_code_reader(loop_, timers_, configuration_.code_reader);
  front_.emplace(loop_.get_executor(), ends.ui);
  link_.emplace(loop_.get_executor(), timers_, faults_, ends.link);
  companion_.emplace(*front_, *link_, timers_);
  stage_ = configuration_.help ? static_cast<visit::Front*>(&*companion_) : &*front_;
  if (configuration_.consult && ends.call >= 0)
    consulting_ = std::make_unique<Consulting>(loop_, timers_, ends.call, configuration_.booth_gpio,
                                               *companion_);
  if (configuration_.update.enabled)
    updates_ = std::make_unique<UpdatePost>(timers_, *link_, configuration_, [this] {
      return test_for_update(upkeep_, [this] { return bench(); });
    });
  auto control =
      ControlDesk::open(loop_.get_executor(),
                        {timers_, configuration_, faults_, *link_, upkeep_, *stage_, *front_,
                         [this] { return bench(); }, [this] { return desk_ ? &*desk_ : nullptr; }},
                        ends.control);
  if (!control) return control.error();
  control_ = std::move(*control);
  identity_.emplace(*link_, configuration_.keys_socket, configuration_.erase_request);
  identity_->serve(*control_);
  if (updates_) update_control_.emplace(*control_, updates_->agent());
  service_.emplace(service_room(
      loop_, timers_, *link_, papers_, [this] { return bench(); }, configuration_.state_dir));
  return {};
}

visit::SelfTestBench Kiosk::bench() {
  return {timers_,
          faults_,
          &*front_,
          cabinet_.reader.get(),
          cabinet_.printer.get(),
          cabinet_.terminal.get(),
          cabinet_.receipt_printer.get(),
          &*link_,
          consulting_ ? &consulting_->port : nullptr,
          journal_.get(),
          configuration_.state_dir,
          &cabinet_.seal_key};
}

Task<void> Kiosk::receive() {
  const visit::Pane pane{timers_, *stage_, configuration_.visit};
  const visit::OpenJournal open = [this] { return open_journal(configuration_, timers_); };
  journal_ = co_await visit::wait_for_journal(pane, faults_, open);
  control_->journal_is_open(*journal_);
  co_await upkeep_.receive();
  desk_.emplace(visit::Desk{timers_, *stage_, *link_, *cabinet_.reader, *cabinet_.terminal,
                            *cabinet_.printer, *journal_, faults_, cabinet_.seal_key,
                            configuration_.visit, cabinet_.receipt_printer.get(), &*front_,
                            configuration_.help ? &*companion_ : nullptr, &lessons_, &*front_,
                            code_reader_.get(), consulting_ ? &consulting_->room : nullptr,
                            &*service_, updates_ ? &updates_->agent() : nullptr});
  reception_.emplace(*desk_, &upkeep_);
  co_await reception_->run();
}

void Kiosk::stop(int exit_code) {
  exit_code_ = exit_code;
  loop_.stop();
}

Task<void> Kiosk::until_ui_is_gone() {
  co_await front_->listen();
  log_event(Event::peer_lost, {{"peer", "kiosk-ui"}});
  stop(3);
}

Task<void> Kiosk::until_link_is_gone() {
  co_await link_->listen();
  log_event(Event::peer_lost, {{"peer", "kiosk-link"}});
  front_->show(repair_screen(link_ended, "", configuration_.visit.phone));
  co_await timers_.sleep(UiFront::until_sent);
  stop(3);
}

void Kiosk::spawn(Task<void> task) { asio::co_spawn(loop_, std::move(task), asio::detached); }

int Kiosk::run() {
  asio::signal_set signals(loop_, SIGTERM, SIGINT);
  signals.async_wait([this](const boost::system::error_code&, int) { stop(0); });
  log_event(Event::process_started, {{"kiosk", configuration_.visit.kiosk_id}});
  spawn(until_ui_is_gone());
  spawn(until_link_is_gone());
  if (configuration_.help || consulting_) spawn(companion_->run());
  // It may go, and calls with it; visits go on.
  if (consulting_) spawn(consulting_->port.listen());
  if (updates_) spawn(updates_->agent().run());
  spawn(receive());
  spawn(control_->run());
  spawn(stay_alive(timers_));
  loop_.run();
  log_event(Event::process_stopping);
  return exit_code_;
}

}  // namespace madoguchi
