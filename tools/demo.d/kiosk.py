"""The kiosk itself: its configuration, its processes and the socket pairs between them, and its display."""

import asyncio
import contextlib
import ctypes
import datetime
import json
import os
import pathlib
import signal
import socket

import city
from processes import ProgramFailed

WIDTH, HEIGHT = 1080, 1920
# What panels, title bars and docks of a desktop may take away from a window.
DESKTOP_MARGIN = 120


def toml(settings):
    """kiosk.toml's text from {(table, key): value}."""
    tables = {}
    for (table, key), value in settings.items():
        # JSON's strings, numbers, true and false are TOML's too.
        tables.setdefault(table, []).append(f"{key} = {json.dumps(value, ensure_ascii=False)}")
    return "\n".join(f"[{table}]\n" + "\n".join(lines) + "\n" for table, lines in tables.items())


def closed_now():
    """Service hours that the present moment lies outside of, with an hour's distance on both sides."""
    now = datetime.datetime.now(datetime.timezone(datetime.timedelta(hours=9)))
    begin, end = (now + datetime.timedelta(hours=hours) for hours in (1, 2))
    return f"{begin:%H:%M}-{end:%H:%M}"


def panel_for_window():
    """(width, height) of the largest panel of the kiosk's shape that a window on this desktop can show. The panel
    keeps its millimetres, so that everything is drawn smaller and nothing is missing."""
    try:
        x11 = ctypes.CDLL("libX11.so.6")
        x11.XOpenDisplay.restype = ctypes.c_void_p
        display = x11.XOpenDisplay(None)
        height = x11.XDisplayHeight(ctypes.c_void_p(display), 0) if display else 0
        if display:
            x11.XCloseDisplay(ctypes.c_void_p(display))
    except OSError:
        height = 0
    height = min(HEIGHT, height - DESKTOP_MARGIN) if height > 0 else HEIGHT
    return round(height * WIDTH / HEIGHT), height


def wiring(the_city, kiosk_id, terminal_url, terminal_key, printer_uri):
    """Settings of a kiosk of the city, open at any hour, whose state is beside its kiosk.toml."""
    return {
        ("kiosk", "id"): kiosk_id,
        ("kiosk", "state_dir"): "state",
        ("kiosk", "service_hours"): "00:00-24:00",
        ("kiosk", "time_zone"): "Asia/Tokyo",
        ("terminal", "url"): terminal_url,
        ("terminal", "key"): str(terminal_key.resolve()) if terminal_key else "",
        ("terminal", "sale_id"): "KIOSK-001",
        ("terminal", "poi_id"): "POI-001",
        ("printer", "uri"): printer_uri,
        ("gateway", "seal_key"): str(the_city.pki / "seal.pem"),
        ("journal", "audit_key"): str(the_city.pki / f"audit/{kiosk_id}.key"),
        ("link", "url"): the_city.url,
        ("link", "ca"): str(the_city.pki / "gateway-ca.pem"),
        ("link", "certificate"): str(the_city.pki / f"{kiosk_id}.pem"),
        ("link", "key"): str(the_city.pki / f"{kiosk_id}.key"),
    }


