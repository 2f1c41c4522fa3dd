#pragma once
// SQL as database.h has it, in PostgreSQL's words. Nothing within quotes is touched.

#include <string>
#include <string_view>

#include "firmware/base/result.h"

namespace madoguchi::gateway {

/// `?` becomes $1, $2 ... in their order.
std::string with_numbered_parameters(std::string_view sql);

/// SQLite's types of columns in PostgreSQL's: INTEGER is BIGINT, BLOB is BYTEA, INTEGER PRIMARY KEY
/// counts by itself, WITHOUT ROWID is nothing.
std::string schema_in_postgresql(std::string_view sql);

/// What an SQLSTATE ("23505") means to the callers of database.h.
Errc meaning_of(std::string_view sqlstate);

/// "a\nb\n" as "a; b": an error is one line.
std::string in_one_line(std::string_view text);

}  // namespace madoguchi::gateway
