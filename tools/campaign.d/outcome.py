"""What came of a run: what a lane says about it, as a line of JSON."""

import dataclasses
import json


@dataclasses.dataclass
class Outcome:
    seed: str
    mismatches: list = dataclasses.field(default_factory=list)      # sentences
    notes: list = dataclasses.field(default_factory=list)           # what happened, for people
    visit: list = dataclasses.field(default_factory=list)           # points of the visit: [(class, number, detail)]
    recovery: list = dataclasses.field(default_factory=list)        # points of the last recovery
    return_visit: list = dataclasses.field(default_factory=list)    # points of the life after a power cut: comeback.py
    boundaries: dict = dataclasses.field(default_factory=dict)      # peer -> [what began there]
    struck: bool = False                                            # the fault happened at all
    runs: int = 1

    def as_json(self):
        return json.dumps(dataclasses.asdict(self), ensure_ascii=False)
