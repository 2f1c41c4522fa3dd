#include "firmware/visit/help_records.h"

#include "firmware/visit/companion.h"
#include "firmware/visit/outbox.h"

namespace madoguchi::visit {

void open_help_record(Desk& desk, const std::string& session, const desk::HelpRecord& record) {
  (void)outbox::open(desk, outbox::help, session, to_json(record).dump());
}

void keep_help_record(Desk& desk, const std::string& session, const desk::HelpRecord& record) {
  (void)outbox::keep(desk, outbox::help, session, to_json(record).dump());
}

void note_topic(Desk& desk, desk::HelpTopic topic) {
  if (desk.companion == nullptr) return;
  desk.companion->about(topic);
  if (!desk.companion->running()) return;
  const Companion::Finished so_far = desk.companion->so_far();
  keep_help_record(desk, so_far.session, so_far.record);
}

}  // namespace madoguchi::visit
