"""Programs that the demo starts: their lines, their logs, and their end.

Every program is started through setpriv --pdeathsig, so that none outlives the demo however the demo dies. On the
usual ways out (the visit's end, an error, Ctrl-C, SIGTERM) Cast.end stops them in the reverse order of their start.
"""

import asyncio
import contextlib
import json
import os
import pathlib
import re
import signal


class ProgramFailed(Exception):
    """A program did not do what it was started for; the text names it and its log."""


def end_with_signals():
    """Cancels the task that runs now when the program is told to end."""
    task, loop = asyncio.current_task(), asyncio.get_running_loop()
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        loop.add_signal_handler(number, task.cancel)


def need_programs(bin_dir, names):
    missing = [name for name in names if not (bin_dir / name).is_file()]
    if missing:
        raise ProgramFailed(f"not built in {bin_dir}: {', '.join(missing)}")


async def together(*starts):
    """The results of all, made at the same time. When one fails, the others are stopped before that is said."""
    tasks = [asyncio.ensure_future(start) for start in starts]
    try:
        return await asyncio.gather(*tasks)
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)


async def output_of(*command, given=""):
    """Standard output of a program that does one thing and ends well. `given`: its standard input."""
    process = await asyncio.create_subprocess_exec(
        *map(str, command), stdin=asyncio.subprocess.PIPE, stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE, start_new_session=True)
    try:
        out, err = await process.communicate(given.encode())
    except asyncio.CancelledError:
        process.kill()
        await process.wait()
        raise
    if process.returncode != 0:
        words = (err or out).decode("utf-8", "replace").strip()
        raise ProgramFailed(f"{pathlib.Path(command[0]).name} ended with {process.returncode}: {words}")
    return out.decode("utf-8", "replace")


class Program:
    """A child process whose standard output is read line by line and whose both outputs go to a log file."""

    def __init__(self, name, log):
        self.name = name
        self.log = log
        self.lines = []     # of standard output, without the line's end
        self.events = []    # the JSON log lines of standard error
        self._news = asyncio.Condition()
        self._process = None
        self._pumps = []
        self._told_to_end = False

    async def start(self, argv, pass_fds=(), env=None):
        self.log.parent.mkdir(parents=True, exist_ok=True)
        log = self.log.open("w", encoding="utf-8")
        self._process = await asyncio.create_subprocess_exec(
            "setpriv", "--pdeathsig", "TERM", "--", *map(str, argv),
            stdin=asyncio.subprocess.PIPE, stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.PIPE,
            pass_fds=pass_fds, env=env, start_new_session=True, limit=1 << 20)
        self._pumps = [asyncio.create_task(self._pump(self._process.stdout, log, self.lines.append)),
                       asyncio.create_task(self._pump(self._process.stderr, log, self._note_event))]
        asyncio.gather(*self._pumps, return_exceptions=True).add_done_callback(lambda _: log.close())

    async def _pump(self, stream, log, note):
        while raw := await stream.readline():
            line = raw.decode("utf-8", "replace").rstrip("\n")
            log.write(line + "\n")
            log.flush()
            note(line)
            async with self._news:
                self._news.notify_all()
        async with self._news:
            self._news.notify_all()

    def _note_event(self, line):
        with contextlib.suppress(ValueError):
            event = json.loads(line)
            if isinstance(event, dict):
                self.events.append(event)

    @property
    def running(self):
        return self._process is not None and self._process.returncode is None

    @property
    def pid(self):
        """Of the program itself: setpriv has become it."""
        return self._process.pid

    @property
    def exit_code(self):
        """None while it runs; negative after a signal."""
        return self._process.returncode if self._process else None

    @property
    def ended(self):
        """Both outputs are at their end: nothing more will come."""
        return all(pump.done() for pump in self._pumps)

    async def _wait_for(self, look, what, timeout):
        """The first value of look() that is not None."""
        async def watch():
            async with self._news:
                while True:
                    found = look()
                    if found is not None:
                        return found
                    if self.ended:
                        raise ProgramFailed(f"{self.name} ended before {what}; {self.last_words()}")
                    await self._news.wait()
        try:
            # Not wait_for(): before Python 3.12 it loses a cancellation that comes as the awaited is done.
            async with asyncio.timeout(timeout):
                return await watch()
        except asyncio.TimeoutError:
            raise ProgramFailed(f"{self.name}: no {what} within {timeout} s; {self.last_words()}") from None

    async def line(self, pattern, timeout=20.0, since=0):
        """The match of the first line from `since` on that fits the pattern from its beginning."""
        def look():
            matches = (re.match(pattern, line) for line in self.lines[since:])
            return next((match for match in matches if match), None)
        return await self._wait_for(look, f"line '{pattern}'", timeout)

    async def event(self, name, timeout=20.0, since=0):
        """The first log event of this name from `since` on."""
        def look():
            return next((event for event in self.events[since:] if event.get("event") == name), None)
        return await self._wait_for(look, f"event '{name}'", timeout)

    async def say(self, text):
        self._process.stdin.write((text + "\n").encode())
        await self._process.stdin.drain()

    async def ask(self, text, answer, timeout=20.0):
        """Says a line and waits for the line that answers it."""
        since = len(self.lines)
        await self.say(text)
        return await self.line(answer, timeout, since)

    def last_words(self):
        try:
            tail = self.log.read_text(encoding="utf-8").splitlines()[-5:]
        except OSError:
            tail = []
        return "its last lines: " + " / ".join(tail) if tail else "it said nothing"

    async def wait(self):
        code = await self._process.wait()
        await asyncio.gather(*self._pumps, return_exceptions=True)
        return code

    async def lost(self):
        """Waits for the program to end of its own accord, and then fails."""
        code = await self.wait()
        if self._told_to_end:
            await asyncio.Event().wait()
        raise ProgramFailed(f"{self.name} ended by itself with exit code {code}; {self.last_words()}")

    def kill(self):
        """As a power cut would end it."""
        self._told_to_end = True
        self._signal(signal.SIGKILL)

    def _signal(self, number):
        # Not the process object's own way: that one looks for a dead child first, and takes it from whoever waits.
        with contextlib.suppress(ProcessLookupError):
            os.kill(self._process.pid, number)

    async def end(self):
        """Asks (end of standard input, SIGTERM), then insists."""
        if self._process is None:
            return
        self._told_to_end = True
        self._process.stdin.close()
        for number in (signal.SIGTERM, signal.SIGKILL):
            if not self.running:
                break
            self._signal(number)
            with contextlib.suppress(asyncio.TimeoutError):
                async with asyncio.timeout(5.0):
                    await self._process.wait()
        await asyncio.gather(*self._pumps, return_exceptions=True)


class Cast:
    """Everything that is running, in the order of its start."""

    def __init__(self, logs: pathlib.Path):
        self._logs = logs
        self._programs = []

    async def start(self, name, argv, **kwargs):
        program = Program(name, self._logs / f"{name}.log")
        self._programs.append(program)
        try:
            await program.start(argv, **kwargs)
        except OSError as error:
            raise ProgramFailed(f"{name} cannot be started: {error}") from None
        return program

    async def lost(self):
        """Fails when any of them ends by itself."""
        await together(*(program.lost() for program in self._programs))

    async def end(self):
        while self._programs:
            await self._programs.pop().end()
