"""What may happen to a kiosk on its way from one release to the next, played on virtual kiosks.

Each function takes the Stage and gives a figure for the report; it raises machine.Lost when the kiosk did not do what it
must. The kiosk of each is a copy of one that was set up and is in service, in slot a, with the data partition sealed.
"""

import json
import shutil
import subprocess
import time

import bundles
import first_screen
import machine
import roots
from chamber import Chamber
from console import Console

LOADER_STARTS = "BdsDxe: starting"
STARTS = 3      # that a slot has to show itself good (images/system/usr/lib/madoguchi/boot-backend)


def require(true, what):
    if not true:
        raise machine.Lost(what)


def in_service(kiosk, stage, seconds=400):
    """Seconds until the welcome screen is on the glass."""
    return kiosk.watch(lambda picture: stage.screens.name(picture)[0] == "welcome", seconds)[0]


def screen_came(console):
    """When this start's first picture was on the glass."""
    said = console.run("systemctl show --value -p UserspaceTimestampMonotonic; "
                       "systemctl show --value -p ActiveEnterTimestampMonotonic kiosk-ui").split()
    began, came = (int(microseconds) / 1e6 for microseconds in said)
    return f"first screen {came:.1f} s after the kernel began, {came - began:.1f} s of them userspace"


def slot(console):
    return console.run("sed -n s/^KIOSK_SLOT=//p /run/madoguchi/start").strip()


def version(console):
    return console.run("cat /usr/share/madoguchi/version").strip()


def good(console, seconds=180):
    """Until this start was judged good."""
    console.run("until ls /efi/EFI/Linux/ | grep -q -- \"-$(sed -n s/^KIOSK_SLOT=//p /run/madoguchi/start)\\.efi\"; do sleep 1; done",
                seconds)


def beside_bundles(kiosk, stage, **more):
    """Switched on beside the bundles' disk, and its console. `more`: of switch_on."""
    disk = kiosk.folder / "bundles.img"
    if not disk.exists():
        disk.hardlink_to(stage.bundles_disk)
    kiosk.switch_on("-drive", f"file=/machine/{disk.name},if=none,id=bundles,format=raw,readonly=on",
                    "-device", "virtio-blk-pci,drive=bundles", **more)
    stage.plug_in(kiosk)
    console = Console(kiosk).wait()
    mount_bundles(console)
    return console


def wait_for_kioskd(console):
    # Its exit code says how the last one ended; a kioskd that is starting answers late.
    console.run("until kioskctl update status >/dev/null 2>&1 || [ $? -eq 1 ]; do sleep 1; done", 200)


def ready(kiosk, stage, **more):
    """The same, and kioskd takes commands."""
    console = beside_bundles(kiosk, stage, **more)
    wait_for_kioskd(console)
    return console


def mount_bundles(console):
    console.run("mkdir -p /run/bundles; mount -o ro /dev/vdb /run/bundles")


def update(stage, kiosk):
    """From a to b, and the next start is b's and good."""
    console = ready(kiosk, stage)
    require((slot(console), version(console)) == ("a", stage.version_a), "the kiosk began with another slot")
    began = time.monotonic()
    install(console, "b")
    kiosk.expect(LOADER_STARTS, 900)
    restarted = time.monotonic() - began
    console = Console(kiosk).wait(500)
    require(slot(console) == "b", "the new slot was not started")
    until_kept(kiosk, stage, console)
    return f"restarted {restarted:.0f} s after it began, kept by the self-test and in service after {time.monotonic() - began:.0f} s"


def install(console, name):
    """A maintainer asks for a bundle; kioskd does the rest when nobody is there."""
    console.run(f"kioskctl update install /run/bundles/{name}.raucb", 60)


def until_kept(kiosk, stage, console):
    """Until the new release that was started is kept by its self-test, and serves."""
    require(version(console) == stage.version_b, "the new slot holds another version")
    good(console, 600)
    in_service(kiosk, stage)


def next_start(kiosk, wanted, seconds=900):
    """The console of the next start, which is of this slot."""
    console, found = started(kiosk, seconds)
    require(found == wanted, f"slot {found} was started")
    return console


def started(kiosk, seconds):
    """(console, slot) of the next start."""
    kiosk.expect(LOADER_STARTS, seconds)
    console = Console(kiosk).wait(500)
    return console, slot(console)


def refused(console, name, word):
    """What kioskctl says of a bundle that must not be installed: this word."""
    said = console.run(f"kioskctl update install --watch /run/bundles/{name}.raucb; true", 400)
    last = [line for line in said.splitlines() if line.startswith("last")][-1:]
    require(last and f": {word}" in last[0], f"{name} should be refused as {word}, and kioskctl says: {said[-400:]}")
    return last[0].split(None, 1)[1]


