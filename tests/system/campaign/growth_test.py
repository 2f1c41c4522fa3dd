#!/usr/bin/env python3
"""The soak's rule about memory and descriptors: it must find a small leak, and be content with noise and warm-up."""

import pathlib
import random
import sys
import unittest

sys.path.append(str(pathlib.Path(__file__).resolve().parents[3] / "tools/campaign.d"))

import growth       # noqa: E402

VISITS = 1000
BASE_KIB, BASE_FDS = 30_000, 25


def process(visits=VISITS, kib=lambda visit: 0, descriptors=lambda visit: 0, noise_kib=300):
    """Samples of a process whose allocator breathes, and which now and then holds a connection for a moment."""
    dice = random.Random(1)
    return [(BASE_KIB + int(kib(visit)) + dice.randint(0, noise_kib),
             BASE_FDS + int(descriptors(visit)) + (dice.random() < 0.2)) for visit in range(visits)]


def warm_up(visit):
    """Caches that fill in the first fifth of the visits."""
    return 8000 * min(1, visit / (VISITS / 5))


class IsContentWith(unittest.TestCase):
    def test_noise(self):
        self.assertIsNone(growth.wrong(process()))
        self.assertIsNone(growth.wrong(process(growth.FEWEST_VISITS)))

    def test_warm_up(self):
        self.assertIsNone(growth.wrong(process(kib=warm_up, descriptors=lambda visit: min(visit, 3))))

    def test_one_peak(self):
        self.assertIsNone(growth.wrong(process(kib=lambda visit: 50_000 if visit == 900 else 0,
                                               descriptors=lambda visit: 7 if 900 <= visit < 950 else 0)))

    def test_one_connection_made_anew(self):
        for visits in (growth.FEWEST_VISITS, VISITS):
            self.assertIsNone(growth.wrong(process(visits, kib=lambda visit, half=visits // 2: 550 * (visit > half),
                                                   noise_kib=100)))

    def test_what_is_given_back(self):
        self.assertIsNone(growth.wrong(process(kib=lambda visit: 4 * (visit % 100))))

    def test_too_few_visits_to_tell(self):
        few = growth.FEWEST_VISITS - 1
        self.assertIsNone(growth.wrong(process(few, kib=lambda visit: 100 * visit)))


class Finds(unittest.TestCase):
    def finds(self, words, samples):
        self.assertRegex(growth.wrong(samples) or "nothing", words)

    def test_memory_of_each_visit(self):
        for kib in (1.5, 4, 40):
            self.finds(r"has grown by \d+ KiB", process(kib=lambda visit, kib=kib: kib * visit))

    def test_memory_after_a_warm_up(self):
        self.finds("has grown", process(kib=lambda visit: warm_up(visit) + 2 * visit))

    def test_a_descriptor_of_each_visit_and_of_some(self):
        for every in (1, 10, 100, 300):
            self.finds("descriptors more", process(descriptors=lambda visit, every=every: visit // every))

    def test_a_descriptor_in_a_short_soak(self):
        short = growth.FEWEST_VISITS
        self.finds("descriptors more", process(short, descriptors=lambda visit: visit // 10))

    def test_what_a_short_soak_can_tell_of_memory(self):
        self.finds("has grown", process(growth.FEWEST_VISITS, kib=lambda visit: 40 * visit))


if __name__ == "__main__":
    unittest.main()
