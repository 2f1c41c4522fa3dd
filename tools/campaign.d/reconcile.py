"""The rule of every campaign, as one pure function: what four independent ledgers say of the same visits must agree.

The kiosk's journal says what the kiosk believes. The terminal's ledger says what money moved. The printer's tray says
what paper came out. The gateway's database says what the city believes. None of them shares code or storage with
another, so a mismatch means wrong money or wrong paper.
"""

import dataclasses


@dataclasses.dataclass(frozen=True)
class Move:
    """A line of the terminal's ledger."""
    kind: str               # "Payment" or "Reversal"
    visit: str              # SaleTransactionID
    moved_yen: int          # 0: nothing moved
    sale: str = ""          # POITransactionID of a payment
    reversed_sale: str = ""     # of a reversal: the payment's
    brand: str = ""
    state: str = ""         # charged, reversed, pending (only the host knows), or why not
    unconfirmed: bool = False   # the card left before it had confirmed


@dataclasses.dataclass(frozen=True)
class Job:
    """What the printer made of one job."""
    document: str           # its name
    state: str              # "completed", "canceled", "aborted", or "held" when it does not end by itself
    sheets: int = 0         # that came out


@dataclasses.dataclass(frozen=True)
class Document:
    """A sealed document in the gateway's database."""
    number: str
    visit: str
    state: str              # prepared, issued, voided, unresolved
    amount_yen: int


@dataclasses.dataclass(frozen=True)
class Settlement:
    """A line of the gateway's fee ledger."""
    document: str
    outcome: str
    due_yen: int
    charged_yen: int
    sheets: int


@dataclasses.dataclass(frozen=True)
class Evidence:
    journal: dict           # visit -> [(kind, body)], in the order of the journal
    moves: list
    jobs: list
    documents: list
    settlements: list
    journal_damage: str = ""            # what SQLite's own check says against the file; empty: nothing
    unresolved_allowed: bool = False    # a device could not be asked for longer than is reasonable
    gateway_reachable: bool = True      # else a visit may rightly be open: it waits for the link


# Anonymous records of the journal that belong to no visit (firmware/visit/outbox.h).
OUTBOX = ("flow", "help")


class Account:
    """All that the ledgers say of one visit."""

    def __init__(self, visit, evidence):
        self.visit = visit
        self.records = evidence.journal.get(visit, [])
        self.documents = [one for one in evidence.documents if one.visit == visit]
        numbers = {one.number for one in self.documents}
        if known := self.last("document"):
            numbers.add(known["document"])
        self.numbers = numbers
        self.payments = [one for one in evidence.moves
                         if one.visit == visit and one.kind == "Payment" and one.moved_yen]
        sales = {one.sale for one in self.payments}
        self.reversals = [one for one in evidence.moves
                          if one.kind == "Reversal" and one.moved_yen and one.reversed_sale in sales]
        self.jobs = [one for one in evidence.jobs if one.document in numbers]
        self.settlements = [one for one in evidence.settlements if one.document in numbers]
        self.net_yen = sum(one.moved_yen for one in self.payments) - sum(one.moved_yen for one in self.reversals)
        self.completed = [one for one in self.jobs if one.state == "completed"]

    def last(self, kind):
        return next((body for each, body in reversed(self.records) if each == kind), None)

    @property
    def due_yen(self):
        if self.documents:
            return self.documents[-1].amount_yen
        return (self.last("document") or {}).get("amount_yen", 0)

    @property
    def charge_state(self):
        return (self.last("charge") or {}).get("state", "")

    @property
    def unresolved(self):
        """Journal and gateway both leave it to staff, who have a ticket to find the sale by."""
        return (self.charge_state == "unresolved" and bool(self.last("charge").get("payment_service_id"))
                and any(one.state == "unresolved" for one in self.documents))


def reconcile(evidence):
    """Every disagreement as a sentence; an empty list is a reconciled run."""
    found = []
    if evidence.journal_damage:
        found.append(f"the journal is damaged: {evidence.journal_damage}")
    found += strangers(evidence)
    retrievals = set(retrievals_of(evidence))
    for visit in evidence.journal:
        account = Account(visit, evidence)
        sentences = [*open_ends(account, evidence), *twice(account)]
        if account.unresolved:
            if not evidence.unresolved_allowed:
                sentences.append("is left unresolved, although terminal and printer can be asked")
        else:
            sentences += [*money_and_paper(account), *beliefs(account, visit in retrievals)]
        found += [f"visit {visit}: {sentence}" for sentence in sentences]
    return found


