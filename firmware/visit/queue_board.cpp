#include "firmware/visit/queue_board.h"

#include "firmware/base/asio.h"
#include "firmware/base/file.h"
#include "firmware/base/log.h"
#include "firmware/visit/gateway.h"
#include "firmware/visit/queue_tickets.h"

namespace madoguchi::visit {

using namespace std::chrono_literals;

namespace {

constexpr auto ask_every = 10s;
constexpr auto ask_again = 60s;  // a city that did not answer, or has no waiting room
constexpr auto word_lasts = 60s;
constexpr std::size_t largest_file = 64u << 10;

/// Without what is worth nothing later.
queue::Status lasting(queue::Status status) {
  status.crowding = queue::Crowding::quiet;
  status.called.clear();
  for (queue::TopicNow& topic : status.topics) {
    topic.open = false;
    topic.waiting = 0;
    topic.wait_min.reset();
  }
  return status;
}

}  // namespace

const queue::Status* QueueBoard::now() const {
  const bool fresh = heard_at_ && desk_.timers.now() - *heard_at_ < word_lasts;
  return status_ && fresh ? &*status_ : nullptr;
}

std::vector<queue::TopicNow> QueueBoard::offered() const {
  std::vector<queue::TopicNow> out;
  if (!status_) return out;
  const bool asked = now() != nullptr;
  const std::tm local = desk_.settings.hours.local(desk_.timers.wall());
  for (const queue::TopicNow& topic : status_->topics) {
    const bool by_clock =
        queue::given_offline(topic, local.tm_wday, local.tm_hour * 60 + local.tm_min);
    if (asked ? topic.open : by_clock) out.push_back(topic);
  }
  return out;
}

std::string QueueBoard::follow_url(const std::string& ticket) const {
  if (!status_ || status_->public_url.empty()) return {};
  return status_->public_url + "/queue/" + ticket;
}

Result<std::string> QueueBoard::next_offline_number() {
  if (!status_ || status_->series.empty())
    return Error{Errc::not_found, "queue", "the city has given this kiosk no series yet"};
  if (!last_count_) {
    const auto last = last_offline_count(desk_.journal, status_->series);
    if (!last) return last.error();
    last_count_ = *last;
  }
  last_count_ = queue::count_after(*last_count_);
  return queue::offline_number(status_->series, *last_count_);
}

Task<void> QueueBoard::tend() {
  if (!desk_.settings.queue) co_return;
  read_file_once();
  const bool due = desk_.link.up() && desk_.timers.now() >= ask_at_;
  if (due) co_await ask();
}

void QueueBoard::read_file_once() {
  if (file_read_) return;
  file_read_ = true;
  if (desk_.settings.queue_file.empty()) return;
  const auto content = read_file(desk_.settings.queue_file, largest_file);
  if (!content) return;
  auto status = decode<queue::Status>(*content);
  if (status) status_ = std::move(*status);
}

void QueueBoard::keep_on_disk(const queue::Status& status) {
  if (desk_.settings.queue_file.empty()) return;
  const Bytes next = encode(lasting(status));
  if (status_ && encode(lasting(*status_)) == next) return;  // not every ten seconds
  if (Status written = write_file(desk_.settings.queue_file, next); !written)
    log_event(Event::help_event, {{"what", "keep"}, {"error", written.error().text()}});
}

Task<void> QueueBoard::ask() {
  ask_at_ = desk_.timers.now() + ask_again;
  Gateway gateway(desk_.link, "");
  const auto answer = co_await gateway.queue_status();
  const auto* status = std::get_if<queue::Status>(&answer);
  if (status == nullptr) co_return;
  if (status_ && status_->series != status->series) last_count_.reset();
  keep_on_disk(*status);
  status_ = *status;
  heard_at_ = desk_.timers.now();
  ask_at_ = desk_.timers.now() + ask_every;
}

}  // namespace madoguchi::visit
