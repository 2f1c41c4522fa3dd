"""From a prepared tree to what is flashed and what is sent: EROFS with its hash tree, the signed kernel image, the
disk, the bundle. Every tool runs in the workshop; `/out` inside is the folder `out`."""

import gzip
import hashlib
import os
import pathlib
import re
import shutil
import uuid

import stage
import start
from chamber import Chamber
from trouble import Trouble

EFI = {"amd64": "x64", "arm64": "aa64"}
BLOCK = 4096
IMAGES = pathlib.Path(__file__).resolve().parents[1]
HOOKS = {"systemd-boot": IMAGES / "rauc/hook", "u-boot": IMAGES / "u-boot/hook"}
MIB = 1 << 20
# systemd's types of partitions (UAPI group): a root of this kind of machine.
ROOT_TYPE = {"amd64": "4F68BCE3-E8CD-4DB1-96E7-FBCAF984B709", "arm64": "B921B045-1DF0-41C3-AF44-4C6F280D3FAE"}
OUR_NAMES = uuid.UUID("6f1d0f0e-3b0a-4c55-9b62-6d61646f6775")


def sha256(path):
    with open(path, "rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


class Workshop:
    """The tools, on one image's folder."""

    def __init__(self, root, out, keys, log, tree=None):
        binds = {"/out": (out, "rw"), "/keys": (keys, "ro")}
        if tree:
            binds["/tree"] = (tree, "ro")
        self._chamber = Chamber(root.path, binds)
        self._log = log

    def run(self, *words, given=None):
        return self._chamber.run(words, cwd="/out", log=self._log, stdin=given)


# The same in every version, so that the hash tree of what did not change does not change either.
SALT = hashlib.sha256(b"madoguchi").hexdigest()


def make_font_cache(root, tree, epoch, log):
    """fontconfig's, of what fonts.conf takes in: a kiosk need not read 90 MB of fonts at every start. It is good for folders of this
    time only, which all of the root gets."""
    for folder in [tree / "usr/share/fonts", *(tree / "usr/share/fonts").rglob("*/")]:
        os.utime(folder, (int(epoch), int(epoch)))
    Chamber(root.path, {"/tree": (tree, "rw")}).run(
        ["fc-cache", "--sysroot=/tree"], log=log,
        environment={"FONTCONFIG_FILE": "/usr/share/madoguchi/fonts.conf", "XDG_CACHE_HOME": f"/{pathlib.Path(stage.FONT_CACHE).parent}"})


# What runs before the first picture, and the face that it is written in.
FIRST_PROGRAMS = ["usr/lib/systemd/systemd", "usr/lib/systemd/systemd-executor", "usr/lib/madoguchi/kiosk-wires", "usr/lib/madoguchi/kiosk-ui"]
FIRST_FONTS = "usr/share/fonts/truetype/bizud-gothic"
# ICU's data: 31 MB, of which a tenth is read.
LARGE = 16 * MIB
CLUSTER = 64 << 10      # bytes that are unpacked together, when they are packed


def _packing(tree):
    """For mkfs.erofs: what is read before the first picture is packed with the second algorithm, whose packing is worse and whose
    unpacking costs a quarter."""
    first = {path.resolve() for program in FIRST_PROGRAMS
             for path in [tree / program, *start.needed_libraries(tree, tree / program).values()]}
    first |= {path for path in (tree / FIRST_FONTS).iterdir() if path.is_file()}
    names = sorted(path.relative_to(tree).as_posix() for path in first if path.stat().st_size < LARGE)
    return "".join(f"{CLUSTER} 1 ^{re.escape(name)}$\n" for name in names)


def make_root(shop, out, epoch, tree):
    """root.img: EROFS of `tree`, and behind it its hash tree. Gives (blocks, root hash, salt)."""
    image, hints = out / "root.img", out / "packing.txt"
    image.unlink(missing_ok=True)
    hints.write_text(_packing(tree), "utf-8")
    # xattrs of the machine's own file system (SELinux, ACLs) are nobody's business; file capabilities are not needed.
    shop.run("mkfs.erofs", "-d0", "-x-1", f"-T{epoch}", f"-U{uuid.uuid5(OUR_NAMES, 'root')}", "-zzstd,level=9:lz4hc,level=12",
             f"-C{CLUSTER}", "--compress-hints=packing.txt", "root.img", "/tree")
    hints.unlink()
    size = -(-image.stat().st_size // BLOCK) * BLOCK
    with open(image, "r+b") as file:
        file.truncate(size)
    said = shop.run("veritysetup", "format", "root.img", "root.img", "--no-superblock", f"--hash-offset={size}",
                    f"--data-blocks={size // BLOCK}", f"--salt={SALT}")
    found = [line.split()[-1] for line in said.splitlines() if line.startswith("Root hash")]
    if not found:
        raise Trouble("veritysetup gave no root hash")
    return size // BLOCK, found[0], SALT


def unpack_root(image, folder):
    """The command that does it, in the workshop."""
    return ["fsck.erofs", f"--extract={folder}", image]


def _unpacked(kernel):
    """arm64's kernel may be packed; a UEFI firmware starts it as it is only."""
    return gzip.decompress(kernel) if kernel[:2] == b"\x1f\x8b" else kernel


def make_kernel(shop, tree, boot, board, variant, told, out, work):
    """payload.efi, the kernel image without signature, and kiosk.efi, signed. `told`: what images/start/init reads."""
    initrd = start.build(tree, board, work)
    shutil.copyfile(initrd, out / "initrd.cpio")
    shop.run("zstd", "-q", "-f", "-12", "--no-progress", "initrd.cpio", "-o", "initrd.zst")
    (out / "initrd.cpio").unlink()
    kernels = sorted(boot.glob("vmlinuz-*"))
    if len(kernels) != 1:
        raise Trouble(f"the root has {len(kernels)} kernels, not one")
    (out / "linux").write_bytes(_unpacked(kernels[0].read_bytes()))
    # The same in every version, so that the boot loader orders entries by their names alone.
    (out / "os-release").write_text('ID=madoguchi\nNAME=Madoguchi\nPRETTY_NAME="Madoguchi"\nVERSION_ID=1\n', "ascii")
    console = board["console"]
    # No root=: RAUC would take it for the slot that runs, in place of asking the boot loader's back end.
    words = [*(f"{key}={value}" for key, value in told.items()), "quiet", "loglevel=4", "panic=10", "systemd.gpt_auto=0",
             "systemd.show_status=0", "net.ifnames=0", "vt.global_cursor_default=0", "ro",
              # The kernel would try each of its ciphers on known answers first: a sixth of the time to the first picture. One that
              # computes wrongly opens no root and no data.
              "cryptomgr.notests",
              # Debian's kernel begins with ten security modules. On a kiosk nobody has rules for the others, and systemd compiles
              # its BPF one for a second.
              "lsm=landlock,lockdown,yama"]
    if console["device"] != "none":
        words += ["console=tty0", f"console={console['device']},{console['baud']}"]
    if variant == "release":
        words += ["systemd.debug_shell=0", "rd.shell=0", "sysrq_always_enabled=0", "lockdown=integrity"]
    words += board["kernel"]["arguments"]
    efi = EFI[board["board"]["arch"]]
    shop.run("ukify", "build", "--linux=linux", "--initrd=initrd.zst", "--os-release=@os-release", f"--efi-arch={efi}",
             f"--stub=/out/stub.efi", f"--cmdline={' '.join(words)}", "--output=payload.efi")
    shop.run("sbsign", "--key", "/keys/db.key", "--cert", "/keys/db.crt", "--output", "kiosk.efi", "payload.efi")
    for name in ("initrd.zst", "linux", "os-release", "stub.efi"):
        (out / name).unlink()


def make_bundle(shop, out, board, version, rollback, name):
    """The update: root and kernel image, signed, readable block by block (RAUC's verity format)."""
    content = out / "bundle"
    shutil.rmtree(content, ignore_errors=True)
    content.mkdir()
    (content / "root.img").hardlink_to(out / "root.img")
    (content / "kiosk.efi").hardlink_to(out / "kiosk.efi")
    shutil.copyfile(HOOKS[board["board"]["boot"]], content / "hook")
    (content / "hook").chmod(0o755)
    (content / "manifest.raucm").write_text(
        f"[update]\ncompatible={board.compatible}\nversion={version}\n\n[bundle]\nformat=verity\n\n"
        f"[meta.madoguchi]\nrollback={rollback}\n\n"
        "[hooks]\nfilename=hook\n\n[image.rootfs]\nfilename=root.img\nhooks=post-install\nadaptive=block-hash-index\n", "ascii")
    (out / name).unlink(missing_ok=True)
    # Small blocks: to read 4 KiB that are missing, a kiosk fetches the block that they are in.
    shop.run("rauc", "bundle", "--mksquashfs-args=-comp zstd -Xcompression-level 1 -b 16K", "--cert=/keys/bundle.crt",
             "--key=/keys/bundle.key", "bundle", name)
    shutil.rmtree(content)


def _partitions(board):
    """[(name, type, start in MiB, size in MiB)]; the data partition is made at the first start, on what is left."""
    storage, root_type = board["storage"], ROOT_TYPE[board["board"]["arch"]]
    at, found = 1, []
    for name, kind, size in (("esp", "U", storage["esp_mib"]), ("root-a", root_type, storage["slot_mib"]),
                             ("root-b", root_type, storage["slot_mib"])):
        found.append((name, kind, at, size))
        at += size
    return found, at


def loader_partition(shop, out, arch):
    """[(name in `out`, path on the ESP)] where systemd-boot starts the slots; loader_files() was called."""
    shop.run("sbsign", "--key", "/keys/db.key", "--cert", "/keys/db.crt", "--output", "boot.efi", "systemd-boot.efi")
    (out / "systemd-boot.efi").unlink()
    (out / "loader.conf").write_text("timeout 0\nauto-entries no\nauto-firmware no\neditor no\n", "ascii")
    return [("boot.efi", f"EFI/BOOT/BOOT{EFI[arch].upper()}.EFI"), ("loader.conf", "loader/loader.conf"),
            ("kiosk.efi", "EFI/Linux/kiosk-0001-a.efi")]


def make_disk(shop, out, board, name, files):
    """The disk as it is flashed: ESP with these files, slot a filled, slot b empty."""
    parts, end = _partitions(board)
    slot = board["storage"]["slot_mib"]
    size = (out / "root.img").stat().st_size
    if size > slot * MIB:
        raise Trouble(f"the root has {size / MIB:.0f} MiB, a slot {slot}: raise [storage] slot_mib of {board.name}")
    folders = sorted({str(folder) for _, path in files for folder in pathlib.PurePath(path).parents} - {"."})
    copies = [f"mmd -i esp.img {' '.join(f'::{folder}' for folder in folders)}",
              *(f"mcopy -i esp.img {file} ::{path}" for file, path in files)]
    copies = "\n".join(copies)
    script = f"""set -eu
export MTOOLS_SKIP_CHECK=1
rm -f esp.img
truncate -s {parts[0][3]}M esp.img
mkfs.vfat --invariant -F 32 -n ESP esp.img >/dev/null
{copies}
rm -f {name}
truncate -s {end + 1}M {name}
sfdisk -q {name}
dd if=esp.img of={name} bs=1M seek={parts[0][2]} conv=notrunc,sparse status=none
dd if=root.img of={name} bs=1M seek={parts[1][2]} conv=notrunc,sparse status=none
rm esp.img {' '.join(file for file, _ in files if file != 'kiosk.efi')}
"""
    table = [f"label: gpt\nlabel-id: {uuid.uuid5(OUR_NAMES, board.name)}\nfirst-lba: 2048"]
    table += [f"start={at * 2048}, size={size * 2048}, type={kind}, name={part}, uuid={uuid.uuid5(OUR_NAMES, part)}"
              for part, kind, at, size in parts]
    shop.run("sh", "-c", script, given="\n".join(table).encode() + b"\n")


def loader_files(tree, out, arch):
    """The kernel's stub and the boot loader come from the kiosk's packages, not from the workshop's."""
    folder = pathlib.Path(tree) / "usr/lib/systemd/boot/efi"
    shutil.copyfile(folder / f"linux{EFI[arch]}.efi.stub", out / "stub.efi")
    shutil.copyfile(folder / f"systemd-boot{EFI[arch]}.efi", out / "systemd-boot.efi")
