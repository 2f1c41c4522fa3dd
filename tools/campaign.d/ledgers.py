"""Reads the four ledgers after a run: each in its own file or words, none through the kiosk."""

import asyncio
import contextlib
import json
import re
import sqlite3

import print_queue
from reconcile import Document, Evidence, Job, Move, Settlement

# The printer prints at most this many tenths of a second after the kiosk has said its last word.
PRINTER_LOOKS = 50
# What firmware/visit/lesson_sheet.h calls the page that a resident takes home after a lesson: free, in no ledger.
LESSON_SHEET = "lesson-sheet-"


class Ledgers:
    """What the terminal, the printer and the gateway have written since they were looked at last."""

    def __init__(self, terminal_file, printer, printer_uri, database, kioskctl):
        self._terminal_file = terminal_file
        self._printer = printer             # the Program
        self._printer_uri = printer_uri
        self._database = database
        self._kioskctl = kioskctl           # the program
        self._terminal_read = 0
        self._printer_read = 0
        self._documents_known = set()
        self._settlements_read = 0
        self._visits_before = set()
        self._journal = self._audit_key = None
        self._journal_read = 0      # number of its last entry

    def new_journal(self, path, audit_key):
        """Another kiosk begins, with an SQLite file that is not there yet. `audit_key`: the public half of its key."""
        self._journal, self._audit_key, self._journal_read = path, audit_key, 0

    async def evidence(self, unresolved_allowed, at_rest=True):
        """Of the visits since the last call. The journal is checked for damage when kioskd has ended (`at_rest`)."""
        held = await self._unfinished()
        records, damage = self._read_journal(at_rest)
        if at_rest and self._journal_read and not damage:
            damage = await self._broken_chain()
        documents = self._documents()
        self._visits_before |= set(records)
        return Evidence(journal=records, journal_damage=damage, moves=self._moves(), jobs=self._jobs() + held,
                        documents=documents, settlements=self._settlements(), unresolved_allowed=unresolved_allowed)

    def _moves(self):
        with self._terminal_file.open("rb") as file:
            file.seek(self._terminal_read)
            news = file.read()
        self._terminal_read += len(news)
        lines = [json.loads(line) for line in news.splitlines()]
        return [Move(line["kind"], line["transaction"], line["moved_yen"], line["poi_transaction"],
                     line.get("reversed_transaction", ""), line["brand"], line["state"],
                     line.get("unconfirmed", False)) for line in lines if "kind" in line]

    async def _unfinished(self):
        """Jobs that do not end by themselves, as evidence; they are taken off, so that the next run can print."""
        uri = self._printer_uri
        for _ in range(PRINTER_LOOKS):
            held = await asyncio.to_thread(print_queue.unfinished, uri)
            if not held:
                return []
            await asyncio.sleep(0.1)
        for job in held:
            await asyncio.to_thread(print_queue.cancel, uri, job)
        return [Job(name, "held") for name in held.values()]

    def _printer_jobs(self):
        jobs = {}
        for line in self._printer.lines[self._printer_read:]:
            if match := re.match(r"job (\d+) printing job-\d+-(.+)\.pdf", line):
                jobs[match[1]] = Job(match[2], "held")     # until its end is told
            elif match := re.match(r"job (\d+) (completed|canceled|aborted) pages (\d+)", line):
                jobs[match[1]] = Job(jobs[match[1]].document, match[2], int(match[3]))
        return jobs

    def _jobs(self):
        jobs = self._printer_jobs()
        self._printer_read = len(self._printer.lines)
        return [job for job in jobs.values() if not job.document.startswith(LESSON_SHEET)]

    def _ask_gateway(self, statement, *values):
        with contextlib.closing(sqlite3.connect(f"file:{self._database}?mode=ro", uri=True, timeout=10)) as database:
            return database.execute(statement, values).fetchall()

    def _documents(self):
        rows = self._ask_gateway("SELECT number, visit, state, amount_yen FROM documents")
        news = [Document(*row) for row in rows if row[0] not in self._documents_known]
        self._documents_known |= {one.number for one in news}
        # The gateway may have been drawing when the kiosk died: such a document is nobody's, and nothing came of it.
        return [one for one in news if one.visit not in self._visits_before or one.state != "prepared"]

    def _settlements(self):
        rows = self._ask_gateway("SELECT line, document, outcome, due_yen, charged_yen, pages_printed FROM ledger "
                                 "WHERE line > ? ORDER BY line", self._settlements_read)
        if rows:
            self._settlements_read = rows[-1][0]
        return [Settlement(*row[1:]) for row in rows]

    async def _broken_chain(self):
        """What the journal's own audit finds: a power cut must not look like somebody's hand in it."""
        process = await asyncio.create_subprocess_exec(
            self._kioskctl, "audit", "verify", "--journal", self._journal, "--kiosk-key", self._audit_key,
            stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.STDOUT)
        said, _ = await process.communicate()
        return "" if process.returncode == 0 else said.decode("utf-8", "replace").strip()

    def _read_journal(self, at_rest):
        """({visit: [(kind, body)]}, what is wrong with the file)."""
        records, check = {}, "ok"
        if not self._journal.exists():
            return records, ""
        try:
            with contextlib.closing(sqlite3.connect(self._journal, timeout=10)) as database:
                if at_rest:
                    (check,), *_ = database.execute("PRAGMA integrity_check").fetchall()
                if database.execute("SELECT count(*) FROM sqlite_schema WHERE name = 'entries'").fetchone() == (1,):
                    for number, visit, kind, body in database.execute(
                            "SELECT number, visit, kind, body FROM entries WHERE number > ? AND visit != '' ORDER BY number",
                            (self._journal_read,)):
                        records.setdefault(visit, []).append((kind, json.loads(body)))
                        self._journal_read = number
        except (sqlite3.DatabaseError, TypeError, ValueError) as error:     # a body may be missing, or no JSON
            return records, str(error)
        return records, "" if check == "ok" else check
