#!/usr/bin/env python3
"""tools/flash against dd, and against bmaptool where it is installed: the same image, as large and as empty as a kiosk's,
one after the other, in turns, to a loop device of its own that writes past the page cache. Disks of this machine are
faster than a stick, so it shows what the programs cost, not what a stick does; "written" is what wears a stick out."""

import argparse
import contextlib
import json
import os
import pathlib
import random
import shutil
import statistics
import subprocess
import sys
import time

ROOT = pathlib.Path(__file__).resolve().parents[3]
MIB = 1 << 20
SIZE, USED = 1440 * MIB, 250 * MIB


def image(folder):
    path = folder / "bench.img"
    with open(path, "wb") as file:
        file.truncate(SIZE)
    subprocess.run(["sfdisk", "-q", path], input=b"label: gpt\nstart=2048, size=327680, type=U, name=esp\n", check=True)
    dice = random.Random(1)
    with open(path, "r+b") as file:
        for place in (1, 161):      # ESP and the first root
            file.seek(place * MIB)
            for _ in range(USED // 2 // MIB):
                file.write(dice.randbytes(MIB))
    return path


def written_sectors(device):
    return int(pathlib.Path(f"/sys/block/{os.path.basename(device)}/stat").read_text().split()[6])


def run(name, command, folder):
    disk = folder / "disk"
    with open(disk, "wb") as file:
        file.truncate(SIZE)
    device = subprocess.run(["losetup", "--direct-io=on", "-f", "--show", disk], capture_output=True, text=True,
                            check=True).stdout.strip()
    try:
        before, began = written_sectors(device), time.monotonic()
        done = subprocess.run(command(device, disk), capture_output=True, text=True, check=False)
        seconds, written = time.monotonic() - began, (written_sectors(device) - before) * 512
        if done.returncode not in (0, 4):
            sys.exit(f"{name}: exit code {done.returncode}: {done.stderr}")
    finally:
        subprocess.run(["losetup", "-d", device], check=True)
    return seconds, written // MIB


def main():
    it = argparse.ArgumentParser(description=__doc__)
    it.add_argument("--out", type=pathlib.Path, required=True, help="needs 3 GB; result.json stays there")
    it.add_argument("--rounds", type=int, default=3)
    values = it.parse_args()
    values.out.mkdir(parents=True, exist_ok=True)
    source = image(values.out)

    def flash(*more):
        return lambda device, disk: [ROOT / "tools/flash", source, device, "--fixed", disk, "--yes", *more]

    programs = {"dd": lambda device, disk: ["dd", f"if={source}", f"of={device}", "bs=4M", "oflag=direct", "conv=fsync"]}
    if shutil.which("bmaptool"):
        bmap = values.out / "bench.bmap"
        subprocess.run(["bmaptool", "-q", "create", "-o", bmap, source], check=True)
        programs["bmaptool"] = lambda device, disk: ["bmaptool", "-q", "copy", "--bmap", bmap, source, device]
    programs |= {"flash --no-verify": flash("--no-verify"), "flash": flash()}
    rows = {name: [] for name in programs}
    for _ in range(values.rounds):
        for name, command in programs.items():
            rows[name].append(run(name, command, values.out))
    result = {name: {"seconds": round(statistics.median(seconds for seconds, _ in row), 2), "written_mib": row[-1][1]}
              for name, row in rows.items()}
    for name, row in result.items():
        ratio = row["seconds"] / result["dd"]["seconds"]
        print(f"{name:<18} {row['seconds']:7.2f} s  {ratio:5.2f} x dd  {row['written_mib']:5} MiB written")
    (values.out / "result.json").write_text(json.dumps(result, indent=2) + "\n")
    for name in ("disk", "bench.img"):
        with contextlib.suppress(OSError):
            os.unlink(values.out / name)


if __name__ == "__main__":
    main()
