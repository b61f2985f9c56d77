"""One neuron of the golden core, against plain Python."""

import random

from backspike.lessons.golden_neuron import golden_run


def test_it_leaks_adds_fires_and_rests():
    rng = random.Random(1)
    for refractory in (1, 2, 5):
        sums = [rng.randrange(-64, 128) * 2 for _ in range(40)]
        v, rest = rng.randrange(-6000, 6000), 0
        found = golden_run(sums, 512, 100, refractory, voltage=v)
        for total, pair in zip(sums, found, strict=True):
            v = int(v * 3584 / 4096) + 64 * total if not rest else 0
            fires = v > 6400
            rest = refractory - 1 if fires else max(0, rest - 1)
            v = 0 if fires else v
            assert pair == (v, fires)
