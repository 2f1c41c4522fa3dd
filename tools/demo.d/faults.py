"""What can go wrong in the demo, what it takes to make it go wrong, and how it must end.

Each fault goes through a real wire: an emulator is told to misbehave, a process is ended, the resident walks away.
None may cost the resident money without paper: `money` says how the terminal's ledger must look afterwards.
"""

import dataclasses


@dataclasses.dataclass(frozen=True)
class Fault:
    name: str
    what: str                       # what happens
    outcome: str                    # visit.json's outcome
    screen: str                     # the screen that must have been shown
    money: str = "none"             # "none": nothing was ever charged; "reversed": charged and given back; "paid"
    rows: dict = dataclasses.field(default_factory=dict)      # replaces rows of the scenario (scenario.py)
    settings: dict = dataclasses.field(default_factory=dict)  # replaces settings of kiosk.toml: (table, key) -> value
    person_with: str | None = None  # the resident is one who has this field in the city's file
    person: dict = dataclasses.field(default_factory=dict)    # replaces fields of the resident
    tries: int | None = None        # left on the card's PIN
    needs: tuple = ("card",)        # which of the demo's own devices this takes
    no_slip: bool = False           # the receipt printer cannot print, and nothing else may suffer from it
    no_visit: bool = False          # the kiosk does not serve at all, so it reports no visit

    def ends(self):
        money = {"none": "not charged", "reversed": "charged and given back", "paid": "charged once"}[self.money]
        return f"{self.outcome}, {money}"


ALL = (
    Fault("card_pulled", "the card is taken off the reader while the PIN is typed", "card_pulled", "error.card_pulled",
          rows={"pin": "press digit.1 | press digit.2 | do card remove"}),
    Fault("pin_wrong", "the PIN is typed wrong three times", "pin_locked", "error.pin_locked",
          rows={"pin": "{wrong_pin} | {wrong_pin} | {wrong_pin}", "pin_wrong": "press retry | press retry",
                "pin_last_try": "press try"}),
    Fault("pin_locked", "the card's PIN is locked already", "pin_locked", "error.pin_locked",
          tries=0),
    Fault("last_try", "one try is left and the resident prefers not to risk it", "cancelled", "pin_last_try",
          tries=1, rows={"pin_last_try": "press cancel"}),
    Fault("resident_cancels", "the resident cancels at the review", "cancelled", "error.cancelled",
          rows={"review": "press cancel"}),
    Fault("resident_leaves", "the resident walks away while choosing", "left", "error.left",
          rows={"kind": "-", "still_there": "-"},
          settings={("visit", "patience_s"): 2, ("visit", "last_call_s"): 2, ("visit", "ending_shown_s"): 2}),
    Fault("declined", "the payment card is declined", "declined", "error.declined",
          rows={"review": "do terminal mode decline, press pay"}, needs=("card", "terminal")),
    Fault("tap_interrupted", "the card is taken off the terminal too early", "tap_interrupted",
          "error.tap_interrupted", rows={"pay": "do terminal interrupt QUICPay"}, needs=("card", "terminal")),
    Fault("terminal_cancel", "the resident presses cancel on the terminal", "payment_cancelled",
          "error.payment_cancelled", rows={"review": "do terminal mode cancel, press pay", "pay": "-"}, needs=("card", "terminal")),
    Fault("terminal_gone", "the terminal loses its power before the payment", "terminal_gone", "error.terminal_gone",
          rows={"review": "do terminal mode gone, press pay"}, needs=("card", "terminal")),
    Fault("reply_lost", "the terminal charges, but its reply is lost", "issued", "goodbye", money="paid",
          rows={"review": "do terminal mode drop-reply, press pay"}, needs=("card", "terminal")),
    Fault("request_lost", "the payment request is lost on its way", "payment_busy", "error.payment_busy",
          rows={"review": "do terminal mode drop-request, press pay", "pay": "-"}, needs=("card", "terminal")),
    Fault("wrong_amount", "the terminal books another amount than was asked", "amount_mismatch",
          "error.amount_mismatch", money="reversed", rows={"review": "do terminal mode wrong-amount, press pay"},
          needs=("card", "terminal")),
    Fault("printer_jam", "the paper jams before the payment", "printer_jam", "error.printer_jam",
          rows={"review": "do printer jam, press pay"}, needs=("card", "printer")),
    Fault("printer_jam_midway", "the paper jams after the payment", "print_failed", "error.print_failed",
          money="reversed", rows={"pay": "do printer fail-next jam, do terminal pay"},
          settings={("printer", "patience_s"): 2}, needs=("card", "printer", "terminal")),
    Fault("printer_empty", "the paper tray is empty before the payment", "printer_empty", "error.printer_empty",
          rows={"review": "do printer empty, press pay"}, needs=("card", "printer")),
    Fault("cover_open", "the printer's cover is open before the payment", "printer_cover", "error.printer_cover",
          rows={"review": "do printer cover, press pay"}, needs=("card", "printer")),
    Fault("printer_aborted", "the printer gives the job up after the payment", "print_failed", "error.print_failed",
          money="reversed", rows={"pay": "do printer abort, do terminal pay"}, needs=("card", "printer", "terminal")),
    Fault("printer_gone", "the printer loses its power before the payment", "printer_gone", "error.printer_gone",
          rows={"review": "do printer die, press pay"}, needs=("card", "printer")),
    Fault("slip_paper_end", "the receipt printer has no paper", "issued", "goodbye", money="paid", no_slip=True,
          rows={"review": "do receipt paper-end, press pay"}, needs=("card", "terminal")),
    Fault("slip_unplugged", "the receipt printer's cable comes loose in the middle of the slip", "issued", "goodbye",
          money="paid", no_slip=True, rows={"review": "do receipt unplug-after 20000, press pay"}, needs=("card", "terminal")),
    Fault("no_receipt_printer", "the cabinet has no receipt printer", "issued", "goodbye", money="paid", no_slip=True,
          settings={("receipt", "printer"): "off"}, needs=("card", "terminal")),
    Fault("gateway_gone", "the city's gateway is gone before the payment", "gateway_gone", "error.gateway_gone",
          rows={"review": "do end gateway, press pay"}),
    Fault("protected_person", "the resident is under protection from violence", "not_served", "error.not_served",
          person_with="protected"),
    Fault("moved_out", "the resident has moved to another city", "moved_out", "error.moved_out",
          person_with="moved_out"),
    # A shape of 葛 that the certificates' font does not have: drawn without care it would be another shape.
    Fault("glyph_missing", "the resident's name has a character that the font cannot draw", "name_unprintable",
          "error.name_unprintable", person={"name": "葛\U000E0101城　花子"}),
    Fault("out_of_hours", "it is night and the kiosk is closed", "closed", "closed",
          rows={"closed": "-"}, settings={("kiosk", "service_hours"): "closed now"}, no_visit=True),
)

BY_NAME = {fault.name: fault for fault in ALL}


def listing():
    width = max(len(fault.name) for fault in ALL)
    what = max(len(fault.what) for fault in ALL)
    rows = [f"{'NAME':<{width}}  {'WHAT HAPPENS':<{what}}  HOW IT MUST END"]
    rows += [f"{fault.name:<{width}}  {fault.what:<{what}}  {fault.ends()}" for fault in ALL]
    return "\n".join(rows)
