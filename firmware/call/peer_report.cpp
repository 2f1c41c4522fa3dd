// What GStreamer knows of the network, in the words of rate_control.h.
#include <algorithm>

#include "firmware/call/peer.h"

namespace madoguchi::call {
namespace {

constexpr double ntp_short_per_ms = 65536.0 / 1000.0;
constexpr guint video_and_audio = 0;  // one session, since everything is bundled

Structure structure_of(GstElement* element, const char* property) {
  GstStructure* structure = nullptr;
  g_object_get(element, property, &structure, nullptr);
  return Structure(structure);
}

// Transport-wide feedback: what the browser says of every packet, several times a second.
void read_feedback(GstElement* session, NetworkReport& report) {
  const Structure stats = structure_of(session, "twcc-stats");
  if (!stats) return;
  guint sent = 0;
  guint received = 0;
  double loss_percent = 0;
  gint64 growth_ns = 0;
  if (gst_structure_get_uint(stats.get(), "bitrate-sent", &sent))
    report.sent_kbps = static_cast<int>(sent / 1000);
  if (gst_structure_get_uint(stats.get(), "bitrate-recv", &received))
    report.received_kbps = static_cast<int>(received / 1000);
  if (gst_structure_get_double(stats.get(), "packet-loss-pct", &loss_percent) && loss_percent >= 0)
    report.loss = loss_percent / 100;
  if (gst_structure_get_int64(stats.get(), "avg-delta-of-delta", &growth_ns))
    report.growth_ms = static_cast<double>(growth_ns) / 1e6;
}

// Receiver reports: loss and the round trip, about once a second.
void read_reports(GstElement* session, NetworkReport& report) {
  const Structure stats = structure_of(session, "stats");
  const GValue* const sources =
      stats ? gst_structure_get_value(stats.get(), "source-stats") : nullptr;
  if (sources == nullptr) return;
  auto* const list = static_cast<GValueArray*>(g_value_get_boxed(sources));
  for (guint i = 0; list != nullptr && i < list->n_values; ++i) {
    const auto* const source =
        static_cast<const GstStructure*>(g_value_get_boxed(&list->values[i]));
    gboolean has_report = FALSE;
    guint lost = 0;
    guint round_trip = 0;
    if (!gst_structure_get_boolean(source, "have-rb", &has_report) || !has_report) continue;
    if (gst_structure_get_uint(source, "rb-round-trip", &round_trip) && round_trip > 0)
      report.delay_ms = std::max(report.delay_ms.value_or(0), round_trip / ntp_short_per_ms);
    if (!report.loss && gst_structure_get_uint(source, "rb-fractionlost", &lost))
      report.loss = lost / 256.0;
  }
}

}  // namespace

NetworkReport Peer::report() const {
  NetworkReport report;
  const Ref<GstElement> rtp = child(webrtc_.get(), "rtpbin");
  GstElement* session = nullptr;
  if (rtp) g_signal_emit_by_name(rtp.get(), "get-session", video_and_audio, &session);
  const Ref<GstElement> owner(session);
  if (session == nullptr) return report;
  read_feedback(session, report);
  read_reports(session, report);
  return report;
}

}  // namespace madoguchi::call
