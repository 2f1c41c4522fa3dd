#include "tools/emulators/receipt_printer/usb_device.h"

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>
#include <list>

#include <linux/usbdevice_fs.h>
#include <sys/ioctl.h>
#include <umockdev.h>
#include <unistd.h>

namespace madoguchi::emulator {
namespace {

constexpr const char* node = "/dev/bus/usb/001/002";
constexpr const char* sysfs = "/sys/devices/pci0000:00/0000:00:14.0/usb1/1-1";
constexpr std::uint8_t out_pipe = 0x01;
constexpr std::uint8_t in_pipe = 0x82;

// USB 2.0, 9.6. The ids are pid.codes' for tests.
constexpr std::array<std::uint8_t, 18> device_descriptor{
    18, 1, 0x00, 0x02, 0, 0, 0, 64, 0x09, 0x12, 0x01, 0x00, 0x00, 0x01, 1, 2, 3, 1};
constexpr std::array<std::uint8_t, 32> configuration_descriptor{
    9, 2, 32,       0, 1,  1, 0, 0xC0, 1,  // configuration 1, self-powered
    9, 4, 0,        0, 2,  7, 1, 2,    0,  // interface 0: printer, bidirectional
    7, 5, out_pipe, 2, 64, 0, 0, 7,    5, in_pipe, 2, 64, 0, 0};
constexpr std::array<const char*, 4> words{"", "Madoguchi", "Emulated receipt printer", "R0001"};

using Data = std::unique_ptr<UMockdevIoctlData, decltype(&g_object_unref)>;

Data resolved(UMockdevIoctlData* data, gsize offset, gsize size) {
  return {size > 0 ? umockdev_ioctl_data_resolve(data, offset, size, nullptr) : nullptr,
          g_object_unref};
}

/// A transfer that libusb has submitted.
struct Urb {
  Data data;
  Data buffer;
  bool cancelled = false;
  std::size_t done = 0;

  [[nodiscard]] usbdevfs_urb& request() const {
    return *reinterpret_cast<usbdevfs_urb*>(data->data);
  }
  [[nodiscard]] std::span<std::uint8_t> bytes() const {
    if (!buffer) return {};
    return {buffer->data, static_cast<std::size_t>(request().buffer_length)};
  }
};

/// The answer to a control request; a negative number is an error of usbfs.
int answer_control(std::span<std::uint8_t> transfer, Interpreter& printer) {
  if (transfer.size() < 8) return -EPIPE;
  const int type = transfer[0];
  const int request = transfer[1];
  const int value = transfer[2] | transfer[3] << 8;
  const std::size_t room =
      std::min<std::size_t>(transfer[6] | transfer[7] << 8, transfer.size() - 8);
  Bytes answer;
  if (type == 0x80 && request == 6 && value >> 8 == 1) {
    answer.assign(device_descriptor.begin(), device_descriptor.end());
  } else if (type == 0x80 && request == 6 && value >> 8 == 2) {
    answer.assign(configuration_descriptor.begin(), configuration_descriptor.end());
  } else if (type == 0x80 && request == 6 && value >> 8 == 3 && (value & 0xFF) < 4) {
    const std::string_view text = words[static_cast<std::size_t>(value & 0xFF)];
    answer = {0, 3};
    if (text.empty()) answer.insert(answer.end(), {0x09, 0x04});  // the one language: English
    for (const char c : text) answer.insert(answer.end(), {static_cast<std::uint8_t>(c), 0});
    answer[0] = static_cast<std::uint8_t>(answer.size());
  } else if (type == 0xA1 && request == 1) {
    answer = {printer.mechanism.port_status()};
  } else if (type == 0x21 && request == 2) {
    printer.forget();
  } else {
    return -EPIPE;
  }
  const std::size_t size = std::min(room, answer.size());
  std::copy_n(answer.begin(), size, transfer.begin() + 8);
  return static_cast<int>(size);
}

}  // namespace

struct UsbDevice::Bed {
  UMockdevTestbed* testbed = umockdev_testbed_new();
  UMockdevIoctlBase* handler = nullptr;
  std::list<Urb> urbs;

  Bed() = default;
  Bed(const Bed&) = delete;
  Bed& operator=(const Bed&) = delete;
  ~Bed() { g_object_unref(testbed); }
};

/// usbfs, as far as libusb uses it. On umockdev's thread, with the lock.
struct Requests {
  UsbDevice& device;
  UMockdevIoctlClient* client;

