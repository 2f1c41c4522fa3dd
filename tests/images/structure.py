#!/usr/bin/env python3
"""What images/build made, taken apart: the disk, the boot loader's partition, the kernel image, the root, the bundle. For
boards that nothing here can start this is all that is known of them.

    tests/images/structure.py IMAGE_DIR [--keys DIR]

Prints one line a check; the last one says how many failed.
"""

import argparse
import json
import pathlib
import re
import shlex
import struct
import sys
import tempfile
import uuid
import zlib

import machine      # also finds the modules of images/build
import board as boards
import elf
import image
import roots
import start
import u_boot
from chamber import Chamber
from trouble import Trouble

SECTOR = 512
# Of PE files and of ELF files.
PE_MACHINE = {"amd64": 0x8664, "arm64": 0xAA64}
ELF_MACHINE = {"amd64": 62, "arm64": 183}
ESP_TYPE = "C12A7328-F81F-11D2-BA4B-00A0C93EC93B"


class Wrong(Exception):
    """The image is not what it must be."""


def require(holds, what):
    if not holds:
        raise Wrong(what)


def partitions(disk):
    """{name: (type, first byte, bytes)} of a GPT whose check sums hold."""
    with open(disk, "rb") as file:
        file.seek(SECTOR)
        head = file.read(SECTOR)
        require(head[:8] == b"EFI PART", "there is no GPT")
        size, own_sum = struct.unpack_from("<II", head, 12)
        require(zlib.crc32(head[:16] + bytes(4) + head[20:size]) == own_sum, "the GPT's check sum is wrong")
        where, count, width, table_sum = struct.unpack_from("<QIII", head, 72)
        file.seek(where * SECTOR)
        table = file.read(count * width)
    require(zlib.crc32(table) == table_sum, "the check sum of the GPT's table is wrong")
    found = {}
    for entry in (table[at:at + width] for at in range(0, len(table), width)):
        if entry[:16] != bytes(16):
            first, last = struct.unpack_from("<QQ", entry, 32)
            name = entry[56:128].decode("utf-16-le").rstrip("\0")
            found[name] = (str(uuid.UUID(bytes_le=entry[:16])).upper(), first * SECTOR, (last - first + 1) * SECTOR)
    return found


def pe_sections(data):
    """(machine, {name: content}) of a PE file."""
    require(data[:2] == b"MZ", "this is no PE file")
    at = struct.unpack_from("<I", data, 60)[0]
    kind, count = struct.unpack_from("<HH", data, at + 4)
    optional = struct.unpack_from("<H", data, at + 20)[0]
    found = {}
    for number in range(count):
        place = at + 24 + optional + 40 * number
        name = data[place:place + 8].rstrip(b"\0").decode("ascii")
        length, _, raw, offset = struct.unpack_from("<IIII", data, place + 8)
        found[name] = data[offset:offset + min(length, raw)]
    return kind, found


class Image:
    """The files of an image's folder, and its ESP and root unpacked in `space`."""

    def __init__(self, folder, keys, space):
        self.folder, self.keys, self.space = folder, keys, space
        self.made = json.loads((folder / "image.json").read_text("utf-8"))
        self.board = boards.load(self.made["board"])
        self.arch = self.board["board"]["arch"]
        self.u_boot = self.board["board"]["boot"] == "u-boot"
        self.disk = folder / self.made["image"]
        self.parts = partitions(self.disk)
        self.shop = Chamber(roots.workshop().make().path, {"/image": (folder, "ro"), "/keys": (keys, "ro"), "/space": (space, "rw")})
        self._take_esp()
        self.shop.run(image.unpack_root("/image/root.img", "/space/root"))
        self.root = space / "root"

    def _take_esp(self):
        _, at, size = self.parts["esp"]
        with open(self.disk, "rb") as disk, open(self.space / "esp.img", "wb") as esp:
            disk.seek(at)
            esp.write(disk.read(size))
        self.esp = self.space / "esp"
        self.esp.mkdir()
        self.shop.run(["mcopy", "-s", "-i", "/space/esp.img", "::*", "/space/esp/"])

    @property
    def kernel_image(self):
        return self.esp / "EFI/Linux" / ("kiosk-a.efi" if self.u_boot else "kiosk-0001-a.efi")

    def verity(self):
        """(blocks, root hash, salt) of the kernel image's own command line."""
        _, sections = pe_sections(self.kernel_image.read_bytes())
        found = re.search(r"madoguchi\.verity=(\d+),([0-9a-f]{64}),([0-9a-f]{64})", sections[".cmdline"].decode("ascii"))
        require(found, "the command line names no root")
        return int(found[1]), found[2], found[3]


