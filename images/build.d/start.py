"""The initrd: busybox, dmsetup and the drivers that lead to the root. Our own, a tenth of what a general one weighs."""

import lzma
import pathlib
import shutil

import elf
import newc
from trouble import Trouble

INIT = pathlib.Path(__file__).resolve().parents[1] / "start/init"
APPLETS = ["sh", "cat", "chmod", "chown", "cut", "dd", "echo", "grep", "hexdump", "insmod", "mkdir", "mount", "printf", "readlink",
           "reboot", "sed", "sleep", "switch_root", "tr", "umount", "usleep"]
# What every board needs on the way to its root (CRC-32C is EROFS's, which asks for it by name), and to read which entry the boot
# loader took. Each costs its part of the time to the first picture: its signature is checked.
MODULES = ["crc32c_generic", "dm_verity", "erofs", "efivarfs"]


def kernel_version(root):
    found = sorted(path.name for path in (root / "usr/lib/modules").iterdir())
    if len(found) != 1:
        raise Trouble(f"the root holds {len(found)} kernels ({', '.join(found)}), not one")
    return found[0]


def module_needs(folder):
    """{path of a driver: paths of those that it needs, from the nearest to the farthest}; `folder`: of this kernel's."""
    lines = (folder / "modules.dep").read_text("ascii").splitlines()
    return {path: more.split() for path, _, more in (line.partition(":") for line in lines)}


def module_name(path):
    """As the kernel calls it."""
    return path.rsplit("/", 1)[-1].split(".ko", 1)[0].replace("-", "_")


def module_files(root, names):
    """The files of these modules and of what they depend on, in the order in which they must be loaded."""
    folder = root / "usr/lib/modules" / kernel_version(root)
    needs = module_needs(folder)
    files = {module_name(path): path for path in needs}
    built_in = {module_name(line) for line in (folder / "modules.builtin").read_text("ascii").splitlines()}
    order = []
    for name in names:
        name = name.replace("-", "_")
        if name in built_in:
            continue
        if name not in files:
            raise Trouble(f"this kernel has no module '{name}': see [storage] and [screen] modules of the board.toml")
        for path in [*reversed(needs[files[name]]), files[name]]:
            if path not in order:
                order.append(path)
    return [folder / path for path in order]


def needed_libraries(root, program):
    """The dynamic linker and libraries of a program, as files of the root."""
    found, queue = {}, [program]
    folders = [root / "usr/lib" / name for name in ("x86_64-linux-gnu", "aarch64-linux-gnu", "")]
    while queue:
        libraries, _ = elf.dynamic(queue.pop())
        for name in libraries:
            if name in found:
                continue
            path = next((folder / name for folder in folders if (folder / name).exists()), None)
            # In a folder of its package's own, which the library that asks for it knows.
            path = path or next((root / "usr/lib").rglob(name), None)
            if path is None:
                raise Trouble(f"{program.name} needs {name}, which the root does not have")
            found[name] = path
            queue.append(path.resolve())
    return found


def build(root, board, work):
    """Writes the archive, not compressed, and gives its path."""
    tree = work / "initrd"
    shutil.rmtree(tree, ignore_errors=True)
    for folder in ("bin", "dev", "proc", "sys", "root", "run", "modules.d"):
        (tree / folder).mkdir(parents=True)
    shutil.copy(root / "usr/bin/busybox", tree / "bin/busybox")
    for applet in APPLETS:
        (tree / "bin" / applet).symlink_to("busybox")
    dmsetup = root / "usr/sbin/dmsetup"
    shutil.copy(dmsetup, tree / "bin/dmsetup")
    for name, path in needed_libraries(root, dmsetup).items():
        # The linker is asked for by its full name, the others are found beside it.
        for folder in ("lib64", "lib") if name.startswith("ld-linux") else ("lib",):
            (tree / folder).mkdir(exist_ok=True)
            shutil.copy(path, tree / folder / name)
    # A panel's driver that needs firmware waits for the root, where that lies; udev loads it then.
    panel = [] if board["firmware"]["files"] else board["screen"]["modules"]
    files = module_files(root, [*board["storage"]["modules"], *panel, *MODULES])
    lines = []
    for path in files:
        name = path.name.removesuffix(".xz")
        data = lzma.decompress(path.read_bytes()) if path.name.endswith(".xz") else path.read_bytes()
        (tree / "modules.d" / name).write_bytes(data)
        lines.append(f"/modules.d/{name}\n")
    (tree / "modules").write_text("".join(lines), "ascii")
    shutil.copy(INIT, tree / "init")
    (tree / "init").chmod(0o755)
    out = work / "initrd.cpio"
    out.write_bytes(newc.archive(tree))
    return out
