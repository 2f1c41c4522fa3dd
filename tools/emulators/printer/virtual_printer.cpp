#include "tools/emulators/printer/virtual_printer.h"

#include <algorithm>
#include <array>
#include <cstdlib>
#include <cstring>
#include <memory>
#include <sstream>
#include <utility>

#include <poppler.h>

#include "firmware/base/file.h"

namespace madoguchi::emulator {
namespace {

using namespace std::chrono_literals;

constexpr const char* driver_name = "virtual-a4";
constexpr const char* device_uri = "virtual://cabinet/printer";
constexpr auto slow_page = 5000ms;
// PAPPL does not wake anybody when a client cancels a job.
constexpr auto cancel_look = 20ms;

template <std::size_t n>
void copy_text(char (&to)[n], std::string_view from) {
  const std::size_t size = std::min(from.size(), n - 1);
  std::memcpy(to, from.data(), size);
  to[size] = '\0';
}

std::string file_name_of(pappl_job_t* job) {
  std::string name = "job-" + std::to_string(papplJobGetID(job)) + "-";
  for (const char* c = papplJobGetName(job); c != nullptr && *c != '\0'; ++c) {
    const bool plain = std::isalnum(static_cast<unsigned char>(*c)) != 0 || *c == '-' || *c == '_';
    name += plain ? *c : '_';
  }
  return name + ".pdf";
}

std::string job_label(pappl_job_t* job) { return "job " + std::to_string(papplJobGetID(job)); }

// A device that PAPPL may open and that does nothing: the engine is VirtualPrinter.
void register_device() {
  papplDeviceAddScheme(
      "virtual", PAPPL_DEVTYPE_CUSTOM_LOCAL, nullptr,
      [](pappl_device_t*, const char*, const char*) { return true; }, [](pappl_device_t*) {},
      [](pappl_device_t*, void*, size_t) -> ssize_t { return 0; },
      [](pappl_device_t*, const void*, size_t size) { return static_cast<ssize_t>(size); },
      [](pappl_device_t*) -> pappl_preason_t { return PAPPL_PREASON_NONE; }, nullptr);
}

void describe_media(pappl_pr_driver_data_t& data) {
  data.num_media = 2;
  data.media[0] = "iso_a4_210x297mm";
  data.media[1] = "iso_a5_148x210mm";
  data.num_source = 1;
  data.source[0] = "main";
  data.num_type = 1;
  data.type[0] = "stationery";
  data.left_right = data.bottom_top = 423;
  pappl_media_col_t& ready = data.media_ready[0];
  copy_text(ready.size_name, data.media[0]);
  ready.size_width = 21000;
  ready.size_length = 29700;
  ready.left_margin = ready.right_margin = ready.top_margin = ready.bottom_margin = 423;
  copy_text(ready.source, data.source[0]);
  copy_text(ready.type, data.type[0]);
  data.media_default = ready;
}

// PAPPL asks for a raster driver even of a printer that takes PDF as it is.
void describe_raster(pappl_pr_driver_data_t& data) {
  data.rstartjob_cb = [](pappl_job_t*, pappl_pr_options_t*, pappl_device_t*) { return false; };
  data.rendjob_cb = data.rstartjob_cb;
  data.rstartpage_cb = [](pappl_job_t*, pappl_pr_options_t*, pappl_device_t*, unsigned) {
    return false;
  };
  data.rendpage_cb = data.rstartpage_cb;
  data.rwriteline_cb = [](pappl_job_t*, pappl_pr_options_t*, pappl_device_t*, unsigned,
                          const unsigned char*) { return false; };
  data.num_resolution = 1;
  data.x_resolution[0] = data.y_resolution[0] = data.x_default = data.y_default = 600;
  data.raster_types = PAPPL_PWG_RASTER_TYPE_SGRAY_8 | PAPPL_PWG_RASTER_TYPE_BLACK_1;
  data.color_supported = PAPPL_COLOR_MODE_MONOCHROME | PAPPL_COLOR_MODE_AUTO;
  data.color_default = PAPPL_COLOR_MODE_MONOCHROME;
}

}  // namespace

struct VirtualPrinter::Trouble {
  const char* name;
  pappl_preason_t reasons;
};

const VirtualPrinter::Trouble* VirtualPrinter::trouble_named(std::string_view name) {
  static constexpr std::array troubles{
      Trouble{"jam", PAPPL_PREASON_MEDIA_JAM},
      Trouble{"empty", PAPPL_PREASON_MEDIA_EMPTY | PAPPL_PREASON_MEDIA_NEEDED},
      Trouble{"cover", PAPPL_PREASON_COVER_OPEN},
      Trouble{"toner", PAPPL_PREASON_TONER_EMPTY | PAPPL_PREASON_MARKER_SUPPLY_EMPTY},
      Trouble{"abort", PAPPL_PREASON_NONE},  // no state of the printer: the job's own end
  };
  for (const Trouble& trouble : troubles) {
    if (name == trouble.name) return &trouble;
  }
  return nullptr;
}

int count_pages(ByteView pdf) {
  GBytes* bytes = g_bytes_new_static(pdf.data(), pdf.size());
  PopplerDocument* document = poppler_document_new_from_bytes(bytes, nullptr, nullptr);
  g_bytes_unref(bytes);
  if (document == nullptr) return 0;
  const int pages = poppler_document_get_n_pages(document);
  g_object_unref(document);
  return pages;
}

VirtualPrinter::VirtualPrinter(PrinterSettings settings,
                               std::function<void(const std::string&)> tell)
    : settings_(std::move(settings)), tell_(std::move(tell)), per_page_(settings_.per_page) {}

Status VirtualPrinter::open() {
  register_device();
  system_ = papplSystemCreate(
      PAPPL_SOPTIONS_NONE, "Madoguchi emulator", 0, nullptr, settings_.spool.c_str(), "-",
      settings_.verbose ? PAPPL_LOGLEVEL_DEBUG : PAPPL_LOGLEVEL_FATAL, nullptr, false);
  if (system_ == nullptr) return Error{Errc::io, "pappl", "no system"};
  static pappl_pr_driver_t drivers[] = {{driver_name, "Virtual A4 printer", "", nullptr}};
  papplSystemSetPrinterDrivers(system_, 1, drivers, nullptr, nullptr, describe, this);
  papplSystemSetHostName(system_, "localhost");
  if (!papplSystemAddListeners(system_, settings_.socket.c_str())) {
    return Error{Errc::io, "pappl", "cannot listen on " + settings_.socket};
  }
  printer_ = papplPrinterCreate(system_, 0, "Certificates", driver_name,
                                "MFG:Madoguchi;MDL:Virtual A4;CMD:PDF;", device_uri);
  if (printer_ == nullptr) return Error{Errc::io, "pappl", "no printer"};
  return {};
}

void VirtualPrinter::run() {
  papplSystemRun(system_);
  std::_Exit(EXIT_FAILURE);  // it returns only when it cannot listen any more
}

bool VirtualPrinter::describe(pappl_system_t*, const char*, const char*, const char*,
                              pappl_pr_driver_data_t* data, ipp_t**, void* self) {
  copy_text(data->make_and_model, "Madoguchi Virtual A4");
  data->extension = self;
  data->format = "application/pdf";
  data->printfile_cb = print;
  data->status_cb = [](pappl_printer_t*) { return true; };
  data->ppm = 20;
  data->sides_supported = PAPPL_SIDES_ONE_SIDED | PAPPL_SIDES_TWO_SIDED_LONG_EDGE;
  data->sides_default = PAPPL_SIDES_ONE_SIDED;
  data->duplex = PAPPL_DUPLEX_NORMAL;
  describe_media(*data);
  describe_raster(*data);
  return true;
}

bool VirtualPrinter::print(pappl_job_t* job, pappl_pr_options_t* options, pappl_device_t*) {
  pappl_pr_driver_data_t data;
  papplPrinterGetDriverData(papplJobGetPrinter(job), &data);
  return static_cast<VirtualPrinter*>(data.extension)->print_job(job, std::max(1, options->copies));
}

bool VirtualPrinter::print_job(pappl_job_t* job, int copies) {
  const auto document = read_file(papplJobGetFilename(job), 256u << 20);
  const int pages = document.ok() ? count_pages(*document) : 0;
  if (pages == 0) {
    tell_(job_label(job) + " aborted: not a PDF");
    return false;
  }
  const int total = pages * copies;
  papplJobSetImpressions(job, total);
  tell_(job_label(job) + " printing " + file_name_of(job) + " pages " + std::to_string(pages) +
        " copies " + std::to_string(copies));
  int printed = 0;
  {
    const std::lock_guard lock(mutex_);
    printing_ = true;
  }
  while (printed < total && print_page(job, printed + 1, total)) ++printed;
  bool aborted = false;
  {
    const std::lock_guard lock(mutex_);
    printing_ = false;
    aborted = std::exchange(abort_, false);
    sheets_in_tray_ += printed;
  }
  // PAPPL ends a job that was cancelled meanwhile as canceled, also when its last sheet is out.
  const bool kept = printed == total && keep(job, *document) && !papplJobIsCanceled(job);
  const char* end = kept                                  ? " completed"
                    : papplJobIsCanceled(job) && !aborted ? " canceled"
                                                          : " aborted";
  tell_(job_label(job) + end + " pages " + std::to_string(printed));
  return kept;
}

bool VirtualPrinter::print_page(pappl_job_t* job, int page, int total) {
  tell_(job_label(job) + " page " + std::to_string(page));
  std::unique_lock lock(mutex_);
  // A trouble in mid-job comes after the first page, or within it when there is no other.
  if (page == std::min(2, total)) strike();
  const auto runs = [this] { return standing_ == PAPPL_PREASON_NONE; };
  if (!wait_for(lock, job, std::chrono::hours(24), runs)) return false;
  const auto never = [] { return false; };
  wait_for(lock, job, per_page_, never);
  // What happens while the page is in the printer happens to this page.
  if (!wait_for(lock, job, std::chrono::hours(24), runs)) return false;
  // PAPPL itself counts one impression when the job ends well: that is the last page.
  if (page < total) papplJobSetImpressionsCompleted(job, 1);
  return true;
}

// Waits until ready, or for the time, or until the job is given up; tells whether it may go on.
bool VirtualPrinter::wait_for(std::unique_lock<std::mutex>& lock, pappl_job_t* job,
                              std::chrono::milliseconds time, const std::function<bool()>& ready) {
  const auto deadline = std::chrono::steady_clock::now() + time;
  while (!ready() && !give_up(job) && std::chrono::steady_clock::now() < deadline) {
    changed_.wait_until(lock, std::min(deadline, std::chrono::steady_clock::now() + cancel_look));
  }
  return ready() && !give_up(job);
}

bool VirtualPrinter::give_up(pappl_job_t* job) const { return abort_ || papplJobIsCanceled(job); }

// With the mutex held.
void VirtualPrinter::stand(const Trouble& trouble) {
  standing_ |= trouble.reasons;
  papplPrinterSetReasons(printer_, trouble.reasons, PAPPL_PREASON_NONE);
  tell_(std::string("trouble ") + trouble.name);
}

// With the mutex held.
void VirtualPrinter::strike() {
  if (next_trouble_ == nullptr) return;
  const Trouble& trouble = *std::exchange(next_trouble_, nullptr);
  if (trouble.reasons == PAPPL_PREASON_NONE) abort_ = true;
  stand(trouble);
}

bool VirtualPrinter::keep(pappl_job_t* job, ByteView document) {
  if (settings_.tray.empty()) return true;
  const std::string path = settings_.tray + "/" + file_name_of(job);
  if (const Status written = write_file(path, document, 0644); !written.ok()) {
    tell_(job_label(job) + ": " + written.error().text());
    return false;
  }
  return true;
}

void VirtualPrinter::power_cut() {
  const std::lock_guard lock(mutex_);
  if (printing_) abort_ = true;
  changed_.notify_all();
}

const char* VirtualPrinter::usage() {
  return "jam | empty | cover | toner | clear | abort | take | slow [SECONDS] | refuse | accept |"
         " fail-next jam|empty|cover|toner|abort";
}

bool VirtualPrinter::command(const std::string& line) {
  std::istringstream words(line);
  std::string verb;
  std::string argument;
  words >> verb >> argument;
  const std::lock_guard lock(mutex_);
  const Trouble* trouble = trouble_named(verb == "fail-next" ? argument : verb);
  if (verb == "fail-next") {
    if (trouble == nullptr) return false;
    next_trouble_ = trouble;
    tell_("next job: " + argument);
  } else if (verb == "abort") {
    abort_ = true;
    tell_("abort");
  } else if (trouble != nullptr) {
    stand(*trouble);
  } else if (verb == "clear") {
    papplPrinterSetReasons(printer_, PAPPL_PREASON_NONE,
                           std::exchange(standing_, PAPPL_PREASON_NONE));
    tell_("clear");
  } else if (verb == "take") {
    tell_("taken sheets " + std::to_string(std::exchange(sheets_in_tray_, 0)));
  } else if (verb == "slow") {
    const double seconds = std::strtod(argument.c_str(), nullptr);
    per_page_ =
        argument.empty() ? slow_page : std::chrono::milliseconds(static_cast<int>(seconds * 1000));
    tell_("page takes " + std::to_string(per_page_.count()) + " ms");
  } else if (verb == "refuse" || verb == "accept") {
    verb == "refuse" ? papplPrinterDisable(printer_) : papplPrinterEnable(printer_);
    tell_(verb);
  } else {
    return false;
  }
  changed_.notify_all();
  return true;
}

}  // namespace madoguchi::emulator