  void complete(long result, int error = 0) const {
    umockdev_ioctl_client_complete(client, result, error);
  }

  void handle() {
    const gulong request = umockdev_ioctl_client_get_request(client);
    UMockdevIoctlData* const argument = umockdev_ioctl_client_get_arg(client);
    switch (request) {
      case USBDEVFS_GET_CAPABILITIES: {
        const Data data = resolved(argument, 0, sizeof(guint32));
        const guint32 able = USBDEVFS_CAP_ZERO_PACKET | USBDEVFS_CAP_BULK_CONTINUATION |
                             USBDEVFS_CAP_NO_PACKET_SIZE_LIM | USBDEVFS_CAP_REAP_AFTER_DISCONNECT;
        std::memcpy(data->data, &able, sizeof able);
        return complete(0);
      }
      case USBDEVFS_DISCONNECT_CLAIM:
      case USBDEVFS_CLAIMINTERFACE:
      case USBDEVFS_CLEAR_HALT:
        return device.plugged_ ? complete(0) : complete(-1, ENODEV);
      case USBDEVFS_RELEASEINTERFACE:
        return complete(0);
      case USBDEVFS_GETDRIVER:
        return complete(-1, ENODATA);
      case USBDEVFS_SUBMITURB:
        return submit(argument);
      case USBDEVFS_DISCARDURB:
        return discard(argument);
      case USBDEVFS_REAPURB:
      case USBDEVFS_REAPURBNDELAY:
        return reap(argument);
      default:
        return complete(-1, ENOTTY);
    }
  }

  void submit(UMockdevIoctlData* argument) {
    if (!device.plugged_) return complete(-1, ENODEV);
    Urb urb{resolved(argument, 0, sizeof(usbdevfs_urb)), {nullptr, g_object_unref}};
    const auto size = static_cast<gsize>(urb.request().buffer_length);
    urb.buffer = resolved(urb.data.get(), offsetof(usbdevfs_urb, buffer), size);
    device.bed_->urbs.push_back(std::move(urb));
    complete(0);
  }

  void discard(UMockdevIoctlData* argument) {
    gulong address = 0;
    std::memcpy(&address, argument->data, sizeof address);
    for (Urb& urb : device.bed_->urbs) {
      if (urb.data->client_addr != address) continue;
      urb.cancelled = true;
      return complete(0);
    }
    complete(-1, EINVAL);
  }

  void reap(UMockdevIoctlData* argument) {
    auto& urbs = device.bed_->urbs;
    const auto done = std::find_if(urbs.begin(), urbs.end(), [&](Urb& urb) { return run(urb); });
    if (done == urbs.end()) {
      // The node is a plain file and always ready: without a pause libusb would ask a million
      // times.
      g_usleep(500);
      return complete(-1, device.plugged_ ? EAGAIN : ENODEV);
    }
    const Data pointer = resolved(argument, 0, sizeof(void*));
    if (!pointer) return complete(-1, EFAULT);  // the client has died
    umockdev_ioctl_data_set_ptr(pointer.get(), 0, done->data.get());
    complete(0);
    urbs.erase(done);
  }

  /// Whether the transfer has ended.
  bool run(Urb& urb) {
    usbdevfs_urb& request = urb.request();
    const bool out = request.endpoint == out_pipe;
    int status = 0;
    bool ended = true;
    if (urb.cancelled) {
      status = -ENOENT;
    } else if (!device.plugged_) {
      status = -ENODEV;
    } else if (request.type == USBDEVFS_URB_TYPE_CONTROL) {
      const int size = answer_control(urb.bytes(), device.printer_);
      status = std::min(size, 0);
      urb.done = static_cast<std::size_t>(std::max(size, 0));
    } else if (out && std::exchange(device.stalled_, false)) {
      status = -EPIPE;
    } else if (out) {
      ended = take(urb);
    } else {
      const Bytes answers = device.printer_.answers(urb.bytes().size());
      std::copy(answers.begin(), answers.end(), urb.bytes().begin());
      urb.done = answers.size();
      ended = !answers.empty();
    }
    request.status = status;
    request.actual_length = static_cast<int>(urb.done);
    return ended;
  }

