#include "tools/kioskctl/bundle.h"

#include <array>
#include <cerrno>
#include <cstdio>
#include <cstring>
#include <vector>

#include <fcntl.h>
#include <unistd.h>
#include <zstd.h>

namespace madoguchi::kioskctl {
namespace {

constexpr std::size_t block = 512;  // of tar
constexpr int level = 9;

/// Fields of the header as in POSIX.1-2017, pax, "ustar Interchange Format".
std::string tar_header(const std::string& name, std::size_t size, std::int64_t at_s) {
  std::array<char, block> header{};
  const auto text = [&](std::size_t at, const char* format, auto value) {
    (void)std::snprintf(header.data() + at, 13, format, value);
  };
  name.copy(header.data(), 99);
  text(100, "%07o", 0644u);
  text(108, "%07o", 0u);
  text(116, "%07o", 0u);
  text(124, "%011llo", static_cast<unsigned long long>(size));
  text(136, "%011llo", static_cast<unsigned long long>(at_s));
  std::memset(header.data() + 148, ' ', 8);  // the checksum is made with blanks in its place
  header[156] = '0';
  std::memcpy(header.data() + 257,
              "ustar\0"
              "00",
              8);
  unsigned sum = 0;
  for (const char c : header) sum += static_cast<unsigned char>(c);
  (void)std::snprintf(header.data() + 148, 8, "%06o", sum);
  header[155] = ' ';
  return {header.data(), header.size()};
}

}  // namespace

struct Bundle::State {
  std::string path;
  std::int64_t at_s = 0;
  int fd = -1;
  ZSTD_CCtx* zstd = nullptr;
  std::int64_t written = 0;
  bool finished = false;

  Error failed() const { return {Errc::io, path, std::strerror(errno)}; }

  Status put(const std::string& content, ZSTD_EndDirective how) {
    std::vector<char> out(ZSTD_CStreamOutSize());
    ZSTD_inBuffer in{content.data(), content.size(), 0};
    for (;;) {
      ZSTD_outBuffer room{out.data(), out.size(), 0};
      const std::size_t left = ZSTD_compressStream2(zstd, &room, &in, how);
      if (ZSTD_isError(left) != 0) return Error{Errc::io, path, ZSTD_getErrorName(left)};
      for (std::size_t at = 0; at < room.pos;) {
        const ssize_t n = write(fd, out.data() + at, room.pos - at);
        if (n < 0 && errno == EINTR) continue;
        if (n < 0) return failed();
        at += static_cast<std::size_t>(n);
        written += n;
      }
      const bool taken = in.pos == in.size;
      if (taken && (how == ZSTD_e_continue || left == 0)) return {};
    }
  }
};

Bundle::Bundle(std::unique_ptr<State> state) : state_(std::move(state)) {}

Bundle::~Bundle() {
  ZSTD_freeCCtx(state_->zstd);
  if (state_->fd >= 0) close(state_->fd);
  if (!state_->finished) (void)unlink(state_->path.c_str());
}

Result<std::unique_ptr<Bundle>> Bundle::create(const std::string& path, std::int64_t at_s) {
  const int fd = open(path.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0600);
  if (fd < 0)
    return Error{errno == EEXIST ? Errc::invalid : Errc::io, path,
                 errno == EEXIST ? "is there already" : std::strerror(errno)};
  auto state = std::make_unique<State>();
  state->path = path;
  state->at_s = at_s;
  state->fd = fd;
  state->zstd = ZSTD_createCCtx();
  (void)ZSTD_CCtx_setParameter(state->zstd, ZSTD_c_compressionLevel, level);
  (void)ZSTD_CCtx_setParameter(state->zstd, ZSTD_c_checksumFlag, 1);
  return std::unique_ptr<Bundle>(new Bundle(std::move(state)));
}

Status Bundle::add(const std::string& name, const std::string& content) {
  if (name.empty() || name.size() > 99)
    return Error{Errc::invalid, name, "is no name for a file in the bundle"};
  const std::size_t rest = content.size() % block;
  const std::string padding(rest == 0 ? 0 : block - rest, '\0');
  const std::string header = tar_header(name, content.size(), state_->at_s);
  return state_->put(header + content + padding, ZSTD_e_continue);
}

Status Bundle::finish() {
  Status done = state_->put(std::string(2 * block, '\0'), ZSTD_e_end);
  if (done && fsync(state_->fd) != 0) done = state_->failed();
  state_->finished = done.ok();
  return done;
}

std::int64_t Bundle::bytes() const { return state_->written; }

}  // namespace madoguchi::kioskctl
