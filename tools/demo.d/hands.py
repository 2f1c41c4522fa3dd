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
        self.programs = programs
        self._paid = 0      # lines of the terminal that were there when somebody last paid

    async def do(self, words):
        """Gives what the emulator said."""
        who, _, command = words.partition(" ")
        if who == "end":
            await self._program(command, words).end()
            return f"{command} ended"
        if words == "terminal pay":
            return await self._hold("tap")
        if words.startswith("terminal interrupt"):
            return await self._hold(command)
        answer = await self._program(who, words).ask(command, ANSWERS.get(words, r".+"))
        if re.match(r"unknown|not understood|failed", answer.string):
            raise ProgramFailed(f"the demo asked the {who} for '{command}': {answer.string}")
        return answer.string

    async def _hold(self, how):
        """As people do: looks for the amount on the terminal's own display, then holds the card to it."""
        terminal = self._program("terminal", "terminal pay")
        await terminal.line(r"payment \S+ waiting", since=self._paid)
        self._paid = len(terminal.lines)
        return (await terminal.ask(how, r"payment \S+ (charged|failed)")).string

    def _program(self, name, words):
        if self.programs.get(name) is None:
            raise ProgramFailed(f"the demo cannot do '{words}': it has no {name} of its own")
        return self.programs[name]
