#include "hal/escpos/usb_printer.h"

#include <array>

#include <libusb.h>

namespace madoguchi::escpos {
namespace {

constexpr std::uint8_t get_port_status = 1;
constexpr std::uint8_t soft_reset_request = 2;
constexpr std::uint8_t port_paper_empty = 0x20;
constexpr unsigned control_timeout_ms = 1'000;
constexpr std::size_t packet = 512;  // a multiple of every bulk packet size: never an overflow

/// Where on a device its printer is.
struct PrinterInterface {
  int configuration = 0;
  int number = 0;
  int setting = 0;
  std::uint8_t out = 0;
  std::uint8_t in = 0;
};

std::optional<PrinterInterface> pipes_of(const libusb_interface_descriptor& setting) {
  PrinterInterface found;
  found.number = setting.bInterfaceNumber;
  found.setting = setting.bAlternateSetting;
  for (int i = 0; i < setting.bNumEndpoints; ++i) {
    const libusb_endpoint_descriptor& endpoint = setting.endpoint[i];
    if ((endpoint.bmAttributes & LIBUSB_TRANSFER_TYPE_MASK) != LIBUSB_TRANSFER_TYPE_BULK) continue;
    const bool in = (endpoint.bEndpointAddress & LIBUSB_ENDPOINT_IN) != 0;
    (in ? found.in : found.out) = endpoint.bEndpointAddress;
  }
  if (found.in == 0 || found.out == 0) return std::nullopt;
  return found;
}

/// The first printer interface with a bulk pipe in each direction.
std::optional<PrinterInterface> printer_interface(libusb_device* device) {
  libusb_config_descriptor* raw = nullptr;
  if (libusb_get_active_config_descriptor(device, &raw) != LIBUSB_SUCCESS) return std::nullopt;
  const std::unique_ptr<libusb_config_descriptor, decltype(&libusb_free_config_descriptor)> config(
      raw, libusb_free_config_descriptor);
  for (int i = 0; i < config->bNumInterfaces; ++i) {
    const libusb_interface& interface = config->interface[i];
    for (int j = 0; j < interface.num_altsetting; ++j) {
      if (interface.altsetting[j].bInterfaceClass != LIBUSB_CLASS_PRINTER) continue;
      if (auto found = pipes_of(interface.altsetting[j])) {
        found->configuration = config->bConfigurationValue;
        return found;
      }
    }
  }
  return std::nullopt;
}

std::string described(libusb_device_handle* handle, std::uint8_t index) {
  std::array<unsigned char, 128> text{};
  if (index == 0) return {};
  const int size = libusb_get_string_descriptor_ascii(handle, index, text.data(), text.size());
  return size > 0 ? std::string(text.begin(), text.begin() + size) : std::string();
}

}  // namespace

struct UsbPrinter::Usb {
  libusb_context* context = nullptr;
  libusb_device_handle* handle = nullptr;
  PrinterInterface at;

