#include "tests/contract/bundle_installer/rauc_rig.h"

#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <sstream>

#include <CppUTest/TestHarness.h>
#include <sys/stat.h>
#include <unistd.h>

#include "tests/shell_command.h"

namespace madoguchi::test {
namespace {

namespace fs = std::filesystem;

std::string rauc() {
  const char* other = std::getenv("MADOGUCHI_RAUC");
  return other == nullptr ? "rauc" : other;
}

void must(const std::string& command) {
  if (std::system((command + " >/dev/null 2>&1").c_str()) != 0)
    FAIL(("failed: " + command).c_str());
}

std::string content_of(const std::string& path) {
  std::ifstream in(path, std::ios::binary);
  std::ostringstream out;
  out << in.rdbuf();
  return out.str();
}

const char* const backend = R"sh(#!/bin/sh
here=$(dirname "$0")
if [ "$(cat "$here/hold" 2>/dev/null)" = "$1" ]; then
  touch "$here/held"
  while [ -e "$here/hold" ] && [ -d "/proc/$PPID" ]; do sleep 0.02; done
fi
case $1 in
  get-current) echo a ;;
  get-primary) cat "$here/primary" ;;
  set-primary) echo "$2" > "$here/primary" ;;
  get-state) cat "$here/state-$2" ;;
  set-state) echo "$3" > "$here/state-$2" ;;
esac
)sh";

}  // namespace

bool RaucRig::possible() {
  if (::geteuid() != 0) return std::puts("skipped: rauc mounts bundles, which needs root"), false;
  if (rauc_version().empty()) return std::puts("skipped: rauc is not installed"), false;
  if (said_by("dbus-daemon --version 2>/dev/null").code != 0)
    return std::puts("skipped: dbus-daemon is not installed"), false;
  if (said_by("grep -w squashfs /proc/filesystems").code != 0 || !fs::exists("/dev/loop-control"))
    return std::puts("skipped: squashfs or loop devices are missing"), false;
  return true;
}

std::string RaucRig::rauc_version() {
  const std::string said = said_by(rauc() + " --version 2>/dev/null").text;
  const auto space = said.find(' ');
  return space == std::string::npos ? "" : said.substr(space + 1, said.find('\n') - space - 1);
}

bool RaucRig::inspects() const { return rauc_version() != "1.8"; }

void RaucRig::write(const std::string& name, const std::string& content, unsigned mode) {
  std::ofstream(file(name), std::ios::binary) << content;
  ::chmod(file(name).c_str(), mode);
}

void RaucRig::make_keys() {
  for (const char* who : {"city", "stranger"}) {
    must(
        "openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 30 -subj /CN=" +
        std::string(who) +
        " -addext keyUsage=digitalSignature -addext extendedKeyUsage=codeSigning" + " -keyout " +
        file(std::string(who) + ".key") + " -out " + file(std::string(who) + ".crt"));
  }
}

void RaucRig::configure() {
  write("backend", backend, 0755);
  write("primary", "a\n");
  write("state-a", "good\n");
  write("state-b", "good\n");
  fs::create_directory(file("mnt"));
  fs::create_directory(file("services"));
  std::string config =
      "[system]\ncompatible=madoguchi-test\nbootloader=custom\nmountprefix=" + file("mnt") +
      "\ndata-directory=" + folder_.path() +
      "\nbundle-formats=plain verity\n[keyring]\npath=" + file("city.crt") +
      "\ncheck-purpose=codesign\n[handlers]\nbootloader-custom-backend=" + file("backend") + "\n";
  for (const char* slot : {"a", "b"}) {
    write(std::string("slot-") + slot, std::string(2u << 20, '\0'));
    config += std::string("[slot.rootfs.") + (*slot == 'a' ? "0" : "1") +
              "]\ndevice=" + file(std::string("slot-") + slot) + "\ntype=raw\nbootname=" + slot +
              "\n";
  }
  write("system.conf", config);
  write("start",
        "#!/bin/sh\necho $$ > " + file("pid") + "\nexport DBUS_SYSTEM_BUS_ADDRESS=unix:path=" +
            file("bus") + "\nexec " + rauc() + " --conf=" + file("system.conf") +
            " --override-boot-slot=a service 2>>" + file("log") + " >&2\n",
        0755);
  write("services/de.pengutronix.rauc.service",
        "[D-BUS Service]\nName=de.pengutronix.rauc\nExec=" + file("start") + "\n");
  write("bus.conf",
        "<!DOCTYPE busconfig PUBLIC \"-//freedesktop//DTD D-Bus Bus Configuration 1.0//EN\" "
        "\"http://www.freedesktop.org/standards/dbus/1.0/busconfig.dtd\">\n<busconfig>"
        "<listen>unix:path=" +
            file("bus") + "</listen><auth>EXTERNAL</auth><servicedir>" + file("services") +
            "</servicedir><policy context=\"default\"><allow send_destination=\"*\" "
            "eavesdrop=\"true\"/><allow eavesdrop=\"true\"/><allow "
            "own=\"*\"/></policy></busconfig>\n");
}

