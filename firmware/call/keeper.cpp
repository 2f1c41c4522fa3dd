#include "firmware/call/keeper.h"

#include <algorithm>
#include <cerrno>
#include <csignal>
#include <cstring>

#include <fcntl.h>
#include <spawn.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include "firmware/base/asio.h"
#include "firmware/base/log.h"
#include "firmware/call/picture_writer.h"
#include "firmware/message/channel.h"

extern "C" char** environ;

namespace madoguchi::call {
namespace {

// Where a worker finds what it is given.
constexpr int channel_place = 3;
constexpr int boards_place = 4;
// A worker that dies before it is warm is not started in a tight loop.
constexpr Timers::Duration first_pause{250};
constexpr int most_doublings = 5;
constexpr Timers::Duration between_looks{20};

Result<pid_t> spawn(const WorkerProgram& program, std::int64_t number, int channel, int boards) {
  std::vector<std::string> words{program.path};
  words.insert(words.end(), program.arguments.begin(), program.arguments.end());
  for (const std::string& word :
       {std::string("--worker"), std::to_string(number), std::string("--fd"),
        std::to_string(channel_place), std::string("--boards-fd"), std::to_string(boards_place)})
    words.push_back(word);
  std::vector<char*> arguments;
  for (std::string& word : words) arguments.push_back(word.data());
  arguments.push_back(nullptr);
  posix_spawn_file_actions_t actions;
  posix_spawn_file_actions_init(&actions);
  // From above both places, so that neither is overwritten before it is copied.
  const int from_channel = fcntl(channel, F_DUPFD_CLOEXEC, boards_place + 1);
  const int from_boards = fcntl(boards, F_DUPFD_CLOEXEC, boards_place + 1);
  posix_spawn_file_actions_adddup2(&actions, from_channel, channel_place);
  posix_spawn_file_actions_adddup2(&actions, from_boards, boards_place);
  pid_t pid = -1;
  const int error =
      posix_spawn(&pid, program.path.c_str(), &actions, nullptr, arguments.data(), environ);
  posix_spawn_file_actions_destroy(&actions);
  close(from_channel);
  close(from_boards);
  if (error != 0) return Error{Errc::io, program.path, std::strerror(error)};
  return pid;
}

// The kernel closes its camera before anybody sees its end.
Task<void> reap(Timers& timers, pid_t pid) {
  kill(pid, SIGKILL);
  while (waitpid(pid, nullptr, WNOHANG) == 0) co_await timers.sleep(between_looks);
}

}  // namespace

struct Keeper::Worker {
  Worker(std::int64_t its_number, pid_t its_pid, Channel its_channel)
      : number(its_number), pid(its_pid), channel(std::move(its_channel)) {}
  std::int64_t number;
  pid_t pid;
  Channel channel;
  std::optional<CallReady> ready;  ///< as it was said last
};

Keeper::Keeper(Timers& timers, const asio::any_io_executor& loop, WorkerProgram program,
               Channel& kioskd, int boards_fd, PictureBoards& boards)
    : timers_(timers),
      loop_(loop),
      program_(std::move(program)),
      kioskd_(kioskd),
      boards_fd_(boards_fd),
      boards_(boards),
      last_number_(timers.now().time_since_epoch() / std::chrono::milliseconds(100)) {}

Keeper::~Keeper() {
  for (const auto& worker : {active_, spare_}) {
    if (worker) kill(worker->pid, SIGKILL);
  }
}

Task<void> Keeper::run() {
  start_worker();
  co_await listen();
}

Task<void> Keeper::listen() {
  for (;;) {
    const Result<Bytes> bytes = co_await kioskd_.receive();
    if (!bytes) co_return;
    const auto message = decode<KioskToCall>(*bytes);
    if (!message) {
      log_event(Event::message_refused, {{"why", message.error().text()}});
    } else if (active_) {
      (void)active_->channel.send(*message);
    } else if (std::holds_alternative<EndCall>(*message)) {
      waiting_.clear();
    } else {
      if (std::holds_alternative<StartCall>(*message)) waiting_.clear();
      waiting_.push_back(*message);
    }
  }
}

void Keeper::start_worker() {
  if (spare_) return;
  int ends[2];
  if (socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, ends) != 0) return start_later();
  const std::int64_t number = ++last_number_;
  const auto pid = spawn(program_, number, ends[1], boards_fd_);
  close(ends[1]);
  if (!pid) {
    log_event(Event::call_failed, {{"why", pid.error().text()}});
    close(ends[0]);
    return start_later();
  }
  spare_ = std::make_shared<Worker>(number, *pid, Channel(loop_, ends[0]));
  asio::co_spawn(loop_, hear(spare_), asio::detached);
}

void Keeper::start_later() {
  ++failures_;
  asio::co_spawn(loop_, start_after_pause(), asio::detached);
}

Task<void> Keeper::start_after_pause() {
  co_await timers_.sleep(first_pause * (1 << std::min(failures_, most_doublings)));
  start_worker();
}

Task<void> Keeper::hear(std::shared_ptr<Worker> worker) {
  for (;;) {
    const Result<Bytes> bytes = co_await worker->channel.receive();
    if (!bytes) break;
    const auto message = decode<CallToKiosk>(*bytes);
    if (!message) {
      log_event(Event::message_refused, {{"why", message.error().text()}});
      break;  // it is out of its mind
    }
    take(*worker, *message);
  }
  lost(worker);
  co_await reap(timers_, worker->pid);
}

void Keeper::take(Worker& worker, const CallToKiosk& message) {
  if (const auto* ready = std::get_if<CallReady>(&message)) {
    worker.ready = *ready;
    if (spare_.get() == &worker) {
      failures_ = 0;
      if (!active_) return promote();
    }
  }
  if (active_.get() == &worker) (void)kioskd_.send(message);
}

void Keeper::lost(const std::shared_ptr<Worker>& worker) {
  if (active_ == worker) {
    active_.reset();
    wipe(boards_);
    log_event(Event::call_worker_ended, {{"worker", std::to_string(worker->number)}});
    if (spare_ && spare_->ready) promote();
    return;
  }
  if (spare_ != worker) return;
  const bool was_warm = spare_->ready.has_value();
  spare_.reset();
  if (was_warm) {
    start_worker();
  } else {
    start_later();
  }
}

void Keeper::promote() {
  active_ = std::move(spare_);
  spare_.reset();
  (void)kioskd_.send(CallToKiosk(*active_->ready));
  for (const KioskToCall& message : waiting_) (void)active_->channel.send(message);
  waiting_.clear();
  start_worker();
}

}  // namespace madoguchi::call
