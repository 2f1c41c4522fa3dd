"""What makes one medium's kiosk different from the next, and the ledger that gives no unit away twice."""

import contextlib
import dataclasses
import datetime
import fcntl
import hashlib
import json
import os
import pathlib
import re
import tomllib

import fat32
import gpt
from faults import Fault

NAME_ON_MEDIUM = "provision.toml"
# Key -> what its value must look like. What is secret is marked in docs/flash.md: enrol_code.
KEYS = {
    "id": r"[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?",      # also the host's name
    "site": r".{1,100}",
    "enrol_code": r"[A-Za-z0-9-]{6,64}",
    "gateway": r"https://[^\s]{1,200}",
    "gateway_ca_sha256": r"[0-9a-f]{64}",
    "language": r"ja|en",
    "service_hours": r"(?:[01]\d|2[0-3]):[0-5]\d-(?:(?:[01]\d|2[0-3]):[0-5]\d|24:00)",
}
REQUIRED = ("id", "enrol_code")
UNIQUE = ("id", "enrol_code")


@dataclasses.dataclass(frozen=True)
class Unit:
    id: str
    values: tuple       # (key, value) in the order of KEYS

    def file(self):
        """provision.toml: the keys, and a last line with the SHA-256 of all lines before it."""
        lines = "".join(f"{key} = {json.dumps(value, ensure_ascii=False)}\n" for key, value in self.values).encode()
        return lines + f'sha256 = "{hashlib.sha256(lines).hexdigest()}"\n'.encode()

    def add_to(self, table):
        """What image.Plan wants: puts the file into the partition 'esp'."""
        partition = next((one for one in table.partitions if one.name == "esp" or one.type == gpt.ESP), None)

        def change(overlay):
            if partition is None:
                raise Fault(42, "no partition 'esp'")
            fat32.Fat32(overlay, partition).add(NAME_ON_MEDIUM, self.file())
        return change


def units_of(path):
    """The units of a TOML file ([all] and [[unit]]) or the same as JSON."""
    try:
        text = pathlib.Path(path).read_text("utf-8")
        document = json.loads(text) if path.endswith(".json") else tomllib.loads(text)
    except OSError as error:
        raise Fault(40, f"{path}: {error.strerror}") from None
    except (UnicodeDecodeError, ValueError) as error:       # both decoders' errors are ValueErrors
        raise Fault(40, f"{path}: {error}") from None
    try:
        return checked(document)
    except ValueError as error:
        raise Fault(40, f"{path}: {error}") from None


def checked(document):
    if not isinstance(document, dict) or set(document) - {"all", "unit"} or not isinstance(document.get("unit"), list):
        raise ValueError("it holds [[unit]] tables and at most one [all]")
    shared = document.get("all", {})
    if not isinstance(shared, dict) or set(shared) & set(UNIQUE):
        raise ValueError(f"[all] is a table without {' and '.join(UNIQUE)}")
    units, seen = [], {key: set() for key in UNIQUE}
    for number, own in enumerate(document["unit"], 1):
        if not isinstance(own, dict):
            raise ValueError(f"unit {number} is no table")
        values = {**shared, **own}
        for key, value in values.items():
            if key not in KEYS:
                raise ValueError(f"unit {number}: unknown key '{key}' (known: {', '.join(KEYS)})")
            if not isinstance(value, str) or not re.fullmatch(KEYS[key], value) or not value.isprintable():
                raise ValueError(f"unit {number}: {key} does not look like one")     # the value may be a secret
        for key in REQUIRED:
            if key not in values:
                raise ValueError(f"unit {number} has no {key}")
        for key in UNIQUE:
            if values[key] in seen[key]:
                raise ValueError(f"unit {number}: another unit has the same {key}")
            seen[key].add(values[key])
        units.append(Unit(values["id"], tuple((key, values[key]) for key in KEYS if key in values)))
    return units


class Ledger:
    """FILE.used: a line of JSON for each thing that happened to a unit. It holds no enrolment codes.

    A unit is taken, durably, before a byte of it is written; it is free again only when its medium cannot start. What
    was neither confirmed nor taken back (a power cut, kill -9) stays taken until --release."""

    def __init__(self, path):
        self.path = f"{path}.used"

    def take(self, pairs, now):
        """(unit, disk) each; refused as a whole when another run has taken one since free() named it."""
        with self._locked() as file:
            taken = self._taken(file)
            for unit, _ in pairs:
                if unit.id in taken:
                    raise Fault(41, f"another run has just taken unit {unit.id}; start again")
            for unit, disk in pairs:
                self._append(file, unit.id, "taken", now, disk=disk.path, model=disk.model, serial=disk.serial)

    def free(self, units):
        """The units that nobody has, in the file's order; changes nothing."""
        if not os.path.exists(self.path):
            return list(units)
        with self._locked() as file:
            taken = self._taken(file)
        return [unit for unit in units if unit.id not in taken]

    def record(self, unit, event, now):
        """written or released."""
        with self._locked() as file:
            self._append(file, unit.id, event, now)

    def release(self, unit, now):
        with self._locked() as file:
            if unit not in self._taken(file):
                raise Fault(40, f"unit '{unit}' is not in use according to {self.path}")
            self._append(file, unit, "released", now)

    @contextlib.contextmanager
    def _locked(self):
        try:
            # Only its owner reads which kiosk is where.
            with open(os.open(self.path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600), "r+b") as file:
                fcntl.flock(file, fcntl.LOCK_EX)
                yield file
        except OSError as error:
            raise Fault(43, f"{self.path}: {error.strerror}") from None

    def _taken(self, file):
        file.seek(0)
        lines, _, torn = file.read().rpartition(b"\n")
        if torn:    # a power cut in _append: nothing was done yet
            file.truncate(len(lines) + (1 if lines else 0))
        taken = set()
        for number, line in enumerate(lines.splitlines(), 1):
            try:
                entry = json.loads(line)
                (taken.discard if entry["event"] == "released" else taken.add)(entry["unit"])
            except (ValueError, KeyError, TypeError):
                raise Fault(43, f"{self.path}: line {number} is no entry of a ledger") from None
        return taken

    def _append(self, file, unit, event, now, **more):
        file.seek(0, os.SEEK_END)
        at = datetime.datetime.fromtimestamp(now, datetime.timezone.utc).isoformat(timespec="seconds")
        file.write(json.dumps({"unit": unit, "event": event, "at": at, **more}, ensure_ascii=False).encode() + b"\n")
        file.flush()
        os.fsync(file.fileno())