  Usb() = default;
  Usb(const Usb&) = delete;
  Usb& operator=(const Usb&) = delete;
  ~Usb() {
    close();
    if (context != nullptr) libusb_exit(context);
  }
  void close() {
    if (handle == nullptr) return;
    libusb_release_interface(handle, at.number);
    libusb_close(handle);
    handle = nullptr;
  }
};

UsbPrinter::UsbPrinter(std::optional<UsbIds> wanted)
    : wanted_(wanted), usb_(std::make_unique<Usb>()) {}
UsbPrinter::~UsbPrinter() = default;

Error UsbPrinter::failed(int code, const char* what) {
  const std::string where = std::string("escpos.") + what;
  if (code == LIBUSB_ERROR_NO_DEVICE) {
    usb_->close();
    return {Errc::gone, where, "the printer was unplugged or switched off"};
  }
  return {Errc::io, where, libusb_error_name(code)};
}

Status UsbPrinter::open() {
  if (usb_->handle != nullptr) return {};
  if (usb_->context == nullptr) {
    if (const int code = libusb_init(&usb_->context); code != LIBUSB_SUCCESS) {
      usb_->context = nullptr;
      return Error{Errc::gone, "escpos.open", std::string("no USB: ") + libusb_error_name(code)};
    }
  }
  if (Status taken = take_candidate(); !taken) return taken;
  // A printer that lost its cable in the middle of a picture still waits for the rest of it.
  (void)soft_reset();
  return {};
}

Status UsbPrinter::take_candidate() {
  libusb_device** devices = nullptr;
  const ssize_t count = libusb_get_device_list(usb_->context, &devices);
  Status result = Error{Errc::gone, "escpos.open", "no receipt printer is plugged in"};
  for (ssize_t i = 0; i < count; ++i) {
    libusb_device_descriptor descriptor{};
    if (libusb_get_device_descriptor(devices[i], &descriptor) != LIBUSB_SUCCESS) continue;
    if (wanted_ &&
        (descriptor.idVendor != wanted_->vendor || descriptor.idProduct != wanted_->product)) {
      continue;
    }
    const auto at = printer_interface(devices[i]);
    if (!at) continue;
    int code = libusb_open(devices[i], &usb_->handle);
    if (code == LIBUSB_SUCCESS) {
      usb_->at = *at;
      // The kernel's usblp takes printers, too.
      libusb_set_auto_detach_kernel_driver(usb_->handle, 1);
      code = libusb_claim_interface(usb_->handle, at->number);
      if (code == LIBUSB_SUCCESS && at->setting != 0) {
        code = libusb_set_interface_alt_setting(usb_->handle, at->number, at->setting);
      }
    }
    if (code == LIBUSB_SUCCESS) {
      const std::string maker = described(usb_->handle, descriptor.iManufacturer);
      model_ = maker + (maker.empty() ? "" : " ") + described(usb_->handle, descriptor.iProduct);
      result = Status{};
      break;
    }
    usb_->close();
    const bool vanished = code == LIBUSB_ERROR_NO_DEVICE;
    result = Error{vanished ? Errc::gone : Errc::refused, "escpos.open", libusb_error_name(code)};
  }
  if (devices != nullptr) libusb_free_device_list(devices, 1);
  return result;
}

UsbPrinter::Sent UsbPrinter::send(ByteView bytes, Milliseconds patience) {
  Sent sent;
  bool stalled = false;
  while (sent.bytes < bytes.size()) {
    if (usb_->handle == nullptr) return sent.error = failed(LIBUSB_ERROR_NO_DEVICE, "send"), sent;
    const ByteView rest = bytes.subspan(sent.bytes);
    int taken = 0;
    const int code = libusb_bulk_transfer(
        usb_->handle, usb_->at.out, const_cast<unsigned char*>(rest.data()),  // libusb only reads
        static_cast<int>(rest.size()), &taken, static_cast<unsigned>(patience.count()));
    sent.bytes += static_cast<std::size_t>(taken);
    if (taken > 0) stalled = false;
    if (code == LIBUSB_ERROR_PIPE && !stalled) {
      stalled = true;
      const int cleared = libusb_clear_halt(usb_->handle, usb_->at.out);
      if (cleared == LIBUSB_SUCCESS) continue;
      return sent.error = failed(cleared, "clear_halt"), sent;
    }
    const bool waited = code == LIBUSB_ERROR_TIMEOUT || code == LIBUSB_SUCCESS;
    if (!waited) return sent.error = failed(code, "send"), sent;
    if (taken == 0) {
      sent.error = Error{Errc::timeout, "escpos.send", "the printer takes no data"};
      return sent;
    }
  }
  return sent;
}

Result<Bytes> UsbPrinter::receive(Milliseconds patience) {
  if (usb_->handle == nullptr) return failed(LIBUSB_ERROR_NO_DEVICE, "receive");
  Bytes bytes(packet);
  int size = 0;
  int code =
      libusb_bulk_transfer(usb_->handle, usb_->at.in, bytes.data(), static_cast<int>(bytes.size()),
                           &size, static_cast<unsigned>(patience.count()));
  if (code == LIBUSB_ERROR_PIPE) code = libusb_clear_halt(usb_->handle, usb_->at.in);
  if (code != LIBUSB_SUCCESS && code != LIBUSB_ERROR_TIMEOUT) return failed(code, "receive");
  bytes.resize(static_cast<std::size_t>(size));
  return bytes;
}

Result<int> UsbPrinter::control(std::uint8_t direction, std::uint8_t request, std::uint8_t* data,
                                std::uint16_t size) {
  if (usb_->handle == nullptr) return failed(LIBUSB_ERROR_NO_DEVICE, "control");
  const auto type =
      static_cast<std::uint8_t>(direction | LIBUSB_REQUEST_TYPE_CLASS | LIBUSB_RECIPIENT_INTERFACE);
  const int code = libusb_control_transfer(usb_->handle, type, request, 0,
                                           static_cast<std::uint16_t>(usb_->at.number), data, size,
                                           control_timeout_ms);
  if (code < 0) return failed(code, "control");
  return code;
}

Result<bool> UsbPrinter::paper_is_out() {
  std::uint8_t status = 0;
  const Result<int> size = control(LIBUSB_ENDPOINT_IN, get_port_status, &status, 1);
  if (!size) return size.error();
  return *size == 1 && (status & port_paper_empty) != 0;
}

Status UsbPrinter::soft_reset() {
  const Result<int> done = control(LIBUSB_ENDPOINT_OUT, soft_reset_request, nullptr, 0);
  return done ? Status{} : Status{done.error()};
}

}  // namespace madoguchi::escpos
