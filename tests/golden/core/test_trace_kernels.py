"""Traces against exact arithmetic, with random bits that are all 0 or all 1."""

import numpy as np
import pytest

from backspike.golden.core.state import CoreState
from backspike.golden.core.trace_kernels import update_traces
from backspike.hdl.layouts import y_trace_layout
from backspike.hdl.packing import pack_array, unpack_array
from backspike.hdl.params import CoreParams

ROW, LANES = 2, 4
DECAYS, IMPULSES = (65536, 40000, 1), (20 << 7, 50 << 7, 127 << 7)


def core_params(**changes):
    return CoreParams(compartments=16, input_axons=16, lanes=LANES, **changes)


def core_of(dither, **changes):
    """A core whose row 2 has traces of both sides."""
    core = CoreState.zero(core_params(**changes))
    core.registers["dither"] = dither
    for side, kinds in (("x", 2), ("y", 3)):
        core.registers[f"{side}_first"], core.registers[f"{side}_rows"] = ROW, 1
        for kind in range(kinds):
            core.registers[f"{side}{kind + 1}_decay"] = DECAYS[kind]
            core.registers[f"{side}{kind + 1}_impulse"] = IMPULSES[kind]
    return core


def moved(trace, kind, spike, dither):
    """A trace after one more step."""
    rounding = 0xFFFF if dither == 2 else 0
    return min(127, (trace * DECAYS[kind] + rounding) // 65536 + (spike and IMPULSES[kind] // 128))


@pytest.mark.parametrize("dither", [1, 2])
@pytest.mark.parametrize("more", [False, True])
def test_traces_decay_and_rise_with_spikes(dither, more):
    rng = np.random.default_rng(1)
    core = core_of(dither, more_factors=more)
    used_row = slice(ROW * LANES, (ROW + 1) * LANES)
    for _ in range(12):
        core.spikes[:] = rng.random(core.spikes.size) < 0.4
        before = [side.now[used_row].tolist() for side in (core.x, core.y)]
        update_traces(core, True)
        spikes = core.spikes[used_row].tolist()
        for side, old, kinds in ((core.x, before[0], 2), (core.y, before[1], 3)):
            kinds = kinds if more else 1
            expected = [
                [moved(t, k, spike, dither) if k < kinds else 0 for k, t in enumerate(row)]
                for row, spike in zip(old, spikes, strict=True)
            ]
            assert side.now[used_row].tolist() == expected
            assert not np.delete(side.now, np.arange(used_row.start, used_row.stop), axis=0).any()


def test_a_history_is_that_of_every_step():
    """Each lane spikes once at most, so that the epoch is a chain of single steps."""
    steps, spiked = 4, [0, 2, 3, 4]  # by lane, from 1; 0 is never
    core = core_of(1, more_factors=True, history=4)
    core.y.now[ROW * LANES :][:LANES] = 90
    for step in range(steps):
        core.registers["epoch_step"] = step
        core.spikes[:] = False
        for lane, at in enumerate(spiked):
            core.spikes[ROW * LANES + lane] = at == step + 1
        update_traces(core, step + 1 == steps)
    for lane, at in enumerate(spiked):
        n = ROW * LANES + lane
        assert core.y.time[n] == at
        for kind in range(3):
            past, trace = [], 90
            for step in range(1, steps + 1):
                trace = moved(trace, kind, step == at, 1)
                past.append(trace)
            assert core.y.past[:, n, kind].tolist() == past
            assert core.y.now[n, kind] == past[-1]
            assert core.y.then[n, kind] == past[max(at, 1) - 1]


@pytest.mark.parametrize("at", [1, 31, 32, 33, 63])
def test_a_spike_in_any_step_of_the_longest_epoch_is_remembered(at):
    core = core_of(1, history=64)
    core.y.now[ROW * LANES] = 127
    for step in range(63):
        core.registers["epoch_step"] = step
        core.spikes[:] = False
        core.spikes[ROW * LANES] = step + 1 == at
        update_traces(core, step == 62)
    assert core.y.time[ROW * LANES] == at
    assert core.y.then[ROW * LANES, 0] == core.y.past[at - 1, ROW * LANES, 0] == 127
    words = pack_array(
        y_trace_layout(core_params(history=64)),
        **{
            name: column[ROW * LANES : ROW * LANES + 1]
            for name, column in core.y.columns().items()
            if name in ("trace1", "then1", "time")
        },
    )
    assert unpack_array(y_trace_layout(core_params(history=64)), words)["time"] == [at]


@pytest.mark.parametrize("lava", [False, True])
def test_a_spike_before_the_last_one_rounds_up_for_axons_alone_and_as_lava_does(lava):
    core = core_of(1, more_factors=True, history=4, lava=lava)
    core.registers["x1_impulse"] = core.registers["y1_impulse"] = (20 << 7) + 64
    for step in range(4):
        core.registers["epoch_step"] = step
        core.spikes[:] = False
        core.spikes[ROW * LANES] = step in (0, 2)
        update_traces(core, step == 3)
    assert core.x.now[ROW * LANES, 0] == (41 if lava else 40)
    assert core.y.now[ROW * LANES, 0] == 40