def older_after_update(stage, kiosk):
    """Once the new release was kept, its number is the least: a bundle and a kernel image below it are refused."""
    console = Console(kiosk)
    mount_bundles(console)
    bundle = refused(console, "older-number", "rollback")
    kiosk.say("systemctl poweroff")
    kiosk.wait_until_off()
    mtools("mcopy", "-o", "-i", esp(kiosk), stage.image_a / "kiosk.efi", "::EFI/Linux/kiosk-0009-a.efi")
    kiosk.switch_on()
    found = kiosk.expect(r"start: (this kernel image is number 1, the kiosk takes none below 2)", 300)
    kiosk.pull_the_plug()
    return f"bundle {bundle}; {found[1]}"


def bad_bundles(stage, kiosk):
    """Every one is refused, and the kiosk goes on with what it had."""
    console = ready(kiosk, stage)
    said = {}
    words = {"other-board": "wrong_board", "older": "older_version", "flipped-content": "io"}
    for name in stage.bad_bundles:
        said[name] = refused(console, name, words.get(name, "not_signed"))[:160]
        require(console.run("ls /efi/EFI/Linux").split() == ["kiosk-0001-a.efi"] or "+0" in console.run("ls /efi/EFI/Linux"),
                f"after {name} the boot loader would start something else")
    kiosk.say("systemctl reboot")
    console = next_start(kiosk, "a", 300)
    require(version(console) == stage.version_a, "the old slot holds another version")
    in_service(kiosk, stage)
    return "; ".join(f"{name}: {words}" for name, words in said.items())


def broken_slot(stage, kiosk):
    """A release whose screen never comes: at most three starts, then the old slot serves again."""
    console = ready(kiosk, stage)
    install(console, "broken")
    began = time.monotonic()
    starts = []
    while len(starts) <= STARTS:
        console, found = started(kiosk, 900)
        starts.append(found)
        if found == "a":
            break
    require(starts[-1] == "a", f"it never came back: {starts}")
    in_service(kiosk, stage)
    console.run("until kioskctl update status | grep -q '^last *returned 3.0.0'; do sleep 1; done", 200)
    log = console.run("wc -l < /data/kioskd/update/failed-3.0.0.log").strip()
    require(int(log) > 20, f"the failed slot left {log} lines of its log")
    return (f"{len(starts) - 1} starts of the broken slot, in service after {time.monotonic() - began:.0f} s, "
            f"{log} lines of its log kept")


def corrupted_root(stage, kiosk):
    """One byte of the root is another: what is read of it is never used, and the machine says so by starting anew."""
    part = partition(kiosk.disk, "root-a")
    with open(kiosk.disk, "r+b") as disk:
        disk.seek(part)     # in the first block, which every start reads
        byte = disk.read(1)
        disk.seek(part)
        disk.write(bytes([byte[0] ^ 0xFF]))
    kiosk.switch_on()
    kiosk.expect(r"no slot holds the root", 300)
    kiosk.expect(r"BdsDxe", 120)        # and again, from the beginning
    return "refused, started anew"


def span(disk, name):
    """Where a partition begins and ends, in bytes."""
    said = subprocess.run(["sfdisk", "--json", disk], check=True, capture_output=True, text=True).stdout
    found = [part for part in json.loads(said)["partitiontable"]["partitions"] if part.get("name") == name]
    require(len(found) == 1, f"{disk} has {len(found)} partitions {name}")
    return found[0]["start"] * 512, (found[0]["start"] + found[0]["size"]) * 512


def partition(disk, name):
    """Where it begins."""
    return span(disk, name)[0]


def esp(kiosk):
    return f"{kiosk.disk}@@{partition(kiosk.disk, 'esp')}"


def mtools(*words):
    subprocess.run([*map(str, words)], check=True, capture_output=True, env={"MTOOLS_SKIP_CHECK": "1", "PATH": "/usr/bin:/bin"})


def files_on_esp(kiosk):
    return subprocess.run(["mdir", "-b", "-/", "-i", esp(kiosk)], check=True, capture_output=True, text=True,
                          env={"MTOOLS_SKIP_CHECK": "1", "PATH": "/usr/bin:/bin"}).stdout


def bad_kernel(stage, kiosk):
    """A kernel image without signature, and one with a flipped byte: the firmware refuses both."""
    said = []
    for name, make in (("unsigned", unsigned), ("flipped", flipped)):
        image = kiosk.folder / f"{name}.efi"
        make(stage, image)
        mtools("mcopy", "-o", "-i", esp(kiosk), image, "::EFI/Linux/kiosk-0001-a.efi")
        kiosk.switch_on()
        kiosk.expect(r"(?i)access denied|security violation|not authenticated", 200)
        try:
            kiosk.watch(first_screen.of_kiosk_ui, 30)
            raise machine.Lost(f"the {name} kernel image was started")
        except machine.Lost as lost:
            if "was started" in str(lost):
                raise
        kiosk.pull_the_plug()
        said.append(name)
    return ", ".join(said) + ": refused by Secure Boot"


