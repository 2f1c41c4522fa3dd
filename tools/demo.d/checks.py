"""What the demo checks after a visit, against witnesses other than kioskd: the terminal's ledger, the printer's tray,
other programs' reading of the PDF, the gateway's public page."""

import asyncio
import dataclasses
import json
import pathlib
import re
import shutil
import ssl
import tempfile
import urllib.error
import urllib.parse
import urllib.request


@dataclasses.dataclass(frozen=True)
class Check:
    what: str
    passed: bool | None     # None: could not be made here
    detail: str = ""


def equal(what, expected, actual):
    return Check(what, expected == actual, "" if expected == actual else f"expected {expected}, found {actual}")


async def reading_of(*command):
    """(exit code, standard output and error) of a program that may well fail."""
    process = await asyncio.create_subprocess_exec(
        *map(str, command), stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.STDOUT)
    said, _ = await process.communicate()
    return process.returncode, said.decode("utf-8", "replace")


@dataclasses.dataclass(frozen=True)
class Witnessed:
    """What others than kioskd know. None: a device of somebody else's, which cannot be asked."""
    ledger: dict | None             # of the terminal: {"entries": [{"kind", "moved_yen", ...}]}
    documents: list | None          # the bytes that the printer accepted
    card_lines: list | None         # what the emulated card said
    slips: list                     # files of the slips that the receipt printer cut

    def since(self, before):
        def news(now, then):
            return None if now is None else now[len(then):]
        entries = self.ledger and news(self.ledger["entries"], before.ledger["entries"])
        return Witnessed(None if self.ledger is None else {"entries": entries},
                         news(self.documents, before.documents), news(self.card_lines, before.card_lines),
                         news(self.slips, before.slips))


def net_yen(ledger):
    return sum(entry["moved_yen"] if entry["kind"] == "Payment" else -entry["moved_yen"] for entry in ledger["entries"])


def money(report, ledger, fault):
    """kioskd's word against the terminal's."""
    if ledger is None:
        return [Check("the terminal's ledger", None, "the terminal is not the demo's")]
    net = net_yen(ledger)
    charges = [entry for entry in ledger["entries"] if entry["kind"] == "Payment" and entry["moved_yen"] != 0]
    what, right = {
        "none": ("nothing was ever charged", not charges),
        "reversed": ("charged and given back", len(charges) == 1 and net == 0),
        "paid": ("charged once", len(charges) == 1 and net == charges[0]["moved_yen"]),
    }[fault.money if fault else "paid"]
    return [equal("charged as the terminal's ledger says", net, report["charged_yen"]),
            Check(what, right, "" if right else json.dumps(ledger))]


def paper(documents, report, certificate):
    """Writes what the printer accepted to the file, if there was a certificate. `documents`: None when nobody can
    know what it accepted (a foreign printer behind TLS)."""
    what = "documents that the printer accepted"
    if documents is None:
        return [Check(what, None, "the printer is not the demo's and speaks TLS")]
    issued = report["outcome"] == "issued"
    if issued and len(documents) == 1:
        certificate.write_bytes(documents[0])
    return [equal(what, 1 if issued else 0, len(documents))]


def wiped(folders):
    """Nothing of a certificate stays behind on a disk."""
    left = [path for folder in folders for path in folder.rglob("*")
            if path.is_file() and b"%PDF-" in path.read_bytes()]
    return [Check("no certificate stays in the kiosk or the printer", not left, ", ".join(map(str, left)))]


def card(report, said, most_apdus):
    """kioskd's count of APDUs against the card's own; `said`: the emulator's lines, None for a foreign card."""
    apdus = report["apdus"]
    if said is None:
        # More are right for a card or reader that refuses extended APDUs, by the length of its certificate.
        return [Check("at most 8 APDUs to the card", apdus <= 8 or None, str(apdus))]
    return [Check(f"at most {most_apdus} APDUs to the card", apdus <= most_apdus, str(apdus)),
            equal("APDUs as the card counts them", sum(line.startswith("apdu ") for line in said), apdus),
            Check("the My Number was never asked for", "warning my-number-selected" not in said)]


# How a visit ends after the terminal has had its say.
WITH_SLIP = {"issued", "print_failed", "amount_mismatch", "unresolved", "declined", "tap_interrupted", "payment_busy"}


