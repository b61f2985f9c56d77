"""Rounding of weights; delays, tags, rewards, epochs and moments in small networks."""

from fractions import Fraction
from math import floor

import numpy as np
import pytest

from backspike.golden.compiler.compiler import compile_network
from backspike.golden.core.golden_core import GoldenCore
from backspike.golden.core.learning_kernels import learn, learn_word
from backspike.golden.core.rule_kernels import Job, Word
from backspike.golden.core.state import CoreState
from backspike.golden.engine import Stimulus
from backspike.golden.errors import CapacityError
from backspike.golden.network.network import Network
from backspike.hdl.layouts import SignMode, Visit
from backspike.hdl.packing import unpack_lanes
from backspike.hdl.params import CoreParams


def fan_out(n, *, fires=True, weights=64.0, rule=None, epoch=1, traces=None, **options):
    """One input onto ``n`` cells, which fire with every spike that reaches them if they can."""
    network = Network(epoch=epoch)
    source = network.input("source", 1)
    cells = network.population("cells", n, threshold=10 if fires else 1000)
    network.traces(**(traces or {}))
    network.connect(
        "all", source, cells, weights, pattern="all-to-all", rule=rule, bits=9, **options
    )
    return network


def run(network, n_steps, at, **overrides):
    """The core after ``n_steps``, its program, and its record; the input spikes ``at`` steps."""
    program = compile_network(network, lanes=2, dendrite_lanes=1, **overrides)
    core = GoldenCore(program.params)
    core.load(program)
    record = core.run(n_steps, Stimulus(np.array(at), np.zeros(len(at), np.int64)))
    return core, program, record


def weights_of(core, program):
    return program.matrix(core, "all")[0].tolist()


def lanes_of(core, program, memory, bits, *, is_signed):
    values = unpack_lanes(program.params, core.read(memory), bits, is_signed=is_signed)
    return program.placements["all"].gather(values)[0].tolist()


@pytest.mark.parametrize("sign", SignMode)
@pytest.mark.parametrize("dither", [1, 2])
def test_weights_are_rounded_and_stay_between_their_rails(sign, dither):
    """A rule without a lane operation leaves a weight to rounding, clipping and its width."""
    rng = np.random.default_rng(1)
    core = CoreState.zero(CoreParams(lanes=4, weight_bits=8))
    core.registers["dither"] = dither
    core.rules["stochastic"][0], core.lists["sign"][0] = 1, sign.value
    job, none = Job(0, 0, 0, 1), np.zeros(0, np.int64)
    for lsb in range(9):
        unit = 2**lsb
        low, high = {
            SignMode.MIXED: (-256, 256 - unit),
            SignMode.EXCITATORY: (0, 256 - unit),
            SignMode.INHIBITORY: (unit - 256, 0),
        }[sign]
        core.lists["lsb"][0] = lsb
        core.before[0] = [-256, 255, *rng.integers(-256, 256, 2)]
        learn_word(core, job, none, Word(0, 0, 4, -2))
        for before, after in zip(core.before[0].tolist(), core.after[0].tolist(), strict=True):
            # All random bits are 1: whatever lies between two steps rises to the next.
            bits = Fraction(128 * unit - 1, 128) if dither == 2 else 0
            rounded = floor((before + bits) / unit) * unit
            assert after == sorted([low, rounded, high])[1] // 2 * 2
    assert core.counters["synapses_visited"] == 9 * 4
    assert core.counters["words_learned"] == 9


@pytest.mark.parametrize("delays", [[[0, 1, 2, 3]], [[62, 5, 5, 0]]])
def test_every_synapse_has_its_own_delay(delays):
    _, _, record = run(fan_out(4, delays=delays), 66, [0])
    assert dict(zip(record.compartments.tolist(), record.steps.tolist(), strict=True)) == {
        cell: 1 + delay for cell, delay in enumerate(delays[0])
    }


def test_a_learned_delay_counts_from_the_next_spike_on():
    network = fan_out(2, rule="dd = 2*x0", delays=[[0, 3]])
    core, program, record = run(network, 30, [0, 10, 20], delay_slots=16)
    steps = [record.steps[record.compartments == cell].tolist() for cell in (0, 1)]
    assert steps == [[1, 13, 25], [4, 16, 28]]
    assert lanes_of(core, program, "delays", 4, is_signed=False) == [6, 9]


