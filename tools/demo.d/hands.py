"""Hands for what emulator-resident cannot do through the screen: card, paper, terminal, and pulling plugs.

A request is a few words ("card insert", "printer jam", "end gateway"); each is one command to an emulator and is done
when the emulator has said so.
"""

import re

from processes import ProgramFailed


# Every emulator answers a command with a line; for these it may be a later line than the next.
ANSWERS = {
    "card insert": "inserted",
    "card remove": "removed",
}


class Hands:
    def __init__(self, programs):
        """programs: name -> Program, or None for a device that is somebody else's."""
        self._programs = programs

    async def do(self, words):
        who, _, command = words.partition(" ")
        if who == "end":
            await self._program(command, words).end()
            return
        answer = await self._program(who, words).ask(command, ANSWERS.get(words, r".+"))
        if re.match(r"unknown|not understood", answer[0]):
            raise ProgramFailed(f"the demo asked the {who} for '{command}': {answer[0]}")

    def _program(self, name, words):
        if self._programs.get(name) is None:
            raise ProgramFailed(f"the demo cannot do '{words}': it has no {name} of its own")
        return self._programs[name]
