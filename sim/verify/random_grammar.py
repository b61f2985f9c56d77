"""Random learning rules as text, of all that the grammar has and a core can hold."""

from dataclasses import replace

import numpy as np

from backspike.golden.compiler.program import Program
from backspike.golden.errors import CapacityError, UserError
from backspike.golden.rules.microcode import CompiledRule, compile_rule, rule_memories
from backspike.golden.rules.rule import VARIABLES, RuleError
from backspike.hdl.params import CoreParams
from backspike.sim.verify.random_program import random_program

__all__ = ["random_rule_program", "random_rule_text"]


def random_rule_text(rng: np.random.Generator, p: CoreParams) -> str:
    """One to three sums of one to four products each, of factors that the core has."""
    targets = ["dw"] + ["dt"] * p.has_tags + ["dd"] * p.has_learned_delays
    chosen = rng.permutation(targets)[: rng.integers(1, len(targets) + 1)]
    sums = []
    for target in chosen:
        products = [_product(rng, p) for _ in range(rng.integers(1, 5))]
        sums.append(f"{target} = " + rng.choice([" + ", " - "]).join(products))
    return "; ".join(sums)


def _product(rng: np.random.Generator, p: CoreParams) -> str:
    """A dependency, a constant and up to two more factors, in any order."""
    waits = f"u{rng.integers(0, 4 if p.has_more_factors else 1)}"
    factors = [str(rng.choice(["x0", "y0", waits])), f"2^{rng.integers(-7, 1)}"]
    factors += [_factor(rng, p) for _ in range(rng.integers(0, 3))]
    if rng.random() < 0.3:
        factors.append(str(rng.integers(0, 8)))
    return "*".join(rng.permutation(factors))


def _factor(rng: np.random.Generator, p: CoreParams) -> str:
    """A variable, an offset one, or a sign."""
    known = [name for name in VARIABLES if name[0] != "u" and _has(p, name)]
    name, constant = str(rng.choice(known)), int(rng.integers(0, 12))
    signed = [variable for variable in ("w", "t", "d") if variable in known]
    kind = rng.random()
    if kind < 0.15 and p.has_more_factors:
        return f"sgn({rng.choice(signed)} {rng.choice(['+', '-'])} {constant})"
    if kind < 0.3:
        return f"({name} {rng.choice(['+', '-'])} {constant})"
    if kind < 0.4:
        return f"({constant} {rng.choice(['+', '-'])} {name})"
    return name


def _has(p: CoreParams, name: str) -> bool:
    """True if a core has a variable, and its arithmetic knows it."""
    variable = VARIABLES[name]
    if name[0] == "r" and p.has_lava:
        return False
    lacking = {"t": not p.has_tags, "d": not p.has_learned_delays}.get(name, False)
    return not (
        lacking
        or (variable.trace and not p.has_traces)
        or (variable.more and not p.has_more_factors)
    )


def _compiled(rng: np.random.Generator, p: CoreParams, epoch: int, words: int) -> CompiledRule:
    """A rule of at most ``words`` instructions; texts that the core refuses are dropped."""
    while True:
        rounding = "stochastic" if p.has_random and rng.random() < 0.5 else "floor"
        try:
            compiled = compile_rule(
                random_rule_text(rng, p),
                p,
                rounding=rounding,  # type: ignore[arg-type]
                epoch=epoch,
                lava=p.has_lava,
                reinforcement=int(rng.integers(p.reinforcements)),
            )
        except (CapacityError, RuleError):
            continue
        if len(compiled.instructions) <= words:
            return compiled


def random_rule_program(rng: np.random.Generator, params: CoreParams) -> Program:
    """A random program whose rules are compiled from text; equal for equal ``rng``.

    Raises
    ------
    UserError
        If the core does not learn.
    """
    p = params
    if not p.learning:
        raise UserError("learning must be True for random rules, not False")
    program = random_program(rng, p)
    epoch = int(rng.integers(1, p.history + 1)) if p.has_history else 1
    rules = [_compiled(rng, p, epoch, p.microcode_words // p.rules) for _ in range(p.rules)]
    visit = max(rule.pre.value for rule in rules)
    registers = {"learn": 1, "epoch": epoch, "visit": visit}
    return replace(
        program,
        memories=program.memories | rule_memories(p, rules),
        registers=program.registers | registers,
    )
