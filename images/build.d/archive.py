"""Files of Debian packages that are laid down and not set up: firmware of graphics chips, boot loaders of boards."""

import fcntl
import hashlib
import os
import pathlib
import shutil
import subprocess

import roots
from trouble import Trouble

# Firmware that comes without source is in a component of its own.
COMPONENTS = "main non-free-firmware"


def _apt(folder, arch):
    """apt on sources, lists and a cache of its own: nothing of this machine's is read or changed."""
    (folder / "lists/partial").mkdir(parents=True)
    (folder / "cache/archives/partial").mkdir(parents=True)
    (folder / "status").touch()
    (folder / "sources.list").write_text(
        "".join(line.removesuffix(" main") + f" {COMPONENTS}\n" for line in roots.sources()), "ascii")
    given = {"Dir::Etc::SourceList": folder / "sources.list", "Dir::Etc::SourceParts": "/dev/null",
             "Dir::Etc::Preferences": "/dev/null", "Dir::Etc::PreferencesParts": "/dev/null",
             "Dir::State::Lists": folder / "lists", "Dir::State::Status": folder / "status", "Dir::Cache": folder / "cache",
             "APT::Sandbox::User": "root", "APT::Architecture": arch, "APT::Architectures": arch}
    return ["apt-get", "-q", *(word for name, value in given.items() for word in ("-o", f"{name}={value}"))]


def _run(words, log, cwd):
    with log.open("a", encoding="utf-8") as out:
        if subprocess.run(list(map(str, words)), cwd=cwd, stdout=out, stderr=subprocess.STDOUT, check=False).returncode != 0:
            raise Trouble(f"{' '.join(words[:1])} could not get a board's packages ({log})")


def unpacked(names, arch, cache, say=print):
    """The folder in which these packages lie unpacked, kept by their names; [(package, version, architecture, source)]
    in its file `versions`, one a line."""
    key = hashlib.sha256("\n".join([roots.SUITE, arch, *names]).encode()).hexdigest()[:16]
    path = cache / "roots" / f"files-{arch}-{key}"
    path.parent.mkdir(parents=True, exist_ok=True)
    with open(path.with_suffix(".lock"), "w", encoding="ascii") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if path.is_dir():
            return path
        say(f"unpacking {', '.join(names)}")
        unfinished, log = path.with_suffix(".unfinished"), path.with_suffix(".log")
        shutil.rmtree(unfinished, ignore_errors=True)
        log.unlink(missing_ok=True)
        unfinished.mkdir()
        apt = unfinished / "apt"
        words = _apt(apt, arch)
        _run([*words, "update"], log, unfinished)
        _run([*words, "download", *names], log, apt)
        versions = []
        for package in sorted(apt.glob("*.deb")):
            _run(["dpkg-deb", "-x", package, unfinished / "files"], log, unfinished)
            versions.append(subprocess.run(
                ["dpkg-deb", "--show", "--showformat=${Package} ${Version} ${Architecture} ${source:Package}\n", package],
                check=True, capture_output=True, text=True).stdout)
        (unfinished / "versions").write_text("".join(versions), "ascii")
        shutil.rmtree(apt)
        os.rename(unfinished, path)
    return path


def packages(folder):
    """[(package, version, architecture, source)] of an unpacked folder."""
    return [tuple(line.split(" ")) for line in (pathlib.Path(folder) / "versions").read_text("ascii").splitlines()]
