#include "firmware/link/time_floor.h"

#include <algorithm>

#include "firmware/base/file.h"
#include "firmware/base/log.h"
#include "firmware/message/time_api.h"

namespace madoguchi {
namespace {

constexpr std::size_t largest_file = 4096;
// Later than the year 2200 no certificate, no kiosk and no std::chrono calculation of ours is good.
constexpr std::int64_t latest_s = 7'258'118'400;

}  // namespace

TimeFloor::WallClock TimeFloor::built() {
  return std::chrono::system_clock::from_time_t(MADOGUCHI_BUILT_S);
}

TimeFloor::TimeFloor(std::optional<P256PublicKey> key, std::string file, WallClock lowest)
    : key_(std::move(key)), file_(std::move(file)), floor_(lowest) {
  if (file_.empty() || !key_) return;
  const auto content = read_file(file_, largest_file);
  if (!content) return;
  const auto kept = read(*content);
  if (kept) {
    floor_ = std::max(floor_, *kept);
  } else {
    log_event(Event::message_refused, {{"what", "signed time"}, {"why", kept.error().text()}});
  }
}

TimeFloor::WallClock TimeFloor::at_least(WallClock clock) const { return std::max(clock, floor_); }

Result<TimeFloor::WallClock> TimeFloor::read(ByteView signed_time) const {
  if (!key_) return Error{Errc::unsupported, "signed time", "there is no key of the gateway"};
  const auto envelope = decode<api::SignedTime>(signed_time, Dialect::json);
  if (!envelope) return envelope.error();
  if (Status good = key_->verify(api::time_message(envelope->moment), envelope->signature); !good)
    return Error{Errc::integrity, "signed time", "the gateway has not signed it"};
  const auto moment = decode<api::Moment>(envelope->moment);
  if (!moment) return moment.error();
  if (moment->version != 1 || moment->at_s < 0 || moment->at_s > latest_s)
    return Error{Errc::protocol, "signed time", "is no moment that this kiosk can live in"};
  return std::chrono::system_clock::from_time_t(moment->at_s);
}

Result<bool> TimeFloor::take(ByteView signed_time) {
  const auto moment = read(signed_time);
  if (!moment) return moment.error();
  if (*moment <= floor_) return false;
  floor_ = *moment;
  if (!file_.empty()) {
    if (Status kept = write_file(file_, signed_time); !kept) return kept.error();
  }
  return true;
}

}  // namespace madoguchi
