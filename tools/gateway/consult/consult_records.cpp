#include "tools/gateway/consult/consult_records.h"

#include <algorithm>

#include "tools/gateway/identifiers.h"
#include "tools/gateway/queue/queue_plan.h"
#include "tools/gateway/queue/waiting_room.h"

namespace madoguchi::gateway {
namespace {

constexpr UnixTime hour_s = 3600;
constexpr UnixTime day_s = 24 * hour_s;
constexpr UnixTime kept_s = 3 * 366 * day_s;
constexpr std::int32_t longest_minutes = 24 * 60;

// In words that SQLite and PostgreSQL share.
constexpr const char* tables = R"sql(
CREATE TABLE IF NOT EXISTS consult_records (
  kiosk TEXT NOT NULL, topic TEXT NOT NULL, language TEXT NOT NULL, outcome TEXT NOT NULL,
  waited_s BIGINT NOT NULL, minutes BIGINT NOT NULL, began_hour BIGINT NOT NULL, lowest TEXT NOT NULL,
  satisfaction BIGINT NOT NULL);
CREATE INDEX IF NOT EXISTS consult_records_by_time ON consult_records (began_hour);
CREATE TABLE IF NOT EXISTS consult_notes (
  day TEXT NOT NULL, topic TEXT NOT NULL, language TEXT NOT NULL, outcome TEXT NOT NULL,
  deeds TEXT NOT NULL, note TEXT NOT NULL);
CREATE INDEX IF NOT EXISTS consult_notes_by_day ON consult_notes (day);
)sql";
constexpr const char* put_record =
    "INSERT INTO consult_records (kiosk, topic, language, outcome, waited_s, minutes, began_hour, "
    "lowest, satisfaction) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)";
constexpr const char* put_note =
    "INSERT INTO consult_notes (day, topic, language, outcome, deeds, note) VALUES (?, ?, ?, ?, ?, "
    "?)";

}  // namespace

Status make_consult_tables(Store& store) { return store.database().script(tables); }

std::string impossible(const consult::Record& record, UnixTime now) {
  if (!is_language_tag(record.language)) return "language is not a language tag";
  if (record.waited_s < 0 || record.waited_s > day_s) return "waited_s is out of range";
  if (record.minutes < 0 || record.minutes > longest_minutes) return "minutes is out of range";
  const bool came = record.outcome != consult::Outcome::no_show;
  if (!came && record.minutes > 0) return "nobody came, and minutes is not 0";
  if (record.began_at < 0 || record.began_at > now + hour_s) return "began_at is out of range";
  if (record.satisfaction && (*record.satisfaction < 1 || *record.satisfaction > 5))
    return "satisfaction is out of range";
  return {};
}

Status add_consult_record(Store& store, const std::string& kiosk, const consult::Record& record) {
  return store.database().run(put_record, kiosk, codec::enum_name(record.topic), record.language,
                              codec::enum_name(record.outcome),
                              record.waited_s - record.waited_s % 5, record.minutes,
                              record.began_at - record.began_at % hour_s,
                              codec::enum_name(record.lowest), record.satisfaction.value_or(0));
}

Status add_consult_no_show(Store& store, consult::Topic topic, const std::string& language,
                           UnixTime booked_at) {
  consult::Record record;
  record.topic = topic;
  record.language = language;
  record.outcome = consult::Outcome::no_show;
  record.began_at = booked_at;
  return add_consult_record(store, "", record);
}

Status add_consult_note(Store& store, const ConsultNote& note, UnixTime now) {
  std::string deeds;
  for (const Deed deed : note.deeds) {
    if (!deeds.empty()) deeds += ' ';
    deeds += codec::enum_name(deed);
  }
  return store.database().run(put_note, day_of(now), codec::enum_name(note.topic), note.language,
                              codec::enum_name(note.outcome), deeds, note.note);
}

Status tidy_consult_records(Store& store, UnixTime now) {
  Status done =
      store.database().run("DELETE FROM consult_records WHERE began_hour < ?", now - kept_s);
  if (done)
    done = store.database().run("DELETE FROM consult_notes WHERE day < ?", day_of(now - kept_s));
  return done;
}

}  // namespace madoguchi::gateway
