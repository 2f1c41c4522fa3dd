"""How far one medium is, by bytes: it only grows. Writing and reading differ in speed, so each has its own rate."""

import collections
import threading

WINDOW_S = 10


class Progress:
    """The writing thread advances it; the one that draws looks at it. `now` gives seconds."""

    def __init__(self, phases, now):
        """phases: (name, bytes to write, bytes to read) in their order."""
        self._now, self._lock = now, threading.Lock()
        self._total = {"write": sum(phase[1] for phase in phases), "read": sum(phase[2] for phase in phases)}
        self._done = {"write": 0, "read": 0}
        self._seconds = {"write": 0.0, "read": 0.0}
        self._recent = collections.deque([(now(), 0)])
        self._last = now()
        self._phase = phases[0][0]

    def enter(self, phase):
        with self._lock:
            self._phase = phase
            self._last = self._now()

    def advance(self, kind, count):
        """So many more bytes are written or read, in the time since the last call."""
        with self._lock:
            now = self._now()
            self._done[kind] = min(self._total[kind], self._done[kind] + count)
            self._seconds[kind] += now - self._last
            self._last = now
            self._recent.append((now, sum(self._done.values())))
            while len(self._recent) > 2 and now - self._recent[0][0] > WINDOW_S:
                self._recent.popleft()

    def look(self):
        """phase, done and total in bytes, rate in bytes a second and seconds left (None: not known yet)."""
        with self._lock:
            done, total = sum(self._done.values()), sum(self._total.values())
            (began, before), now = self._recent[0], self._now()
            rate = (done - before) / (now - began) if now > began else None
            return {"phase": self._phase, "done": done, "total": total, "percent": 100 * done // max(1, total),
                    "rate": round(rate) if rate is not None else None, "left_s": self._left(),
                    "silent_s": int(now - self._last)}

    def _left(self):
        rates = {kind: self._done[kind] / self._seconds[kind]
                 for kind in self._done if self._done[kind] and self._seconds[kind]}
        if not rates:
            return None
        slowest = min(rates.values())
        return round(sum((self._total[kind] - self._done[kind]) / rates.get(kind, slowest) for kind in self._done))
