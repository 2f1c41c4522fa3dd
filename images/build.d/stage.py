"""The tree that becomes a kiosk's root: the packages' root with our own programs and files, and without what a kiosk
has no use for. It is an overlay over the kept root, so that nothing is copied and the kept one never changes."""

import datetime
import os
import pathlib
import re
import shutil

import board_rules
import elf
import settings_file
import start
from trouble import Trouble

IMAGES = pathlib.Path(__file__).resolve().parents[1]
SOURCE = IMAGES.parent

# The same numbers in every image for ever: files on the data partition belong to numbers, not to names.
USERS = {"kioskd": 801, "kiosk-ui": 802, "kiosk-link": 803, "kiosk-call": 804, "kiosk-wires": 805, "kiosk-keys": 806}
# Who may use kioskctl; nobody is in it in a release.
GROUPS = {"kiosk-maintain": 807}

# Made anew at every start, or of no use on a kiosk.
_NEVER = ["boot/initrd.img*", "boot/System.map*", "boot/config-*", "boot/vmlinuz*", "vmlinuz*", "initrd.img*",
          "var/cache/*", "var/log/*", "var/lib/apt/*", "var/lib/systemd/*", "var/lib/dbus", "var/backups", "usr/games",
          "usr/include", "usr/src", "usr/share/bug", "usr/share/lintian", "usr/share/doc-base", "usr/share/X11",
          "usr/share/pixmaps", "usr/share/icons", "usr/share/applications", "usr/share/bash-completion", "usr/share/zsh",
          "usr/share/initramfs-tools", "usr/share/mime", "usr/share/sounds", "usr/share/gtk-3.0", "usr/share/xml",
          "usr/share/iso-codes", "usr/share/libmysofa", "usr/share/openal", "usr/share/polkit-1", "usr/lib/polkit-1",
          "usr/lib/linux-image-*", "usr/lib/udev/hwdb.d", "usr/lib/udev/hwdb.bin", "usr/lib/klibc*", "usr/lib/dracut", "usr/bin/gtk*",
          "usr/lib/*/libgtk-3*", "usr/lib/*/gtk-3.0", "usr/bin/sqv", "usr/lib/firmware/*.xz", "etc/systemd/system/*", "etc/passwd-", "etc/group-",
          "etc/shadow-", "etc/gshadow-", "etc/ssh/ssh_host_*", "etc/resolv.conf", "etc/hostname", "etc/hosts", "etc/apt/*",
          "etc/cron*", "etc/initramfs*", "dev/*", "run/*", "tmp/*", "etc/.pwd.lock",
          # A server's; and other countries' charsets (Unicode's, ISO's and Japan's stay).
          "usr/bin/localedef", "usr/bin/rdma", "usr/sbin/arpd", "usr/sbin/tc", "usr/sbin/tipc", "usr/sbin/devlink", "usr/sbin/dcb",
          "usr/sbin/vdpa", "usr/lib/*/tc", "usr/lib/*/security/pam_userdb.so", "usr/lib/*/gconv/*EBCDIC*", "usr/lib/*/gconv/IBM*",
          "usr/lib/*/gconv/[A-DF-HK-RTV-Z]*"]
# A release has no way to a command line and no way to change what is installed.
_NOT_IN_RELEASE = ["usr/bin/apt*", "usr/bin/dpkg*", "usr/sbin/dpkg*", "usr/lib/apt", "usr/lib/dpkg", "usr/share/dpkg",
                   "var/lib/dpkg", "etc/dpkg", "usr/bin/deb*", "usr/share/debconf", "usr/sbin/dpkg-*", "usr/bin/perl*",
                   "usr/share/perl*", "usr/lib/*/perl*", "usr/bin/bash", "usr/bin/rbash", "usr/bin/login", "usr/bin/su",
                   "usr/sbin/agetty", "usr/sbin/getty", "usr/sbin/sulogin", "usr/bin/passwd", "usr/bin/chsh", "usr/bin/chfn",
                   "usr/bin/newgrp", "usr/bin/gpasswd", "usr/bin/expiry", "usr/bin/chage", "usr/bin/mount.nfs",
                   "usr/lib/systemd/system-generators/systemd-getty-generator",
                   "usr/lib/systemd/system-generators/systemd-debug-generator", "usr/lib/systemd/systemd-sulogin-shell",
                   "usr/lib/systemd/system/*getty*", "usr/lib/systemd/system/debug-shell.service",
                   "usr/lib/systemd/system/emergency.*", "usr/lib/systemd/system/rescue.*"]
