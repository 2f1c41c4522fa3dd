"""images/build: see --help. Runs in a mount namespace of its own, so that every mount ends with it."""

import argparse
import contextlib
import datetime
import json
import os
import pathlib
import re
import shutil
import subprocess
import sys
import time

import archive
import board as boards
import contents
import image
import keys
import programs
import roots
import stage
import u_boot
from trouble import Trouble

SOURCE = programs.SOURCE


class Parser(argparse.ArgumentParser):
    def error(self, message):
        print(f"images/build: {message} (images/build --help)", file=sys.stderr)
        raise SystemExit(2)


def parse(words):
    parser = Parser(
        prog="images/build", description="Makes a board's flashable image and its update bundle.",
        epilog="Boards: " + ", ".join(boards.names()) + ". docs/images.md tells the rest.")
    parser.add_argument("board", metavar="BOARD")
    parser.add_argument("--variant", choices=["release", "developer"], default="release",
                        help="developer: with a shell on the console, ssh and packages' tools (default: release)")
    parser.add_argument("--out", metavar="DIR", type=pathlib.Path, help="default: out/images/BOARD-VARIANT")
    parser.add_argument("--keys", metavar="DIR", help="a city's own keys (default: this machine's developer keys)")
    parser.add_argument("--version", metavar="TEXT", help="numbers with dots (default: the project's, and the number of commits)")
    parser.add_argument("--rollback", metavar="N", type=int, help="instead of the number in images/rollback")
    parser.add_argument("--programs", metavar="DIR", type=pathlib.Path, help="take our programs from here, do not build them")
    parser.add_argument("--check", action="store_true", help="check the board.toml, say what it is, make nothing")
    parser.add_argument("--check-reproducible", action="store_true",
                        help="make root and kernel image twice, in different folders, and compare them")
    return parser.parse_args(words)


def git(*words):
    return subprocess.run(["git", "-c", f"safe.directory={SOURCE}", "-C", SOURCE, *words], check=True, capture_output=True,
                          text=True).stdout.strip()


def own_version():
    """Numbers with dots, so that kiosks can tell older from newer (docs/update.md): the project's, and the commits so far."""
    project = re.search(r"project\(madoguchi VERSION (\d+\.\d+)", (SOURCE / "CMakeLists.txt").read_text("utf-8"))[1]
    return f"{project}.{git('rev-list', '--count', 'HEAD')}"


def own_rollback():
    return int((SOURCE / "images/rollback").read_text("ascii").split()[-1])


def say(text):
    print(f"images: {text}", flush=True)


@contextlib.contextmanager
def overlay(lower, work):
    """The kept root with a layer of its own above it; nothing below changes."""
    upper, space, merged = (work / name for name in ("upper", "space", "tree"))
    for folder in (upper, space):
        shutil.rmtree(folder, ignore_errors=True)
    for folder in (upper, space, merged):
        folder.mkdir(parents=True, exist_ok=True)
    subprocess.run(["mount", "-t", "overlay", "overlay", "-o", f"lowerdir={lower},upperdir={upper},workdir={space}", merged],
                   check=True)
    try:
        yield merged
    finally:
        subprocess.run(["umount", merged], check=True)
        shutil.rmtree(upper, ignore_errors=True)
        shutil.rmtree(space, ignore_errors=True)