def retrievals_of(evidence):
    """Visits that only fetched what another one had paid for: they have no document, charge or print of their own."""
    accounts = [Account(visit, evidence) for visit in evidence.journal]
    if any(one.last("owed") and one.completed for one in accounts):
        yield from (one.visit for one in accounts if not (one.numbers or one.payments or one.jobs))


def strangers(evidence):
    """Money, paper and documents of visits that the kiosk has no memory of."""
    visits = set(evidence.journal)
    numbers = {one.number for one in evidence.documents}
    numbers |= {body["document"] for records in evidence.journal.values() for kind, body in records
                if kind == "document"}
    sales = {one.sale for one in evidence.moves if one.kind == "Payment"}
    for one in evidence.moves:
        if one.moved_yen and one.kind == "Payment" and one.visit not in visits:
            yield f"the terminal took {one.moved_yen} yen for a visit {one.visit} that the journal does not know"
        if one.moved_yen and one.kind == "Reversal" and one.reversed_sale not in sales:
            yield f"the terminal gave {one.moved_yen} yen back for a sale that it never made"
    for one in evidence.jobs:
        if one.document not in numbers:
            yield f"the printer has a job {one.document} that nobody issued"
    for one in evidence.documents:
        if one.visit not in visits:
            yield f"the gateway issued {one.number} for a visit {one.visit} that the journal does not know"


def open_ends(account, evidence):
    """What has not come to its end."""
    # What the city is to be told without haste waits for the kiosk's next look, some seconds.
    waits = (account.last("began") or {}).get("service") in OUTBOX
    if not account.last("ended") and evidence.gateway_reachable and not waits:
        yield "is still open in the journal"
    for one in account.jobs:
        if one.state == "held":
            yield f"the printer still holds a job {one.document}, and prints nothing else"
    known = {body["document"] for kind, body in account.records if kind == "document"}
    for one in account.documents:
        # A document that never reached the kiosk's journal can have moved neither money nor paper.
        if one.state == "prepared" and one.number in known and evidence.gateway_reachable:
            yield f"the gateway still waits for the settlement of {one.number}"


def money_and_paper(account):
    """No yen without paper, no paper without yen."""
    if account.net_yen and not account.completed:
        yield f"{account.net_yen} yen were taken and no paper came out"
    if account.completed and account.net_yen != account.due_yen:
        yield f"the paper came out for {account.net_yen} yen, and {account.due_yen} yen were due"
    if account.net_yen not in (0, account.due_yen):
        yield f"{account.net_yen} yen were taken, and {account.due_yen} yen were due"


def twice(account):
    """What must happen at most once."""
    if len(account.payments) > 1:
        yield f"{len(account.payments)} payments were taken"
    if len(account.reversals) > 1:
        yield f"{len(account.reversals)} reversals were made"
    if len(account.completed) > 1:
        yield f"the paper came out {len(account.completed)} times"


def beliefs(account, retrieval=False):
    """What the kiosk and the city believe must be what happened."""
    issued = any(one.state == "issued" for one in account.documents)
    voided = any(one.state == "voided" for one in account.documents)
    if issued and not account.completed:
        yield "the gateway calls a document genuine that never came out"
    if voided and account.completed:
        yield "the gateway calls a document void that came out"
    if any(one.state == "unresolved" for one in account.documents):
        yield f"the gateway calls a document unresolved, the journal's charge is '{account.charge_state}'"
    if account.settlements and account.settlements[-1].charged_yen != account.net_yen:
        yield (f"the gateway's ledger says {account.settlements[-1].charged_yen} yen, "
               f"the terminal's {account.net_yen} yen")
    if account.settlements and account.settlements[-1].outcome == "issued" and account.completed:
        said, came = account.settlements[-1].sheets, account.completed[-1].sheets
        if said != came:
            yield f"the gateway's ledger says {said} sheets, the printer's tray {came}"
    # What such a visit gave out is another visit's document.
    if not retrieval:
        yield from beliefs_of_journal(account, issued)


def beliefs_of_journal(account, issued):
    state = account.charge_state
    if state == "charged" and account.net_yen == 0:
        yield "the journal says charged, the terminal says nothing was taken"
    if state in ("not_charged", "reversed") and account.net_yen:
        yield f"the journal says {state}, the terminal says {account.net_yen} yen were taken"
    if state == "unresolved":
        yield "the journal says unresolved without a ticket, or the gateway does not know of it"
    ended = account.last("ended")
    if ended and (ended.get("outcome") == "issued") != issued:
        yield f"the journal ends it as '{ended.get('outcome')}', for the gateway it is {'' if issued else 'not '}issued"