async def slips(files, report, ledger, fault):
    """The slip that came out, and the sale that its QR code names, against the terminal's ledger."""
    read = [(await reading_of("zbarimg", "--quiet", "--raw", path))[1] for path in files]
    # Other slips are numbers of the queue.
    sales = [code for said in read for code in re.findall(r"madoguchi-sale:(\S+)", said)]
    wanted = 0 if report["outcome"] not in WITH_SLIP or fault and fault.no_slip else 1
    out = [equal("slips that the receipt printer cut", wanted, len(sales))]
    for code in sales:
        sale = dict(urllib.parse.parse_qsl(code))
        out.append(equal("the slip's QR code names the visit", report["visit"], sale.get("transaction")))
        charged = [entry["service_id"] for entry in ledger["entries"] if entry["kind"] == "Payment"] if ledger else []
        if charged:
            out.append(equal("the slip names the sale in the terminal's ledger", charged[-1], sale.get("service")))
    return out


SELECTORS = re.compile("[\U000E0100-\U000E01EF]")


def name_in(text, names):
    """The first of the names that stands in the text, however it is spaced."""
    text = re.sub(r"\s", "", text)
    return next((name for name in names if re.sub(r"\s", "", name) in text), None)


async def names_on(path, names):
    """The certificate is for one of these people, whose name can be read out of it with every variation selector."""
    what = "the name stands in the text, with its variation selectors"
    # As the page was drawn: in reading order a wide gap between two parts of a name looks like two columns.
    _, text = await reading_of("pdftotext", "-raw", path, "-")
    if found := name_in(text, names):
        return Check(what, True, found)
    if found := name_in(text, [SELECTORS.sub("", name) for name in names]):
        # A selector of the shape that the character has anyway: drawn right, but not readable from the PDF 1.4.
        return Check(what, None, f"{found} without a selector")
    return Check(what, False, "none of: " + ", ".join(names))


async def pdf(path, names):
    """Other programs' reading of the certificate."""
    out = [await names_on(path, names)]
    code, fonts = await reading_of("pdffonts", path)
    rows = fonts.splitlines()[2:]
    # Columns from the right: emb sub uni object ID.
    embedded = [row.split()[-5] == "yes" for row in rows]
    out.append(Check("all fonts are embedded", code == 0 and bool(rows) and all(embedded), f"{len(rows)} fonts"))
    _, signature = await reading_of("pdfsig", "-nocert", path)
    out.append(Check("the signature is valid (pdfsig)", "Signature is Valid" in signature,
                     " ".join(re.findall(r"Signature Type: (\S+)", signature))))
    return out


async def qr_address(path):
    """What the QR code on the first page says, read from pixels; None when there is none."""
    with tempfile.TemporaryDirectory() as folder:
        await reading_of("pdftoppm", "-r", "200", "-f", "1", "-l", "1", "-png", path, f"{folder}/page")
        pages = [str(page) for page in sorted(pathlib.Path(folder).glob("*.png"))]
        _, said = await reading_of("zbarimg", "--quiet", "--raw", *pages)
    return next(iter(re.findall(r"https://\S+", said)), None)


async def confirmed(path, document, ca):
    """Follows the QR code as a person who was handed the paper would, and asks the city whether it is genuine."""
    what = "the QR code leads to the city, which confirms the document"
    if shutil.which("zbarimg") is None:
        return [Check(what, None, "zbarimg is not installed")]
    address = await qr_address(path)
    if address is None:
        return [Check(what, False, "no QR code was read")]
    status, said = await asyncio.to_thread(get, re.sub(r"\?", ".json?", address, count=1), ca)
    answer = json.loads(said) if status == 200 else {}
    right = answer.get("state") == "issued" and answer.get("document") == document
    return [Check(what, right, address if right else f"{address}: {status} {said[:200]}")]


def get(address, ca):
    """(HTTP status, body), or (0, what went wrong)."""
    try:
        with urllib.request.urlopen(address, context=ssl.create_default_context(cafile=ca), timeout=10) as answer:
            return answer.status, answer.read().decode("utf-8")
    except urllib.error.HTTPError as error:
        return error.code, error.reason
    except urllib.error.URLError as error:
        return 0, str(error.reason)


def outcome(report, fault):
    return [equal("the visit ended as it must", fault.outcome if fault else "issued", report["outcome"])]


def screens(folder, expected):
    """The screen that the visit had to reach was drawn: there is a picture of it."""
    shown = [picture.stem.split("-", 1)[-1] for picture in sorted(folder.glob("*.png"))]
    return [Check(f"the screen '{expected}' was shown", expected in shown,
                  "" if expected in shown else f"shown: {', '.join(dict.fromkeys(shown))}")]
