"""The console of the developer variant: commands and what they say."""

import base64
import re

import machine

# Never what the console itself echoes.
_END = "__END__"


class Console:
    def __init__(self, kiosk):
        self._kiosk = kiosk

    def wait(self, seconds=400):
        """Until the shell is there."""
        self._kiosk.expect("madoguchi# ", seconds)
        self.run("stty -echo; stty cols 4000")
        return self

    def run(self, command, seconds=120, check=True):
        """What it said. Lost when it failed, unless `check` is False."""
        self._kiosk.said = ""
        self._kiosk.say(f'{command}; echo "__"END__$?.')
        found = self._kiosk.expect(rf"(?s)^(.*?){_END}(\d+)\.", seconds)
        said = re.sub(r"\x1b\[[0-9;?!]*[A-Za-z]", "", found[1]).replace("\r", "").replace("madoguchi# ", "")
        if check and found[2] != "0":
            raise machine.Lost(f"'{command}' ended with {found[2]} in the kiosk: {said[-600:]}")
        return said

    def write(self, path, data, owner="root", mode=0o600):
        """A file of a few KiB, in place at once."""
        text = base64.b64encode(data).decode()
        new = f"{path}.new"
        self.run(f": > {new}.b64")
        for at in range(0, len(text), 2048):
            self.run(f"echo {text[at:at + 2048]} >> {new}.b64")
        self.run(f"base64 -d {new}.b64 > {new} && rm {new}.b64 && chown {owner}: {new} && chmod {mode:o} {new} && mv {new} {path}")