# By what a kiosk can have in it; every other driver stays away, and with it what could be plugged in.
_MODULES = ["arch/", "crypto/", "lib/", "fs/ext4", "fs/jbd2", "fs/mbcache", "fs/erofs", "fs/squashfs", "fs/overlayfs", "fs/fat", "fs/nls",
            "fs/efivarfs", "fs/autofs", "fs/fuse", "net/core", "net/ipv4", "net/ipv6", "net/netfilter/nf_tables", "net/netfilter/nf_conntrack",
            "net/netfilter/nfnetlink", "net/netfilter/nft_", "net/packet", "net/unix", "sound/core", "sound/usb",
            "sound/pci/hda", "sound/soundcore", "sound/hda", "block/", "security/", "drivers/block/virtio_blk",
            "drivers/block/loop", "drivers/block/nbd", "drivers/md/dm-", "drivers/ata/", "drivers/nvme/", "drivers/scsi/scsi_mod",
            "drivers/scsi/scsi_common", "drivers/scsi/sd_mod", "drivers/scsi/virtio_scsi", "drivers/mmc/", "drivers/usb/",
            "drivers/hid/hid", "drivers/hid/usbhid", "drivers/hid/i2c-hid", "drivers/input/", "drivers/tty/serial",
            "drivers/gpu/drm/drm", "drivers/gpu/drm/display", "drivers/gpu/drm/ttm",
            "drivers/gpu/drm/scheduler", "drivers/gpu/drm/tiny", "drivers/gpu/host1x", "drivers/media/usb/uvc", "drivers/media/common",
            "drivers/media/mc", "drivers/media/v4l2-core", "drivers/net/virtio_net", "drivers/net/net_failover",
            "drivers/net/ethernet/intel", "drivers/net/ethernet/realtek", "drivers/net/ethernet/broadcom", "drivers/net/phy",
            "drivers/net/mdio", "drivers/net/usb", "drivers/net/mii", "drivers/virtio/", "drivers/watchdog/", "drivers/char/tpm",
            "drivers/char/hw_random", "drivers/char/virtio", "drivers/gpio/", "drivers/i2c/", "drivers/firmware/", "drivers/acpi/",
            "drivers/platform/x86/wmi", "drivers/dma", "drivers/cdrom/cdrom", "drivers/pinctrl", "drivers/leds", "drivers/mfd",
            "drivers/clk", "drivers/thermal", "drivers/video", "drivers/rtc", "drivers/soc", "drivers/spi", "drivers/phy",
            "drivers/iommu", "drivers/regulator", "drivers/reset", "drivers/pwm", "drivers/bus"]
# Of those, what no kiosk is: hosts of virtual machines, disk arrays, servers' network cards.
_NO_MODULES = ["arch/x86/kvm", "drivers/md/dm-vdo", "drivers/md/dm-raid", "drivers/net/ethernet/broadcom/bnx", "drivers/net/ethernet/intel/ice",
               "drivers/net/ethernet/intel/i40e", "drivers/net/ethernet/intel/iavf", "drivers/net/ethernet/intel/ixgbe",
               "drivers/net/ethernet/intel/fm10k", "drivers/net/ethernet/intel/idpf", "drivers/video/fbdev/sis"]
# What programs load by name, so that no ELF file asks for it: fragments of their paths.
_LOADED_BY_NAME = ["/gstreamer-1.0/", "/security/", "libnss_", "/systemd/", "/cryptsetup/", "libtss2", "/pcsc/", "libgcc_s",
                   "libcryptsetup", "libfdisk", "libblkid", "libidn2", "libpwquality", "/gconv/", "/alsa-lib/", "ld-linux",
                   "libkmod", "libpcsclite_real", "libzstd", "liblz4", "libdw", "libbpf", "libseccomp", "libaudit", "libapparmor", "/ossl-modules/",
                   "/engines-3/", "libqrtr", "libip4tc"]