class Build:
    def __init__(self, options, board):
        self.options = options
        self.board = board
        self.arch = board["board"]["arch"]
        self.u_boot = board["board"]["boot"] == "u-boot"
        self.variant = options.variant
        self.version = options.version or own_version()
        self.rollback = own_rollback() if options.rollback is None else options.rollback
        self.epoch = git("log", "-1", "--format=%ct")
        self.cache = roots.cache_folder()
        self.out = (options.out or SOURCE / "out/images" / f"{board.name}-{options.variant}").resolve()
        self.log = self.out / "build.log"
        self.name = f"madoguchi-{board.name}-{options.variant}-{self.version}"
        self.times = {}

    @contextlib.contextmanager
    def step(self, name):
        begun = time.monotonic()
        yield
        self.times[name] = round(time.monotonic() - begun, 1)
        say(f"{name}: {self.times[name]} s")

    def prepare(self):
        os.environ["SOURCE_DATE_EPOCH"] = self.epoch
        self.out.mkdir(parents=True, exist_ok=True)
        self.log.unlink(missing_ok=True)
        with self.step("roots"):
            self.shop_root = roots.workshop().make(say)
            self.base = roots.kiosk(self.arch, self.variant).make(say)
            # Of this board alone: laid down, not set up.
            wanted = sorted({*self.board["firmware"]["packages"], *self.board["loader"]["packages"]})
            self.extra = archive.unpacked(wanted, self.arch, self.cache, say) if wanted else None
        if self.options.programs:
            self.programs = self.options.programs.resolve()
        else:
            with self.step("programs"):
                compiler = roots.compiler(self.arch).make(say)
                self.programs = programs.compile_programs(compiler, self.arch, self.cache / "work" / f"programs-{self.arch}",
                                                          self.cache, self.log)
        self.keys = keys.given(self.options.keys, SOURCE) if self.options.keys else keys.developer(self.cache, say)

    def make_root_and_kernel(self, out, work):
        """root.img, payload.efi and kiosk.efi in `out`. Gives (packages, libraries swept out)."""
        out.mkdir(parents=True, exist_ok=True)
        work.mkdir(parents=True, exist_ok=True)
        packages = contents.installed((self.base.path / "var/lib/dpkg/status").read_text("utf-8"))
        packages = sorted(packages + (archive.packages(self.extra) if self.extra else []))
        with overlay(self.base.path, work) as tree:
            image.loader_files(tree, out, self.arch)
            with self.step("tree"):
                swept = stage.prepare(tree, self.board, self.variant, self.version, self.programs,
                                      self.keys / "bundle-ca.crt", self.epoch, self.extra and self.extra / "files")
            with self.step("font cache"):
                image.make_font_cache(self.shop_root, tree, self.epoch, self.log)
            shop = image.Workshop(self.shop_root, out, self.keys, self.log, tree)
            with self.step("root"):
                verity = image.make_root(shop, out, self.epoch, tree)
            with self.step("kernel image"):
                image.make_kernel(shop, tree, self.base.path / "boot", self.board, self.variant,
                                  {"madoguchi.verity": ",".join(map(str, verity)), "madoguchi.rollback": self.rollback},
                                  out, work)
        return packages, swept

    def run(self):
        self.prepare()
        work = self.cache / "work" / f"{self.board.name}-{self.variant}-{os.getpid()}"
        try:
            packages, swept = self.make_root_and_kernel(self.out, work)
        finally:
            shutil.rmtree(work, ignore_errors=True)
        shop = image.Workshop(self.shop_root, self.out, self.keys, self.log)
        with self.step("bundle"):
            image.make_bundle(shop, self.out, self.board, self.version, self.rollback, f"{self.name}.raucb")
        with self.step("disk"):
            image.make_disk(shop, self.out, self.board, f"{self.name}.img", self.loader_partition(shop))
        disk = self.out / f"{self.name}.img"
        disk.with_name(f"{disk.name}.sha256").write_text(f"{image.sha256(disk)}  {disk.name}\n", "ascii")
        self.describe(packages, swept)

    def loader_partition(self, shop):
        if not self.u_boot:
            return image.loader_partition(shop, self.out, self.arch)
        (self.out / "systemd-boot.efi").unlink()
        kernel = next((self.base.path / "usr/lib").glob("linux-image-*"), self.base.path)
        return u_boot.files(self.board, SOURCE / "images", self.extra and self.extra / "files", kernel, self.out)

    def describe(self, packages, swept):
        made = f"{datetime.datetime.fromtimestamp(int(self.epoch), datetime.timezone.utc):%Y-%m-%dT%H:%M:%SZ}"
        root_sha = image.sha256(self.out / "root.img")
        (self.out / f"{self.name}.packages").write_text(contents.package_list(packages), "utf-8")
        (self.out / f"{self.name}.cdx.json").write_text(
            contents.sbom(packages, self.board.name, self.variant, self.version, made, root_sha, swept), "utf-8")
        manifest = {"board": self.board.name, "variant": self.variant, "version": self.version, "commit": git("describe", "--always", "--dirty"), "rollback": self.rollback,
                    "image": f"{self.name}.img", "bundle": f"{self.name}.raucb",
                    "root_sha256": root_sha, "kernel_payload_sha256": image.sha256(self.out / "payload.efi"),
                    "root_bytes": (self.out / "root.img").stat().st_size,
                    "bundle_bytes": (self.out / f"{self.name}.raucb").stat().st_size,
                    "disk_bytes_used": (self.out / f"{self.name}.img").stat().st_blocks * 512, "seconds": self.times}
        (self.out / "image.json").write_text(json.dumps(manifest, indent=1) + "\n", "utf-8")
        say(f"root {manifest['root_bytes'] / 1e6:.0f} MB with its hash tree, SHA-256 {root_sha}")
        say(f"kernel image SHA-256 {manifest['kernel_payload_sha256']} (before its signature)")
        say(f"{self.out / manifest['image']}")

    def compare(self):
        """Two makings in different folders at different times. True when they are the same."""
        self.prepare()
        found = []
        for turn in ("first", "second-and-elsewhere"):
            out, work = self.out / f"reproduce-{turn}", self.cache / "work" / f"{turn}-{os.getpid()}"
            try:
                self.make_root_and_kernel(out, work)
            finally:
                shutil.rmtree(work, ignore_errors=True)
            found.append({name: image.sha256(out / name) for name in ("root.img", "payload.efi")})
        for name, digest in found[0].items():
            same = digest == found[1][name]
            say(f"{name}: {digest}" + (", twice the same" if same else f" and {found[1][name]}: NOT the same"))
        if found[0] == found[1]:
            for turn in ("first", "second-and-elsewhere"):
                shutil.rmtree(self.out / f"reproduce-{turn}")
        return found[0] == found[1]


def main(words):
    options = parse(words)
    try:
        board = boards.load(options.board)
        if options.check:
            say(f"{board.name}: {board['board']['describes']} ({board['board']['arch']}, {board['board']['boot']})")
            return 0
        build = Build(options, board)
        if options.check_reproducible:
            return 0 if build.compare() else 1
        build.run()
        return 0
    except Trouble as trouble:
        print(*(f"images/build: {line}" for line in str(trouble).splitlines()), sep="\n", file=sys.stderr)
        return 2


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
