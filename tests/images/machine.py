"""A virtual kiosk: QEMU with UEFI Secure Boot and an emulated TPM, from the images' workshop, watched from outside.

Only what a person before the kiosk has is used: the glass (QMP screendump), touches (QMP input events), the power plug
(kill), and what the serial line says. Everything is emulated (TCG); /dev/kvm of test machines promises what it does not
hold.
"""

import dataclasses
import json
import os
import pathlib
import re
import select
import shutil
import socket
import subprocess
import sys
import time

IMAGES = pathlib.Path(__file__).resolve().parents[2] / "images"
sys.path.insert(0, str(IMAGES / "build.d"))
import archive  # noqa: E402
import roots  # noqa: E402
from chamber import Chamber  # noqa: E402
from write_log import WriteLog  # noqa: E402

WRITES = "writes.log"
OWNER = "11111111-2222-3333-4444-555555555555"


@dataclasses.dataclass(frozen=True)
class Cabinet:
    """What QEMU is to be so that a board's image finds what it was made for."""
    arch: str
    program: tuple          # with machine and processor
    firmware: str
    blank_variables: str    # of the firmware, Secure Boot's keys not in it yet; "" where it has none
    disk: str
    panel: str
    tpm: str                # "": none
    watchdog: str           # "": the chip set's own


_PC = ("qemu-system-x86_64", "-machine", "q35,smm=on", "-cpu", "max",
       "-global", "driver=cfi.pflash01,property=secure,value=on")
FIRMWARE, BLANK_VARIABLES = "/usr/share/OVMF/OVMF_CODE_4M.secboot.fd", "/usr/share/OVMF/OVMF_VARS_4M.fd"

CABINETS = {
    "qemu-x86_64": Cabinet("amd64", _PC, FIRMWARE, BLANK_VARIABLES, "virtio-blk-pci", "virtio-gpu-pci,xres=1080,yres=1920",
                           "tpm-crb", "i6300esb"),
    "qemu-arm64": Cabinet("arm64", ("qemu-system-aarch64", "-machine", "virt", "-cpu", "cortex-a72"),
                          "/usr/share/AAVMF/AAVMF_CODE.secboot.fd", "/usr/share/AAVMF/AAVMF_VARS.fd", "virtio-blk-pci",
                          "virtio-gpu-pci,xres=1080,yres=1920", "tpm-tis-device", "i6300esb"),
    "qemu-arm64-u-boot": Cabinet("arm64", ("qemu-system-aarch64", "-machine", "virt", "-cpu", "cortex-a72"),
                                 "/u-boot/usr/lib/u-boot/qemu_arm64/u-boot.bin", "", "virtio-blk-pci",
                                 "virtio-gpu-pci,xres=1080,yres=1920", "", "i6300esb"),
    # Its panel lies on its side, its watchdog is the chip set's own; no PC's graphics are emulated but the plainest.
    "pc-x86_64": Cabinet("amd64", (*_PC, "-global", "ICH9-LPC.noreboot=false"), FIRMWARE, BLANK_VARIABLES,
                         "nvme,serial=kiosk", "VGA,xres=1920,yres=1080", "tpm-crb", ""),
}