# Elements of media that kiosk-call uses: the plug-ins that hold them.
_PLUGINS = ["coreelements", "app", "videoconvertscale", "videoscale", "videoconvert", "audioconvert", "audioresample", "opus",
            "vpx", "openh264", "webrtc", "webrtcdsp", "dtls", "srtp", "nice", "rtp", "rtpmanager", "sctp", "video4linux2",
            "alsa", "jpeg", "typefindfunctions", "playback", "videoparsersbad", "videorate", "audiotestsrc", "videotestsrc"]
FONT_CACHE = "usr/share/madoguchi/fontconfig"
# Faces that ui/text/fonts.conf takes in.
_FONTS = ["bizud-gothic/BIZUDPGothic-", "ipamj/", "NotoSans-Regular.ttf", "NotoSans-Bold.ttf", "NotoSansCJK-"]
# What reads kernel arguments and files into units at each start. Debian has fourteen, and each of them is a process of its own before
# the first unit; the last two are the developer variant's.
_GENERATORS = ["cryptsetup", "fstab", "tpm2", "getty", "debug"]


def _erase(path):
    if path.is_dir() and not path.is_symlink():
        shutil.rmtree(path)
    else:
        path.unlink(missing_ok=True)


def _erase_all(root, patterns):
    for pattern in patterns:
        for path in list(root.glob(pattern)):
            _erase(path)


def _keep_modules(root, wanted):
    """Only drivers of _MODULES, the board's own (`wanted`; of panels no others), and what they depend on."""
    for kernel in (root / "usr/lib/modules").iterdir():
        needs = start.module_needs(kernel)
        begins = lambda path, starts: path.startswith(tuple(f"kernel/{folder}" for folder in starts))
        keep = {path for path in needs if begins(path, _MODULES) and not begins(path, _NO_MODULES)
                or start.module_name(path) in wanted}
        keep |= {more for path in keep for more in needs[path]}
        for path in needs.keys() - keep:
            (kernel / path).unlink(missing_ok=True)


def _keep_fonts(root):
    for path in (root / "usr/share/fonts").rglob("*"):
        if path.is_file() and not any(part in path.as_posix() for part in _FONTS):
            path.unlink()


def _keep_plugins(root):
    for path in root.glob("usr/lib/*/gstreamer-1.0/libgst*.so"):
        if path.stem.removeprefix("libgst") not in _PLUGINS:
            path.unlink()


def _keep_generators(root):
    for path in (root / "usr/lib/systemd/system-generators").iterdir():
        if path.name.removeprefix("systemd-").removesuffix("-generator") not in _GENERATORS:
            path.unlink()


def _sweep_libraries(root):
    """Erases shared libraries that nothing asks for any more, until none is left; gives their number."""
    swept = 0
    folders = [folder for folder in root.glob("usr/lib/*-linux-gnu*")]
    while True:
        needed, libraries = set(), []
        for top in ("usr/bin", "usr/sbin", "usr/lib", "usr/libexec"):
            for path in (root / top).rglob("*"):
                if path.is_symlink() or not path.is_file() or "/modules/" in path.as_posix():
                    continue
                found = elf.dynamic(path)
                if found is None:
                    continue
                needed |= set(found[0])
                if any(path.is_relative_to(folder) for folder in folders) and ".so" in path.name:
                    libraries.append((path, found[1] or path.name))
        idle = [path for path, name in libraries if name not in needed and path.name not in needed
                and not any(part in path.as_posix() for part in _LOADED_BY_NAME)]
        if not idle:
            break
        for path in idle:
            path.unlink()
        swept += len(idle)
    for folder in folders:
        for path in folder.glob("*.so*"):
            if path.is_symlink() and not path.exists():
                path.unlink()
    return swept


def _write(path, text, mode=0o644):
    path.parent.mkdir(parents=True, exist_ok=True)
    if path.is_symlink():
        path.unlink()
    path.write_text(text, "utf-8")
    path.chmod(mode)


