"""The city's side: who lives there, and the gateway with its throwaway keys."""

import json
import pathlib
import re

from processes import ProgramFailed, output_of

KIOSK_ID = "kiosk-001"


class City:
    def __init__(self, root, bin_dir, out):
        self._gateway = bin_dir / "gateway"
        self._root = root
        self._shipped = root / "tools/gateway"
        self.dir = out / "city"
        self.pki = self.dir / "pki"
        self.residents = self.dir / "residents.json"
        self.people = []
        self.person = None      # the emulated card's holder, one of the people
        self.listen = "127.0.0.1:0"
        self.url = None
        self.enrol = None       # where kiosks without a certificate come, when it is open
        self.console = None     # the staff console's URL, when it is open
        self.lessons = root / "ui/lessons"
        self.lessons_url = None     # where they can be repeated at home
        self.gateway = None
        self.options = []       # with which it was started
        self.database = self.dir / "gateway.sqlite"

    async def make_keys(self, kiosk_ids=(KIOSK_ID,)):
        self.pki.mkdir(parents=True)
        for kiosk_id in kiosk_ids:
            await output_of(self._root / "tools/pki", self.pki, "--kiosk", kiosk_id)

    def read_people(self, given):
        self.people = json.loads((given or self._shipped / "residents/toyonaka-fictional.json").read_text("utf-8"))

    def choose_person(self, first, fault):
        """The holder of the emulated card: whoever the fault is about, else the first of a file that somebody gave,
        else an adult of the shipped city whose name has a variation selector (葛󠄂)."""
        if fault and fault.person_with:
            found = next((person for person in self.people if person.get(fault.person_with)), None)
            if found is None:
                raise ProgramFailed(f"none of the residents has '{fault.person_with}'")
            self.person = found
        elif first:
            self.person = self.people[0]
        else:
            self.person = next(
                person for person in self.people
                if person["birth"] < "2005" and re.search("[\U000E0100-\U000E01EF]", person["name"])
                and not any(person.get(reason) for reason in ("protected", "moved_out", "deceased")))
        if fault:
            self.person.update(fault.person)

    def write_people(self, auth_certificate_sha256=None):
        """The demo's copy of the residents; with a hash, in which that card is the chosen person's."""
        if auth_certificate_sha256:
            self.person["auth_certificate_sha256"] = auth_certificate_sha256
        self.dir.mkdir(parents=True, exist_ok=True)
        self.residents.write_text(json.dumps(self.people, ensure_ascii=False, indent=1), "utf-8")

    def always_open(self, name):
        """A shipped file with its hours, open at any: the demo must work at night and on New Year's Day."""
        text = (self._shipped / name).read_text("utf-8")
        text = re.sub(r'^hours = .*$', 'hours = "00:00-24:00"', text, flags=re.MULTILINE)
        text = re.sub(r'^days = .*\n', '', text, flags=re.MULTILINE)
        text = re.sub(r'^closed_days = .*$', 'closed_days = []', text, flags=re.MULTILINE)
        path = self.dir / name
        path.write_text(text, "utf-8")
        return path

    async def open_gateway(self, cast, card_ca: pathlib.Path, more=()):
        """`more`: further options of the gateway."""
        pki = self.pki
        self.options = [
            "--listen", self.listen, "--public-listen", "127.0.0.1:0",
            "--tls-certificate", pki / "gateway.pem", "--tls-key", pki / "gateway.key",
            "--kiosk-ca", pki / "kiosk-ca.pem", "--card-ca", card_ca, "--seal-key", pki / "seal.key",
            "--crl", pki / "gateway-ca.crl",
            "--audit-keys", pki / "audit", "--lessons-dir", self.lessons,
            "--sign-key", pki / "document.key", "--sign-certificate", pki / "document.pem",
            "--residents", self.residents, "--catalogue", self.always_open("catalogue.toml"),
            "--queue", self.always_open("queue.toml"), "--database", self.database, *more]
        self.gateway = await cast.start("gateway", [self._gateway, *self.options])
        ready = await self.gateway.line(r"ready kiosk=(\S+) public=(\S+)(?: console=(\S+))?(?: enrol=(\S+))?")
        self.url = f"https://{ready[1]}"
        self.lessons_url = f"https://{ready[2]}/lessons"
        self.enrol = ready[4]
        self.console = ready[3] and f"https://{ready[3]}/console/"

    async def register_staff(self, name, role, badge=None):
        """A new account of the console: {"name", "password", "uri"}. `badge`: the number on a volunteer's."""
        password = f"{name} opens the desk"
        uri = await output_of(self._gateway, "staff", "add", name, "--role", role, *(["--badge", badge] if badge else []),
                              "--database", self.database, given=password + "\n")
        return {"name": name, "password": password, "uri": uri.strip()}
