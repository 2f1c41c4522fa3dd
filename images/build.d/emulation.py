"""Programs of another kind of machine run on this one: the kernel hands them to QEMU (binfmt_misc), also inside a root."""

import pathlib
import subprocess

from trouble import Trouble

KERNEL = pathlib.Path("/proc/sys/fs/binfmt_misc")
# What qemu-user-static tells the kernel, for whoever starts systemd's binfmt; here it may be nobody.
RULES = pathlib.Path("/usr/lib/binfmt.d")
NAMES = {"arm64": "qemu-aarch64", "amd64": "qemu-x86_64"}


def make_ready(arch, kernel=KERNEL, rules=RULES):
    """As qemu-user-static's package leaves a machine that runs systemd; it stays so until the machine starts anew."""
    entry, rule = kernel / NAMES[arch], rules / f"{NAMES[arch]}.conf"
    if not rule.is_file():
        raise Trouble(f"making a root for {arch} needs qemu-user-static: run 'tools/setup images'")
    if not (kernel / "register").exists():
        subprocess.run(["mount", "-t", "binfmt_misc", "binfmt_misc", kernel], check=False, capture_output=True)
    if entry.exists():
        return
    try:
        (kernel / "register").write_text(rule.read_text("ascii").strip(), "ascii")
    except OSError as error:
        raise Trouble(f"the kernel does not take QEMU for programs of {arch}: {kernel}/register: {error.strerror}; "
                      "images/build needs root, and the module binfmt_misc") from None