def _add_users(root, epoch):
    etc = root / "etc"
    people, groups, shadow = ((etc / name).read_text("utf-8") for name in ("passwd", "group", "shadow"))
    # The day of the build must not show, and no account may have a password.
    day = str(int(epoch) // 86400)
    shadow = re.sub(r"^([^:]+):[^:]*:\d*:", rf"\1:!*:{day}:", shadow, flags=re.MULTILINE)
    for name, number in USERS.items():
        people += f"{name}:x:{number}:{number}:{name}:/nonexistent:/usr/sbin/nologin\n"
        groups += f"{name}:x:{number}:\n"
        shadow += f"{name}:!*:{day}::::::\n"
    groups += "".join(f"{name}:x:{number}:\n" for name, number in GROUPS.items())
    people = people.replace("root:/root:/bin/bash", "root:/root:/bin/sh")
    _write(etc / "passwd", people)
    _write(etc / "group", groups)
    _write(etc / "shadow", shadow, 0o640)
    shadow_group = re.search(r"^shadow:[^:]*:(\d+):", groups, re.MULTILINE)
    os.chown(etc / "shadow", 0, int(shadow_group[1]) if shadow_group else 0)


def _enable(root, target, units):
    folder = root / f"usr/lib/systemd/system/{target}.wants"
    folder.mkdir(parents=True, exist_ok=True)
    for unit in units:
        if not (root / "usr/lib/systemd/system" / unit).exists():
            raise Trouble(f"{unit} is to be started with {target}, but the root has no such unit")
        link = folder / unit
        link.unlink(missing_ok=True)
        link.symlink_to(f"../{unit}")


def _mask(root, units):
    for unit in units:
        path = root / "etc/systemd/system" / unit
        path.unlink(missing_ok=True)
        path.symlink_to("/dev/null")


def _copy_tree(source, root):
    for path in sorted(source.rglob("*")):
        target = root / path.relative_to(source)
        if path.is_dir():
            target.mkdir(parents=True, exist_ok=True)
        else:
            target.parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(path, target)
            target.chmod(0o755 if os.access(path, os.X_OK) else 0o644)


def _add_ours(root, board, variant, version, programs, keyring):
    _copy_tree(IMAGES / "system", root)
    if variant == "developer":
        _copy_tree(IMAGES / "system-developer", root)
    ours = root / "usr/lib/madoguchi"
    for program in programs.iterdir():
        shutil.copyfile(program, ours / program.name)
        (ours / program.name).chmod(0o755)
        start.needed_libraries(root, program)    # complains of what is not there
    (root / "usr/bin/kioskctl").unlink(missing_ok=True)
    (root / "usr/bin/kioskctl").symlink_to("../lib/madoguchi/kioskctl")
    share = root / "usr/share/madoguchi"
    share.mkdir(parents=True, exist_ok=True)
    shutil.copyfile(board.folder / "board.toml", share / "board.toml")
    # What is in memory on a kiosk would be made at every start: main.py has it made once.
    _write(share / "fonts.conf", (SOURCE / "ui/text/fonts.conf").read_text("utf-8").replace("/var/cache/fontconfig", f"/{FONT_CACHE}"))
    _copy_tree(SOURCE / "ui/lessons", share / "lessons")
    _write(share / "version", f"{version}\n")
    _write(root / "usr/lib/udev/rules.d/70-madoguchi.rules", board_rules.udev(board))
    _write(root / "usr/share/madoguchi/kiosk.toml", settings_file.kiosk_toml(board))
    _write(root / "etc/usbguard/rules.conf", board_rules.usbguard(board), 0o600)
    _write(root / "etc/rauc/system.conf", (IMAGES / "rauc/system.conf").read_text("utf-8")
           .replace("@COMPATIBLE@", board.compatible))
    shutil.copyfile(keyring, root / "etc/rauc/keyring.pem")
    watchdog = board["watchdog"]
    # Without the USB bus USBGuard starts in vain, again and again.
    modules = ["usbcore"]
    if watchdog["module"] != "none":
        modules.append(watchdog["module"])
        _write(root / "usr/lib/systemd/system.conf.d/50-watchdog.conf",
               f"[Manager]\nRuntimeWatchdogSec={watchdog['timeout_s']}\nRebootWatchdogSec=120\n")
    _write(root / "usr/lib/modules-load.d/madoguchi.conf", "".join(f"{module}\n" for module in modules))
    if board["board"]["boot"] == "u-boot":
        shutil.copyfile(IMAGES / "u-boot/boot-backend", ours / "boot-backend")
    if board["tpm"]["kind"] == "none":
        repart = root / "usr/lib/repart.d/50-data.conf"
        _write(repart, repart.read_text("utf-8").replace("Encrypt=tpm2", "Encrypt=off"))
        _write(root / "etc/crypttab", "")
        fstab = (root / "etc/fstab").read_text("utf-8").replace("/dev/mapper/data", "/dev/kiosk/data")
        _write(root / "etc/fstab", fstab)


def _add_firmware(root, board, files):
    """What the board's own chips are fed with; `files`: where its packages lie unpacked."""
    source = files / "usr/lib/firmware"
    for pattern in board["firmware"]["files"]:
        found = sorted(path for path in source.glob(pattern) if path.is_file())
        if not found:
            raise Trouble(f"[firmware] files of {board.name}: nothing in its packages is like '{pattern}'")
        for path in found:
            target = root / "usr/lib/firmware" / path.relative_to(source)
            target.parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(path, target)
            target.chmod(0o644)


def _set_identity(root, version, variant, epoch):
    _write(root / "etc/machine-id", "", 0o444)
    _write(root / "etc/hostname", "kiosk\n")
    _write(root / "etc/hosts", "127.0.0.1 localhost kiosk\n::1 localhost\n")
    resolv = root / "etc/resolv.conf"
    resolv.unlink(missing_ok=True)
    resolv.symlink_to("/run/systemd/resolve/resolv.conf")
    made = datetime.datetime.fromtimestamp(int(epoch), datetime.timezone.utc)
    _write(root / "usr/lib/os-release",
           f'ID=madoguchi\nID_LIKE=debian\nNAME="Madoguchi"\nPRETTY_NAME="Madoguchi {version} ({variant})"\n'
           f'VERSION_ID="{version}"\nVARIANT_ID={variant}\nBUILD_ID="{made:%Y-%m-%dT%H:%M:%SZ}"\n')
    for folder in ("data", "efi", "var", "run", "tmp", "proc", "sys", "dev", "etc/systemd/system"):
        (root / folder).mkdir(parents=True, exist_ok=True)


def prepare(root, board, variant, version, programs, keyring, epoch, extra=None):
    """Turns the packages' tree at `root` into the kiosk's; `extra`: where packages of this board alone lie unpacked. Gives
    how many idle libraries were swept out."""
    _erase_all(root, _NEVER)
    if variant == "release":
        _erase_all(root, _NOT_IN_RELEASE)
    _keep_modules(root, {board["watchdog"]["module"].lower(), *board["storage"]["modules"], *board["screen"]["modules"]})
    _keep_fonts(root)
    _keep_plugins(root)
    _keep_generators(root)
    _set_identity(root, version, variant, epoch)
    _add_users(root, epoch)
    _add_ours(root, board, variant, version, programs, keyring)
    if extra:
        _add_firmware(root, board, extra)
    system = root / "etc/systemd/system"
    system.mkdir(parents=True, exist_ok=True)
    (system / "default.target").symlink_to("/usr/lib/systemd/system/multi-user.target")
    _enable(root, "sysinit.target", ["kiosk-wires.service", "kiosk-ui.service"])
    _enable(root, "sockets.target", ["dbus.socket", "pcscd.socket", "kiosk-control.socket"])
    _enable(root, "local-fs.target", ["kiosk-data.service"])
    _enable(root, "multi-user.target", ["kioskd.service", "kiosk-link.service", "kiosk-call.service", "kiosk-keys.service", "kiosk-health.service",
                                        "kiosk-restart.path", "kiosk-erase.path",
                                        "systemd-networkd.service", "systemd-resolved.service",
                                        "systemd-timesyncd.service", "usbguard.service"])
    if variant == "developer":
        _enable(root, "multi-user.target", ["kiosk-developer.service"])
    _mask(root, ["systemd-firstboot.service", "ldconfig.service", "systemd-hwdb-update.service", "systemd-update-done.service",
                 "systemd-journal-catalog-update.service", "systemd-networkd-wait-online.service", "systemd-repart.service",
                 "sys-kernel-debug.mount", "sys-kernel-tracing.mount", "systemd-logind.service", "rauc-mark-good.service",
                 "getty@.service", "serial-getty@.service", "console-getty.service", "systemd-pcrphase.service", "systemd-pcrphase-sysinit.service", "systemd-machine-id-commit.service"])
    return _sweep_libraries(root)
