#pragma once
// What is behind database.h: one connection to one kind of database. For this folder only.

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

#include "firmware/base/bytes.h"
#include "firmware/base/result.h"

namespace madoguchi::gateway {

/// See Statement. A cursor does not outlive its engine.
class Cursor {
 public:
  virtual ~Cursor() = default;
  virtual void bind(std::int64_t value) = 0;
  virtual void bind(std::string_view text) = 0;
  virtual void bind(ByteView blob) = 0;
  virtual Result<bool> step() = 0;
  [[nodiscard]] virtual std::int64_t integer(int column) const = 0;
  [[nodiscard]] virtual std::string text(int column) const = 0;
  [[nodiscard]] virtual Bytes blob(int column) const = 0;
};

/// How long a transaction waits for the one before it.
enum class Patience {
  of_a_request,
  of_a_migration,  ///< another gateway may be making the tables
};

class Engine {
 public:
  virtual ~Engine() = default;

  virtual Result<std::unique_ptr<Cursor>> prepare(const char* sql) = 0;
  [[nodiscard]] virtual int changed() const = 0;

  virtual Status begin(Patience patience) = 0;
  virtual Status commit() = 0;
  /// Also after a lost connection: then there is nothing to take back.
  virtual void rollback() = 0;
  /// Several statements at once, within a transaction.
  virtual Status script(const char* sql) = 0;
  /// Both within a transaction.
  virtual Result<std::int64_t> schema_version() = 0;
  virtual Status set_schema_version(std::int64_t version) = 0;

  virtual Status scrub() = 0;
  [[nodiscard]] virtual bool reachable() const = 0;

  /// Kept by database.cpp: what the transaction that runs has come to.
  enum class Stage { none, open, failed };
  Stage stage = Stage::none;
};

Result<std::unique_ptr<Engine>> open_sqlite(const std::string& path);
Result<std::unique_ptr<Engine>> open_postgresql(const std::string& url);

}  // namespace madoguchi::gateway
