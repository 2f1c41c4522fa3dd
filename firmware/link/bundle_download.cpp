#include "firmware/link/bundle_download.h"

#include <array>
#include <cerrno>
#include <cstring>
#include <filesystem>

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "firmware/base/asio.h"
#include "firmware/crypto/hash.h"

namespace madoguchi {
namespace {

namespace fs = std::filesystem;

// RAUC, which is root, reads it; so may a maintainer.
constexpr unsigned readable = 0644;
constexpr std::int64_t told_every = 1 << 20;

class File {
 public:
  explicit File(const std::string& path)
      : descriptor_(::open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, readable)) {}
  ~File() {
    if (descriptor_ >= 0) ::close(descriptor_);
  }
  File(const File&) = delete;
  File& operator=(const File&) = delete;

  [[nodiscard]] bool open() const { return descriptor_ >= 0; }
  [[nodiscard]] std::int64_t size() const {
    struct stat about{};
    return ::fstat(descriptor_, &about) == 0 ? about.st_size : 0;
  }
  [[nodiscard]] bool write(ByteView bytes, std::int64_t at) const {
    while (!bytes.empty()) {
      const ssize_t n = ::pwrite(descriptor_, bytes.data(), bytes.size(), at);
      if (n < 0 && errno == EINTR) continue;
      if (n <= 0) return false;
      bytes = bytes.subspan(static_cast<std::size_t>(n));
      at += n;
    }
    return true;
  }
  [[nodiscard]] bool settle() const { return ::fdatasync(descriptor_) == 0; }
  void cut_to(std::int64_t size) const { (void)!::ftruncate(descriptor_, size); }
  /// Of the first so many bytes; the rest is a later read's.
  [[nodiscard]] bool hash(Sha256& into, std::int64_t size) const {
    std::array<std::uint8_t, 1u << 16> part{};
    for (std::int64_t at = 0; at < size;) {
      const auto most = std::min<std::int64_t>(size - at, part.size());
      const ssize_t n = ::pread(descriptor_, part.data(), static_cast<std::size_t>(most), at);
      if (n < 0 && errno == EINTR) continue;
      if (n <= 0) return false;
      into.add(ByteView(part.data(), static_cast<std::size_t>(n)));
      at += n;
    }
    return true;
  }

 private:
  int descriptor_;
};

Error disk_error(const std::string& path) {
  const int why = errno;
  const Errc code = why == ENOSPC || why == EDQUOT ? Errc::full : Errc::io;
  return {code, path, std::strerror(why)};
}

/// What belongs to other bundles goes.
void sweep(const std::string& folder, const std::string& keep) {
  std::error_code failed;
  for (fs::directory_iterator each(folder, failed), end; !failed && each != end;
       each.increment(failed)) {
    const std::string name = each->path().filename().string();
    std::error_code ignored;
    if (name.starts_with("bundle-") && !name.starts_with(keep)) fs::remove(each->path(), ignored);
  }
}

}  // namespace

Task<Result<std::string>> download_bundle(BundleSource& source, const std::string& folder,
                                          const std::function<void(std::int64_t)>& progress) {
  if (!source.artifact()) co_return Error{Errc::not_found, "bundle", "no bundle is offered"};
  const ddi::Artifact bundle = *source.artifact();
  const std::string name = "bundle-" + to_hex(bundle.sha256);
  const std::string whole = folder + "/" + name + ".raucb";
  const std::string part = folder + "/" + name + ".part";
  std::error_code failed;
  fs::create_directories(folder, failed);
  sweep(folder, name);
  // A whole one from before is hashed again: it lay on a disk.
  if (fs::exists(whole, failed)) fs::rename(whole, part, failed);
  const File file(part);
  if (!file.open()) co_return disk_error(part);
  if (file.size() > bundle.bytes) file.cut_to(0);
  Sha256 hash;
  std::int64_t at = file.size();
  if (!file.hash(hash, at)) co_return disk_error(part);
  std::int64_t told = at;
  progress(at);
  while (at < bundle.bytes) {
    const Result<Bytes> bytes = co_await source.read(at, bundle.bytes - at);
    if (!bytes) co_return bytes.error();
    if (!file.write(*bytes, at)) co_return disk_error(part);
    hash.add(*bytes);
    at += static_cast<std::int64_t>(bytes->size());
    if (at - told >= told_every || at == bundle.bytes) progress(told = at);
  }
  if (!file.settle()) co_return disk_error(part);
  if (hash.finish() != bundle.sha256) {
    fs::remove(part, failed);
    co_return Error{Errc::integrity, "bundle", "its SHA-256 is not the one that the server gave"};
  }
  fs::rename(part, whole, failed);
  if (failed) co_return Error{Errc::io, whole, failed.message()};
  co_return whole;
}

}  // namespace madoguchi
