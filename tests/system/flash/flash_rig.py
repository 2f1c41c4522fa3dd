"""What the tests of tools/flash share: a small image made by sfdisk, mkfs.vfat and mtools, and runs of the program."""

import contextlib
import json
import os
import pathlib
import random
import shutil
import subprocess
import sys
import tempfile
import threading
import unittest

ROOT = pathlib.Path(__file__).resolve().parents[3]
MIB = 1 << 20
IMAGE_BYTES, DISK_BYTES = 48 * MIB, 64 * MIB
ESP = range(1 * MIB, 37 * MIB)
ROOT_A = range(37 * MIB, 43 * MIB)
HEAD, TAIL = 34 * 512, 33 * 512
TABLE = """\
label: gpt
first-lba: 34
start=2048, size=73728, type=U, name=esp
start=75776, size=12288, type=4F68BCE3-E8CD-4DB1-96E7-FBCAF984B709, name=root-a
start=88064, size=4096, type=4F68BCE3-E8CD-4DB1-96E7-FBCAF984B709, name=root-b
start=92160, size=4096, type=L, name=data
"""


PROGRAMS = ("losetup", "sfdisk", "mkfs.vfat", "fsck.vfat", "mkfs.ext4", "mcopy", "zstd")
# Where Debian has them; it is in nobody's path but root's.
os.environ["PATH"] += ":/usr/sbin:/sbin"


def run_or_skip(why=None):
    """The tests of the program, or what is missing for them (exit code 77, which CTest takes for skipped)."""
    missing = [program for program in PROGRAMS if not shutil.which(program)]
    if missing or why:
        print("skipped:", why or f"not installed: {', '.join(missing)}")
        sys.exit(77)
    unittest.main()


def tool(*command, **more):
    return subprocess.run([str(word) for word in command], check=True, capture_output=True, **more)


def make_image(folder):
    """Sparse, as images/build leaves it: ESP with a file, half a root, and a lot of nothing."""
    path, esp = folder / "kiosk.img", folder / "esp.img"
    for file, size in ((path, IMAGE_BYTES), (esp, len(ESP))):
        with open(file, "wb") as opened:
            opened.truncate(size)
    tool("sfdisk", "-q", path, input=TABLE.encode())
    dice = random.Random(20261122)
    (folder / "kiosk.efi").write_bytes(dice.randbytes(700_000))
    tool("mkfs.vfat", "-F32", "-s1", "-n", "ESP", "--invariant", esp)
    tool("mmd", "-i", esp, "::EFI", "::EFI/Linux")
    tool("mcopy", "-i", esp, folder / "kiosk.efi", "::EFI/Linux/kiosk-0001-a.efi")
    with open(path, "r+b") as image:
        copied = esp.read_bytes()
        for offset in range(0, len(copied), 4096):
            if any(copied[offset:offset + 4096]):
                image.seek(ESP.start + offset)
                image.write(copied[offset:offset + 4096])
        image.seek(ROOT_A.start)
        # A piece of zeros in the midst of it, which the file system's hash tree covers like the rest.
        image.write(dice.randbytes(2 * MIB) + bytes(MIB) + dice.randbytes(MIB // 2))
    return path


class Process:
    """One run of tools/flash. What it says may be waited for while it runs."""

    def __init__(self, *arguments, **more):
        self.child = subprocess.Popen([ROOT / "tools/flash", *map(str, arguments)], stdin=subprocess.DEVNULL,
                                      stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, **more)
        self._said, self._news = {"out": "", "errors": ""}, threading.Condition()
        self._readers = [threading.Thread(target=self._read, args=arguments, daemon=True)
                         for arguments in (("out", self.child.stdout), ("errors", self.child.stderr))]
        for reader in self._readers:
            reader.start()

    def _read(self, name, stream):
        with stream:
            for line in stream:
                with self._news:
                    self._said[name] += line
                    self._news.notify_all()

    def until(self, words):
        with self._news:
            if not self._news.wait_for(lambda: any(words in said for said in self._said.values()), timeout=20):
                raise AssertionError(f"it never said '{words}': {self._said}")

    def end(self):
        self.child.wait(timeout=60)
        for reader in self._readers:
            reader.join()
        return Ended(self.child.returncode, **self._said)


class Ended:
    def __init__(self, code, out, errors):
        self.code, self.out, self.errors = code, out, errors

    @property
    def lines(self):
        return [json.loads(line) for line in self.out.splitlines()]

    def events(self, name):
        return [line for line in self.lines if line["event"] == name]

    def outcome(self, device):
        return next(line for line in self.events("outcome") if line["device"] == device)


class Rig(unittest.TestCase):
    """A folder, an image that all tests of a class share and none changes, and no traceback anywhere."""

    @classmethod
    def setUpClass(cls):
        folder = tempfile.TemporaryDirectory()
        cls.addClassCleanup(folder.cleanup)
        cls.image = make_image(pathlib.Path(folder.name))
        cls.content = cls.image.read_bytes()

    def setUp(self):
        self.stack = contextlib.ExitStack()
        self.addCleanup(self.stack.close)
        self.folder = pathlib.Path(self.stack.enter_context(tempfile.TemporaryDirectory()))

    def start(self, *arguments, **more):
        process = Process(*arguments, **more)
        self.stack.callback(process.child.wait)
        self.stack.callback(process.child.kill)
        return process

    def run_flash(self, *arguments, **more):
        return self.checked(self.start(*arguments, **more).end())

    def checked(self, ended):
        self.assertNotIn("Traceback", ended.errors)
        return ended

    def assert_refused(self, ended, code, exit_code=3):
        self.assertIn(f"FLASH-{code} ", ended.errors)
        self.assertIn("Next: ", ended.errors)
        self.assertEqual(ended.code, exit_code, ended.errors)

    def assert_no_table(self, read, size):
        """Nothing that a firmware would start from; read(offset, length) gives what is really on the disk."""
        self.assertEqual(read(0, MIB).count(0), MIB, "something is left in the first MiB")
        self.assertNotIn(b"EFI PART", read(size - MIB, MIB))

    def body(self, data):
        """Without the two tables: those differ on every size of disk."""
        return data[HEAD:IMAGE_BYTES - TAIL]
