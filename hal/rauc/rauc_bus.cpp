#include "hal/rauc/rauc_bus.h"

#include <charconv>
#include <cstring>
#include <map>
#include <variant>

#include <systemd/sd-bus.h>

#include "hal/rauc/rauc_words.h"

namespace madoguchi::rauc {
namespace {

constexpr const char* service = "de.pengutronix.rauc";
constexpr const char* object = "/";
constexpr const char* interface = "de.pengutronix.rauc.Installer";

std::uint64_t microseconds(std::chrono::milliseconds duration) {
  return static_cast<std::uint64_t>(duration.count()) * 1000;
}

class BusError {
 public:
  BusError() = default;
  ~BusError() { sd_bus_error_free(&error_); }
  BusError(const BusError&) = delete;
  BusError& operator=(const BusError&) = delete;
  sd_bus_error* get() { return &error_; }
  [[nodiscard]] bool is(const char* name) const { return sd_bus_error_has_name(&error_, name) > 0; }
  [[nodiscard]] std::string words() const {
    return error_.message == nullptr ? std::string() : std::string(error_.message);
  }

 private:
  sd_bus_error error_ = SD_BUS_ERROR_NULL;
};

struct Unref {
  void operator()(sd_bus_message* message) const { sd_bus_message_unref(message); }
  void operator()(sd_bus_slot* slot) const { sd_bus_slot_unref(slot); }
  void operator()(sd_bus* bus) const { sd_bus_close_unref(bus); }
};
using Message = std::unique_ptr<sd_bus_message, Unref>;
using Match = std::unique_ptr<sd_bus_slot, Unref>;
using Bus = std::unique_ptr<sd_bus, Unref>;

Error broken(const char* where, int code) {
  const Errc kind = code == -ETIMEDOUT ? Errc::timeout : Errc::gone;
  return {kind, where, std::string("the message bus: ") + std::strerror(-code)};
}

/// Why a call got no answer.
Error call_failed(const char* where, int code, const BusError& error) {
  // The bus gives one name for "is silent" and for "has just died".
  if (error.words().find("disconnected") != std::string::npos)
    return {Errc::gone, where, "RAUC ended without an answer"};
  if (code == -ETIMEDOUT || error.is(SD_BUS_ERROR_NO_REPLY) || error.is(SD_BUS_ERROR_TIMEOUT))
    return {Errc::timeout, where, "RAUC does not answer"};
  for (const char* gone :
       {SD_BUS_ERROR_SERVICE_UNKNOWN, SD_BUS_ERROR_NAME_HAS_NO_OWNER, SD_BUS_ERROR_DISCONNECTED}) {
    if (error.is(gone)) return {Errc::gone, where, "RAUC's service is not there"};
  }
  if (error.is(SD_BUS_ERROR_ACCESS_DENIED))
    return {Errc::refused, where, "the message bus does not let kioskd speak to RAUC"};
  const std::string words = error.words();
  if (words.empty() || code == -ECONNRESET || code == -ENOTCONN) return broken(where, code);
  if (error.is("org.freedesktop.DBus.Error.Spawn.ChildExited") ||
      words.find("exited with status") != std::string::npos)
    return {Errc::gone, where, one_line(words)};
  return {meaning(words), where, one_line(words)};
}

Error malformed(const char* where) {
  return {Errc::protocol, where, "RAUC's answer is not what its interface says"};
}

using Value = std::variant<std::monostate, std::string, std::uint64_t>;
using Dictionary = std::map<std::string, Value>;

/// The texts and numbers of an a{sv}; other values are passed over. False: malformed.
bool read_dictionary(sd_bus_message* message, Dictionary& out) {
  if (sd_bus_message_enter_container(message, 'a', "{sv}") < 0) return false;
  int more = 0;
  while ((more = sd_bus_message_enter_container(message, 'e', "sv")) > 0) {
    const char* key = nullptr;
    const char* contents = nullptr;
    char type = 0;
    if (sd_bus_message_read(message, "s", &key) < 0 ||
        sd_bus_message_peek_type(message, &type, &contents) < 0 || contents == nullptr)
      return false;
    const std::string name(key);
    const std::string_view kind(contents);
    int read = 0;
    if (kind == "s") {
      const char* text = nullptr;
      read = sd_bus_message_read(message, "v", "s", &text);
      if (read >= 0) out[name] = std::string(text);
    } else if (kind == "u") {
      std::uint32_t number = 0;
      read = sd_bus_message_read(message, "v", "u", &number);
      out[name] = std::uint64_t{number};
    } else {
      read = sd_bus_message_skip(message, "v");
    }
    if (read < 0 || sd_bus_message_exit_container(message) < 0) return false;
  }
  return more >= 0 && sd_bus_message_exit_container(message) >= 0;
}

std::string text_of(const Dictionary& from, const std::string& key) {
  const auto found = from.find(key);
  const auto* text = found == from.end() ? nullptr : std::get_if<std::string>(&found->second);
  return text == nullptr ? std::string() : *text;
}

/// Enters a variant of that content. RAUC 1.13 puts some of them into a variant of their own: how
/// many were entered; 0: it holds something else.
int enter_variant(sd_bus_message* message, const char* wanted) {
  for (int depth = 1; depth <= 2; ++depth) {
    const char* contents = nullptr;
    char type = 0;
    if (sd_bus_message_peek_type(message, &type, &contents) <= 0 || type != 'v' ||
        contents == nullptr)
      return 0;
    const std::string held(contents);
    if (sd_bus_message_enter_container(message, 'v', held.c_str()) < 0) return 0;
    if (held == wanted) return depth;
    if (held != "v") return 0;
  }
  return 0;
}

bool leave_containers(sd_bus_message* message, int depth) {
  for (; depth > 0; --depth) {
    if (sd_bus_message_exit_container(message) < 0) return false;
  }
  return true;
}

std::optional<std::uint64_t> number_of(std::string_view digits) {
  std::uint64_t number = 0;
  const auto [end, wrong] = std::from_chars(digits.data(), digits.data() + digits.size(), number);
  if (wrong != std::errc() || end != digits.data() + digits.size()) return std::nullopt;
  return number;
}

/// {group: {key: text}}, the manifest's [meta.*]. A number that is none is a malformed bundle.
bool read_meta(sd_bus_message* message, BundleInfo& out) {
  const int depth = enter_variant(message, "a{sa{ss}}");
  if (depth == 0 || sd_bus_message_enter_container(message, 'a', "{sa{ss}}") < 0) return false;
  while (sd_bus_message_enter_container(message, 'e', "sa{ss}") > 0) {
    const char* group = nullptr;
    if (sd_bus_message_read(message, "s", &group) < 0 ||
        sd_bus_message_enter_container(message, 'a', "{ss}") < 0)
      return false;
    const bool ours = std::string_view(group) == "madoguchi";
    while (sd_bus_message_enter_container(message, 'e', "ss") > 0) {
      const char* key = nullptr;
      const char* text = nullptr;
      if (sd_bus_message_read(message, "ss", &key, &text) < 0) return false;
      if (ours && std::string_view(key) == "rollback") {
        out.rollback = number_of(text);
        if (!out.rollback) return false;
      }
      if (!leave_containers(message, 1)) return false;
    }
    if (!leave_containers(message, 2)) return false;
  }
  return leave_containers(message, 1 + depth);
}

/// InspectBundle's a{sv}: of it "update" (a{sv}) and "meta".
bool read_inspection(sd_bus_message* message, BundleInfo& out) {
  if (sd_bus_message_enter_container(message, 'a', "{sv}") < 0) return false;
  int more = 0;
  while ((more = sd_bus_message_enter_container(message, 'e', "sv")) > 0) {
    const char* key = nullptr;
    if (sd_bus_message_read(message, "s", &key) < 0) return false;
    const std::string_view name(key);
    if (name == "update") {
      Dictionary update;
      const int depth = enter_variant(message, "a{sv}");
      if (depth == 0 || !read_dictionary(message, update) || !leave_containers(message, depth))
        return false;
      out.compatible = text_of(update, "compatible");
      out.version = text_of(update, "version");
    } else if (name == "meta") {
      if (!read_meta(message, out)) return false;
    } else if (sd_bus_message_skip(message, "v") < 0) {
      return false;
    }
    if (!leave_containers(message, 1)) return false;
  }
  return more >= 0 && !out.compatible.empty();
}

/// RAUC's (isi): percent, words, nesting.
std::optional<InstallProgress> read_progress(sd_bus_message* message) {
  std::int32_t percent = 0;
  std::int32_t depth = 0;
  const char* words = nullptr;
  if (sd_bus_message_read(message, "v", "(isi)", &percent, &words, &depth) < 0) return std::nullopt;
  return InstallProgress{percent, one_line(words)};
}

}  // namespace

struct RaucBus::State {
  std::string address;
  std::chrono::milliseconds patience;
  Bus bus;
  std::vector<Match> matches;
  Heard heard;