  bool take(Urb& urb) {
    const std::size_t wanted = std::min(urb.bytes().size(), device.slice_);
    const std::size_t now = std::min(wanted - urb.done, device.life_);
    const std::size_t taken = device.printer_.take(ByteView(urb.bytes()).subspan(urb.done, now));
    urb.done += taken;
    if (device.life_ != std::numeric_limits<std::size_t>::max()) device.life_ -= taken;
    if (device.life_ == 0) device.plugged_ = false;  // run() says so the next time
    return urb.done == wanted;
  }
};

namespace {

gboolean on_ioctl(UMockdevIoctlBase*, UMockdevIoctlClient* client, gpointer requests) {
  (*static_cast<std::function<void(UMockdevIoctlClient*)>*>(requests))(client);
  return TRUE;
}

void destroy_requests(gpointer requests, GClosure*) {
  delete static_cast<std::function<void(UMockdevIoctlClient*)>*>(requests);
}

std::string device_description() {
  const Bytes device(device_descriptor.begin(), device_descriptor.end());
  const Bytes configuration(configuration_descriptor.begin(), configuration_descriptor.end());
  return "P: " + std::string(sysfs).substr(4) + "\nN: bus/usb/001/002\nE: DEVNAME=" + node +
         "\nE: DEVTYPE=usb_device\nE: SUBSYSTEM=usb\nE: BUSNUM=001\nE: DEVNUM=002\nE: MAJOR=189\n"
         "E: MINOR=1\nA: busnum=1\\n\nA: devnum=2\\n\nA: bConfigurationValue=1\\n\nA: speed=12\\n\n"
         "A: idVendor=1209\\n\nA: idProduct=0001\\n\nA: bNumConfigurations=1\\n\nH: descriptors=" +
         to_hex(device) + to_hex(configuration) + "\n";
}

Error taken(GError* error, const char* what) {
  Error out{Errc::io, what, error->message};
  g_error_free(error);
  return out;
}

}  // namespace

void run_in_test_bed(char** argv) {
  constexpr const char* preload = "libumockdev-preload.so.0";
  const char* const loaded = getenv("LD_PRELOAD");
  if (loaded != nullptr && std::strstr(loaded, preload) != nullptr) return;
  setenv("LD_PRELOAD", preload, 1);
  execv("/proc/self/exe", argv);
}

UsbDevice::UsbDevice(Interpreter& printer, std::mutex& lock)
    : printer_(printer), lock_(lock), bed_(std::make_unique<Bed>()) {}

UsbDevice::~UsbDevice() { unplug(); }

std::string UsbDevice::directory() const {
  char* const path = umockdev_testbed_get_root_dir(bed_->testbed);
  std::string out = path;
  g_free(path);
  return out;
}

Status UsbDevice::plug() {
  if (bed_->handler != nullptr) return {};
  {
    const std::lock_guard guard(lock_);
    plugged_ = true;
    life_ = std::numeric_limits<std::size_t>::max();
  }
  GError* error = nullptr;
  if (!umockdev_testbed_add_from_string(bed_->testbed, device_description().c_str(), &error)) {
    return taken(error, "umockdev.add");
  }
  bed_->handler = UMOCKDEV_IOCTL_BASE(g_object_new(UMOCKDEV_TYPE_IOCTL_BASE, nullptr));
  auto* const requests =
      new std::function<void(UMockdevIoctlClient*)>([this](UMockdevIoctlClient* client) {
        const std::lock_guard guard(lock_);
        Requests{*this, client}.handle();
      });
  g_signal_connect_data(bed_->handler, "handle-ioctl", G_CALLBACK(on_ioctl), requests,
                        destroy_requests, G_CONNECT_DEFAULT);
  if (!umockdev_testbed_attach_ioctl(bed_->testbed, node, bed_->handler, &error)) {
    return taken(error, "umockdev.attach");
  }
  umockdev_testbed_uevent(bed_->testbed, sysfs, "add");
  return {};
}

void UsbDevice::unplug() {
  if (bed_->handler == nullptr) return;
  {
    const std::lock_guard guard(lock_);
    plugged_ = false;
  }
  umockdev_testbed_uevent(bed_->testbed, sysfs, "remove");
  umockdev_testbed_detach_ioctl(bed_->testbed, node, nullptr);
  umockdev_testbed_remove_device(bed_->testbed, sysfs);
  g_clear_object(&bed_->handler);
  const std::lock_guard guard(lock_);
  bed_->urbs.clear();
}

}  // namespace madoguchi::emulator
