"""The JPKI application of a My Number card, as small as a card can be that serves user authentication.

Written from what is known of real cards (OpenSC's card-jpki.c, jpki/myna), not from tools/emulators/card: kiosk and
emulator are of one house and could share a misunderstanding. Where real cards may differ from the emulator, this one
does: it takes short APDUs only, its certificate file is longer and has a filler behind the certificate, and it allows
another number of tries.
"""

import dataclasses
import subprocess

JPKI = bytes.fromhex("D392F000260100000001")
TOKEN, USER_CERTIFICATE, CA_CERTIFICATE = 0x0006, 0x000A, 0x000B
USER_KEY, USER_PIN, SIGN_PASSWORD = 0x0017, 0x0018, 0x001B
TRIES = 5
FILE_SIZE = 2048

DONE = 0x9000
WRONG_LENGTH, SECURITY_NOT_SATISFIED, BLOCKED, CONDITIONS_NOT_SATISFIED = 0x6700, 0x6982, 0x6984, 0x6985
NOT_FOUND, WRONG_PARAMETERS, OUTSIDE_FILE, UNKNOWN_INSTRUCTION = 0x6A82, 0x6A86, 0x6B00, 0x6D00


class Refused(Exception):
    """args[0]: the status word."""


@dataclasses.dataclass(frozen=True)
class Command:
    """A short command APDU (ISO/IEC 7816-4, 5.1)."""
    instruction: int
    parameters: int     # P1 and P2
    data: bytes = b""
    expected: int = 0   # bytes of the answer; 0: none

    @staticmethod
    def parse(apdu):
        body = apdu[4:]
        if len(apdu) < 4:
            raise Refused(WRONG_LENGTH)
        instruction, parameters = apdu[1], int.from_bytes(apdu[2:4], "big")
        if len(body) <= 1:
            return Command(instruction, parameters, expected=(body[0] or 256) if body else 0)
        # A first length of 0 would begin an extended one.
        if body[0] == 0 or len(body) not in (1 + body[0], 2 + body[0]):
            raise Refused(WRONG_LENGTH)
        data, rest = body[1:1 + body[0]], body[1 + body[0]:]
        return Command(instruction, parameters, data, (rest[0] or 256) if rest else 0)


class JpkiCard:
    def __init__(self, certificate, ca_certificate, key_file, pin):
        """Certificates in DER, the key as openssl reads it, the PIN as digits."""
        self._files = {TOKEN: b"JPKIAPICCTOKEN".ljust(32),
                       USER_CERTIFICATE: certificate.ljust(FILE_SIZE, b"\xff"),
                       CA_CERTIFICATE: ca_certificate.ljust(FILE_SIZE, b"\xff")}
        self._key_file = key_file
        # Its holder has no signing certificate, so that no password is right.
        self._secrets = {USER_PIN: pin.encode(), SIGN_PASSWORD: None}
        self._tries = dict.fromkeys(self._secrets, TRIES)
        self.power_off()

    def power_off(self):
        self._application_selected = False
        self._selected = None
        self._pin_was_right = False

    def answer(self, apdu):
        """The response APDU."""
        run = {0x00A4: self._select, 0x00B0: self._read, 0x0020: self._verify, 0x802A: self._sign}
        try:
            command = Command.parse(apdu)
            if apdu[0] << 8 | command.instruction not in run:
                raise Refused(UNKNOWN_INSTRUCTION)
            data = run[apdu[0] << 8 | command.instruction](command)
        except Refused as refused:
            return refused.args[0].to_bytes(2, "big")
        return data + DONE.to_bytes(2, "big")

    def _select(self, command):
        if command.parameters == 0x040C:
            if command.data != JPKI:
                raise Refused(NOT_FOUND)
            self.power_off()
            self._application_selected = True
        elif command.parameters == 0x020C:
            file = int.from_bytes(command.data, "big")
            if not self._application_selected or file not in (*self._files, *self._secrets, USER_KEY):
                raise Refused(NOT_FOUND)
            self._selected = file
        else:
            raise Refused(WRONG_PARAMETERS)
        return b""

    def _read(self, command):
        file = self._files.get(self._selected)
        if file is None:
            raise Refused(CONDITIONS_NOT_SATISFIED)
        if command.parameters >= len(file):
            raise Refused(OUTSIDE_FILE)
        return file[command.parameters:command.parameters + command.expected]

    def _verify(self, command):
        file = self._selected
        if command.parameters != 0x0080 or file not in self._secrets:
            raise Refused(WRONG_PARAMETERS)
        if self._tries[file] == 0:
            raise Refused(BLOCKED)
        if command.data == self._secrets[file]:
            self._tries[file] = TRIES
            self._pin_was_right = True
            return b""
        if command.data:
            self._pin_was_right = False
            self._tries[file] -= 1
        raise Refused(0x63C0 + self._tries[file])

    def _sign(self, command):
        if command.parameters != 0x0080 or self._selected != USER_KEY:
            raise Refused(WRONG_PARAMETERS)
        if not self._pin_was_right:
            raise Refused(SECURITY_NOT_SATISFIED)
        # Without a digest's name openssl pads what it is given (PKCS #1 v1.5) and signs that, as the card's key does.
        signed = subprocess.run(["openssl", "pkeyutl", "-sign", "-inkey", self._key_file,
                                 "-pkeyopt", "rsa_padding_mode:pkcs1"], input=command.data, capture_output=True,
                                check=True)
        return signed.stdout