  Status open();
  Status watch();
  void drop() {
    matches.clear();
    bus.reset();
  }
  Result<Message> call(const char* where, Message request);
  Result<Message> request(const char* where, const char* method);
  Result<std::string> property(const char* name);
  Result<BundleInfo> info(const std::string& bundle);

  static int on_completed(sd_bus_message* message, void* self, sd_bus_error*);
  static int on_changed(sd_bus_message* message, void* self, sd_bus_error*);
  static int on_owner(sd_bus_message* message, void* self, sd_bus_error*);
};

Status RaucBus::State::open() {
  if (bus && sd_bus_is_open(bus.get()) > 0) return {};
  drop();
  sd_bus* made = nullptr;
  if (sd_bus_new(&made) < 0) return Error{Errc::full, "rauc.bus", "no memory for the message bus"};
  bus.reset(made);
  const char* where = address.empty() ? "unix:path=/run/dbus/system_bus_socket" : address.c_str();
  int done = sd_bus_set_address(made, where);
  if (done >= 0) done = sd_bus_set_bus_client(made, 1);
  if (done >= 0) done = sd_bus_set_method_call_timeout(made, microseconds(patience));
  if (done >= 0) done = sd_bus_start(made);
  if (done >= 0) return {};
  drop();
  return broken("rauc.bus", done);
}

Result<Message> RaucBus::State::request(const char* where, const char* method) {
  if (Status there = open(); !there) return there.error();
  sd_bus_message* made = nullptr;
  const int done =
      sd_bus_message_new_method_call(bus.get(), &made, service, object, interface, method);
  if (done >= 0) return Message(made);
  drop();
  return broken(where, done);
}

Result<Message> RaucBus::State::call(const char* where, Message request) {
  BusError error;
  sd_bus_message* reply = nullptr;
  const int done =
      sd_bus_call(bus.get(), request.get(), microseconds(patience), error.get(), &reply);
  if (done >= 0) return Message(reply);
  Error why = call_failed(where, done, error);
  request.reset();
  if (sd_bus_is_open(bus.get()) <= 0) drop();
  return why;
}

Result<std::string> RaucBus::State::property(const char* name) {
  if (Status there = open(); !there) return there.error();
  BusError error;
  char* text = nullptr;
  const int done =
      sd_bus_get_property_string(bus.get(), service, object, interface, name, error.get(), &text);
  const std::unique_ptr<char, decltype(&::free)> owned(text, &::free);
  if (done >= 0) return std::string(text);
  return call_failed(name, done, error);
}

int RaucBus::State::on_completed(sd_bus_message* message, void* self, sd_bus_error*) {
  std::int32_t result = -1;
  if (sd_bus_message_read(message, "i", &result) >= 0)
    static_cast<State*>(self)->heard.completed = result == 0 ? 0 : 1;
  return 0;
}

int RaucBus::State::on_changed(sd_bus_message* message, void* self, sd_bus_error*) {
  const char* whose = nullptr;
  if (sd_bus_message_read(message, "s", &whose) < 0 || std::string_view(whose) != interface ||
      sd_bus_message_enter_container(message, 'a', "{sv}") < 0)
    return 0;
  while (sd_bus_message_enter_container(message, 'e', "sv") > 0) {
    const char* name = nullptr;
    if (sd_bus_message_read(message, "s", &name) < 0) return 0;
    if (std::string_view(name) == "Progress") {
      if (auto progress = read_progress(message))
        static_cast<State*>(self)->heard.progress = std::move(*progress);
    } else if (sd_bus_message_skip(message, "v") < 0) {
      return 0;
    }
    if (sd_bus_message_exit_container(message) < 0) return 0;
  }
  return 0;
}

int RaucBus::State::on_owner(sd_bus_message* message, void* self, sd_bus_error*) {
  const char* name = nullptr;
  const char* before = nullptr;
  const char* after = nullptr;
  if (sd_bus_message_read(message, "sss", &name, &before, &after) >= 0 &&
      std::string_view(name) == service && *before != '\0')
    static_cast<State*>(self)->heard.owner_gone = true;
  return 0;
}

Status RaucBus::State::watch() {
  if (Status there = open(); !there) return there;
  heard = {};
  if (!matches.empty()) return {};
  const auto match = [this](const char* sender, const char* path, const char* of,
                            const char* member, sd_bus_message_handler_t handler) {
    sd_bus_slot* slot = nullptr;
    const int done = sd_bus_match_signal(bus.get(), &slot, sender, path, of, member, handler, this);
    if (done >= 0) matches.emplace_back(slot);
    return done;
  };
  int done = match(service, object, interface, "Completed", &on_completed);
  if (done >= 0)
    done =
        match(service, object, "org.freedesktop.DBus.Properties", "PropertiesChanged", &on_changed);
  if (done >= 0)
    done = match("org.freedesktop.DBus", "/org/freedesktop/DBus", "org.freedesktop.DBus",
                 "NameOwnerChanged", &on_owner);
  if (done >= 0) return {};
  drop();
  return broken("rauc.listen", done);
}

RaucBus::RaucBus(std::string address, std::chrono::milliseconds patience)
    : state_(std::make_unique<State>()) {
  state_->address = std::move(address);
  state_->patience = patience;
}
RaucBus::~RaucBus() { state_->drop(); }

Result<InstallerState> RaucBus::system() {
  InstallerState out;
  Result<std::string> text = state_->property("Compatible");
  if (!text) return text.error();
  out.compatible = *text;
  text = state_->property("BootSlot");
  if (!text) return text.error();
  out.booted = *text;
  text = state_->property("Operation");
  if (!text) return text.error();
  out.installing = *text != "idle";
  return out;
}

Result<std::string> RaucBus::last_error() { return state_->property("LastError"); }

/// RAUC before 1.9: compatible and version only.
Result<BundleInfo> RaucBus::State::info(const std::string& bundle) {
  Result<Message> made = request("rauc.info", "Info");
  if (!made) return made.error();
  sd_bus_message_append(made->get(), "s", bundle.c_str());
  Result<Message> reply = call("rauc.info", std::move(*made));
  if (!reply) return reply.error();
  const char* compatible = nullptr;
  const char* version = nullptr;
  if (sd_bus_message_read(reply->get(), "ss", &compatible, &version) < 0)
    return malformed("rauc.info");
  return BundleInfo{compatible, version, {}};
}

Result<BundleInfo> RaucBus::inspect(const std::string& bundle) {
  Result<Message> request = state_->request("rauc.inspect", "InspectBundle");
  if (!request) return request.error();
  sd_bus_message_append(request->get(), "sa{sv}", bundle.c_str(), 0);
  BusError error;
  sd_bus_message* made = nullptr;
  const int done = sd_bus_call(state_->bus.get(), request->get(), microseconds(state_->patience),
                               error.get(), &made);
  const Message reply(made);
  if (done < 0 && error.is(SD_BUS_ERROR_UNKNOWN_METHOD)) return state_->info(bundle);
  if (done < 0) {
    Error why = call_failed("rauc.inspect", done, error);
    request->reset();
    if (sd_bus_is_open(state_->bus.get()) <= 0) state_->drop();
    return why;
  }
  BundleInfo out;
  if (!read_inspection(reply.get(), out)) return malformed("rauc.inspect");
  return out;
}

Result<std::vector<BundleSlot>> RaucBus::slots() {
  Result<Message> request = state_->request("rauc.slots", "GetSlotStatus");
  if (!request) return request.error();
  Result<Message> reply = state_->call("rauc.slots", std::move(*request));
  if (!reply) return reply.error();
  sd_bus_message* message = reply->get();
  std::vector<BundleSlot> out;
  if (sd_bus_message_enter_container(message, 'a', "(sa{sv})") < 0) return malformed("rauc.slots");
  while (sd_bus_message_enter_container(message, 'r', "sa{sv}") > 0) {
    const char* name = nullptr;
    Dictionary status;
    if (sd_bus_message_read(message, "s", &name) < 0 || !read_dictionary(message, status) ||
        sd_bus_message_exit_container(message) < 0)
      return malformed("rauc.slots");
    out.push_back({name, text_of(status, "bootname"), text_of(status, "state") == "booted",
                   text_of(status, "boot-status") == "good", text_of(status, "bundle.version")});
  }
  return out;
}

Status RaucBus::mark(const std::string& state) {
  Result<Message> request = state_->request("rauc.mark", "Mark");
  if (!request) return request.error();
  sd_bus_message_append(request->get(), "ss", state.c_str(), "booted");
  Result<Message> reply = state_->call("rauc.mark", std::move(*request));
  if (!reply) return reply.error();
  return {};
}

Status RaucBus::listen() { return state_->watch(); }

Status RaucBus::begin_install(const std::string& bundle) {
  if (Status listening = state_->watch(); !listening) return listening;
  Result<Message> request = state_->request("rauc.install", "InstallBundle");
  if (!request) return request.error();
  sd_bus_message_append(request->get(), "sa{sv}", bundle.c_str(), 0);
  Result<Message> reply = state_->call("rauc.install", std::move(*request));
  if (!reply) return reply.error();
  return {};
}

Result<Heard> RaucBus::hear(std::chrono::milliseconds at_most) {
  State& state = *state_;
  if (!state.bus)
    return Error{Errc::gone, "rauc.hear", "there is no connection to the message bus"};
  const auto until = std::chrono::steady_clock::now() + at_most;
  const auto heard_something = [&state] {
    return state.heard.progress || state.heard.completed || state.heard.owner_gone;
  };
  for (;;) {
    const int processed = sd_bus_process(state.bus.get(), nullptr);
    if (processed < 0) {
      state.drop();
      return broken("rauc.hear", processed);
    }
    if (processed > 0) continue;
    if (heard_something()) break;
    const auto left = std::chrono::duration_cast<std::chrono::microseconds>(
        until - std::chrono::steady_clock::now());
    if (left.count() <= 0) break;
    const int waited = sd_bus_wait(state.bus.get(), static_cast<std::uint64_t>(left.count()));
    if (waited < 0 && waited != -EINTR) {
      state.drop();
      return broken("rauc.hear", waited);
    }
  }
  return std::exchange(state.heard, Heard{});
}

}  // namespace madoguchi::rauc
