#include "tools/gateway/consult/consult_plan.h"

#include <algorithm>
#include <set>

#include "tools/gateway/queue/plan_reader.h"

namespace madoguchi::gateway {
namespace {

constexpr std::size_t longest_desk = 16;
constexpr std::size_t longest_name = 120;  // bytes

template <class T>
bool holds(const std::vector<T>& all, const T& one) {
  return std::find(all.begin(), all.end(), one) != all.end();
}

bool yes(PlanReader& reader, const toml::table& table, const char* key, bool otherwise) {
  if (!table.contains(key)) return otherwise;
  const auto value = table[key].value_exact<bool>();
  if (!value) reader.fail(table, std::string(key) + " is true or false");
  return value.value_or(otherwise);
}

ConsultTopicPlan read_topic(PlanReader& reader, const toml::table& table) {
  reader.only(table, {"topic", "hours", "days", "booth", "booked_only"});
  ConsultTopicPlan out;
  out.topic = reader.word<consult::Topic>(table, "topic");
  out.hours = reader.hours(table);
  out.written_hours = reader.text(table, "hours");
  out.booth = yes(reader, table, "booth", false);
  out.booked_only = yes(reader, table, "booked_only", false);
  return out;
}

ConsultDeskPlan read_desk(PlanReader& reader, const toml::table& table) {
  reader.only(table, {"desk", "name", "topics", "interprets", "least", "accounts"});
  ConsultDeskPlan out;
  out.desk = reader.text(table, "desk");
  out.name = reader.text(table, "name");
  if (out.desk.size() > longest_desk || out.name.size() > longest_name)
    reader.fail(table, "desk has at most 16 bytes, name 120");
  for (const std::string& name : reader.texts(table, "topics")) {
    const auto topic = codec::enum_value<consult::Topic>(name);
    if (!topic) reader.fail(table, "'" + name + "' is no topic");
    out.topics.push_back(topic.value_or(consult::Topic::general));
  }
  out.interprets = reader.texts(table, "interprets");
  out.accounts = reader.texts(table, "accounts");
  if (table.contains("least")) out.least = reader.word<StaffRole>(table, "least");
  if (out.topics.empty() && out.interprets.empty())
    reader.fail(table, "wants topics or interprets");
  return out;
}

/// What no single entry can be wrong about.
void check_together(PlanReader& reader, const toml::table& root, const ConsultPlan& plan) {
  std::set<consult::Topic> topics;
  std::set<std::string> desks;
  for (const ConsultTopicPlan& one : plan.topics)
    if (!topics.insert(one.topic).second) reader.fail(root, "a topic stands there twice");
  for (const ConsultDeskPlan& one : plan.desks) {
    if (!desks.insert(one.desk).second) reader.fail(root, "a desk stands there twice");
    for (const consult::Topic topic : one.topics)
      if (!topics.contains(topic)) reader.fail(root, "a desk serves what is no [[topic]]");
  }
}

}  // namespace

bool ConsultDeskPlan::serves(consult::Topic topic) const { return holds(topics, topic); }

bool ConsultDeskPlan::interprets_language(const std::string& language) const {
  return holds(interprets, language);
}

bool ConsultDeskPlan::may_sit(const std::string& account, StaffRole role) const {
  return role >= least && (accounts.empty() || holds(accounts, account));
}

Result<ConsultPlan> ConsultPlan::load(const std::string& path, std::vector<ClosedDay> closed_days) {
  const Result<toml::table> parsed = parse_plan(path);
  if (!parsed) return parsed.error();
  const toml::table& root = *parsed;
  PlanReader reader(path);
  reader.only(root, {"rules", "closed_days", "topic", "desk"});
  ConsultPlan plan;
  const toml::table& rules = section(root, "rules");
  reader.only(rules, {"kiosk_grace_s", "desk_grace_s", "needs_somebody"});
  plan.kiosk_grace_s = reader.number(rules, "kiosk_grace_s", plan.kiosk_grace_s, 5, 600);
  plan.desk_grace_s = reader.number(rules, "desk_grace_s", plan.desk_grace_s, 5, 600);
  plan.needs_somebody = yes(reader, rules, "needs_somebody", true);
  plan.closed_days =
      root.contains("closed_days") ? reader.days(root, "closed_days") : std::move(closed_days);
  plan.topics = read_all(reader, root, "topic", read_topic);
  plan.desks = read_all(reader, root, "desk", read_desk);
  for (ConsultTopicPlan& topic : plan.topics) topic.hours.closed_days = plan.closed_days;
  if (!reader.error()) check_together(reader, root, plan);
  if (reader.error()) return *reader.error();
  return plan;
}

const ConsultTopicPlan* ConsultPlan::find(consult::Topic topic) const {
  const auto found = std::find_if(topics.begin(), topics.end(),
                                  [&](const ConsultTopicPlan& one) { return one.topic == topic; });
  return found == topics.end() ? nullptr : &*found;
}

const ConsultDeskPlan* ConsultPlan::find_desk(const std::string& desk) const {
  const auto found = std::find_if(desks.begin(), desks.end(),
                                  [&](const ConsultDeskPlan& one) { return one.desk == desk; });
  return found == desks.end() ? nullptr : &*found;
}

bool ConsultPlan::open_at(consult::Topic topic, UnixTime now) const {
  const ConsultTopicPlan* plan = find(topic);
  return plan != nullptr &&
         plan->hours.open_at(local_time(std::chrono::system_clock::from_time_t(now)));
}

}  // namespace madoguchi::gateway
