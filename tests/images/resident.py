"""A resident before the glass of a virtual kiosk: knows a screen by its picture, and where to touch it.

Both come from a visit that tools/demo played with the same sources: its pictures of every screen and what kiosk-ui said of
their controls. On the virtual kiosk nothing is asked but the glass.
"""

import json

import machine
import png

# Every so many pixels in both directions one is compared.
STEP = 12
# The same screen, drawn with another release's fonts. With some other words in it, it is still far more like itself than
# like any other.
SAME = 0.05
ALIKE = 0.09


def points(picture):
    """Brightness of a grid of pixels, 0 to 255."""
    pixels, stride = picture.pixels, picture.width * 3
    return [(pixels[at] + 2 * pixels[at + 1] + pixels[at + 2]) >> 2
            for y in range(STEP // 2, picture.height, STEP)
            for at in range(y * stride + STEP // 2 * 3, (y + 1) * stride, STEP * 3)]


def unlike(one, other):
    """The share of points that differ."""
    if len(one) != len(other):
        return 1.0
    return sum(abs(a - b) > 40 for a, b in zip(one, other)) / len(one)


class Screens:
    """`pictures`: folder of NN-name.png; `layout`: what kiosk-ui said of their controls (--layout)."""

    def __init__(self, pictures, layout):
        self._seen = []     # (name, points)
        self._controls = {}
        self.add(pictures, layout)

    def add(self, pictures, layout):
        self._last = (None, None)   # pixels, and what `name` said of them: the glass stands still most of the time
        for path in sorted(pictures.glob("*.png")):
            self._seen.append((path.stem.partition("-")[2], points(png.read(path))))
        for line in layout.read_text("utf-8").splitlines():
            screen = json.loads(line)
            here = self._controls.setdefault(screen["name"], {})
            here |= {control["id"]: (control["x"] + control["w"] // 2, control["y"] + control["h"] // 2)
                     for control in screen["controls"]}

    def name(self, picture):
        """(name, how unlike); the name is None when it is like none of them."""
        pixels, said = self._last
        if pixels != picture.pixels:
            said = self._name(picture)
            self._last = (picture.pixels, said)
        return said

    def _name(self, picture):
        here = points(picture)
        found = sorted((unlike(here, seen), name) for name, seen in self._seen)
        best, name = found[0]
        others = next((how for how, other in found if other != name), 1.0)
        return (name if best <= SAME or (best <= ALIKE and others > 1.4 * best) else None), best

    def where(self, screen, control):
        return self._controls[screen][control]


class Resident:
    """`table`: screen -> steps, as the demo's scenario has them. `hands`: does what is no touch."""

    def __init__(self, kiosk, screens, table, hands):
        self._kiosk, self._screens, self._table, self._hands = kiosk, screens, table, hands
        self.seen = []      # (seconds since the machine was switched on, screen)
        self.pictures = {}

    def until(self, last, seconds=300, first="welcome"):
        """Plays from the screen `first` to the screen `last`. None: from whatever is there."""
        now = None
        begun = first is None
        def new_screen(picture):
            name, _ = self._screens.name(picture)
            begun_now = begun or name == first
            return name is not None and name != now and begun_now
        while True:
            at, picture = self._kiosk.watch(new_screen, seconds)
            now, _ = self._screens.name(picture)
            begun = True
            self.seen.append((at, now))
            self.pictures[now] = picture
            if now == last:
                return
            self._act(now)

    def _act(self, screen):
        """Groups of steps, each for what the screen shows after the one before ("|")."""
        before = None
        for group in self._table.get(screen, "-").split("|"):
            if before is not None:
                self._kiosk.watch(lambda picture, old=before: picture.pixels != old.pixels, 60)
                self._kiosk.hear(0.5)
            before = self._kiosk.look()
            for step in group.split(","):
                self._do(screen, step.strip())

    def _do(self, screen, step):
        verb, _, what = step.partition(" ")
        if verb in ("press", "try"):
            self._kiosk.touch(*self._screens.where(screen, what))
        elif verb == "do":
            self._hands(what)
        elif verb != "-":
            raise machine.Lost(f"the resident does not know how to '{step}'")
