"""kiosk.toml as it lies in an image: what follows from the board and from where things are on the disk. Setting up adds who
the kiosk is (docs/setup.md); everything in it may be changed on the data partition."""

import json


def _lines(table, values):
    return [f"[{table}]", *(f"{key} = {json.dumps(value, ensure_ascii=False)}" for key, value in values.items()), ""]


def kiosk_toml(board):
    reader, receipt, code_reader = board["reader"], board["receipt"], board["code_reader"]
    card = {"reader": reader["kind"]}
    if reader["kind"] == "nfc":
        card["nfc_connstring"] = reader["connstring"]
    card["extended_apdus"] = reader["extended_apdus"]
    tables = {
        "kiosk": {"state_dir": "/data/kioskd", "erase_request": "/run/madoguchi/kioskd/erase", "lessons_dir": "/usr/share/madoguchi/lessons"},
        "card": card,
        "terminal": {"url": board["terminal"]["url"]},
        "printer": {"uri": board["printer"]["uri"]},
        "receipt": {"printer": "usb" if receipt["kind"] == "usb" else "off"},
        "gateway": {"seal_key": "/data/kiosk/seal.pem"},
        "queue": {"enabled": True,
                  "code_reader": "/dev/kiosk-code-reader" if code_reader["kind"] == "serial" else ""},
        "consult": {"enabled": False,
                    "booth_gpio": "" if board["booth_switch"]["line"] == "none" else board["booth_switch"]["line"]},
        "keys": {"socket": "/run/madoguchi/keys/socket", "dir": "/data/kiosk-keys",
                 "tpm": "auto" if board["tpm"]["kind"] == "tpm2" else "off",
                 "link_user": "kiosk-link", "kioskd_user": "kioskd"},
        "link": {"state_dir": "/data/kiosk-link", "enrol_url": ""},
        "update": {"enabled": True, "window": "01:00-05:00", "stick_dir": "/run/madoguchi/stick"},
        "ddi": {"server": "gateway"},
    }
    lines = [f"# Made by images/build from boards/{board.name}/board.toml; setting up writes who the kiosk is into [kiosk].", ""]
    for table, values in tables.items():
        lines += _lines(table, values)
    return "\n".join(lines)
