"""Whether a process keeps something of each visit: a rule for samples of its memory and descriptors."""

import statistics

# Below this many visits nothing is said: an allocator takes and gives back pages by itself.
FEWEST_VISITS = 60
# What a process may grow by, for each visit: less than the smallest thing that a visit could leave behind, as far as
# that can be told from what the allocator does anyway.
GROWTH_KIB = 1.0
# One step that is no growth: a connection made anew while the old one lingers was seen to leave 550 KiB with the
# allocator of kiosk-link on a busy machine.
GROWTH_ALWAYS_KIB = 700


def wrong(samples):
    """What is wrong with [(KiB, descriptors)], one for each visit; None when both are flat, or nobody could tell. The
    first quarter does not count: there caches fill. Each of the others is judged by its median, so that what is there
    for a moment, such as a connection that is being made anew, is no growth."""
    if len(samples) < FEWEST_VISITS:
        return None
    quarter = len(samples) // 4
    early, late = samples[quarter:2 * quarter], samples[-quarter:]
    between = len(samples) - 2 * quarter        # from the middle of the one to the middle of the other
    kib, descriptors = (statistics.median_low([one[which] for one in late]) -
                        statistics.median_low([one[which] for one in early]) for which in (0, 1))
    if kib > max(GROWTH_ALWAYS_KIB, GROWTH_KIB * between):
        return f"has grown by {kib:.0f} KiB in {between} visits"
    if descriptors > 0:
        return f"has {descriptors} descriptors more than {between} visits before"
    return None
