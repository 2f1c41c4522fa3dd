#include "firmware/call/gst.h"

namespace madoguchi::call {
namespace {

GstClockTime base_time() {
  static const GstClockTime time = [] {
    const Ref<GstClock> clock(gst_system_clock_obtain());
    return gst_clock_get_time(clock.get());
  }();
  return time;
}

}  // namespace

void run_on_common_clock(GstElement* pipeline) {
  const GstClockTime base = base_time();
  const Ref<GstClock> clock(gst_system_clock_obtain());
  gst_pipeline_use_clock(GST_PIPELINE(pipeline), clock.get());
  gst_element_set_start_time(pipeline, GST_CLOCK_TIME_NONE);
  gst_element_set_base_time(pipeline, base);
}

Pipeline make_pipeline(const std::string& description) {
  GError* error = nullptr;
  Pipeline out;
  GstElement* const parsed =
      gst_parse_launch_full(description.c_str(), nullptr, GST_PARSE_FLAG_FATAL_ERRORS, &error);
  if (parsed != nullptr) out.element.reset(GST_ELEMENT(gst_object_ref_sink(parsed)));
  if (error != nullptr) {
    out.error = error->message;
    g_error_free(error);
    out.element.reset();
  } else if (out.element) {
    run_on_common_clock(out.element.get());
  }
  return out;
}

std::string words_of(GstMessage* message) {
  GError* error = nullptr;
  gst_message_parse_error(message, &error, nullptr);
  const GText source(gst_object_get_path_string(GST_MESSAGE_SRC(message)));
  std::string out = std::string(GST_OBJECT_NAME(GST_MESSAGE_SRC(message))) + ": " + error->message;
  g_error_free(error);
  return out;
}

}  // namespace madoguchi::call
