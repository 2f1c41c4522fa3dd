"""The disks of this machine, as lsblk tells them, and why one must not be erased."""

import dataclasses
import json
import os
import pathlib
import stat
import subprocess

from faults import Fault

COLUMNS = "NAME,KNAME,PATH,TYPE,RM,HOTPLUG,RO,SIZE,MODEL,SERIAL,TRAN,FSTYPE,LABEL,MOUNTPOINTS,LOG-SEC"
SYSTEM = ("/", "/boot", "/boot/efi", "/efi", "/usr", "/var", "/home", "/run/live/medium", "/cdrom")
SECTOR = 512


@dataclasses.dataclass(frozen=True)
class Disk:
    path: str
    size: int
    model: str
    serial: str         # of a loop device: the file behind it
    transport: str
    removable: bool
    read_only: bool
    sector: int
    mounts: tuple       # also of what lies on its partitions: LUKS, LVM, RAID; "[SWAP]"
    held: tuple         # device-mapper and md devices on it
    content: str        # what a person would recognise: labels and file systems
    whole: bool

    def refusal(self, size=0, fixed=()):
        """Why it must not be erased for an image of that size, or None. `fixed`: serials that were allowed."""
        if not self.whole:
            return Fault(20, device=self.path)
        if any(mount in SYSTEM for mount in self.mounts):
            return Fault(21, f"mounted at {', '.join(self.mounts)}", device=self.path)
        if self.mounts or self.held:
            return Fault(22, ", ".join((*self.mounts, *self.held)), device=self.path)
        if not self.size:
            return Fault(27, device=self.path)
        if not self.removable and (not self.serial or self.serial not in fixed):
            return Fault(25, f"serial {self.serial}" if self.serial else "and it has no serial number", device=self.path)
        if self.read_only:
            return Fault(23, device=self.path)
        if self.sector != SECTOR:
            return Fault(28, device=self.path, expected=f"{SECTOR} bytes", actual=str(self.sector))
        if self.size < size:
            return Fault(24, device=self.path, expected=f"{size} bytes or more", actual=str(self.size))
        return None


def listed(text, sysfs=pathlib.Path("/sys")):
    """path -> Disk, of lsblk's JSON. Partitions are in it, too, as what they are."""
    disks = {}
    for entry in json.loads(text)["blockdevices"]:
        below = list(descendants(entry))
        whole = entry["type"] in ("disk", "loop")
        disks[entry["path"]] = disk = described(entry, below, whole, sysfs)
        for child in below:
            part = described(child, list(descendants(child)), False, sysfs)
            disks.setdefault(child["path"], dataclasses.replace(part, removable=disk.removable))
    return disks


def described(entry, below, whole, sysfs):
    family = [entry, *below]
    mounts = [mount for one in family for mount in one.get("mountpoints") or () if mount]
    held = [one["path"] for one in below if one["type"] != "part"]
    content = [" ".join(word for word in (one.get("label"), one.get("fstype")) if word) for one in family]
    serial = (entry.get("serial") or "").strip()
    if entry["type"] == "loop":
        serial = text_of(sysfs / "block" / entry["kname"] / "loop/backing_file")
    return Disk(path=entry["path"], size=entry["size"] or 0, model=(entry.get("model") or "").strip(), serial=serial,
                transport=entry.get("tran") or "", removable=is_removable(entry, sysfs), read_only=bool(entry["ro"]),
                sector=entry.get("log-sec") or SECTOR, mounts=tuple(dict.fromkeys(mounts)),
                held=tuple(dict.fromkeys(held)), content=", ".join(word for word in content if word), whole=whole)


def is_removable(entry, sysfs):
    """What a person can take out: sticks, cards, disks on USB. Soldered eMMC looks like a card except for its type."""
    if text_of(sysfs / "block" / entry["kname"] / "device/type") == "MMC":
        return False
    return bool(entry["rm"] or entry["hotplug"])


def text_of(path):
    try:
        return path.read_text("utf-8", "replace").strip()
    except OSError:
        return ""


def descendants(entry):
    for child in entry.get("children") or ():
        yield child
        yield from descendants(child)


def of_this_machine():
    run = subprocess.run(["lsblk", "--json", "--bytes", "--output", COLUMNS], capture_output=True, text=True, check=False)
    if run.returncode:
        raise Fault(20, f"lsblk: {run.stderr.strip()}")
    return listed(run.stdout)


def chosen(targets, image, size, fixed, disks):
    """(the disks to erase, the faults of those that must not be)."""
    found, faults = {}, []
    serials = [disk.serial for disk in disks.values() if disk.whole]
    for target in targets:
        path = os.path.realpath(target)
        disk = disks.get(path)
        fault = path_fault(target, path, image, disk)
        if not fault and path in found:
            fault = Fault(26, "a disk", device=path)
        if not fault and disk.serial in fixed and serials.count(disk.serial) > 1:
            fault = Fault(25, f"and several disks have the serial {disk.serial}", device=path)
        fault = fault or disk.refusal(size, fixed)
        if fault:
            faults.append(fault)
        else:
            found[path] = disk
    return list(found.values()), faults


def path_fault(target, path, image, disk):
    try:
        state = os.stat(path)
    except OSError as error:
        return Fault(20, error.strerror, device=target)
    if os.path.samestat(state, os.stat(image)) or (disk and disk.serial == os.path.realpath(image)):
        return Fault(26, "the image as a target", device=target)
    if not stat.S_ISBLK(state.st_mode):
        return Fault(20, "no block device", device=target)
    return None if disk else Fault(27, device=path)