def disk_is_laid_out(one):
    storage = one.board["storage"]
    root = image.ROOT_TYPE[one.arch]
    wanted = {"esp": (ESP_TYPE, storage["esp_mib"]), "root-a": (root, storage["slot_mib"]), "root-b": (root, storage["slot_mib"])}
    require({name: (kind, size >> 20) for name, (kind, _, size) in one.parts.items()} == wanted, f"partitions: {one.parts}")
    end = 0
    for name, (_, at, size) in sorted(one.parts.items(), key=lambda part: part[1][1]):
        require(at >= end and at % (1 << 20) == 0, f"{name} begins at {at}")
        end = at + size
    return ", ".join(f"{name} {size >> 20} MiB" for name, (_, _, size) in one.parts.items())


def slots_hold_the_root(one):
    root = (one.folder / "root.img").read_bytes()
    with open(one.disk, "rb") as disk:
        disk.seek(one.parts["root-a"][1])
        require(disk.read(len(root)) == root, "slot a does not hold root.img")
        disk.seek(one.parts["root-b"][1])
        require(not any(disk.read(1 << 20)), "slot b is not empty")
    return f"{len(root) / 1e6:.1f} MB in slot a, nothing in slot b"


def root_is_what_the_kernel_image_says(one):
    blocks, digest, salt = one.verity()

    def verify(name):
        one.shop.run(["veritysetup", "verify", name, name, digest, "--no-superblock", f"--salt={salt}",
                      f"--hash-offset={blocks * image.BLOCK}", f"--data-blocks={blocks}"])
    verify("/image/root.img")
    changed = one.space / "changed.img"
    changed.write_bytes((one.folder / "root.img").read_bytes())
    with open(changed, "r+b") as file:
        file.seek(blocks * image.BLOCK // 2)
        byte = file.read(1)
        file.seek(-1, 1)
        file.write(bytes([byte[0] ^ 1]))
    try:
        verify("/space/changed.img")
    except Trouble:
        return f"{blocks} blocks, {digest[:16]}...; one other bit is noticed"
    finally:
        changed.unlink()
    raise Wrong("a root with one other bit is taken as well")


def kernel_image_is_signed(one):
    kind, sections = pe_sections(one.kernel_image.read_bytes())
    require(kind == PE_MACHINE[one.arch], f"the kernel image is for the machine {kind:#x}")
    require({".linux", ".initrd", ".cmdline", ".osrel"} <= sections.keys(), f"sections: {sorted(sections)}")
    linux, _ = pe_sections(sections[".linux"])
    require(linux == PE_MACHINE[one.arch], f"its kernel is for the machine {linux:#x}")
    path = one.kernel_image.relative_to(one.space)
    one.shop.run(["sbverify", "--cert", "/keys/db.crt", f"/space/{path}"])
    if not one.u_boot:
        one.shop.run(["sbverify", "--cert", "/keys/db.crt", f"/space/esp/EFI/BOOT/BOOT{image.EFI[one.arch].upper()}.EFI"])
    if one.made["variant"] == "release":
        require(b"lockdown=integrity" in sections[".cmdline"], "the release's kernel is not locked down")
    return f"{one.kernel_image.stat().st_size / 1e6:.1f} MB"


def start_finds_the_disk(one):
    _, sections = pe_sections(one.kernel_image.read_bytes())
    (one.space / "initrd.zst").write_bytes(sections[".initrd"])
    # Of the archive's file `modules`: the list that init loads.
    one.shop.run(["sh", "-c", "mkdir /space/initrd && cd /space/initrd && zstd -qdc ../initrd.zst | cpio -i --quiet --no-absolute-filenames"])
    there = {start.module_name(line) for line in (one.space / "initrd/modules").read_text("ascii").split()}
    kernel = next((one.root / "usr/lib/modules").iterdir())
    built_in = {start.module_name(line) for line in (kernel / "modules.builtin").read_text("ascii").split()}
    missing = [name for name in [*one.board["storage"]["modules"], "dm_verity", "erofs"]
               if name.replace("-", "_") not in there | built_in]
    require(not missing, f"the start has no {', '.join(missing)}")
    require(elf.machine(one.space / "initrd/bin/busybox") == ELF_MACHINE[one.arch], "the start's busybox is another machine's")
    for module in one.board["screen"]["modules"]:
        require(module in there or list(kernel.rglob(f"{module.replace('_', '[-_]')}.ko*")), f"there is no driver {module}")
    return f"{len(there)} drivers in the start, {len(list(kernel.rglob('*.ko*')))} in the root"


def root_is_the_boards(one):
    ours = one.root / "usr/lib/madoguchi"
    programs = [path for path in ours.iterdir() if path.read_bytes()[:4] == b"\x7fELF"]
    others = [path.name for path in programs if elf.machine(path) != ELF_MACHINE[one.arch]]
    require(len(programs) >= 6 and not others, f"programs: {[path.name for path in programs]}, of another machine: {others}")
    require((one.root / "usr/share/madoguchi/board.toml").read_bytes() == (one.board.folder / "board.toml").read_bytes(),
            "the root's board.toml is not the board's")
    encrypted = "Encrypt=tpm2" in (one.root / "usr/lib/repart.d/50-data.conf").read_text("ascii")
    require(encrypted == (one.board["tpm"]["kind"] == "tpm2"), "the data partition is not made as [tpm] says")
    for pattern in one.board["firmware"]["files"]:
        require(list((one.root / "usr/lib/firmware").glob(pattern)), f"no firmware like {pattern}")
    return f"{len(programs)} programs of {one.arch}, data partition {'sealed to the TPM' if encrypted else 'NOT encrypted'}"


def release_has_no_way_in(one):
    if one.made["variant"] != "release":
        return "a developer variant"
    ways = [path for path in ("usr/bin/bash", "usr/bin/login", "usr/bin/apt", "usr/bin/dpkg", "usr/bin/perl", "usr/sbin/sshd",
                              "usr/sbin/agetty", "usr/lib/systemd/system/debug-shell.service") if (one.root / path).exists()]
    require(not ways, f"there is {', '.join(ways)}")
    passwords = [line for line in (one.root / "etc/shadow").read_text("ascii").splitlines() if line.split(":")[1] != "!*"]
    require(not passwords, f"accounts with a password: {passwords}")
    return "no shell to log in to, no package manager, no password"


def updates_know_the_board(one):
    found = (one.root / "etc/rauc/system.conf").read_text("ascii")
    require(f"compatible={one.board.compatible}\n" in found, "RAUC has another board's name")
    for slot in "ab":
        require(re.search(rf"device=/dev/kiosk/root-{slot}\ntype=raw\nbootname={slot}\n", found), f"RAUC has no slot {slot}")
    require("check-purpose=codesign" in found, "any certificate may sign a bundle")
    backend = re.search(r"bootloader-custom-backend=(\S+)", found)[1]
    text = (one.root / backend.lstrip("/")).read_text("utf-8")
    require(("slots.env" in text) == one.u_boot, "the boot loader's back end is the other boot loader's")
    said = one.shop.run(["rauc", "--conf=/space/root/etc/rauc/system.conf", "info", "--keyring=/keys/bundle-ca.crt", "--output-format=json", f"/image/{one.made['bundle']}"])
    info = json.loads(said[said.index("{"):])
    require(info["compatible"] == one.board.compatible, f"the bundle is for {info['compatible']}")
    return f"bundle for {info['compatible']}, {one.made['bundle_bytes'] / 1e6:.1f} MB"


def u_boot_finds_its_way(one):
    if not one.u_boot:
        require((one.esp / "loader/loader.conf").is_file(), "systemd-boot has no loader.conf")
        return "systemd-boot"
    # U-Boot would take this before our script, and not count its starts.
    require(not (one.esp / "EFI/BOOT").exists(), "there is an EFI/BOOT")
    words = u_boot.unscript((one.esp / "boot.scr").read_bytes())
    require(words == (machine.IMAGES / "u-boot/boot.cmd").read_text("ascii"), "boot.scr is not boot.cmd")
    require((one.esp / "slots.env").read_text("ascii") == u_boot.SLOTS, "slots.env is another")
    for path in one.board["loader"]["files"]:
        require((one.esp / path.rsplit("/", 1)[-1]).stat().st_size > 1000, f"{path} is not there")
    config = one.esp / "config.txt"
    if not config.exists():
        return "U-Boot comes by itself"
    settings = dict(shlex.split(line)[0].split("=", 1) for line in config.read_text("ascii").splitlines()
                    if line and not line.startswith("#"))
    require(settings["arm_64bit"] == "1", "the processor would start with 32 bits")
    require(settings["kernel"] == "u-boot.bin" and (one.esp / settings["kernel"]).is_file(), "config.txt's kernel is not there")
    tree = (one.esp / settings["device_tree"]).read_bytes()
    require(tree[:4] == b"\xd0\x0d\xfe\xed" and b"brcm,bcm2711\0" in tree, "the device tree is none of a BCM2711")
    return f"{settings['kernel']}, {settings['device_tree']}, {', '.join(sorted(path.name for path in one.esp.iterdir()))}"


CHECKS = [disk_is_laid_out, slots_hold_the_root, kernel_image_is_signed, root_is_what_the_kernel_image_says,
          start_finds_the_disk, root_is_the_boards, release_has_no_way_in, updates_know_the_board, u_boot_finds_its_way]


def main(words):
    parser = argparse.ArgumentParser(description=__doc__.split("\n", 1)[0])
    parser.add_argument("image", type=pathlib.Path)
    parser.add_argument("--keys", type=pathlib.Path, default=roots.cache_folder() / "developer-keys")
    options = parser.parse_args(words)
    failed = 0
    with tempfile.TemporaryDirectory() as space:
        one = Image(options.image.resolve(), options.keys, pathlib.Path(space))
        for check in CHECKS:
            try:
                print(f"ok   {check.__name__}: {check(one)}", flush=True)
            except (Wrong, Trouble, OSError, KeyError) as wrong:
                failed += 1
                print(f"FAIL {check.__name__}: {wrong}", flush=True)
    print(f"{one.board.name}: {len(CHECKS) - failed} of {len(CHECKS)} checks hold")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