def unsigned(stage, path):
    shutil.copyfile(stage.image_a / "payload.efi", path)


def flipped(stage, path):
    bundles.flipped(stage.image_a / "kiosk.efi", path, (stage.image_a / "kiosk.efi").stat().st_size // 2)


def stolen_disk(stage, kiosk):
    """The same disk before another TPM: the data stays closed, and the kiosk does not serve."""
    shutil.rmtree(kiosk.folder / "tpm")
    (kiosk.folder / "tpm").mkdir()
    return data_is_closed(stage, kiosk)


def other_secure_boot_keys(stage, kiosk):
    """The firmware's keys were exchanged, so that PCR 7 is another: the data stays closed."""
    stranger = stage.folder / "firmware-keys"
    stranger.mkdir(exist_ok=True)
    made = bundles.keys.developer(stranger, print)
    for name in ("db.crt",):    # still starts what the city signed
        shutil.copyfile(stage.keys / name, kiosk.folder / name)
    shop = Chamber(roots.workshop().make().path, {"/machine": (kiosk.folder, "rw"), "/other": (made, "ro")})
    words = ["virt-fw-vars", "--input", machine.BLANK_VARIABLES, "--output", "/machine/variables.fd", "--secure-boot"]
    for name, option, where in (("PK", "--set-pk", "/other"), ("KEK", "--add-kek", "/other"), ("db", "--add-db", "/machine")):
        words += [option, machine.OWNER, f"{where}/{name}.crt"]
    shop.run(words)
    return data_is_closed(stage, kiosk)


def data_is_closed(stage, kiosk):
    kiosk.switch_on()
    console = Console(kiosk).wait(500)
    console.run("until systemctl is-failed systemd-cryptsetup@data.service; do sleep 1; done", 300)
    require("closed" in console.run("mountpoint -q /data && echo open || echo closed"), "the data partition was opened")
    require("closed" in console.run("[ -e /dev/mapper/data ] && echo open || echo closed"), "its key was given out")
    require(console.run("systemctl is-active kioskd", check=False).strip() != "active", "kioskd serves without its data")
    return "closed"


def hung_process(stage, kiosk):
    """kioskd stands still: its watchdog ends it, and it serves again."""
    console = ready(kiosk, stage)
    in_service(kiosk, stage)
    before = console.run("systemctl show -p MainPID --value kioskd").strip()
    began = time.monotonic()
    console.run(f"kill -STOP {before}")
    console.run(f"until [ \"$(systemctl show -p MainPID --value kioskd)\" != {before} ]; do sleep 1; done", 200)
    console.run("until systemctl -q is-active kioskd; do sleep 1; done", 100)
    in_service(kiosk, stage)
    return f"in service again after {time.monotonic() - began:.0f} s"


def hung_machine(stage, kiosk):
    """systemd itself stands still: the hardware's watchdog starts the machine anew."""
    console = ready(kiosk, stage)
    good(console)
    began = time.monotonic()
    kiosk.said = ""
    kiosk.say("kill -SEGV 1")
    kiosk.expect(LOADER_STARTS, 200)
    in_service(kiosk, stage)
    return f"in service again after {time.monotonic() - began:.0f} s"


def clock_1970(stage, kiosk):
    """A flat battery: the clock wakes in 1970, the signed time of the gateway counts, and the kiosk serves."""
    kiosk.switch_on("-rtc", "base=1970-01-01T00:00:00")
    stage.plug_in(kiosk)
    seconds = in_service(kiosk, stage, 600)
    return f"in service after {seconds:.0f} s"


def strange_usb(stage, kiosk):
    """Somebody plugs in what no board names: USBGuard gives it to no driver, and the kiosk goes on."""
    console = ready(kiosk, stage)
    in_service(kiosk, stage)
    console.run("systemctl is-active usbguard")
    kiosk.ask("chardev-add", id="strange", backend={"type": "null", "data": {}})
    kiosk.ask("device_add", driver="usb-serial", id="strange", chardev="strange", bus="usb.0", **{"always-plugged": True})
    console.run("until grep -l 0403 /sys/bus/usb/devices/*/idVendor; do sleep 1; done", 60)
    found = console.run("for it in /sys/bus/usb/devices/*/idVendor; do echo $(cat $it):$(cat ${it%/*}/authorized); done").split()
    require("0403:0" in found, f"a serial adapter was let in: {found}")
    require("08e6:1" in found, f"the card reader was kept out: {found}")
    return f"kept out; {' '.join(found)} (vendor:authorized)"
