"""tools/flash: from the command line to the exit code. One thread a medium; this one draws and takes signals."""

import contextlib
import os
import select
import signal
import sys
import threading
import time

import disks
import faults
import options
import provision
from faults import Fault
from image import Image, Plan
from medium import Medium
from report import Lines, Words
from writing import BOOTABLE, BUFFER, UNKNOWN, Cancelled, Writing

DRAW_S = 0.5
SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


class Stop:
    """Whether somebody has had enough. Before anything is written a signal ends the program where it is; then it is a
    request that the threads see. The second SIGINT does not wait for a disk that does not answer."""

    def __init__(self):
        self._wanted, self._writing = threading.Event(), False
        self._signalled, wake = os.pipe()
        os.set_blocking(wake, False)
        signal.set_wakeup_fd(wake, warn_on_full_buffer=False)
        for number in SIGNALS:
            signal.signal(number, self._take)

    def begin(self):
        self._writing = True

    def request(self):
        self._wanted.set()

    def check(self):
        if self._wanted.is_set():
            raise Cancelled

    def line(self, file):
        """Its next line, empty at its end. A signal is never slept through, as input() does with one that comes between
        its prompt and its read."""
        select.select([file, self._signalled], [], [])
        return file.readline()

    def _take(self, number, frame):
        if not self._writing:
            raise Cancelled
        if self._wanted.is_set() and number == signal.SIGINT:
            os.write(2, b"\ntools/flash: left at once; media that were begun cannot start a kiosk\n")
            os._exit(faults.CANCELLED)
        os.write(2, b"tools/flash: cancelling; the disks finish what they have begun\n")
        self._wanted.set()


def main(arguments):
    values = options.parse(arguments)
    report = Lines() if values.json else Words()
    stop = Stop()
    try:
        code = run(values, report, stop)
    except Fault as fault:
        report.fault(fault)
        code = faults.REFUSED
    except Cancelled:
        report.fault(Fault(35, "nothing was written"))
        code = faults.CANCELLED
    except BrokenPipeError:     # whoever read the report has gone
        os.dup2(os.open(os.devnull, os.O_WRONLY), 1)
        code = faults.CANCELLED
    report.end(code)
    return code


def run(values, report, stop):
    if values.release is not None:
        provision.Ledger(values.provision).release(values.release, time.time())
        report.note(f"unit {values.release} may be given away again")
        return faults.DONE
    if not values.image:
        return show_disks(report)
    here = disks.of_this_machine()
    # First what is quick: nobody waits for a large image to hear of a wrong target.
    refuse_all(report, disks.chosen(values.targets, existing(values.image), 0, values.fixed, here)[1])
    image = Image(values.image, told_seldom(report.reading))
    report.image(image)
    targets, wrong = disks.chosen(values.targets, values.image, image.size, values.fixed, here)
    refuse_all(report, wrong)
    ledger, units = units_for(values.provision, targets)
    jobs = [Job(disk, unit, Plan(image, unit and unit.add_to(image.table))) for disk, unit in zip(targets, units)]
    with contextlib.ExitStack() as stack:
        # All are opened before one is written to, and before the question: nobody mounts one in between.
        for job in jobs:
            job.medium = Medium(job.disk, BUFFER)
            stack.callback(job.medium.close)
        for job in jobs:
            report.plan(job.disk, job.unit, job.plan)
        if values.dry_run:
            report.note("a dry run: nothing was written")
            return faults.DONE
        if not values.yes and not answered(len(jobs), stop):
            return faults.USAGE
        stop.begin()
        write_all(jobs, ledger, report, not values.no_verify, stop)
    return told(jobs, ledger, report)


def existing(path):
    if not os.path.exists(path):
        raise Fault(10, f"{path}: no such file")
    return path


def refuse_all(report, wrong):
    """Every wrong target is told before the first of them ends the run."""
    if wrong:
        for fault in wrong[:-1]:
            report.fault(fault)
        raise wrong[-1]


def told_seldom(tell):
    last = [0.0]

    def advance(phase, done, total):
        now = time.monotonic()
        if now - last[0] >= DRAW_S or done == total:
            last[0] = now
            tell(phase, done, total)
    return advance


def show_disks(report):
    usable = 0
    for disk in disks.of_this_machine().values():
        if disk.whole:
            fault = disk.refusal()
            usable += fault is None
            report.disk(disk, fault)
    report.end_of_disks(usable)
    return faults.DONE


class Job:
    """One target: what goes to it, and what became of it."""

    def __init__(self, disk, unit, plan):
        self.disk, self.unit, self.plan = disk, unit, plan
        self.medium = self.writing = self.outcome = self.bug = None

    def run(self):
        try:
            self.outcome = self.writing.run()
        except BaseException as bug:    # a thread's is lost otherwise
            self.bug = bug


def units_for(path, targets):
    """(the ledger, a unit for each target); None where nothing is provisioned."""
    if not path:
        return None, [None] * len(targets)
    ledger = provision.Ledger(path)
    free = ledger.free(provision.units_of(path))
    if len(free) < len(targets):
        raise Fault(41, path, expected=f"{len(targets)}", actual=str(len(free)))
    return ledger, free[:len(targets)]


def answered(count, stop):
    if not sys.stdin.isatty():
        print("tools/flash: nobody is there to ask: add --yes", file=sys.stderr)
        return False
    print(f"Erase {'this disk' if count == 1 else f'these {count} disks'}? Type yes: ", end="", flush=True)
    words = stop.line(sys.stdin).strip()
    if words != "yes":
        print("tools/flash: nothing was written", file=sys.stderr)
    return words == "yes"


def write_all(jobs, ledger, report, verify, stop):
    for job in jobs:
        job.writing = Writing(job.medium, job.plan, verify, stop.check, time.monotonic)
    if ledger:
        ledger.take([(job.unit, job.disk) for job in jobs], time.time())
    threads = [threading.Thread(target=job.run) for job in jobs]
    for thread in threads:
        thread.start()
    try:
        while True:
            alive = [thread for thread in threads if thread.is_alive()]
            report.progress([(job.disk.path, job.writing.progress.look()) for job in jobs])
            if not alive:
                return
            alive[0].join(DRAW_S)
    finally:    # also when nobody reads the report any more: the disks are closed behind the threads
        stop.request()
        for thread in threads:
            thread.join()


def told(jobs, ledger, report):
    results = set()
    for job in jobs:
        if job.bug:
            raise job.bug
        report.outcome(job.disk, job.unit, job.outcome)
        results.add(job.outcome.result)
        # A unit whose medium may be in the world is never given away again.
        if ledger and job.outcome.medium != UNKNOWN:
            try:
                ledger.record(job.unit, "written" if job.outcome.medium == BOOTABLE else "released", time.time())
            except Fault as fault:      # it stays taken, which is safe; its disk is as its line says
                report.fault(fault)
                results.add("failed")
    return code_of(results)


def code_of(results):
    for result, code in (("cancelled", faults.CANCELLED), ("failed", faults.FAILED),
                         ("unverified", faults.UNVERIFIED)):
        if result in results:
            return code
    return faults.DONE


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
