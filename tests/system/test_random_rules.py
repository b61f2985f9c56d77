"""Rules from random texts: every synapse of the RTL against the golden core's.

Many programs of up to four rules on a core with every factor and target, in Verilator, a few in
Icarus; ``N_RULES`` sets how many. A difference names its seed.
``test_random_programs`` has fewer on each of many cores.
"""

import os
import shutil

import numpy as np
import pytest

from backspike.golden.core.golden_core import GoldenCore
from backspike.golden.rules.parser import parse_rule
from backspike.hdl.params import CORE_PRESETS
from backspike.sim.engines.verilator import VerilatorEngine
from backspike.sim.verify.random_grammar import random_rule_text
from backspike.sim.verify.verification import verify_engine, verify_in_cocotb

RUNS = int(os.environ.get("N_RULES", "700"))
SMALL = CORE_PRESETS["tiny-loihi"].with_(
    compartments=16, input_axons=8, lists=16, dense_words=16, sparse_words=16, delay_slots=8
)


def test_every_synapse_is_that_of_the_golden_core():
    engine, golden = VerilatorEngine(SMALL, patience=1 << 22), GoldenCore(SMALL)
    changed = 0
    for seed in range(RUNS):
        result = verify_engine(golden, engine, seed, 10, rules=True)
        assert result.difference is None, f"seed {seed}: {result.difference}"
        changed += result.synapses_changed
    engine.close()
    assert changed > 10 * RUNS, "hardly a weight changed"


def test_in_icarus():
    if not shutil.which("iverilog"):
        pytest.skip("Icarus is not installed: apt install iverilog")
    results = verify_in_cocotb("icarus", 5, 3, SMALL, 8, rules=True)
    assert [result.difference for result in results] == [None] * 3
    assert any(result.synapses_changed for result in results)


def test_texts_have_every_factor_and_target():
    rng = np.random.default_rng(1)
    texts = [random_rule_text(rng, CORE_PRESETS["tiny-loihi"]) for _ in range(300)]
    rules = [parse_rule(text) for text in texts]
    named = {t.variable for rule in rules for p in rule.products for t in p.terms}
    assert named >= {"x0", "x1", "x2", "y0", "y1", "y2", "y3", "r0", "r1", "w", "t", "d", "u3"}
    assert len({target for rule in rules for target in rule.targets}) == 3
    assert any(term.sgn for rule in rules for p in rule.products for term in p.terms)
