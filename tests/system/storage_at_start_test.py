#!/usr/bin/env python3
"""kioskd on a disk that is missing, read-only or full when it starts: out of service, and in service by itself when the
disk is back. The disks are file systems in a mount namespace of this test's own.

    storage_at_start_test.py --build DIR --out DIR
"""

import argparse
import os
import pathlib
import shutil
import socket
import subprocess
import sys
import unittest

ROOT = pathlib.Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "tools/demo.d"))

from kiosk import closed_now, toml  # noqa: E402  (the demo's own kiosk.toml)

BUILD = OUT = None
NAMESPACE = "MADOGUCHI_STORAGE_NAMESPACE"
# kioskd tries every ten seconds; a build with sanitizers starts slowly.
SOON_S, NEXT_TRY_S = 20, 25


def mount(*arguments):
    subprocess.run(["mount", *map(str, arguments)], check=True)


class KioskAlone:
    """kioskd at night without any device; the test holds the other ends of its socket pairs."""

    def __init__(self, name):
        self.dir = OUT / name
        self.state = self.dir / "state"
        self.process = None

    def settings(self):
        return {("kiosk", "id"): "kiosk-001", ("kiosk", "state_dir"): "state",
                ("kiosk", "service_hours"): closed_now(), ("terminal", "url"): "http://127.0.0.1:1/nexo",
                ("printer", "uri"): "ipp://127.0.0.1:1/ipp/print", ("journal", "audit_key"): str(OUT / "pki/audit/kiosk-001.key"),
                ("gateway", "seal_key"): str(OUT / "pki/seal.pem")}

    def start(self, changes=()):
        self.dir.mkdir(exist_ok=True)
        (self.dir / "kiosk.toml").write_text(toml(self.settings() | dict(changes)), "utf-8")
        self.ui, core_ui = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        self.link, core_link = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        self.ui.settimeout(SOON_S)
        with core_ui, core_link, (self.dir / "kioskd.log").open("w") as log:
            self.process = subprocess.Popen(
                [BUILD / "bin/kioskd", "--config", self.dir / "kiosk.toml", "--ui-fd", str(core_ui.fileno()),
                 "--link-fd", str(core_link.fileno())], pass_fds=[core_ui.fileno(), core_link.fileno()], stderr=log)

    def log(self):
        return (self.dir / "kioskd.log").read_text("utf-8", "replace")

    def next_screen(self, within_s):
        """The bytes of the next screen: its keys stand in them as they are."""
        self.ui.settimeout(within_s)
        try:
            return self.ui.recv(1 << 20)
        except TimeoutError:
            return b"(none)"

    def end(self):
        self.process.terminate()
        code = self.process.wait(10)
        self.ui.close()
        self.link.close()
        return code


class StorageAtStart(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        shutil.rmtree(OUT, ignore_errors=True)
        OUT.mkdir(parents=True)
        subprocess.run([ROOT / "tools/pki", OUT / "pki"], check=True, capture_output=True)

    def read_only(self):
        """A disk with a journal, mounted read-only since."""
        kiosk = KioskAlone("read-only")
        kiosk.state.mkdir(parents=True)
        mount("-t", "tmpfs", "-o", "size=64m", "tmpfs", kiosk.state)
        kiosk.start()
        self.assertIn(b"closed.hours", kiosk.next_screen(SOON_S))
        self.assertEqual(kiosk.end(), 0)
        mount("-o", "remount,ro", kiosk.state)
        return kiosk, lambda: mount("-o", "remount,rw", kiosk.state)

    def full(self):
        """A new disk, full before the journal is made."""
        kiosk = KioskAlone("full")
        kiosk.state.mkdir(parents=True)
        mount("-t", "tmpfs", "-o", "size=64m", "tmpfs", kiosk.state)
        with (kiosk.state / "somebody-elses").open("wb") as file:
            try:
                while True:
                    file.write(bytes(1 << 16))
                    file.flush()
            except OSError:
                pass
        return kiosk, (kiosk.state / "somebody-elses").unlink

    def missing(self):
        """The way to the disk leads nowhere."""
        kiosk = KioskAlone("missing")
        kiosk.dir.mkdir()
        kiosk.state.symlink_to(kiosk.dir / "not-mounted/state")
        return kiosk, lambda: (kiosk.dir / "not-mounted/state").mkdir(parents=True)

    def test_out_of_service_until_the_disk_is_back(self):
        kiosks = {make.__name__: make() for make in (self.read_only, self.full, self.missing)}
        for kiosk, _ in kiosks.values():
            kiosk.start()
        try:
            for name, (kiosk, _) in kiosks.items():
                self.assertIn(b"out_of_service.storage", kiosk.next_screen(SOON_S), f"{name}: {kiosk.log()}")
            for name, (kiosk, mend) in kiosks.items():
                self.assertEqual(kiosk.next_screen(0.5), b"(none)", name)
                self.assertIsNone(kiosk.process.poll(), name)
                mend()
            for name, (kiosk, _) in kiosks.items():
                self.assertIn(b"closed.hours", kiosk.next_screen(NEXT_TRY_S), f"{name}: {kiosk.log()}")
                self.assertTrue((kiosk.state / "journal.sqlite").exists(), name)
        finally:
            codes = {name: kiosk.end() for name, (kiosk, _) in kiosks.items()}
        self.assertEqual(set(codes.values()), {0}, codes)
        for name, (kiosk, _) in kiosks.items():
            self.assertNotRegex(kiosk.log(), r"ERROR: \w+Sanitizer|runtime error:", name)

    def test_a_wrong_configuration_still_ends_with_2(self):
        for changes in ({("journal", "audit_key"): str(OUT / "nowhere.key")}, {("gateway", "seal_key"): str(OUT / "nowhere.pem")},
                        {("kiosk", "service_hours"): "always"}):
            kiosk = KioskAlone("wrong")
            kiosk.start(changes)
            self.assertEqual(kiosk.process.wait(SOON_S), 2)
            self.assertEqual(len(kiosk.log().splitlines()), 1, kiosk.log())
            kiosk.end()


def main():
    global BUILD, OUT
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--build", type=pathlib.Path, required=True)
    parser.add_argument("--out", type=pathlib.Path, required=True)
    arguments = parser.parse_args()
    if NAMESPACE not in os.environ:
        os.environ[NAMESPACE] = "1"
        user = [] if os.getuid() == 0 else ["--user", "--map-root-user"]
        os.execvp("unshare", ["unshare", *user, "--mount", "--", sys.executable, *sys.argv])
    BUILD, OUT = arguments.build.resolve(), arguments.out.resolve()
    unittest.main(argv=sys.argv[:1])


if __name__ == "__main__":
    main()
