#include "firmware/link/held_identity.h"

#include <cerrno>
#include <cstring>

#include <unistd.h>

#include "firmware/base/file.h"

namespace madoguchi {
namespace {

constexpr std::size_t largest_file = 64 * 1024;

}  // namespace

Result<std::optional<HeldIdentity>> IdentityFile::load() const {
  const auto content = read_file(file(), largest_file);
  if (!content && content.error().code == Errc::not_found) return std::optional<HeldIdentity>();
  if (!content) return content.error();
  auto held = decode<HeldIdentity>(*content);
  if (!held || held->version != 1)
    return Error{Errc::integrity, "identity", file() + " is damaged: erase and enrol again"};
  return std::optional(std::move(*held));
}

Status IdentityFile::lay_out(const HeldIdentity& identity) const {
  if (Status written = write_file(ca_file(), as_bytes(identity.gateway_ca)); !written)
    return written;
  if (Status written = write_file(seal_key_file(), as_bytes(identity.seal_key)); !written)
    return written;
  return write_file(certificate_file(), as_bytes(identity.certificate));
}

Status IdentityFile::keep(const HeldIdentity& identity) const {
  if (Status written = write_file(file(), encode(identity)); !written) return written;
  return lay_out(identity);
}

Status IdentityFile::erase() const {
  // What counts goes first: a cut after it leaves files that nobody reads.
  for (const std::string& path : {file(), certificate_file(), ca_file(), seal_key_file()}) {
    if (::unlink(path.c_str()) != 0 && errno != ENOENT)
      return Error{Errc::io, "identity", path + ": " + std::strerror(errno)};
  }
  return {};
}

}  // namespace madoguchi
