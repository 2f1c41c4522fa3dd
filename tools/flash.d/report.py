"""What a person or a program sees of a run. Both reports have the same methods; main.py calls them from one thread."""

import json
import sys

MIB = 1 << 20


class Lines:
    """--json: one object a line on standard output; `event` says which (docs/flash.md)."""

    def _line(self, event, **fields):
        print(json.dumps({"event": event, **fields}, ensure_ascii=False), flush=True)

    def disk(self, disk, fault):
        self._line("disk", device=disk.path, size=disk.size, model=disk.model, serial=disk.serial,
                   transport=disk.transport, content=disk.content, usable=fault is None,
                   error=fault and fault.fields())

    def end_of_disks(self, count):
        pass

    def reading(self, phase, done, total):
        self._line("image_progress", phase=phase, done=done, total=total)

    def image(self, image):
        self._line("image", path=str(image.path), size=image.size, used=image.used, sha256=image.sha256,
                   checked=image.checked)

    def plan(self, disk, unit, plan):
        self._line("plan", device=disk.path, model=disk.model, serial=disk.serial, size=disk.size,
                   unit=unit and unit.id, write=plan.used, look_at=plan.size - plan.used)

    def progress(self, rows):
        for device, look in rows:
            self._line("progress", device=device, **look)

    def outcome(self, disk, unit, outcome):
        self._line("outcome", device=disk.path, serial=disk.serial, unit=unit and unit.id, result=outcome.result,
                   medium=outcome.medium, written=outcome.written, seconds=round(outcome.seconds, 3),
                   error=outcome.fault and outcome.fault.fields())

    def fault(self, fault):
        self._line("error", **fault.fields())

    def note(self, text):
        self._line("note", text=text)

    def end(self, code):
        self._line("end", exit=code)


class Words:
    """For a terminal, where the table of disks is redrawn in place, or a log, where every tenth is told once."""

    def __init__(self, out=sys.stdout):
        self._out, self._terminal = out, out.isatty()
        self._drawn, self._told = 0, {}

    def _say(self, text):
        print(text, file=self._out, flush=True)

    def disk(self, disk, fault):
        words = f"{disk.path:<14} {gigabytes(disk.size):>9}  {disk.model or '-':<22} {disk.serial or '-':<20} "
        self._say(words + (f"no: FLASH-{fault.kind.code} {fault.kind.what}" + (f" ({fault.detail})" if fault.detail else "")
                           if fault else f"can be written{f', now: {disk.content}' if disk.content else ''}"))

    def end_of_disks(self, count):
        if not count:
            self._say("No disk to write to. Plug in a USB stick or a card.")

    def reading(self, phase, done, total):
        if self._terminal:
            print(f"\r{'unpacking' if phase == 'unpack' else 'reading'} the image: {100 * done // max(1, total)} %",
                  end="\n" if phase == "read" and done == total else "", file=self._out, flush=True)

    def image(self, image):
        self._say(f"image   {image.path}: {image.size // MIB} MiB, {image.used // MIB} MiB of it used")
        self._say(f"sha256  {image.sha256}" + (" (as stated beside it)" if image.checked else ""))
        if not image.checked:
            self._say("note    no checksum lies beside the image, so nobody says that it is whole")

    def plan(self, disk, unit, plan):
        self._say(f"target  {disk.path}: {disk.model or 'no model name'}, serial {disk.serial or '-'}, "
                  f"{gigabytes(disk.size)}{f', now: {disk.content}' if disk.content else ''}"
                  f"{f', gets unit {unit.id}' if unit else ''}")

    def progress(self, rows):
        if self._terminal:
            if self._drawn:
                print(f"\x1b[{self._drawn}A", end="", file=self._out)
            for device, look in rows:
                self._say(f"\x1b[2K{row(device, look)}")
            self._drawn = len(rows)
            return
        for device, look in rows:
            step = (look["phase"], look["percent"] // 10)
            if self._told.get(device) != step:
                self._told[device] = step
                self._say(row(device, look))

    def outcome(self, disk, unit, outcome):
        words = {"verified": "VERIFIED", "unverified": "UNVERIFIED: nothing was read back",
                 "failed": "FAILED", "cancelled": "CANCELLED"}[outcome.result]
        media = {"bootable": "", "unbootable": "; it is erased and cannot start a kiosk", "untouched": "; it is untouched",
                 "unknown": "; whether it can start is not known: do not use it"}[outcome.medium]
        self._say(f"{disk.path}: {words}{media}{f'; unit {unit.id}' if unit else ''}; "
                  f"{outcome.written // MIB} MiB written in {outcome.seconds:.0f} s")
        if outcome.fault and outcome.result != "cancelled":
            self.fault(outcome.fault)

    def fault(self, fault):
        print(f"tools/flash: {fault}", file=sys.stderr, flush=True)

    def note(self, text):
        self._say(text)

    def end(self, code):
        pass


def row(device, look):
    filled = look["percent"] // 5
    rate = f"{look['rate'] / MIB:.1f} MiB/s" if look["rate"] is not None else ""
    left = f"{look['left_s'] // 60}:{look['left_s'] % 60:02} left" if look["left_s"] is not None else ""
    silent = f"no answer for {look['silent_s']} s" if look["silent_s"] >= 10 else left
    return f"{device:<14} {look['phase']:<7} [{'#' * filled:<20}] {look['percent']:3} %  {rate:>12}  {silent}"


def gigabytes(size):
    """As it is printed on the medium: powers of ten."""
    return f"{size / 1e9:.1f} GB" if size >= 1e9 else f"{size / 1e6:.1f} MB"
