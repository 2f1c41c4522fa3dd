"""Roots of Debian 13: trees of packages that mmdebstrap makes once and that are kept, by what they were made of.

The mirror is the one that this machine's own apt sources name; no host's name stands in any file of ours.
"""

import fcntl
import hashlib
import os
import pathlib
import re
import shlex
import shutil
import subprocess

import emulation
from trouble import Trouble

SUITE = "trixie"
KEYRING = "/usr/share/keyrings/debian-archive-keyring.gpg"
PACKAGES = pathlib.Path(__file__).parent.parent / "packages"
# Libraries that are headers alone: Debian has one package for all kinds of machines.
SAME_FOR_ALL = {"libcli11-dev"}
# What unpacks the packages of another kind of machine.
UNPACK_HERE = pathlib.Path(__file__).parent / "unpack_here.sh"
# A change of how roots are made makes them anew.
RECIPE = "1"
# Manual pages, translations and change logs; the copyright files stay.
LEFT_OUT = ["/usr/share/man/*", "/usr/share/doc/*", "/usr/share/locale/*", "/usr/share/info/*", "/usr/share/lintian/*"]
DPKG_PATHS = [*(f"path-exclude={pattern}" for pattern in LEFT_OUT), "path-include=/usr/share/doc/*/copyright"]


def cache_folder():
    """Outside of the checkout, so that a fresh checkout finds it; MADOGUCHI_IMAGE_CACHE says another one."""
    named = os.environ.get("MADOGUCHI_IMAGE_CACHE")
    if named:
        return pathlib.Path(named).absolute()
    home = os.environ.get("XDG_CACHE_HOME") or pathlib.Path.home() / ".cache"
    return pathlib.Path(home) / "madoguchi" / "images"


def packages(sets, arch, text=None):
    """The packages of these sets for the architecture, sorted."""
    found = set()
    lines = (PACKAGES.read_text("utf-8") if text is None else text).splitlines()
    for number, line in enumerate(lines, 1):
        words = line.split("#", 1)[0].split()
        if not words:
            continue
        if len(words) > 3 or (len(words) == 3 and words[2] not in ("amd64", "arm64")):
            raise Trouble(f"images/packages:{number}: '{line.strip()}' is not SET PACKAGE [amd64|arm64]")
        if words[0] in sets and (len(words) == 2 or words[2] == arch):
            found.add(words[1])
    return sorted(found)


def mirrors(targets=None):
    """(the archive, its security archive) as this machine's apt sources have them; apt itself reads those."""
    if targets is None:
        targets = subprocess.run(
            ["apt-get", "indextargets", "--format", "$(REPO_URI) $(LABEL) $(COMPONENT)", "Created-By: Packages"],
            check=True, capture_output=True, text=True).stdout
    found = {}
    for line in targets.splitlines():
        words = line.split()
        if len(words) == 3 and words[2] == "main" and words[1] in ("Debian", "Debian-Security"):
            found.setdefault(words[1], words[0])
    if "Debian" not in found:
        raise Trouble("no Debian archive among this machine's apt sources: run 'apt-get update', then try again")
    return found["Debian"], found.get("Debian-Security")


def sources():
    archive, security = mirrors()
    lines = [f"deb [signed-by={KEYRING}] {archive} {SUITE} main", f"deb [signed-by={KEYRING}] {archive} {SUITE}-updates main"]
    if security:
        lines.append(f"deb [signed-by={KEYRING}] {security} {SUITE}-security main")
    return lines


class Root:
    """One of them: a folder, and whether it is there already."""

    def __init__(self, name, sets, arch="amd64", foreign=None, cache=None):
        self.name = name
        self.arch = arch
        self.foreign = foreign
        self.packages = packages(sets, arch)
        if foreign:
            # Tools of the machine's own kind, libraries of the other.
            self.packages = sorted({f"{name}:{foreign}" if name.startswith("lib") and name not in SAME_FOR_ALL else name
                                    for name in self.packages}
                                   | {f"crossbuild-essential-{foreign}"})
        stamp = "\n".join([RECIPE, SUITE, arch, foreign or "", *LEFT_OUT, *self.packages]
                          + ([UNPACK_HERE.read_text("utf-8")] if self.is_emulated else []))
        self.key = hashlib.sha256(stamp.encode()).hexdigest()[:16]
        self.path = (cache or cache_folder()) / "roots" / f"{name}-{arch}-{self.key}"

    @property
    def is_emulated(self):
        """Whether its own programs are another machine's: QEMU runs them while the root is made."""
        return self.arch != machine_arch()

    @property
    def ready(self):
        return (self.path / "etc/debian_version").exists()

    def make(self, say=print):
        """Makes it unless it is there. One process at a time; an interrupted one leaves nothing behind."""
        self.path.parent.mkdir(parents=True, exist_ok=True)
        with open(self.path.with_suffix(".lock"), "w", encoding="ascii") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            if self.ready:
                return self
            if not shutil.which("mmdebstrap"):
                raise Trouble("mmdebstrap is missing: run 'tools/setup images'")
            if self.is_emulated:
                emulation.make_ready(self.arch)
            say(f"making the root {self.name} ({self.arch}), {len(self.packages)} packages and what they need")
            unfinished = self.path.with_suffix(".unfinished")
            shutil.rmtree(unfinished, ignore_errors=True)
            log = self.path.with_suffix(".log")
            with log.open("w", encoding="utf-8") as out:
                done = subprocess.run(self._command(unfinished), stdout=out, stderr=subprocess.STDOUT, check=False,
                                      env=os.environ | self._environment())
            if done.returncode != 0:
                errors = [line for line in log.read_text("utf-8").splitlines() if re.match(r"[EW]: |E:|dpkg: error", line)]
                raise Trouble(f"mmdebstrap could not make the root {self.name}: {'; '.join(errors[-3:])} ({log})")
            unfinished.rename(self.path)
        return self

    def _environment(self):
        """What UNPACK_HERE reads, too."""
        return {"INITRD": "No", "DEBIAN_FRONTEND": "noninteractive", "PACKAGES": " ".join(self.packages),
                "DPKG_OPTIONS": " ".join(f"--{path}" for path in DPKG_PATHS)}

    def _command(self, target):
        """What makes it. A root for another kind of machine begins with the essential packages; the others are unpacked
        by this machine's own dpkg, and only their scripts are emulated: an emulated xz takes most of the time else."""
        architectures = self.arch if not self.foreign else f"{self.arch},{self.foreign}"
        words = ["mmdebstrap", f"--architectures={architectures}", "--format=directory", "--skip=check/qemu",
                 "--aptopt=APT::Install-Recommends \"false\"", "--aptopt=Acquire::Languages \"none\""]
        words += [f"--dpkgopt={path}" for path in DPKG_PATHS]
        if self.is_emulated:
            words += ["--variant=essential", f"--customize-hook=sh {shlex.quote(str(UNPACK_HERE))} \"$1\""]
        else:
            words += ["--variant=minbase", f"--include={','.join(self.packages)}"]
        return [*words, SUITE, str(target), *sources()]


def machine_arch():
    return {"x86_64": "amd64", "aarch64": "arm64"}.get(os.uname().machine, os.uname().machine)


def workshop(cache=None):
    return Root("workshop", {"workshop"}, machine_arch(), cache=cache)


def compiler(arch, cache=None):
    own = machine_arch()
    return Root("compiler", {"compiler"}, own, foreign=arch if arch != own else None, cache=cache)


def kiosk(arch, variant, cache=None):
    return Root(f"kiosk-{variant}", {"kiosk"} | ({"developer"} if variant == "developer" else set()), arch, cache=cache)
