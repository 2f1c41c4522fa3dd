"""What stands on the first partition of a board that starts with U-Boot: the board's own loader, our script, the state of
the slots, the kernel image. docs/images.md has the chain."""

import shutil
import struct
import zlib

from trouble import Trouble

SLOTS = "kiosk_order=a b\nkiosk_a=good\nkiosk_b=0\n"


def script(text):
    """A script as U-Boot takes it: a header with check sums (its legacy image format), the length, the words."""
    words = text.encode("ascii")
    data = struct.pack(">II", len(words), 0) + words
    linux, arm64, is_script = 5, 22, 6

    def head(own_sum):
        return struct.pack(">IIIIIIIBBBB32s", 0x27051956, own_sum, 0, len(data), 0, 0, zlib.crc32(data), linux, arm64, is_script,
                           0, b"madoguchi")
    return head(zlib.crc32(head(0))) + data


def unscript(image):
    """The words of a script, its check sums proved."""
    magic, own_sum, _, size, _, _, data_sum = struct.unpack_from(">7I", image)
    data = image[64:]
    if magic != 0x27051956 or zlib.crc32(image[:4] + bytes(4) + image[8:64]) != own_sum:
        raise ValueError("this is no script of U-Boot's")
    if len(data) != size or zlib.crc32(data) != data_sum or struct.unpack_from(">II", data) != (size - 8, 0):
        raise ValueError("the script is not what its header says")
    return data[8:].decode("ascii")


def files(board, images, extra, kernel_package, out):
    """[(name in `out`, path on the partition)]. `extra`: the board's packages, unpacked; `kernel_package`: the folder with
    the kernel's device trees."""
    loader, found = board["loader"], []

    def add(source, target):
        name = f"esp-{len(found)}"
        shutil.copyfile(source, out / name)
        found.append((name, target))

    for path in loader["files"]:
        source = extra / path
        if not source.is_file():
            raise Trouble(f"[loader] files of {board.name}: {path} is not in {', '.join(loader['packages'])}")
        add(source, path.rsplit("/", 1)[-1])
    if loader["device_tree"]:
        tree = kernel_package / loader["device_tree"]
        if not tree.is_file():
            raise Trouble(f"[loader] device_tree of {board.name}: this kernel has no {loader['device_tree']}")
        add(tree, tree.name)
    for path in sorted((board.folder / "esp").glob("*")):
        add(path, path.name)
    (out / "boot.scr").write_bytes(script((images / "u-boot/boot.cmd").read_text("ascii")))
    (out / "slots.env").write_text(SLOTS, "ascii")
    return [*found, ("boot.scr", "boot.scr"), ("slots.env", "slots.env"), ("kiosk.efi", "EFI/Linux/kiosk-a.efi")]
