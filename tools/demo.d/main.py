"""tools/demo after the build: starts the city, the cabinet and the kiosk, lets a visit happen, checks and reports it.

    main.py --check ARGUMENTS   only looks at the arguments; prints "built" with --build DIR, else "build visit",
                                "build help" or "build consult"
    main.py ARGUMENTS           exit code 0: issued and paid; 1: anything else; 2: wrong arguments
"""

import asyncio
import os
import pathlib
import shutil
import sys

import options as command_line
from consult_session import Consultation
from demonstration import Demonstration
from help_session import HelpSession
from processes import ProgramFailed, end_with_signals, need_programs

ROOT = pathlib.Path(__file__).resolve().parents[2]
# Everything that a run leaves in its --out directory, and so everything that it may clear there.
MADE = ("certificate.pdf", "visit.json", "screens", "screens-after", "logs", "city", "card", "kiosk", "printer-tray",
        "printer-spool", "slips", "day-end", "helper",
        "sheet.pdf", "sheet.png", "consult", "call.json")

SERVICES = {"visit": Demonstration, "help": HelpSession, "consult": Consultation}
PROGRAMS = ("kioskd", "kiosk-ui", "kiosk-link", "kiosk-nfc", "gateway", "emulator-card", "emulator-pn532",
            "emulator-terminal", "emulator-printer", "emulator-receipt-printer", "emulator-resident")


def clear(out):
    out.mkdir(parents=True, exist_ok=True)
    for name in MADE:
        path = out / name
        if path.is_dir():
            shutil.rmtree(path)
        else:
            path.unlink(missing_ok=True)


def enter_pcscd_namespace():
    """An emulated card on a PC/SC reader needs a pcscd of its own: starts this program again where there is one."""
    wrapper = ROOT / "tools/emulators/card/with-pcscd"
    os.execv(wrapper, [wrapper, sys.executable, *sys.argv])


async def run(options):
    end_with_signals()
    bin_dir = (options.build or ROOT / "build/release") / "bin"
    demonstration = SERVICES[options.service](ROOT, bin_dir, options)
    try:
        need_programs(bin_dir, PROGRAMS)
        return await demonstration.play()
    except ProgramFailed as failure:
        print(f"tools/demo: {failure}", file=sys.stderr)
        print(f"tools/demo: logs are in {options.out / 'logs'}", file=sys.stderr)
        return 1
    except asyncio.CancelledError:
        print("tools/demo: interrupted", file=sys.stderr)
        return 1


def main():
    arguments = sys.argv[1:]
    if arguments[:1] == ["--check"]:
        options = command_line.parse(arguments[1:])
        print("built" if options.build else f"build {options.service}")
        return 0
    options = command_line.parse(arguments)
    if options.own_card and options.reader == "pcsc" and "VPCD_PORT" not in os.environ:
        enter_pcscd_namespace()
    clear(options.out)
    return asyncio.run(run(options))


if __name__ == "__main__":
    sys.exit(main())
