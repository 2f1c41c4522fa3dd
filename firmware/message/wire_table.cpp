#include "firmware/message/wire_table.h"

#include <cerrno>
#include <cstring>
#include <utility>

#include <fcntl.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

namespace madoguchi {
namespace {

void drop(int& end) {
  if (end >= 0) close(std::exchange(end, -1));
}

/// Whether nobody holds the other end any more.
bool is_cut(int end) {
  pollfd look{end, 0, 0};
  return poll(&look, 1, 0) > 0 && (look.revents & (POLLHUP | POLLERR)) != 0;
}

}  // namespace

WireTable::WireTable(std::vector<Wire> wires) {
  for (const Wire& wire : wires) pairs_.push_back({wire});
}

WireTable::~WireTable() {
  for (Pair& pair : pairs_) {
    for (int& end : pair.ends) drop(end);
  }
}

std::vector<std::string_view> WireTable::names() const {
  std::vector<std::string_view> all;
  for (const Pair& pair : pairs_) {
    all.push_back(pair.wire.first);
    all.push_back(pair.wire.second);
  }
  return all;
}

Result<int> WireTable::take(std::string_view name) {
  for (Pair& pair : pairs_) {
    if (name != pair.wire.first && name != pair.wire.second) continue;
    int& end = pair.ends[name == pair.wire.first ? 0 : 1];
    if (end < 0 || is_cut(end)) {
      for (int& old : pair.ends) drop(old);
      if (socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, pair.ends.data()) != 0)
        return Error{Errc::io, "wires.pair", std::strerror(errno)};
    }
    if (pair.wire.first_is_noticed && name == pair.wire.first) return std::exchange(end, -1);
    const int given = fcntl(end, F_DUPFD_CLOEXEC, 3);
    if (given < 0) return Error{Errc::io, "wires.dup", std::strerror(errno)};
    return given;
  }
  return Error{Errc::invalid, "wires." + std::string(name), "is no end of a wire"};
}

std::vector<Wire> kiosk_wires() {
  return {{"kioskd-ui", "ui-kioskd", true},
          {"kioskd-link", "link-kioskd", true},
          {"kioskd-call", "call-kioskd", true},
          {"call-ui", "ui-call", false},
          {"call-link", "link-call", false}};
}

}  // namespace madoguchi
