"""person: 100,000 visits at many kiosks at once in virtual time, whose replies are swapped, lost and doubled."""

import asyncio
import subprocess

NAME = "person"
PROGRAM = "campaign-person"
QUICK = 300


async def run(bin_dir, options):
    """The number of days with mismatches, at least 1 when the program failed. It tells its figures itself."""
    visits = ["--visits", str(QUICK)] if options.quick else []
    print(end="", flush=True)
    process = await asyncio.create_subprocess_exec(bin_dir / PROGRAM, *visits, stdin=subprocess.DEVNULL)
    try:
        return int(await process.wait() != 0)
    finally:
        if process.returncode is None:
            process.terminate()
            await process.wait()
