"""Changes of a network while it runs: weights, rewards, rules, registers."""

import json
from pathlib import Path
from typing import Any, Literal

import numpy as np

from backspike.golden.array_file import arrays_of
from backspike.golden.compiler.program import Program
from backspike.golden.compiler.synapse_places import SynapseValue
from backspike.golden.engine import Engine, write_register
from backspike.golden.errors import (
    UserError,
    check_finite,
    check_int,
    check_numbers,
    check_path,
    warn_no_effect,
)
from backspike.golden.files import write_arrays
from backspike.golden.names import unknown
from backspike.golden.network.network import Network
from backspike.golden.network.trace_constants import TRACE_NAMES
from backspike.golden.network.weights import encode_weights
from backspike.golden.rules.microcode import CompiledRule, compile_rule, rule_memories
from backspike.hdl.host_map import REWARDS
from backspike.hdl.layouts import TAG_BITS, Visit, rule_layout, sparse_layout
from backspike.hdl.packing import pack_array, pack_lanes, pack_weights, unpack_array
from backspike.hdl.params import REINFORCEMENTS

__all__ = ["Changes"]

_FIELDS: dict[SynapseValue, str] = {"dense": "weight", "tags": "tag", "delays": "delay"}


class Changes:
    """A program on an engine, whose parts can be changed by name, at any time between two runs.

    Parameters
    ----------
    network : Network
    program : Program
        Of the network.
    engine : Engine
    """

    def __init__(self, network: Network, program: Program, engine: Engine) -> None:
        self.network, self.program, self.engine = network, program, engine
        self._rules: dict[str, CompiledRule] = {}

    def weights(self, name: str) -> np.ndarray:
        """Weights of a connection or convolution as they are, in weight units, float64.

        Raises
        ------
        UnknownNameError
            If there is none of that name.
        """
        return self.program.matrix(self.engine, name) * self._unit(name)

    def set_weights(self, name: str, weights: object) -> None:
        """Set the weights of a connection or convolution.

        Parameters
        ----------
        name : str
        weights : array-like of float
            In weight units: one for all, or shaped as the network's.

        Raises
        ------
        UnknownNameError
            If there is none of that name.
        ValueError
            If a shape does not fit, a weight cannot be stored exactly in the unit that the network
            has for it, or is not 0 where no synapse is stored.
        """
        place = self.program.placements[name]
        unit = np.broadcast_to(self._unit(name), place.shape)
        values = check_numbers(f"weights of {name!r}", weights).astype(np.float64)
        check_finite(f"weights of {name!r}", values)
        if values.shape not in ((), place.shape):
            raise UserError(
                f"weights of {name!r} must be one number or have shape {place.shape}, "
                f"not {values.shape}"
            )
        join = self.network.joins()[name]
        learned = None if join.rule is None else (join.sign, join.lsb)
        scaled = np.broadcast_to(values, place.shape) / unit
        where = f"{name!r}, in units of {unit.flat[0]:g}," if unit.size else repr(name)
        stored, _ = encode_weights(where, scaled, 0, learned=learned)
        self._store(name, "dense", stored)

    def set_reward(
        self, value: int, trace: Literal["r1", "r0"] = "r1", reinforcement: int = 0
    ) -> None:
        """Let a reward trace rise by ``value``, -128 to 127, in the next step.

        Raises
        ------
        TypeError, ValueError
            If the value is out of its range, or the core has no such reward.

        Warns
        -----
        NoEffectWarning
            If no rule reads it.
        """
        check_int("reinforcement of a reward", reinforcement, 0, REINFORCEMENTS - 1)
        registers = {place: name for name, place in REWARDS.items()}
        if not isinstance(trace, str) or (reinforcement, trace) not in registers:
            raise unknown("trace of a reward", trace, ("r0", "r1"))
        self.set_register(registers[reinforcement, trace], value)

    def set_register(self, name: str, value: int) -> None:
        """Set a register of the core, such as ``learn`` to 0; see ``docs/host-map.md``.

        Raises
        ------
        TypeError, ValueError
            If the core has no such register, or it does not hold the value.

        Warns
        -----
        NoEffectWarning
            If it is of a trace or a reward that no rule reads.
        """
        write_register(self.engine, name, value)
        self._warn_unread(name)

    def _warn_unread(self, register: str) -> None:
        """Warn of a register of a trace or a reward that no rule reads."""
        constant = register.removesuffix("_decay").removesuffix("_impulse")
        channel, variable = REWARDS.get(constant, (None, constant))
        if variable not in (*TRACE_NAMES, "r0", "r1"):
            return
        rules = self.network.rules()
        if any(r.rule.uses(variable) and channel in (None, r.reinforcement) for r in rules):
            return
        of = "" if channel is None else f" of reinforcement {channel}"
        message = f"register {register!r} has no effect: no rule reads {variable}{of}"
        warn_no_effect(message)

    def set_rule(self, name: str, rule: str) -> None:
        """Change the rule of a connection, and of all that have the same rule.

        Parameters
        ----------
        name : str
            Of a plastic connection.
        rule : str
            With other constants, or fewer terms: it may read only what the rule of the network
            reads, and take no more instructions.

        Raises
        ------
        UnknownNameError
            If there is no plastic connection of that name.
        RuleError, UserError
            If the text is no rule, or needs more than the first one.
        """
        joins = self.network.joins().items()
        plastic = {n: c.rule for n, c in joins if c.rule is not None}
        if not isinstance(name, str) or name not in plastic:
            raise unknown("plastic connection", name, plastic)
        first = plastic[name]
        made = compile_rule(
            rule,
            self.program.params,
            rounding="stochastic" if first.stochastic else "floor",
            epoch=first.epoch,
            lava=first.lava,
            reinforcement=first.reinforcement,
        )
        more = sorted(_reads(made) - _reads(first))
        if more:
            raise UserError(
                f"rule of {name!r} must read only what that of the network reads, "
                f"{', '.join(sorted(_reads(first)))}, not {', '.join(more)}"
            )
        if not set(made.rule.targets) <= set(first.rule.targets):
            raise UserError(f"rule of {name!r} must change only what it changed")
        if len(made.instructions) > len(first.instructions):
            raise UserError(
                f"rule of {name!r} must take at most {len(first.instructions)} instructions, "
                f"not {len(made.instructions)}"
            )
        self._rules |= {n: made for n, other in plastic.items() if other.key == first.key}
        layout: Any = rule_layout(self.program.params)
        number = [other.key for other in self.network.rules()].index(first.key)
        start = unpack_array(layout, self.program.memories["rules"])["start"][number]
        words = rule_memories(self.program.params, [made])
        entry = unpack_array(layout, words["rules"]) | {"start": np.array([start])}
        changed = {plastic[n].key: rule for n, rule in self._rules.items()}
        now = [changed.get(other.key, other) for other in self.network.rules()]
        write_register(self.engine, "visit", max(other.pre.value for other in now))
        rows = self.program.registers["post_rows"]
        if rows:
            waits = all(other.post is Visit.SPIKED for other in now)
            write_register(self.engine, "post_rows", rows if waits else 0)
        self.engine.write("microcode", words["microcode"], int(start))
        self.engine.write("rules", pack_array(layout, **entry), number)

    def save(self, path: str | Path) -> Path:
        """Write what all synapses hold (weights, tags, delays) to one ``.npz``; returns its path.

        What was learned is kept, not the moment: voltages, currents, traces, rewards, spikes on
        their way, random numbers, registers, changed rules and the number of the step are no part
        of the file. A simulation that loads it goes on from its own.
        """
        path = check_path("a simulation", path, ".npz")
        arrays = {
            f"{value}/{name}": self.program.matrix(self.engine, name, value)
            for name in self.program.placements
            for value in self._values(name)
        }
        write_arrays(path, {"meta": np.array(json.dumps({"what": "synapses"})), **arrays})
        return path

    def load(self, path: str | Path) -> None:
        """Set all synapses to what :meth:`save` wrote, of the same network.

        Raises
        ------
        UserError
            If the file is of another network, or no such file; nothing is changed then.
        """
        expected = {
            f"{value}/{name}": self.program.placements[name].shape
            for name in self.program.placements
            for value in self._values(name)
        }
        path, arrays = arrays_of("a file of a simulation", path)
        arrays.pop("meta", None)
        if {name: array.shape for name, array in arrays.items()} != expected:
            raise UserError(f"{path} is of another network: its connections or shapes differ")
        for name in self.program.placements:
            for value in self._values(name):
                self._store(name, value, arrays[f"{value}/{name}"])

    def _unit(self, name: str) -> np.ndarray:
        """Weight units of a stored weight of 1."""
        if name in self.network.convolutions:
            return np.ldexp(1.0, np.array(self.network.convolutions[name].exponent))
        place = self.program.placements[name]
        exponents = self.network.connections[name].exponents
        return np.ldexp(1.0, exponents.reshape(place.shape) if exponents.ndim else exponents)

    def _values(self, name: str) -> list[SynapseValue]:
        """Values that synapses of a connection hold."""
        connection = self.network.connections.get(name)
        values: list[SynapseValue] = ["dense"]
        if connection is not None and connection.tags is not None:
            values.append("tags")
        if connection is not None and connection.delays is not None:
            values.append("delays")
        return values

    def _store(self, name: str, value: SynapseValue, stored: np.ndarray) -> None:
        """Write stored weights, tags or delays of a connection: the whole memory that has them."""
        p, home = self.program.params, self.program.memory_of(name, value)
        place, words = self.program.placements[name], self.engine.read(home)
        if home == "sparse":
            layout: Any = sparse_layout(p)
            columns = unpack_array(layout, words)
            place.scatter(columns[_FIELDS[value]], stored)
            self.engine.write(home, pack_array(layout, **columns))
            return
        values = self.program.synapses(words, home, value)
        place.scatter(values, stored)
        if home == "dense":
            packed = pack_weights(p, values)
        else:
            packed = pack_lanes(p, values, TAG_BITS if home == "tags" else p.slot_bits)
        self.engine.write(home, packed)


def _reads(compiled: CompiledRule) -> set[str]:
    """Variables that a rule reads."""
    return {term.variable for product in compiled.rule.products for term in product.terms}
