#include "tools/gateway/database/database.h"

#include "tools/gateway/database/engine.h"

namespace madoguchi::gateway {
namespace {

const Error failed_before{Errc::io, "database", "the transaction has failed before"};

}  // namespace

bool is_database_url(std::string_view where) {
  return where.starts_with("postgresql://") || where.starts_with("postgres://");
}

// ---- Statement ----

Statement::Statement(std::shared_ptr<Engine> engine, std::unique_ptr<Cursor> cursor)
    : engine_(std::move(engine)), cursor_(std::move(cursor)) {}
Statement::Statement(Statement&&) noexcept = default;
Statement& Statement::operator=(Statement&&) noexcept = default;
Statement::~Statement() = default;

Statement& Statement::bind(std::int64_t value) {
  cursor_->bind(value);
  return *this;
}

Statement& Statement::bind(std::string_view text) {
  unfit_ = unfit_ || text.find('\0') != std::string_view::npos;
  cursor_->bind(text);
  return *this;
}

Statement& Statement::bind(ByteView blob) {
  cursor_->bind(blob);
  return *this;
}

Result<bool> Statement::step() {
  if (engine_->stage == Engine::Stage::failed) return failed_before;
  auto row = unfit_ ? Result<bool>(Error{Errc::invalid, "database", "a text holds a NUL"})
                    : cursor_->step();
  if (!row && engine_->stage == Engine::Stage::open) engine_->stage = Engine::Stage::failed;
  return row;
}

std::int64_t Statement::integer(int column) const { return cursor_->integer(column); }
std::string Statement::text(int column) const { return cursor_->text(column); }
Bytes Statement::blob(int column) const { return cursor_->blob(column); }

// ---- Database ----

Database::Database(std::shared_ptr<Engine> engine) : engine_(std::move(engine)) {}

Result<Database> Database::open(const std::string& where) {
  auto engine = is_database_url(where) ? open_postgresql(where) : open_sqlite(where);
  if (!engine) return engine.error();
  return Database(std::move(*engine));
}

Status Database::script(const char* sql) {
  if (engine_->stage == Engine::Stage::failed) return failed_before;
  if (engine_->stage == Engine::Stage::open) {
    auto done = engine_->script(sql);
    if (!done) engine_->stage = Engine::Stage::failed;
    return done;
  }
  if (auto begun = engine_->begin(Patience::of_a_migration); !begun) return begun;
  auto done = engine_->script(sql);
  if (done) done = engine_->commit();
  if (!done) engine_->rollback();
  return done;
}

Status Database::migrate(std::span<const char* const> steps) {
  const auto climb = [&]() -> Status {
    const auto found = engine_->schema_version();
    if (!found) return found.error();
    const auto newest = static_cast<std::int64_t>(steps.size());
    if (*found > newest)
      return Error{Errc::unsupported, "database", "was written by a newer gateway"};
    for (auto at = *found; at < newest; ++at) {
      if (auto made = engine_->script(steps[static_cast<std::size_t>(at)]); !made) return made;
    }
    if (auto set = engine_->set_schema_version(newest); !set) return set;
    return engine_->commit();
  };
  if (auto begun = engine_->begin(Patience::of_a_migration); !begun) return begun;
  auto done = climb();
  if (!done) engine_->rollback();
  return done;
}

Result<Statement> Database::prepare(const char* sql) {
  if (engine_->stage == Engine::Stage::failed) return failed_before;
  auto cursor = engine_->prepare(sql);
  if (!cursor) {
    if (engine_->stage == Engine::Stage::open) engine_->stage = Engine::Stage::failed;
    return cursor.error();
  }
  return Statement(engine_, std::move(*cursor));
}

int Database::changed() const { return engine_->changed(); }

Status Database::scrub() { return engine_->scrub(); }

bool Database::reachable() const { return engine_->reachable(); }

// ---- Transaction ----

Transaction::Transaction(std::shared_ptr<Engine> engine) : engine_(std::move(engine)) {
  engine_->stage = Engine::Stage::open;
}

Transaction::Transaction(Transaction&& other) noexcept = default;

Result<Transaction> Transaction::begin(Database& database) {
  if (database.engine_->stage != Engine::Stage::none)
    return Error{Errc::io, "database", "a transaction is open already"};
  if (auto begun = database.engine_->begin(Patience::of_a_request); !begun) return begun.error();
  return Transaction(database.engine_);
}

Transaction::~Transaction() {
  if (engine_ == nullptr) return;
  engine_->rollback();
  engine_->stage = Engine::Stage::none;
}

Status Transaction::commit() {
  if (engine_->stage == Engine::Stage::failed) return failed_before;
  auto committed = engine_->commit();
  if (!committed) return committed;  // the destructor takes back what is left of it
  engine_->stage = Engine::Stage::none;
  engine_.reset();
  return committed;
}

}  // namespace madoguchi::gateway