class Picture:
    """What is on the glass: a PPM as QEMU writes it."""

    def __init__(self, data):
        head = re.match(rb"P6\s+(\d+)\s+(\d+)\s+255\s", data)
        if not head:
            raise ValueError("this is no PPM")
        self.width, self.height = int(head[1]), int(head[2])
        self.pixels = data[head.end():]

    def at(self, x, y):
        place = 3 * (y * self.width + x)
        return tuple(self.pixels[place:place + 3])

    def colours(self):
        """How often each colour is there, over every seventh pixel."""
        found = {}
        for place in range(0, len(self.pixels) - 2, 21):
            colour = self.pixels[place:place + 3]
            found[colour] = found.get(colour, 0) + 1
        return found

    def turned(self, degrees):
        """The same picture, turned clockwise."""
        if degrees == 0:
            return self
        wide, high = (self.width, self.height) if degrees == 180 else (self.height, self.width)
        row = 3 * self.width
        found = bytearray(len(self.pixels))
        for x in range(self.width):
            column = b"".join(self.pixels[at:at + 3] for at in range(3 * x, len(self.pixels), row))
            upwards = b"".join(column[at:at + 3] for at in range(len(column) - 3, -1, -3))
            if degrees == 90:       # the left column, from below, is the uppermost row
                found[x * 3 * wide:(x + 1) * 3 * wide] = upwards
            elif degrees == 270:
                found[(self.width - 1 - x) * 3 * wide:(self.width - x) * 3 * wide] = column
            else:
                for y in range(high):
                    place = 3 * (y * wide + wide - 1 - x)
                    found[place:place + 3] = upwards[3 * y:3 * y + 3]
        return Picture(b"P6\n%d %d\n255\n" % (wide, high) + found)

    def differing(self, other):
        """The share of pixels that differ by more than rounding, 0 to 1; 1 for another size."""
        if (self.width, self.height) != (other.width, other.height):
            return 1.0
        if self.pixels == other.pixels:
            return 0.0
        differ = sum(any(abs(a - b) > 8 for a, b in zip(self.pixels[i:i + 3], other.pixels[i:i + 3]))
                     for i in range(0, len(self.pixels), 3))
        return differ * 3 / len(self.pixels)


class Lost(Exception):
    """The machine did not do in time what it was waited for."""


class Skipped(Exception):
    """What the test needs is not on this machine."""