RaucRig::RaucRig() {
  if (!possible()) std::exit(77);  // ctest counts it as skipped
  make_keys();
  configure();
  bus_ = std::make_unique<ChildProcess>(std::vector<std::string>{
      "/bin/sh", "-c",
      "exec dbus-daemon --nofork --print-address=1 --config-file=" + file("bus.conf") + " 2>>" +
          file("log")});
  (void)bus_->wait_for("unix:");
  address_ = "unix:path=" + file("bus");
}

RaucRig::~RaucRig() {
  signal_rauc(SIGCONT);
  signal_rauc(SIGKILL);
  bus_->kill();
  // A bundle that a killed rauc had mounted.
  (void)std::system(("umount -l " + file("mnt") + "/bundle >/dev/null 2>&1").c_str());
}

std::string RaucRig::make_bundle(const BundleWish& wish) {
  const std::string name = "bundle-" + std::to_string(++bundles_);
  fs::create_directory(file(name));
  std::string content;
  for (unsigned i = 0, mix = 7; i < (1u << 20); ++i) {
    mix = mix * 1664525u + 1013904223u;
    content += static_cast<char>(mix >> 24);
  }
  write(name + "/root.img", content);
  std::string manifest = "[update]\ncompatible=" + wish.compatible + "\nversion=" + wish.version +
                         "\n[bundle]\nformat=plain\n[image.rootfs]\nfilename=root.img\n";
  if (!wish.rollback.empty()) manifest += "[meta.madoguchi]\nrollback=" + wish.rollback + "\n";
  write(name + "/manifest.raucm", manifest);
  const std::string signer = wish.trusted ? "city" : "stranger";
  must(rauc() + " --cert=" + file(signer + ".crt") + " --key=" + file(signer + ".key") +
       " bundle " + file(name) + " " + file(name + ".raucb"));
  return file(name + ".raucb");
}

std::string RaucRig::tampered(const std::string& bundle) {
  std::string content = content_of(bundle);
  content[content.size() / 2] = static_cast<char>(content[content.size() / 2] ^ 1);
  const std::string name = "tampered-" + std::to_string(++bundles_) + ".raucb";
  write(name, content);
  return file(name);
}

void RaucRig::hold_at(const std::string& what) { write("hold", what); }

bool RaucRig::held() const { return fs::exists(file("held")); }

void RaucRig::let_go() { fs::remove(file("hold")); }

void RaucRig::remove_service() {
  fs::remove(file("services/de.pengutronix.rauc.service"));
  ::kill(bus_->pid(), SIGHUP);
}

void RaucRig::signal_rauc(int signal) {
  const std::string pid = content_of(file("pid"));
  if (!pid.empty()) ::kill(std::stoi(pid), signal);
}

std::string RaucRig::primary() const { return content_of(file("primary")); }

std::string RaucRig::state_of(const std::string& slot) const {
  return content_of(file("state-" + slot));
}

bool RaucRig::slot_holds_bundle(const std::string& slot) const {
  const std::string image = content_of(file("bundle-1/root.img"));
  return content_of(file("slot-" + slot)).compare(0, image.size(), image) == 0;
}

}  // namespace madoguchi::test
