"""Programs run inside a root: its own mounts, which end with it, and nothing of the machine but what is bound in."""

import os
import pathlib
import shlex
import subprocess

from trouble import Trouble

# bash, not sh: `wait` and arrays are not needed, but its errors name the line.
_MOUNTS = """set -e
mount --rbind /dev "$ROOT/dev"
mount -t proc proc "$ROOT/proc"
mount -t tmpfs -o mode=1777 tmp "$ROOT/tmp"
"""


class Chamber:
    """`binds`: {path inside: (folder or file of the machine, "rw" or "ro")}."""

    def __init__(self, root, binds=None):
        self.root = pathlib.Path(root)
        self.binds = {inside: (pathlib.Path(outside).resolve(), mode) for inside, (outside, mode) in (binds or {}).items()}

    def command(self, argv, cwd="/"):
        """What the machine runs so that argv runs inside. Ends with the exit code of argv."""
        script = _MOUNTS
        for inside, (outside, mode) in self.binds.items():
            target = self.root / inside.lstrip("/")
            if outside.is_dir():
                target.mkdir(parents=True, exist_ok=True)
            else:
                target.parent.mkdir(parents=True, exist_ok=True)
                target.touch()
            script += f"mount --bind {shlex.quote(str(outside))} {shlex.quote(str(target))}\n"
            if mode == "ro":
                script += f"mount -o remount,bind,ro {shlex.quote(str(target))}\n"
        inner = f"cd {shlex.quote(cwd)} && exec {shlex.join(map(str, argv))}"
        script += f"exec chroot \"$ROOT\" /bin/sh -c {shlex.quote(inner)}\n"
        return ["env", "-i", f"ROOT={self.root}", "PATH=/usr/sbin:/usr/bin:/sbin:/bin", "LC_ALL=C.UTF-8", "HOME=/tmp",
                *self._kept_environment(), "unshare", "--mount", "--propagation", "private", "bash", "-c", script]

    @staticmethod
    def _kept_environment():
        return [f"{name}={os.environ[name]}" for name in ("SOURCE_DATE_EPOCH", "MADOGUCHI_IMAGE_JOBS") if name in os.environ]

    def run(self, argv, cwd="/", log=None, environment=None, stdin=None):
        """Standard output. Trouble with the last lines when it fails. `log`: where all that it says goes."""
        if os.geteuid() != 0:
            raise Trouble("making images needs root (mount namespaces and file owners): run it with sudo")
        words = ["env", *(f"{name}={value}" for name, value in (environment or {}).items()), *map(str, argv)]
        done = subprocess.run(self.command(words, cwd), input=stdin, check=False, capture_output=True)
        out, err = done.stdout.decode("utf-8", "replace"), done.stderr.decode("utf-8", "replace")
        if log:
            with open(log, "a", encoding="utf-8") as file:
                file.write(f"$ {shlex.join(map(str, argv))}\n{out}{err}\n")
        if done.returncode != 0:
            tail = " / ".join((err.strip() or out.strip()).splitlines()[-6:])
            raise Trouble(f"{argv[0]} ended with {done.returncode}: {tail}" + (f" ({log})" if log else ""))
        return out
