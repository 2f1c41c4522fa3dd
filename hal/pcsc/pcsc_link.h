#pragma once
// The blocking side of hal/pcsc: one context of pcsc-lite and at most one connected card. Every
// function blocks and belongs to the worker thread, except stop().

#include <atomic>
#include <chrono>
#include <condition_variable>
#include <mutex>
#include <optional>
#include <string>

#include "hal/api/card_reader.h"

namespace madoguchi {

class PcscLink {
 public:
  explicit PcscLink(std::string name_part);
  ~PcscLink();
  PcscLink(const PcscLink&) = delete;
  PcscLink& operator=(const PcscLink&) = delete;

  /// Blocks until a card is there and connects to it. Errors: gone, io, busy (another program holds
  /// the card), cancelled.
  Result<CardInField> wait_for_card();
  /// Blocks until the card of the last wait_for_card is not there any more. Errors: gone (the
  /// reader), cancelled.
  Result<void> wait_for_removal();
  Result<ResponseApdu> transmit(const Secret& command);
  void release();

  /// Any thread: asks the wait that runs now, or the next one, to end with Errc::cancelled.
  /// pcsc-lite loses a cancel that comes just before the wait begins, so repeat it until the wait
  /// has ended.
  void stop();
  /// Any thread: forgets a stop() before the next wait.
  void allow() { stopped_ = false; }

 private:
  struct ReaderState;  // what pcscd says of the reader
  Status open_context();
  void close_context();
  Result<std::string> find_reader();
  /// The reader's state as soon as it differs from what is known, else after the limit.
  Result<ReaderState> look(const std::optional<ReaderState>& known,
                           std::optional<std::chrono::milliseconds> limit);
  Result<CardInField> connect(const ReaderState& state);
  /// Asks the reader for the number of the storage card that is connected.
  Result<std::optional<BadgeNumber>> read_badge(std::string kind);
  void disconnect(bool power_down);
  /// After a failure: waits until something changes, two seconds at most, so that a caller may
  /// simply ask again.
  void pause_before_retry();
  /// Whether the reader turns out to be empty, or lost, after the card did not answer.
  bool card_has_left();
  /// Closes what the failure made worthless and says it in the project's words.
  Error fail(const char* where, long code);

  const std::string name_part_;
  std::atomic<long> context_{0};  // SCARDCONTEXT; 0: none
  std::string reader_;
  std::optional<long> card_;  // SCARDHANDLE
  unsigned long protocol_ = 0;
  unsigned card_number_ = 0;  // pcscd counts insertions and removals: this one's number
  bool failed_ = false;       // the last wait_for_card said gone

  std::atomic<bool> stopped_{false};
  std::mutex mutex_;
  std::condition_variable stop_called_;
};

}  // namespace madoguchi
