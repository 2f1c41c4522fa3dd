"""Update bundles for a virtual kiosk, good and bad, on a disk of their own.

A good one is what images/build made. The bad ones are made from it as whoever wants to do harm, or makes a mistake, would.
"""

import pathlib
import shutil
import subprocess
import sys

ROOT = pathlib.Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "images/build.d"))
import board as boards  # noqa: E402
import image            # noqa: E402
import keys             # noqa: E402
import roots            # noqa: E402


class _OtherBoard:
    def __init__(self, board, compatible):
        self._board, self.compatible = board, compatible

    def __getitem__(self, name):
        return self._board[name]


def _made(of, folder, own_keys, name, compatible=None, version="9.0.0", rollback=2):
    """A bundle of the image in the folder `of`, signed with these keys."""
    board = boards.load("qemu-x86_64")
    space = folder / "space"
    shutil.rmtree(space, ignore_errors=True)
    space.mkdir(parents=True)
    for part in ("root.img", "kiosk.efi"):
        shutil.copyfile(of / part, space / part)
    shop = image.Workshop(roots.workshop().make(), space, own_keys, folder / "bundles.log")
    image.make_bundle(shop, space, _OtherBoard(board, compatible or board.compatible), version, rollback, name)
    (space / name).rename(folder / name)
    shutil.rmtree(space)


def flipped(good, bad, at):
    """A copy in which one byte is another."""
    shutil.copyfile(good, bad)
    with open(bad, "r+b") as file:
        file.seek(at if at >= 0 else bad.stat().st_size + at)
        byte = file.read(1)
        file.seek(-1, 1)
        file.write(bytes([byte[0] ^ 1]))


def place_of_something_new(bundle, good, before):
    """Where in the bundle a block of the root lies that the image in the folder `before` does not have: the others are never read."""
    def blocks(image):
        data = (image / "root.img").read_bytes()
        return (data[at:at + 4096] for at in range(0, len(data), 4096))
    known, data = set(map(hash, blocks(before))), bundle.read_bytes()
    return next(at for at in (data.find(block) for block in blocks(good) if hash(block) not in known) if at >= 0) + 2048


def make(good, before, own_keys, folder):
    """{name: why it must be refused} of bad bundles in `folder`; `good` and `before` are folders of images."""
    folder.mkdir(parents=True, exist_ok=True)
    bundle = next(good.glob("*.raucb"))
    flipped(bundle, folder / "flipped-content.raucb", place_of_something_new(bundle, good, before))
    flipped(bundle, folder / "flipped-signature.raucb", -200)
    with open(bundle, "rb") as whole, open(folder / "cut-short.raucb", "wb") as short:
        shutil.copyfileobj(whole, short, 1 << 20)
        short.truncate(bundle.stat().st_size // 3)
    stranger = folder / "stranger"
    stranger.mkdir(exist_ok=True)
    _made(good, folder, keys.developer(stranger, print), "stranger.raucb")
    _made(good, folder, own_keys, "other-board.raucb", "madoguchi-raspberrypi-cm4")
    _made(good, folder, own_keys, "older.raucb", version="0.9.0")
    _made(good, folder, own_keys, "older-number.raucb", rollback=1)
    return {"flipped-content": "a block that is not what was signed", "flipped-signature": "a broken signature",
            "cut-short": "the end is missing", "stranger": "signed by somebody else",
            "other-board": "made for another board", "older": "a version that is older than what runs"}


def disk(files, path):
    """A file system with these files, as a drive for the machine."""
    folder = path.with_suffix(".folder")
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir()
    for file in files:
        (folder / file.name).hardlink_to(file)
    path.unlink(missing_ok=True)
    size = sum(file.stat().st_size for file in files) // (1 << 20) * 11 // 10 + 64
    subprocess.run(["mkfs.ext4", "-q", "-d", str(folder), str(path), f"{size}M"], check=True)
    shutil.rmtree(folder)
    return path
