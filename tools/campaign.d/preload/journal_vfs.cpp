// A SQLite VFS on top of the system's: counts every call, fails or dies at the ordered one, and
// keeps an undo log of what was written since the last sync, because a power cut takes that away
// and a mere SIGKILL does not.

#include <algorithm>
#include <cstring>
#include <string_view>
#include <vector>

#include <sqlite3.h>
#include <sys/stat.h>
#include <unistd.h>

#include "tools/campaign.d/preload/fault_order.h"

namespace madoguchi::campaign {
namespace {

// What a disk writes or does not write.
constexpr std::size_t sector = 512;

/// Since the last sync; a truncation has nothing new.
struct Change {
  sqlite3_int64 offset = 0;
  sqlite3_int64 size_before = 0;
  bool truncates = false;
  std::vector<char> before;  ///< as far as the file had it
  std::vector<char> after;
};

struct JournalFile {
  sqlite3_file base;
  sqlite3_file* real;
  std::string* path;
  std::vector<Change>* unsynced;
};

struct Shim {
  sqlite3_vfs vfs;
  sqlite3_vfs* real = nullptr;
};

Shim& shim() {
  static auto* it = new Shim;
  return *it;
}

/// Every file that is open now.
std::vector<JournalFile*>& open_files() {
  static auto* files = new std::vector<JournalFile*>;
  return *files;
}

JournalFile* own(sqlite3_file* file) { return reinterpret_cast<JournalFile*>(file); }
sqlite3_file* real(sqlite3_file* file) { return own(file)->real; }

int error_code(int io_error) {
  const std::string& code = order().code;
  if (code == "FULL") return SQLITE_FULL;
  if (code == "READONLY") return SQLITE_READONLY;
  if (code == "NOMEM") return io_error == SQLITE_IOERR_READ ? SQLITE_IOERR_NOMEM : SQLITE_NOMEM;
  return io_error;
}

/// Counts the call and does what was ordered for it. `torn` does half of the call before the power
/// goes. Gives false when the call shall fail.
template <class Torn>
bool goes_on(const char* call, const std::string& detail, Torn torn) {
  const Deed deed = reach(std::string("journal.") + call, detail);
  if (deed == Deed::tear) torn();
  if (deed == Deed::die_before || deed == Deed::tear) die();
  return deed != Deed::fail;
}
bool goes_on(const char* call, const std::string& detail) {
  return goes_on(call, detail, [] {});
}

/// SQLite's own system layer takes at most 128 KiB at a time, and quietly less of more.
constexpr sqlite3_int64 piece = 64 << 10;

void read_all(sqlite3_file* from, std::vector<char>& into, sqlite3_int64 offset) {
  const auto size = static_cast<sqlite3_int64>(into.size());
  for (sqlite3_int64 at = 0; at < size; at += piece) {
    from->pMethods->xRead(from, into.data() + at, static_cast<int>(std::min(piece, size - at)),
                          offset + at);
  }
}

void write_all(sqlite3_file* to, const std::vector<char>& bytes, sqlite3_int64 offset) {
  const auto size = static_cast<sqlite3_int64>(bytes.size());
  for (sqlite3_int64 at = 0; at < size; at += piece) {
    to->pMethods->xWrite(to, bytes.data() + at, static_cast<int>(std::min(piece, size - at)),
                         offset + at);
  }
}

void note_write(sqlite3_file* file, const void* data, int size, sqlite3_int64 offset) {
  Change change;
  change.offset = offset;
  real(file)->pMethods->xFileSize(real(file), &change.size_before);
  const auto there = std::clamp<sqlite3_int64>(change.size_before - offset, 0, size);
  change.before.resize(static_cast<std::size_t>(there));
  read_all(real(file), change.before, offset);
  const auto* bytes = static_cast<const char*>(data);
  change.after.assign(bytes, bytes + size);
  own(file)->unsynced->push_back(std::move(change));
}

void note_truncation(sqlite3_file* file, sqlite3_int64 size) {
  Change change;
  change.truncates = true;
  change.offset = size;
  real(file)->pMethods->xFileSize(real(file), &change.size_before);
  const auto lost = std::max<sqlite3_int64>(change.size_before - size, 0);
  change.before.resize(static_cast<std::size_t>(lost));
  read_all(real(file), change.before, size);
  own(file)->unsynced->push_back(std::move(change));
}

int close_file(sqlite3_file* file) {
  const std::lock_guard lock(stop_the_world());
  JournalFile* it = own(file);
  std::erase(open_files(), it);
  const int code = it->real->pMethods->xClose(it->real);
  delete it->path;
  delete it->unsynced;
  return code;
}

int read_file(sqlite3_file* file, void* data, int size, sqlite3_int64 offset) {
  if (!goes_on("read", std::to_string(size) + "@" + std::to_string(offset)))
    return error_code(SQLITE_IOERR_READ);
  return real(file)->pMethods->xRead(real(file), data, size, offset);
}

std::string place(sqlite3_file* file, int size, sqlite3_int64 offset) {
  const std::string& path = *own(file)->path;
  return path.substr(path.rfind('/') + 1) + " " + std::to_string(size) + "@" +
         std::to_string(offset);
}

/// Whether the journal has given up the room that it kept for this case: then the disk is not full
/// any more.
bool reserve_is_given_up(const JournalFile& file) {
  static bool stood = false;
  std::string path = *file.path;
  for (const std::string_view end : {"-wal", "-journal"}) {
    if (path.ends_with(end)) path.resize(path.size() - end.size());
  }
  struct stat reserve{};
  if (::stat((path + ".reserve").c_str(), &reserve) == 0 && reserve.st_size > 0) {
    stood = true;
    return false;
  }
  return stood;
}

int write_file(sqlite3_file* file, const void* data, int size, sqlite3_int64 offset) {
  const std::lock_guard lock(stop_the_world());
  const auto half = [&] {
    note_write(file, data, size / 2, offset);
    real(file)->pMethods->xWrite(real(file), data, size / 2, offset);
  };
  const bool has_room = reserve_is_given_up(*own(file)) && order().code == "FULL";
  if (!goes_on("write", place(file, size, offset), half) && !has_room)
    return error_code(SQLITE_IOERR_WRITE);
  note_write(file, data, size, offset);
  return real(file)->pMethods->xWrite(real(file), data, size, offset);
}

int truncate_file(sqlite3_file* file, sqlite3_int64 size) {
  const std::lock_guard lock(stop_the_world());
  if (!goes_on("truncate", place(file, 0, size))) return error_code(SQLITE_IOERR_TRUNCATE);
  note_truncation(file, size);
  return real(file)->pMethods->xTruncate(real(file), size);
}

int sync_file(sqlite3_file* file, int flags) {
  const std::lock_guard lock(stop_the_world());
  if (!goes_on("sync", place(file, 0, 0))) return error_code(SQLITE_IOERR_FSYNC);
  const int code = real(file)->pMethods->xSync(real(file), flags);
  if (code == SQLITE_OK) own(file)->unsynced->clear();
  // A point of its own: everything is on the disk, and nobody knows it yet.
  (void)goes_on("synced", place(file, 0, 0));
  return code;
}

int map_shared(sqlite3_file* file, int page, int size, int extend, void volatile** out) {
  if (!goes_on("map", std::to_string(page))) return error_code(SQLITE_IOERR_SHMMAP);
  return real(file)->pMethods->xShmMap(real(file), page, size, extend, out);
}

int lock_file(sqlite3_file* file, int level) {
  if (!goes_on("lock", std::to_string(level))) return error_code(SQLITE_IOERR_LOCK);
  return real(file)->pMethods->xLock(real(file), level);
}

sqlite3_io_methods methods() {
  sqlite3_io_methods it{};
  it.iVersion = 2;
  it.xClose = close_file;
  it.xRead = read_file;
  it.xWrite = write_file;
  it.xTruncate = truncate_file;
  it.xSync = sync_file;
  it.xFileSize = [](sqlite3_file* f, sqlite3_int64* n) {
    return real(f)->pMethods->xFileSize(real(f), n);
  };
  it.xLock = lock_file;
  it.xUnlock = [](sqlite3_file* f, int n) { return real(f)->pMethods->xUnlock(real(f), n); };
  it.xCheckReservedLock = [](sqlite3_file* f, int* n) {
    return real(f)->pMethods->xCheckReservedLock(real(f), n);
  };
  it.xFileControl = [](sqlite3_file* f, int op, void* argument) {
    return real(f)->pMethods->xFileControl(real(f), op, argument);
  };
  it.xSectorSize = [](sqlite3_file* f) { return real(f)->pMethods->xSectorSize(real(f)); };
  it.xDeviceCharacteristics = [](sqlite3_file* f) {
    return real(f)->pMethods->xDeviceCharacteristics(real(f));
  };
  it.xShmMap = map_shared;
  it.xShmLock = [](sqlite3_file* f, int a, int b, int c) {
    return real(f)->pMethods->xShmLock(real(f), a, b, c);
  };
  it.xShmBarrier = [](sqlite3_file* f) { real(f)->pMethods->xShmBarrier(real(f)); };
  it.xShmUnmap = [](sqlite3_file* f, int n) { return real(f)->pMethods->xShmUnmap(real(f), n); };
  return it;
}

int open_file(sqlite3_vfs*, const char* path, sqlite3_file* file, int flags, int* out_flags) {
  static const sqlite3_io_methods own_methods = methods();
  const std::lock_guard lock(stop_the_world());
  file->pMethods = nullptr;
  if (!goes_on("open", path == nullptr ? "" : std::strrchr(path, '/') + 1))
    return error_code(SQLITE_CANTOPEN);
  JournalFile* it = own(file);
  it->real = reinterpret_cast<sqlite3_file*>(it + 1);
  const int code = shim().real->xOpen(shim().real, path, it->real, flags, out_flags);
  if (it->real->pMethods == nullptr) return code;
  it->base.pMethods = &own_methods;
  it->path = new std::string(path == nullptr ? "" : path);
  it->unsynced = new std::vector<Change>;
  open_files().push_back(it);
  return code;
}

int delete_file(sqlite3_vfs*, const char* path, int sync_directory) {
  const std::lock_guard lock(stop_the_world());
  if (!goes_on("delete", std::strrchr(path, '/') + 1)) return error_code(SQLITE_IOERR_DELETE);
  return shim().real->xDelete(shim().real, path, sync_directory);
}

/// SplitMix64.
std::uint64_t next_random(std::uint64_t& state) {
  std::uint64_t z = (state += 0x9e3779b97f4a7c15);
  z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9;
  z = (z ^ (z >> 27)) * 0x94d049bb133111eb;
  return z ^ (z >> 31);
}

void take_back(JournalFile& file) {
  const sqlite3_io_methods& does = *file.real->pMethods;
  for (auto change = file.unsynced->rbegin(); change != file.unsynced->rend(); ++change) {
    write_all(file.real, change->before, change->offset);
    if (!change->truncates) does.xTruncate(file.real, change->size_before);
  }
}

/// Some sectors had reached the disk all the same, in any order.
void keep_some(JournalFile& file, std::uint64_t& random) {
  const sqlite3_io_methods& does = *file.real->pMethods;
  for (const Change& change : *file.unsynced) {
    if (change.truncates) {
      if (next_random(random) % 2 == 0) does.xTruncate(file.real, change.offset);
      continue;
    }
    for (std::size_t at = 0; at < change.after.size(); at += sector) {
      if (next_random(random) % 2 != 0) continue;
      const auto size = std::min(sector, change.after.size() - at);
      does.xWrite(file.real, change.after.data() + at, static_cast<int>(size),
                  change.offset + static_cast<sqlite3_int64>(at));
    }
  }
}

}  // namespace

void lose_unsynced(Loss loss, std::uint64_t seed) {
  for (JournalFile* file : open_files()) {
    if (loss != Loss::none) take_back(*file);
    if (loss == Loss::some) keep_some(*file, seed);
    // The index of the log is memory that several processes could share; no power, no memory.
    ::unlink((*file->path + "-shm").c_str());
  }
}

void install_journal_vfs() {
  Shim& it = shim();
  it.real = sqlite3_vfs_find(nullptr);
  it.vfs = *it.real;
  it.vfs.zName = "madoguchi-campaign";
  it.vfs.pNext = nullptr;
  it.vfs.szOsFile = static_cast<int>(sizeof(JournalFile)) + it.real->szOsFile;
  it.vfs.xOpen = open_file;
  it.vfs.xDelete = delete_file;
  // Everything else is the system's, which is told so by the VFS that it finds in its hands.
  it.vfs.xAccess = [](sqlite3_vfs*, const char* path, int flags, int* out) {
    return shim().real->xAccess(shim().real, path, flags, out);
  };
  it.vfs.xFullPathname = [](sqlite3_vfs*, const char* path, int size, char* out) {
    return shim().real->xFullPathname(shim().real, path, size, out);
  };
  sqlite3_vfs_register(&it.vfs, 1);
}

}  // namespace madoguchi::campaign
