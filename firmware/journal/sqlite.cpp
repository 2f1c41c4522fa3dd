#include "firmware/journal/sqlite.h"

#include <cerrno>

namespace madoguchi::sqlite {

Error failed(sqlite3* database, const char* operation) {
  const int code = sqlite3_errcode(database) & 0xff;
  // SQLite knows ENOSPC; a quota and a file's greatest size are no room, too.
  const int system = code == SQLITE_IOERR ? sqlite3_system_errno(database) : 0;
  const bool full = code == SQLITE_FULL || system == EDQUOT || system == EFBIG || system == ENOSPC;
  const Errc errc = full                                              ? Errc::full
                    : code == SQLITE_CORRUPT || code == SQLITE_NOTADB ? Errc::integrity
                                                                      : Errc::io;
  return {errc, std::string("journal.") + operation, sqlite3_errmsg(database)};
}

Result<std::int64_t> pragma_value(sqlite3* database, const char* sql) {
  Statement statement(database, sql);
  const auto row = statement.next("open");
  if (!row) return row.error();
  return statement.number(0);
}

}  // namespace madoguchi::sqlite
