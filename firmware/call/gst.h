#pragma once
// GStreamer's C objects with owners. Internal to firmware/call; include it in .cpp files and in
// headers of this folder that only its .cpp files include.

#include <memory>
#include <string>

#include <gst/gst.h>

namespace madoguchi::call {

struct Unref {
  void operator()(gpointer object) const { gst_object_unref(object); }
};
template <class T>
using Ref = std::unique_ptr<T, Unref>;

struct CapsUnref {
  void operator()(GstCaps* caps) const { gst_caps_unref(caps); }
};
using Caps = std::unique_ptr<GstCaps, CapsUnref>;

struct StructureFree {
  void operator()(GstStructure* structure) const { gst_structure_free(structure); }
};
using Structure = std::unique_ptr<GstStructure, StructureFree>;

struct SampleUnref {
  void operator()(GstSample* sample) const { gst_sample_unref(sample); }
};
using Sample = std::unique_ptr<GstSample, SampleUnref>;

/// A string that GLib allocated.
struct GFree {
  void operator()(gchar* text) const { g_free(text); }
};
using GText = std::unique_ptr<gchar, GFree>;

inline Ref<GstElement> child(GstElement* bin, const char* name) {
  return Ref<GstElement>(gst_bin_get_by_name(GST_BIN(bin), name));
}

/// All pipelines of a process run on one clock with one base time, so that a buffer's time means
/// the same in each: the echo canceller compares what is played in one with what is heard in
/// another.
void run_on_common_clock(GstElement* pipeline);

/// A pipeline from its description, on the common clock. An error is a missing plugin: its text
/// names the element.
struct Pipeline {
  Ref<GstElement> element;
  std::string error;
};
Pipeline make_pipeline(const std::string& description);

/// The words of an error message on the bus.
std::string words_of(GstMessage* message);

}  // namespace madoguchi::call