def test_delays_end_at_the_longest():
    network = fan_out(2, rule="dd = 5*x0", delays=[[0, 3]])
    core, program, _ = run(network, 30, [0, 10, 20], delay_slots=8)
    assert lanes_of(core, program, "delays", 3, is_signed=False) == [6, 6]


def test_tags_are_learned_and_read():
    rule = "dw = 2^-1*t*x0; dt = 8*x0 - 2^-2*u0*t"
    core, program, _ = run(fan_out(2, rule=rule, fires=False, tags=[[4, -8]]), 4, [0, 2])
    # Tags 4, -8: after the spike 11, 2; then 8, 1; after the next 14, 8; then 10, 6.
    assert lanes_of(core, program, "tags", 9, is_signed=True) == [10, 6]
    assert weights_of(core, program) == [64 + 2 + 4, 64 - 4]


def test_epochs_of_u_k():
    core, program, _ = run(fan_out(2, rule="u2", fires=False), 13, [])
    assert weights_of(core, program) == [67, 67]
    core, program, _ = run(fan_out(2, rule="u1", fires=False, epoch=3), 13, [])
    assert weights_of(core, program) == [66, 66]


def test_rewards_have_channels_of_their_own():
    network = fan_out(2, rule="2*r0*u0 - r1*u0", fires=False)
    for trace, value in (("r0", 5), ("r1", 3)):
        network.reward(network.inputs["source"], value, trace)
    core, program, _ = run(network, 4, [1])
    assert weights_of(core, program) == [64 + 10 - 3] * 2


@pytest.mark.parametrize("channel", range(4))
def test_rules_learn_from_the_rewards_of_their_reinforcement_channel(channel):
    half = 1 / np.log(2)
    taus = {"r1": (0.0, half, float("inf")), "r0": half}
    network = fan_out(1, rule="r1*u0 + 2^4*r0*u0", fires=False, reinforcement=channel, traces=taus)
    for number in range(4):
        network.reward(network.inputs["source"], 8 + number, "r1", number)
    network.reward(network.inputs["source"], 2, "r0", 3)
    core, program, _ = run(network, 4, [0])
    assert program.params.reinforcements == 4
    # From step 1 on: r1 of channel 1 is 9, 4, 2, that of channel 2 stays; r0 is 2, 1, 0.
    learned = {0: 8, 1: 9 + 4 + 2, 2: 3 * 10, 3: 11 + 16 * (2 + 1)}
    assert weights_of(core, program) == [64 + learned[channel]]
    core.set_register(f"reward_{channel}" if channel else "reward", -5)
    core.run(1)
    more = {0: -5, 1: 1 - 5, 2: 10 - 5, 3: -5}
    assert weights_of(core, program) == [64 + learned[channel] + more[channel]]


def test_only_the_channels_that_are_named_are_built():
    for channel, channels in enumerate((1, 2, 4, 4)):
        network = fan_out(1, rule="r1*u0", reinforcement=channel)
        assert compile_network(network).params.reinforcements == channels


@pytest.mark.parametrize(
    ("rule", "change"),
    # The axon fires in step 1 of an epoch of 4, the cells in step 2; a trace halves in a step.
    [("x1*x0", 64), ("x1*y0", 32), ("x1*u0", 8), ("y1*x0", 0), ("y1*y0", 64), ("y1*u0", 16)],
)
def test_traces_are_read_at_the_moment_of_the_first_dependency(rule, change):
    half = 1 / np.log(2)
    network = fan_out(2, rule=rule, epoch=4, traces={"x1": (64, half), "y1": (64, half)})
    core, program, _ = run(network, 4, [0])
    assert weights_of(core, program) == [64 + change] * 2


