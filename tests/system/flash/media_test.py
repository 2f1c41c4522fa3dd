#!/usr/bin/env python3
"""tools/flash on loop devices that do what they should: what stands on them afterwards, and which it refuses."""

import gzip
import hashlib
import json
import lzma
import os
import pathlib
import pty
import select
import shutil
import signal
import subprocess
import sys

import wire_disk
from flash_rig import HEAD, IMAGE_BYTES, MIB, ROOT, ROOT_A, Rig, run_or_skip, tool

DISK_BYTES = 80 * MIB + 512 * 3


class Media(Rig):
    def disk(self, name="disk", size=DISK_BYTES):
        device, path = wire_disk.sparse_disk(self.folder, name, size, self.stack)
        return device, path

    def flash(self, *devices_and_paths, image=None, more=()):
        fixed = [word for _, path in devices_and_paths for word in ("--fixed", path)]
        return self.run_flash(image or self.image, *[device for device, _ in devices_and_paths], *fixed, "--yes", *more)

    def test_a_larger_disk_has_the_image_and_both_tables(self):
        device, path = self.disk()
        path.write_bytes(b"\xa5" * DISK_BYTES)      # an earlier life
        ended = self.flash((device, path), more=["--json"])
        self.assertEqual(ended.code, 0, ended.errors + ended.out)
        data = path.read_bytes()
        self.assertEqual(self.body(data), self.body(self.content[:-33 * 512] + bytes(33 * 512)))
        self.assertEqual(data[:446], self.content[:446])
        verdict = tool("sfdisk", "--verify", device).stdout.decode()
        self.assertIn("No errors detected", verdict)
        self.assertNotIn("mismatch", verdict)
        parts = json.loads(tool("sfdisk", "--json", device).stdout)["partitiontable"]
        self.assertEqual(parts["lastlba"], DISK_BYTES // 512 - 34)
        self.assertEqual([(one["start"], one["size"], one["name"]) for one in parts["partitions"]],
                         [(2048, 73728, "esp"), (75776, 12288, "root-a"), (88064, 4096, "root-b"), (92160, 4096, "data")])
        outcome = ended.outcome(device)
        self.assertEqual((outcome["result"], outcome["medium"]), ("verified", "bootable"))

    def test_sfdisk_accepts_each_table_alone(self):
        device, path = self.disk()
        self.assertEqual(self.flash((device, path)).code, 0)
        for name, start in (("first", 0), ("last", DISK_BYTES - MIB)):
            copy = self.folder / name
            shutil.copyfile(path, copy)
            with open(copy, "r+b") as file:     # the other one is destroyed, the record in sector 0 stays
                file.seek(DISK_BYTES - MIB if start == 0 else 512)
                file.write(bytes(MIB if start == 0 else HEAD - 512))
            dump = tool("sfdisk", "--dump", copy).stdout.decode()
            self.assertEqual([line.split("name=")[1] for line in dump.splitlines() if "name=" in line],
                             ['"esp"', '"root-a"', '"root-b"', '"data"'], name)

    def partitions_of_the_kernel(self, path):
        whole = tool("losetup", "-P", "-f", "--show", "--read-only", path).stdout.decode().strip()
        self.stack.callback(tool, "losetup", "-d", whole)
        name = os.path.basename(whole)
        return [int(file.read_text()) for file in sorted(pathlib.Path(f"/sys/block/{name}").glob(f"{name}p*/size"))]

    def test_the_kernel_reads_the_table(self):
        if not self.partitions_of_the_kernel(self.image):
            self.skipTest("this kernel reads no GPT at all (CONFIG_EFI_PARTITION)")
        device, path = self.disk()
        self.assertEqual(self.flash((device, path)).code, 0)
        self.assertEqual(self.partitions_of_the_kernel(path), [73728, 12288, 4096, 4096])

    def test_a_disk_of_exactly_the_images_size(self):
        device, path = self.disk(size=IMAGE_BYTES)
        self.assertEqual(self.flash((device, path)).code, 0)
        self.assertEqual(path.read_bytes(), self.content)

    def test_several_at_once_each_with_progress_that_only_grows(self):
        disks = [self.disk(f"disk{number}") for number in range(3)]
        ended = self.flash(*disks, more=["--json"])
        self.assertEqual(ended.code, 0, ended.errors)
        for device, path in disks:
            self.assertEqual(self.body(path.read_bytes())[:40 * MIB], self.body(self.content)[:40 * MIB])
            rows = [row for row in ended.events("progress") if row["device"] == device]
            done = [row["done"] for row in rows]
            self.assertEqual(done, sorted(done))
            self.assertEqual((rows[-1]["percent"], rows[-1]["done"]), (100, rows[-1]["total"]))

    def test_no_verify_says_so(self):
        device, path = self.disk()
        ended = self.flash((device, path), more=["--no-verify"])
        self.assertEqual(ended.code, 4)
        self.assertIn("UNVERIFIED", ended.out)
        self.assertIn("No errors detected", tool("sfdisk", "--verify", device).stdout.decode())

    def test_a_dry_run_writes_nothing(self):
        device, path = self.disk()
        ended = self.run_flash(self.image, device, "--fixed", path, "--dry-run", "--json")
        self.assertEqual(ended.code, 0, ended.errors)
        self.assertFalse(any(path.read_bytes()))
        self.assertEqual(ended.events("plan")[0]["device"], device)
        self.assertEqual(ended.events("end"), [{"event": "end", "exit": 0}])

    def test_packed_images(self):
        packed = {".gz": gzip.compress(self.content, 1), ".xz": lzma.compress(self.content, preset=0),
                  ".zst": tool("zstd", "-1c", self.image).stdout}
        for suffix, data in packed.items():
            image = self.folder / f"kiosk.img{suffix}"
            image.write_bytes(data)
            (self.folder / "kiosk.img.sha256").write_text(f"{hashlib.sha256(self.content).hexdigest()}  kiosk.img\n")
            device, path = self.disk(f"disk{suffix}", IMAGE_BYTES)
            ended = self.flash((device, path), image=image, more=["--json"])
            self.assertEqual(ended.code, 0, ended.errors + ended.out)
            self.assertTrue(ended.events("image")[0]["checked"])
            self.assertEqual(path.read_bytes(), self.content)
            image.write_bytes(data[:len(data) // 2])
            os.unlink(self.folder / "kiosk.img.sha256")
            self.assert_refused(self.flash((device, path), image=image), 13)

    def test_an_image_that_is_not_what_its_checksum_says(self):
        device, path = self.disk()
        image = self.folder / "kiosk.img"
        shutil.copyfile(self.image, image)
        with open(image, "r+b") as file:
            file.seek(ROOT_A.start + 5)
            file.write(b"!")
        true = hashlib.sha256(self.content).hexdigest()
        for name, text in (("kiosk.img.sha256", true), ("SHA256SUMS", f"{true} *kiosk.img\n")):
            (self.folder / name).write_text(text)
            ended = self.flash((device, path), image=image)
            self.assert_refused(ended, 11)
            self.assertIn(true, ended.errors)
            self.assertIn(hashlib.sha256(image.read_bytes()).hexdigest(), ended.errors)
            os.unlink(self.folder / name)
        self.assertFalse(any(path.read_bytes()))

    def test_what_is_no_image(self):
        device, path = self.disk()
        image = self.folder / "bad.img"
        flipped = bytearray(self.content)
        flipped[1024 + 56] ^= 1     # in the first entry's name
        for data in (b"", b"text\n", bytes(4 * MIB), self.content[:40 * MIB], flipped):
            image.write_bytes(data)
            self.assert_refused(self.flash((device, path), image=image), 12)
        self.assert_refused(self.flash((device, path), image=self.folder / "missing.img"), 10)
        self.assert_refused(self.flash((device, path), image=self.folder), 10)
        self.assertFalse(any(path.read_bytes()))

    def test_targets_that_are_refused(self):
        device, path = self.disk()
        small = self.disk("small", IMAGE_BYTES - 512)
        self.assert_refused(self.flash(small), 24)
        self.assert_refused(self.run_flash(self.image, device, "--yes"), 25)
        self.assert_refused(self.run_flash(self.image, device, device, "--fixed", path, "--yes"), 26)
        self.assert_refused(self.run_flash(self.image, self.image, "--yes"), 26)
        self.assert_refused(self.run_flash(self.image, path, "--yes"), 20)
        self.assert_refused(self.run_flash(self.image, "/dev/is/not/there", "--yes"), 20)
        own = wire_disk.attached(str(self.image), self.stack)
        self.assert_refused(self.run_flash(self.image, own, "--fixed", self.image, "--yes"), 26)
        card = self.folder / "card"
        card.write_bytes(bytes(4 * MIB))
        locked = tool("losetup", "-f", "--show", "--read-only", card).stdout.decode().strip()
        self.stack.callback(tool, "losetup", "-d", locked)
        self.assert_refused(self.run_flash(self.image, locked, "--fixed", card, "--yes"), 23)
        self.assertFalse(any(path.read_bytes()))

    def test_a_disk_in_use(self):
        device, path = self.disk()
        held = os.open(device, os.O_RDONLY | os.O_EXCL)     # as a mount or a mapping holds it
        ended = self.flash((device, path))
        os.close(held)
        self.assert_refused(ended, 22)
        tool("mkfs.ext4", "-q", device)
        tool("mount", "-o", "ro,noload", device, self.folder)
        self.stack.callback(tool, "umount", self.folder)
        before = path_hash(device)
        self.assert_refused(self.flash((device, path)), 22)
        self.assertEqual(path_hash(device), before)

    def test_one_wrong_target_spares_the_others(self):
        good, bad = self.disk("good"), self.disk("bad", 4 * MIB)
        self.assert_refused(self.flash(good, bad), 24)
        self.assertFalse(any(good[1].read_bytes()))

    def test_wrong_command_lines(self):
        for words in (["--nonsense"], [self.image], ["--provision", "x"], ["--release", "x"], [self.image, "x", "--json"]):
            ended = self.run_flash(*words)
            self.assertEqual(ended.code, 2)
            self.assertEqual(ended.errors.count("\n"), 1, ended.errors)

    def ask(self, device, path, answer):
        """On a terminal of its own, which answers the question."""
        pid, terminal = pty.fork()
        if pid == 0:
            os.execv(sys.executable, [sys.executable, str(ROOT / "tools/flash.d/main.py"), str(self.image), device, "--fixed", str(path)])
        said = self.heard(pid, terminal, b"Type yes: ")
        os.write(terminal, answer)
        said += self.heard(pid, terminal)
        os.close(terminal)
        return os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]), said.decode()

    def heard(self, pid, terminal, until=None):
        """What it says until it says that, or until it has ended."""
        said = b""
        try:
            while not until or until not in said:
                if not select.select([terminal], [], [], 60)[0]:
                    os.kill(pid, signal.SIGKILL)
                    os.waitpid(pid, 0)
                    self.fail(f"it hangs after {said}")
                said += os.read(terminal, 4096)
        except OSError:     # its end has closed
            pass
        return said

    def test_the_question(self):
        device, path = self.disk()
        code, said = self.ask(device, path, b"y\n")
        self.assertEqual(code, 2)
        self.assertIn(f"serial {path}, 83.9 MB", said)
        self.assertFalse(any(path.read_bytes()))
        code, said = self.ask(device, path, b"\x03")
        self.assertEqual(code, 5, said)
        self.assertFalse(any(path.read_bytes()))
        code, said = self.ask(device, path, b"yes\n")
        self.assertEqual(code, 0, said)
        self.assertIn("VERIFIED", said)
        self.assertRegex(said, r"finish +\[#{20}\] 100 %")
        ended = self.run_flash(self.image, device, "--fixed", path)
        self.assertEqual(ended.code, 2)
        self.assertIn("nobody is there to ask", ended.errors)

    def test_an_interrupt_between_the_question_and_the_wait(self):
        """Nobody sleeps through it. It comes in C code that runs directly before the wait, as the question's writing did."""
        program = f"""
import ctypes, functools, signal, sys, types
sys.path.insert(0, "{ROOT / 'tools/flash.d'}")
import main
interrupted = functools.partial(ctypes.CDLL(None)["raise"], signal.SIGINT)     # gives 0, which is stdin
try:
    main.Stop().line(types.SimpleNamespace(fileno=interrupted))
except main.Cancelled:
    sys.exit(main.faults.CANCELLED)
"""
        quiet, keyboard = os.pipe()
        self.stack.callback(os.close, keyboard)
        child = subprocess.Popen([sys.executable, "-c", program], stdin=quiet)
        os.close(quiet)
        self.stack.callback(child.kill)
        self.assertEqual(child.wait(timeout=60), 5)

    def test_cancelled_while_the_image_is_read(self):
        device, path = self.disk()
        image = self.folder / "kiosk.img.gz"
        image.write_bytes(gzip.compress(bytes(64 * MIB), 1) * 1000)     # zeros for minutes
        process = self.start(image, device, "--fixed", path, "--yes", "--json")
        process.until("image_progress")
        process.child.send_signal(signal.SIGTERM)
        ended = self.checked(process.end())
        self.assertEqual(ended.code, 5, ended.errors)
        self.assertFalse(any(path.read_bytes()))


def path_hash(path):
    with open(path, "rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


if __name__ == "__main__":
    run_or_skip(wire_disk.unavailable())
