"""A lane of a campaign: a house of its own, in which runs are performed one after another.

    lane.py BIN OUT     seeds on standard input, one a line; for each, its outcome as a line of JSON

It runs in the mount namespace of tools/emulators/card/with-pcscd and ends with its standard input.
"""

import asyncio
import pathlib
import re
import signal
import sys

ROOT = pathlib.Path(__file__).resolve().parents[2]
sys.path.append(str(ROOT / "tools/demo.d"))

from house import House     # noqa: E402
from outcome import Outcome     # noqa: E402
import plans        # noqa: E402
from processes import ProgramFailed     # noqa: E402


def say_where_it_waits():
    """Told to end before the end of its input: it hung. Its log says where."""
    for task in asyncio.all_tasks():
        task.print_stack(file=sys.stderr)
        task.cancel()


async def main(bin_dir, out):
    asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, say_where_it_waits)
    house = House(ROOT, pathlib.Path(bin_dir), pathlib.Path(out))
    reader = asyncio.StreamReader()
    await asyncio.get_running_loop().connect_read_pipe(lambda: asyncio.StreamReaderProtocol(reader), sys.stdin)
    try:
        await house.open()
        print("ready", flush=True)
        while line := (await reader.readline()).decode().strip():
            folder = pathlib.Path(out) / "runs" / re.sub(r"[^\w.-]+", "_", line)
            try:
                outcome = await plans.perform(house, line, folder)
            except ProgramFailed as failure:
                outcome = Outcome(line, mismatches=[f"the run came to no end: {failure}"])
            print(outcome.as_json(), flush=True)
    finally:
        await house.close()


if __name__ == "__main__":
    try:
        asyncio.run(main(*sys.argv[1:]))
    except asyncio.CancelledError:
        sys.exit("the lane was told to end")