@pytest.mark.parametrize(
    ("rule", "epoch", "lacking", "message"),
    [
        ("x2*y0", 1, "more_factors", "more_factors: the network uses x2, y2, y3, r0, u_k, sgn"),
        ("dt = x0", 1, "tags", "tags: the network has tags, the core has tags=False"),
        ("dd = x0", 1, "delays", "delays: the network has dense synapses with delays"),
        ("r1*y0", 1, "reinforcements", "reinforcements: the network needs 2, the limit is 1"),
        ("x1*y0", 4, "history", "history: the network needs 4, the limit is 1"),
    ],
)
def test_a_core_that_lacks_something_is_refused(rule, epoch, lacking, message):
    changes = {
        "more_factors": True, "history": 4, "tags": True, "delays": True, "reinforcements": 2
    }  # fmt: skip
    core = CoreParams(**(changes | {lacking: getattr(CoreParams(), lacking)}))
    with pytest.raises(CapacityError, match=f"^{message}"):
        compile_network(fan_out(2, rule=rule, epoch=epoch, reinforcement=1), core)


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"tags": [[1, 256]]}, "tag of connection 'all' must be whole and between -256 and 255"),
        ({"tags": [1, 2, 3]}, r"tag of connection 'all' must be one number or have shape \(1, 2\)"),
        ({"delays": [[0, 63]]}, "delay of connection 'all' must be whole and between 0 and 62"),
        ({"delays": 0.5}, "delay of connection 'all' must be whole"),
    ],
)
def test_bad_tags_and_delays_are_explained(options, message):
    with pytest.raises(ValueError, match=f"^{message}"):
        fan_out(2, rule="dt = x0", **options)


def test_impulses_have_fractions():
    network = fan_out(2, rule="x1*x0", traces={"x1": (0.5, float("inf"))})
    program = compile_network(network)
    assert program.registers["x1_impulse"] == 64
    assert program.params.more_factors
    with pytest.raises(ValueError, match=r"^impulse of trace y2 must be a multiple of 1/128"):
        network.traces(y2=(0.3, 1))


@pytest.mark.parametrize(
    ("post_first", "post_rows", "spike", "learns"),
    [
        (0, 0, None, True),  # it waits for none
        (0, 2, None, False),
        (0, 2, 4, True),
        (0, 1, 4, False),
        (1, 1, 4, True),
        (1, 1, 3, False),
        (1, 7, 8, False),  # row 2 is not in use
    ],
)
def test_learning_waits_for_rows_in_use(post_first, post_rows, spike, learns):
    core = CoreState.zero(CoreParams(lanes=4, weight_bits=9))
    for name, value in {
        "rows": 2,
        "learn_first": core.size.compartments // 4,
        "learn_rows": 1,
        "post_first": post_first,
        "post_rows": post_rows,
    }.items():
        core.registers[name] = value
    axon = core.size.compartments
    core.axons["lists"][axon] = core.axons["plastic"][axon] = 1
    core.rules["post"][0] = Visit.ALWAYS.value
    core.lists["count"][0], core.lists["lsb"][0] = 1, 4
    core.dense[0], core.seen[axon] = 17, True
    if spike is not None:
        core.seen[spike] = True
    learn(core)
    assert core.dense[0, 0] == (16 if learns else 17)
    assert core.counters["lists_learned"] == learns


@pytest.mark.parametrize("visit", Visit)
def test_mute_rows_are_not_visited_for_their_spikes(visit):
    core = CoreState.zero(CoreParams(lanes=4))
    for name, value in {"rows": 2, "mute_rows": 1, "learn_rows": 2, "visit": visit.value}.items():
        core.registers[name] = value
    core.axons["lists"][:] = core.axons["plastic"][:] = 1
    core.seen[[1, 2, 6]] = True
    learn(core)
    visited = {Visit.SPIKED: 2, Visit.TRACED: 3, Visit.ALWAYS: 8}
    assert core.counters["lists_learned"] == visited[visit]


@pytest.mark.parametrize("rotate", range(4))
def test_lanes_of_a_dense_word_lie_in_the_banks_of_its_list(rotate):
    """Without a lane operation, learning rounds the weights that it looks at."""
    core = CoreState.zero(CoreParams(lanes=4, weight_bits=9, tags=True, delays=True))
    core.registers["learn_rows"], core.seen[0] = 1, True
    core.axons["lists"][0] = core.axons["plastic"][0] = 1
    core.rules["post"][0] = Visit.ALWAYS.value
    for name, value in {"count": 3, "rotate": rotate, "lsb": 4}.items():
        core.lists[name][0] = value
    weights, tags, delays = [17, 34, 51, 68], [1, 2, 3, 4], [4, 3, 2, 1]
    core.dense[0], core.tags[0], core.delays[0] = weights, tags, delays
    learn(core)
    learned = {(k + rotate) % 4 for k in range(3)}
    expected = [w // 16 * 16 if bank in learned else w for bank, w in enumerate(weights)]
    assert core.dense[0].tolist() == expected
    assert core.tags[0].tolist() == tags
    assert core.delays[0].tolist() == delays
