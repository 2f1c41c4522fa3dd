#include "tests/contract/gateway/cut_wire.h"

#include <array>
#include <string_view>
#include <vector>

#include <CppUTest/TestHarness.h>
#include <netinet/in.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

namespace madoguchi {
namespace {

constexpr int look_ms = 50;

sockaddr_in loopback(int port) {
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  address.sin_port = htons(static_cast<std::uint16_t>(port));
  return address;
}

bool write_all(int socket, const char* bytes, std::size_t size) {
  while (size > 0) {
    const ssize_t sent = send(socket, bytes, size, MSG_NOSIGNAL);
    if (sent <= 0) return false;
    bytes += sent;
    size -= static_cast<std::size_t>(sent);
  }
  return true;
}

}  // namespace

CutWire::CutWire(int to_port) : to_port_(to_port) {
  listener_ = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  sockaddr_in address = loopback(0);
  auto* const any = reinterpret_cast<sockaddr*>(&address);
  socklen_t size = sizeof address;
  CHECK(bind(listener_, any, size) == 0 && listen(listener_, 8) == 0 &&
        getsockname(listener_, any, &size) == 0);
  port_ = ntohs(address.sin_port);
  thread_ = std::thread([this] { serve(); });
}

CutWire::~CutWire() {
  over_ = true;
  thread_.join();
  close(listener_);
}

void CutWire::cut(Cut when, const std::string& word) {
  when_ = when;
  word_ = word;
  word_state_ = State::armed;
}

void CutWire::serve() {
  std::vector<std::thread> carriers;
  while (!over_) {
    pollfd waiting{listener_, POLLIN, 0};
    if (poll(&waiting, 1, look_ms) <= 0) continue;
    const int client = accept4(listener_, nullptr, nullptr, SOCK_CLOEXEC);
    if (client >= 0) carriers.emplace_back([this, client] { carry(client); });
  }
  for (auto& carrier : carriers) carrier.join();
}

bool CutWire::is_said(const char* bytes, std::size_t size) {
  return word_state_ == State::armed &&
         std::string_view(bytes, size).find(word_) != std::string_view::npos;
}

/// Both directions until one end closes, or it is cut.
void CutWire::carry(int client) {
  const int server = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  const sockaddr_in address = loopback(to_port_);
  bool open = connect(server, reinterpret_cast<const sockaddr*>(&address), sizeof address) == 0;
  bool answer_is_lost = false;
  bool cut_here = false;
  std::array<char, 65536> bytes;
  while (open && !over_) {
    std::array<pollfd, 2> ends{{{client, POLLIN, 0}, {server, POLLIN, 0}}};
    if (poll(ends.data(), ends.size(), look_ms) <= 0) continue;
    const bool from_client = ends[0].revents != 0;
    const ssize_t got = recv(from_client ? client : server, bytes.data(), bytes.size(), 0);
    if (got <= 0) break;
    const auto size = static_cast<std::size_t>(got);
    if (from_client && is_said(bytes.data(), size)) answer_is_lost = true;
    cut_here = answer_is_lost && (when_ == Cut::before || !from_client);
    if (cut_here) break;
    open = write_all(from_client ? server : client, bytes.data(), size);
  }
  if (cut_here) word_state_ = State::done;
  close(server);
  close(client);
}

}  // namespace madoguchi
