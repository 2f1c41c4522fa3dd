"""The campaigns by name. Each module has NAME, `run_of(seed, rest)` and `seeds(lanes, options)`."""

import link
import paper
import power_cut
import storage
from orders import WrongSeed

# In the order in which they run. `person` and `--mutate` get their places here.
ALL = (power_cut, link, storage, paper)
BY_NAME = {module.NAME: module for module in ALL}


def run_of(seed):
    """What a seed says. Raises WrongSeed."""
    name, *rest = seed.split("/")
    if name not in BY_NAME or not rest:
        raise WrongSeed(f"'{seed}' is no seed: it begins with one of {', '.join(BY_NAME)} and goes on with '/'")
    try:
        return BY_NAME[name].run_of(seed, rest)
    except (KeyError, ValueError, IndexError):
        raise WrongSeed(f"'{seed}' is no seed of {name}") from None