class Kiosk:
    def __init__(self, bin_dir, out):
        self._bin = bin_dir
        self.dir = out / "kiosk"
        self.config = self.dir / "kiosk.toml"
        self.report = self.dir / "report.json"
        self.layout = out / "logs/layout.jsonl"
        self.screens = out / "screens"
        self.day_end = out / "day-end"
        self._settings = None
        self.kioskd = self.ui = self.link = self.call = None     # call: only where consultations are offered

    def configure(self, the_city, terminal_url, terminal_key, printer_uri, windowed, changes):
        width, height = panel_for_window() if windowed else (WIDTH, HEIGHT)
        settings = wiring(the_city, city.KIOSK_ID, terminal_url, terminal_key, printer_uri) | {
            ("kiosk", "day_end_dir"): str(self.day_end),
            ("kiosk", "lessons_dir"): str(the_city.lessons),
            ("kiosk", "lessons_url"): the_city.lessons_url,
            ("link", "pins"): (the_city.pki / "gateway.pins").read_text("utf-8").split(),
            ("link", "crl"): str(the_city.pki / "gateway-ca.crl"),
            ("link", "state_dir"): "link-state",
            ("queue", "enabled"): True,
            ("receipt", "printer"): "usb",
            ("screen", "width_px"): width,
            ("screen", "height_px"): height,
            ("screen", "fullscreen"): not windowed,
        } | changes
        if settings["kiosk", "service_hours"] == "closed now":
            settings["kiosk", "service_hours"] = closed_now()
        (self.dir / "state").mkdir(parents=True)
        (self.dir / "link-state").mkdir()
        self._settings = settings
        self.config.write_text(toml(settings), "utf-8")

    async def switch_on_again(self, cast, display, cabinet_environment, service_hours):
        """Off, and on with these hours."""
        for program in self._programs():
            await program.end()
        self.config.write_text(toml(self._settings | {("kiosk", "service_hours"): service_hours}), "utf-8")
        self.screens = self.day_end / "screens"
        await self.start(cast, display, cabinet_environment, ".night")

    async def switch_on_after_cut(self, cast, display, cabinet_environment):
        """After kill(): as before, with logs and pictures of its own."""
        self.screens = self.screens.with_name("screens-after")
        self.layout = self.layout.with_name("layout-after.jsonl")
        await self.start(cast, display, cabinet_environment, "-after")

    async def start(self, cast, display, cabinet_environment, life=""):
        """cabinet_environment: what kioskd needs to see emulated devices. `life` is added to the logs' names."""
        environment = os.environ | ({"DISPLAY": display, "SDL_VIDEODRIVER": "x11"} if display else {})
        self.screens.mkdir(parents=True, exist_ok=True)
        with contextlib.ExitStack() as both_ends:
            def pair():
                return [both_ends.enter_context(end) for end in
                        socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)]

            async def start(name, env=None, **ends):
                """Each of `ends` is an option and what its descriptor is."""
                words = [word for option, end in ends.items() for word in (f"--{option.replace('_', '-')}", end.fileno())]
                return await cast.start(f"{name}{life}", [self._bin / name, "--config", self.config, *words, *more[name]],
                                        pass_fds=[end.fileno() for end in ends.values()], env=env)

            more = {"kiosk-link": [], "kiosk-ui": ["--screenshots", self.screens, "--layout", self.layout],
                    "kioskd": ["--report", self.report], "kiosk-call": ["--own-network"]}
            (core_ui, ui), (core_link, link) = pair(), pair()
            calls = {name: {} for name in more}
            if self._settings.get(("consult", "enabled")):
                (core_call, call), (ui_call, call_ui), (link_call, call_link) = pair(), pair(), pair()
                calls |= {"kiosk-link": {"call_fd": link_call}, "kiosk-ui": {"call_fd": ui_call},
                          "kioskd": {"call_fd": core_call}}
                self.call = await start("kiosk-call", fd=call, ui_fd=call_ui, link_fd=call_link)
            self.link = await start("kiosk-link", fd=link, **calls["kiosk-link"])
            self.ui = await start("kiosk-ui", environment, fd=ui, **calls["kiosk-ui"])
            self.kioskd = await start("kioskd", os.environ | cabinet_environment, ui_fd=core_ui, link_fd=core_link,
                                      **calls["kioskd"])

    def _programs(self):
        return [program for program in (self.kioskd, self.ui, self.link, self.call) if program]

    def kill(self):
        """As a power cut ends it: every process at once, kioskd's own kiosk-nfc too."""
        children = pathlib.Path(f"/proc/{self.kioskd.pid}/task/{self.kioskd.pid}/children")
        nfc = [int(pid) for pid in children.read_text("ascii").split()] if children.exists() else []
        for program in self._programs():
            program.kill()
        for pid in nfc:
            with contextlib.suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)

    async def read_report(self):
        """What kioskd writes right after it has logged the visit's end."""
        for _ in range(250):
            if self.report.exists():
                found = json.loads(self.report.read_text("utf-8"))
                self.report.unlink()
                return found
            await asyncio.sleep(0.02)
        raise ProgramFailed(f"kioskd wrote no report; {self.kioskd.last_words()}")


async def virtual_display(cast):
    """An X server of its own, on a display number that it chooses itself; gives ':N'."""
    read, write = os.pipe()
    try:
        server = await cast.start("xvfb", ["Xvfb", "-displayfd", write, "-screen", "0", f"{WIDTH}x{HEIGHT}x24",
                                           "-nolisten", "tcp", "-noreset"], pass_fds=[write])
    finally:
        os.close(write)
    with os.fdopen(read) as answer:
        number = (await asyncio.to_thread(answer.readline)).strip()
    if not number:
        raise ProgramFailed(f"Xvfb did not start; {server.last_words()}")
    return f":{number}"
