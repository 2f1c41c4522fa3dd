"""The command line of tools/flash: a wrong one is one line and exit code 2."""

import argparse
import sys

DESCRIPTION = """\
Writes a kiosk's image to USB sticks, cards or disks, several at once, and reads all of it back.

Without arguments it lists the disks of this machine, and why it would not write to some.
Everything on the targets is lost. It asks first."""

EPILOG = """\
IMAGE is a GPT image, also as .zst, .xz or .gz. If IMAGE.sha256 or SHA256SUMS lies beside it, it must agree.
Used pieces are written; the rest is made sure to be zero. The partition table comes last, and only when everything
was read back and is right: a medium that was cancelled or failed cannot start a kiosk.

exit codes:
  0  every medium was written, read back and is right (also: a list, a dry run)
  1  at least one medium failed
  2  the command line is wrong, or the question was not answered with yes
  3  refused: the image, a target or the provisioning file; nothing was written
  4  written with --no-verify: UNVERIFIED
  5  cancelled (SIGINT, SIGTERM, SIGHUP); media that were begun cannot start a kiosk

files:
  FILE.used  which unit of --provision FILE went to which disk; no enrolment codes are in it

docs/flash.md explains every FLASH-NN, --json and the provisioning file."""


class WrongValue(Exception):
    """What is wrong, as one line for the person who typed it."""


class OneLineParser(argparse.ArgumentParser):
    def error(self, message):
        raise WrongValue(message)


def parser():
    it = OneLineParser(prog="tools/flash", description=DESCRIPTION, epilog=EPILOG, allow_abbrev=False,
                       usage="tools/flash [options] [IMAGE TARGET...]",
                       formatter_class=argparse.RawDescriptionHelpFormatter)
    it.add_argument("image", nargs="?", metavar="IMAGE", help="what to write")
    it.add_argument("targets", nargs="*", metavar="TARGET", help="whole disks: /dev/sdb, /dev/disk/by-id/usb-...")
    it.add_argument("--yes", action="store_true", help="do not ask")
    it.add_argument("--dry-run", action="store_true", help="check image, targets and units, tell the plan, write nothing")
    it.add_argument("--no-verify", action="store_true", help="do not read back; the result is UNVERIFIED, exit code 4")
    it.add_argument("--provision", metavar="FILE", help="give every medium the next unused unit of FILE (TOML or JSON)")
    it.add_argument("--release", metavar="ID", help="with --provision and nothing else: unit ID may be given away again")
    it.add_argument("--fixed", metavar="SERIAL", action="append", default=[],
                    help="allow the disk with this serial number though it is not removable; may be given several "
                         "times. A loop device's is the path of its file")
    it.add_argument("--json", action="store_true", help="one JSON object a line on standard output")
    return it


def parse(arguments):
    try:
        values = parser().parse_args(arguments)
        check(values)
        return values
    except WrongValue as wrong:
        print(f"tools/flash: {wrong}", file=sys.stderr)
        sys.exit(2)


def check(values):
    if values.release is not None:
        if not values.provision or values.image:
            raise WrongValue("--release needs --provision FILE and no image")
    elif values.image and not values.targets:
        raise WrongValue("which disk? tools/flash without arguments lists them")
    elif not values.image and values.provision:
        raise WrongValue("--provision needs IMAGE and TARGET")
    if values.json and values.image and not (values.yes or values.dry_run):
        raise WrongValue("--json cannot ask: add --yes or --dry-run")
