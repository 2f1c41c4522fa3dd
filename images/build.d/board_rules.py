"""What udev and USBGuard are told of a board, written from its board.toml, so that no id stands in two places."""

# What of a board may be used by which process's group, and the name its tty gets, if it has one.
_OWNERS = {
    "reader": ("kioskd", "kiosk-reader"),
    "printer": ("kioskd", None),
    "receipt": ("kioskd", None),
    "code_reader": ("kioskd", "kiosk-code-reader"),
    "camera": ("kiosk-call", None),
    "sound": ("kiosk-call", None),
    "keys": ("input", None),
}


def _groups(board):
    for section, (group, tty) in _OWNERS.items():
        for usb in board[section]["usb"]:
            yield section, usb, group, tty


def udev(board):
    """Readers of cards are pcscd's, which is root without any capability: as the kernel makes them."""
    lines = [f"# Devices of {board.name}, written by images/build from its board.toml."]
    for section, usb, group, tty in _groups(board):
        if section == "reader" and board["reader"]["kind"] == "pcsc":
            continue
        vendor, product = usb.split(":")
        ids = f'ATTRS{{idVendor}}=="{vendor}", ATTRS{{idProduct}}=="{product}"'
        lines.append(f'SUBSYSTEM=="usb", ENV{{DEVTYPE}}=="usb_device", ATTR{{idVendor}}=="{vendor}", '
                     f'ATTR{{idProduct}}=="{product}", GROUP="{group}", MODE="0660"')
        if tty:
            lines.append(f'SUBSYSTEM=="tty", {ids}, GROUP="{group}", MODE="0660", SYMLINK+="{tty}"')
        if section == "camera":
            lines.append(f'SUBSYSTEM=="video4linux", {ids}, GROUP="{group}", MODE="0660"')
        if section == "sound":
            lines.append(f'SUBSYSTEM=="sound", {ids}, GROUP="{group}", MODE="0660"')
    for section in ("tamper", "booth_switch"):
        line = board[section]["line"]
        if line != "none":
            chip = line.split(":")[0].removeprefix("/dev/")
            lines.append(f'SUBSYSTEM=="gpio", KERNEL=="{chip}", GROUP="kioskd", MODE="0660"')
    lines.append('SUBSYSTEM=="tpmrm", GROUP="kiosk-keys", MODE="0660"')
    lines.append('SUBSYSTEM=="drm", KERNEL=="card[0-9]*", GROUP="kiosk-ui", MODE="0660", TAG+="systemd"')
    lines.append('SUBSYSTEM=="input", KERNEL=="event[0-9]*", GROUP="kiosk-ui", MODE="0660"')
    return "\n".join(lines) + "\n"


def usbguard(board):
    """Hubs, touch panels and keys by what they are; every other device by its id. What is not named stays blocked."""
    lines = [
        f"# Devices of {board.name}, written by images/build from its board.toml.",
        "allow with-interface match-all { 09:*:* }",
        "# A touch panel or keys and nothing else besides: a stick that also claims to be a keyboard is neither.",
        "allow with-interface match-all { 03:*:* }",
    ]
    for section, usb, _, _ in _groups(board):
        lines += [f"# {section}", f"allow id {usb}"]
    lines.append("# Sticks with updates: blocks of data and nothing else.")
    lines.append("allow with-interface equals { 08:06:50 }")
    lines.append("block")
    return "\n".join(lines) + "\n"