class Machine:
    """`folder` holds its disk, its firmware's variables and its TPM, and keeps them when it is switched off."""

    def __init__(self, folder, keys, memory_mib=1024, board="qemu-x86_64"):
        """One that was made before, and is switched off."""
        self.board, self.cabinet = board, CABINETS[board]
        self.folder = pathlib.Path(folder)
        binds = {"/machine": (self.folder, "rw"), "/keys": (keys, "ro")}
        if self.cabinet.firmware.startswith("/u-boot/"):
            binds["/u-boot"] = (archive.unpacked(["u-boot-qemu"], self.cabinet.arch, roots.cache_folder()) / "files", "ro")
        self.chamber = Chamber(roots.workshop().make().path, binds)
        self.memory_mib = memory_mib
        self.disk = self.folder / "disk.img"
        self._keys = keys
        self._qemu = self._tpm = self._serial = self._qmp = None
        self.said = ""
        self.began = 0.0

    @classmethod
    def new(cls, folder, disk, keys, secure_boot=True, disk_mib=1536, board="qemu-x86_64"):
        """As it comes from the factory, with this image flashed."""
        pathlib.Path(folder).mkdir(parents=True, exist_ok=True)
        made = cls(folder, keys, board=board)
        subprocess.run(["cp", "--sparse=always", disk, made.disk], check=True)
        os.truncate(made.disk, disk_mib << 20)
        made._make_firmware(secure_boot)
        (made.folder / "tpm").mkdir(exist_ok=True)
        return made

    @classmethod
    def flashed(cls, folder, image, keys, units, disk_mib=1536):
        """One whose medium tools/flash wrote, with the next unit of the file `units`."""
        made = cls(folder, keys)
        made.disk.touch()
        os.truncate(made.disk, disk_mib << 20)
        loop = subprocess.run(["losetup", "--find", "--show", made.disk], check=True, capture_output=True, text=True).stdout.strip()
        try:
            done = subprocess.run([IMAGES.parent / "tools/flash", image, loop, "--fixed", made.disk, "--provision", units, "--yes"],
                                  capture_output=True, text=True, check=False)
        finally:
            subprocess.run(["losetup", "--detach", loop], check=True)
        if done.returncode != 0:
            raise Lost(f"tools/flash ended with {done.returncode}: {done.stdout[-400:]}{done.stderr[-400:]}")
        made._make_firmware(True)
        (made.folder / "tpm").mkdir(exist_ok=True)
        return made

    def copy(self, folder):
        """The same machine once more: disk, firmware and TPM. This one is switched off, or stands still."""
        folder = pathlib.Path(folder)
        (folder / "tpm").mkdir(parents=True, exist_ok=True)
        for name in ("disk.img", "variables.fd"):
            subprocess.run(["cp", "--sparse=always", self.folder / name, folder / name], check=True)
        shutil.copytree(self.folder / "tpm", folder / "tpm", dirs_exist_ok=True)
        return Machine(folder, self._keys, self.memory_mib, self.board)

    def writes(self):
        """The log of what its disk was told to write since it was switched on. It stands still from now on."""
        self.ask("stop")
        return WriteLog(self.folder / WRITES)

    def _make_firmware(self, secure_boot):
        variables = self.folder / "variables.fd"
        if not self.cabinet.blank_variables:
            return
        if not secure_boot:
            shutil.copyfile(self.chamber.root / self.cabinet.blank_variables.lstrip("/"), variables)
            return
        words = ["virt-fw-vars", "--input", self.cabinet.blank_variables, "--output", "/machine/variables.fd", "--secure-boot"]
        for name, option in (("PK", "--set-pk"), ("KEK", "--add-kek"), ("db", "--add-db")):
            words += [option, OWNER, f"/keys/{name}.crt"]
        self.chamber.run(words)

    def switch_on(self, *more, log_writes=False):
        """Starts TPM and machine; returns at once."""
        for name in ("tpm.socket", "serial", "qmp", "card"):
            (self.folder / name).unlink(missing_ok=True)
        cabinet = self.cabinet
        if cabinet.tpm:
            self._start_tpm()
        words = [
            *cabinet.program, "-accel", "tcg,thread=multi,tb-size=512",
            "-smp", "1", "-m", str(self.memory_mib), "-nodefaults", "-display", "none", "-no-user-config",
            *self._firmware(),
            "-drive", f"{self._disk(log_writes)},if=none,id=disk,cache=writeback,discard=unmap",
            "-device", f"{cabinet.disk},drive=disk,bootindex=0",
            "-device", cabinet.panel, "-device", "qemu-xhci,id=usb",
            "-device", "usb-tablet,bus=usb.0", "-device", "usb-ccid,id=reader,bus=usb.0",
            "-chardev", "socket,id=card,path=/machine/card,server=on,wait=off",
            "-device", "ccid-card-passthru,chardev=card,bus=reader.0",
            *(["-chardev", "socket,id=tpm,path=/machine/tpm.socket", "-tpmdev", "emulator,id=tpm0,chardev=tpm",
               "-device", f"{cabinet.tpm},tpmdev=tpm0"] if cabinet.tpm else []),
            "-action", "watchdog=reset",
            *(["-device", cabinet.watchdog] if cabinet.watchdog else []),
            "-netdev", "user,id=net", "-device", "virtio-net-pci,netdev=net",
            "-qmp", "unix:/machine/qmp,server=on,wait=off",
            "-chardev", "socket,id=serial,path=/machine/serial,server=on,wait=off", "-serial", "chardev:serial", *more]
        self.said, self.began = "", time.monotonic()
        with open(self.folder / "qemu.log", "ab") as log:
            self._qemu = subprocess.Popen(self._program(words), stdout=log, stderr=log)
        self._serial = self._connected("serial")
        self._qmp = self._connected("qmp").makefile("rw")
        self._qmp.readline()
        self.ask("qmp_capabilities")

    def _disk(self, log_writes):
        if not log_writes:
            return "format=raw,file=/machine/disk.img"
        (self.folder / WRITES).write_bytes(b"")
        return f"driver=blklogwrites,file.driver=file,file.filename=/machine/disk.img,log.driver=file,log.filename=/machine/{WRITES}"

    def _start_tpm(self):
        self._tpm = subprocess.Popen(self._program(
            ["swtpm", "socket", "--tpm2", "--tpmstate", "dir=/machine/tpm", "--ctrl", "type=unixio,path=/machine/tpm.socket",
             "--flags", "startup-clear", "--terminate"]), stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        self._until(lambda: (self.folder / "tpm.socket").exists(), 30, "the TPM's emulator")

    def _firmware(self):
        if not self.cabinet.blank_variables:
            return ["-bios", self.cabinet.firmware]
        return ["-drive", f"if=pflash,format=raw,readonly=on,file={self.cabinet.firmware}",
                "-drive", "if=pflash,format=raw,file=/machine/variables.fd"]

    def _program(self, words):
        """In the workshop, and no longer than this process."""
        return ["setpriv", "--pdeathsig", "KILL", "--", *self.chamber.command(words)]

    def _connected(self, name):
        end = socket.socket(socket.AF_UNIX)

        def connect():
            try:
                end.connect(str(self.folder / name))
                return True
            except OSError:
                return False
        self._until(connect, 60, f"QEMU's {name}")
        return end

    def _until(self, look, seconds, what):
        end = time.monotonic() + seconds
        while not look():
            if time.monotonic() > end or (self._qemu and self._qemu.poll() is not None):
                raise Lost(f"{what} did not come; {self.folder}/qemu.log may say why")
            select.select([], [], [], 0.05)

    @property
    def is_on(self):
        return self._qemu is not None and self._qemu.poll() is None

    def computed_s(self):
        """Seconds of processor that QEMU took so far: what an idle machine would have needed, about."""
        words = pathlib.Path(f"/proc/{self._qemu.pid}/stat").read_text("ascii").rsplit(")", 1)[1].split()
        return (int(words[11]) + int(words[12])) / os.sysconf("SC_CLK_TCK")

    def ask(self, command, **arguments):
        self._qmp.write(json.dumps({"execute": command, "arguments": arguments}) + "\n")
        self._qmp.flush()
        while True:
            answer = json.loads(self._qmp.readline())
            if "return" in answer:
                return answer["return"]
            if "error" in answer:
                raise Lost(f"QEMU refused {command}: {answer['error']['desc']}")

    def hear(self, seconds):
        """What the serial line says meanwhile is added to `said`; False when the machine is off."""
        ready, _, _ = select.select([self._serial], [], [], seconds)
        if not ready:
            return self._qemu.poll() is None
        data = self._serial.recv(65536)
        with open(self.folder / "serial.log", "ab") as log:
            log.write(data)
        self.said += data.decode("utf-8", "replace")
        return bool(data)

    def hear_until(self, moment):
        """Until time.monotonic() is at `moment`."""
        while time.monotonic() < moment:
            self.hear(max(0.01, moment - time.monotonic()))

    def expect(self, pattern, seconds=300):
        """The match of what comes next on the serial line."""
        end = time.monotonic() + seconds
        while True:
            found = re.search(pattern, self.said)
            if found:
                self.said = self.said[found.end():]
                return found
            if time.monotonic() > end:
                raise Lost(f"nothing like '{pattern}' within {seconds} s; the last words: {self.said[-600:]!r}")
            if not self.hear(1.0):
                raise Lost(f"the machine went off before '{pattern}'; its last words: {self.said[-600:]!r}")

    def say(self, line):
        self._serial.sendall(line.encode() + b"\n")

    def look(self):
        self.ask("screendump", filename="/machine/glass.ppm")
        return Picture((self.folder / "glass.ppm").read_bytes())

    def watch(self, wanted, seconds=300):
        """(seconds since it was switched on, picture) of the first picture that `wanted` likes."""
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            picture = self.look()
            if wanted(picture):
                return time.monotonic() - self.began, picture
            if not self.hear(0.5):
                break
        raise Lost(f"the glass never showed what was waited for; serial line: {self.said[-600:]!r}")

    def touch(self, x, y, width=1080, height=1920):
        """A finger at this pixel of the picture, and away again."""
        place = [{"type": "abs", "data": {"axis": axis, "value": value * 32767 // (size - 1)}}
                 for axis, value, size in (("x", x, width), ("y", y, height))]
        press = [{"type": "btn", "data": {"button": "left", "down": True}}]
        self.ask("input-send-event", events=place + press)
        self.ask("input-send-event", events=[{"type": "btn", "data": {"button": "left", "down": False}}])

    def wait_until_off(self, seconds=120):
        """After it was told to switch itself off."""
        end = time.monotonic() + seconds
        while self._qemu.poll() is None:
            if time.monotonic() > end:
                raise Lost(f"it did not switch itself off within {seconds} s; the last words: {self.said[-400:]!r}")
            if not self.hear(0.5):
                select.select([], [], [], 0.2)
        self.pull_the_plug()

    def pull_the_plug(self):
        """As a power cut: nothing is flushed, nothing is told."""
        for process in (self._qemu, self._tpm):
            if process and process.poll() is None:
                process.kill()
                process.wait()
        self._qemu = None

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.pull_the_plug()
