"""The campaigns by name. Each module has NAME, `run_of(seed, rest)` and `seeds(lanes, options)`."""

import dataclasses

import link
import owed
import paper
import perform as one_visit
import power_cut
import soak
import soak_visits
import storage
import taps
from orders import BRANDS, WrongSeed

# In the order in which they run. `person` and `--mutate` are programs of their own (tools/campaign).
ALL = (power_cut, owed, taps, link, storage, paper, soak)
VISIT_PATIENCE_S = 600
BY_NAME = {module.NAME: module for module in ALL}


def run_of(seed):
    """What a seed says: CAMPAIGN/... or CAMPAIGN@BRAND/... Raises WrongSeed."""
    head, *rest = seed.split("/")
    name, _, brand = head.partition("@")
    if name not in BY_NAME or not rest or (brand and brand not in BRANDS):
        raise WrongSeed(f"'{seed}' is no seed: it begins with one of {', '.join(BY_NAME)} and goes on with '/'")
    try:
        run = BY_NAME[name].run_of(seed, rest)
    except (KeyError, ValueError, IndexError):
        raise WrongSeed(f"'{seed}' is no seed of {name}") from None
    return dataclasses.replace(run, brand=brand) if brand else run


async def perform(house, seed, folder):
    """The outcome of a seed."""
    if seed.startswith(f"{soak.NAME}/"):
        return await soak_visits.Soak(house, seed, folder).play()
    return await one_visit.perform(house, run_of(seed), folder)


def patience_s(seed):
    """Longer than the seed takes at the worst: each visit, its recoveries, and what the printer takes to end."""
    return VISIT_PATIENCE_S * soak.visits_of(seed) if seed.startswith(f"{soak.NAME}/") else VISIT_PATIENCE_S
