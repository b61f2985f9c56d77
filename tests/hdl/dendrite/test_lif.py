"""The update of a compartment against the golden core's, with its extremes."""

from fractions import Fraction

import pytest

from backspike.golden.core.arith import wrap
from backspike.golden.core.dendrite_kernels import crosses, update_compartment
from backspike.hdl.dendrite.lif import LifUpdate, ThresholdUpdate
from backspike.hdl.layouts import NoiseTarget, bias_layout, profile_layout, state_layout
from backspike.hdl.params import Overflow
from backspike.sim.engines.simulate import simulate

N_CASES = 150


def cases(p, words):
    """States, biases, constants and sums; everything that a program may hold."""
    rng = words.rng
    for _ in range(N_CASES):
        profile = words.fields(profile_layout(p))
        profile["decay_u"] = rng.choice([0, 1, 4095, 4096, rng.randrange(4097)])
        profile["decay_v"] = rng.choice([0, 1, 4095, 4096, rng.randrange(4097)])
        profile["refractory"] = rng.choice([1, 2, 63, rng.randrange(1, 64)])
        profile["vmin"] = rng.choice([0, 23, rng.randrange(24)])
        profile["threshold"] = rng.choice([0, 1, 131071, rng.randrange(1 << 10)])
        state = words.fields(state_layout(p))
        state["refractory"] = rng.choice([0, 0, 0, 1, 2, 63])
        limit = 1 << (p.acc_width - 1)
        total = rng.choice([-limit, limit - 1, 0, rng.randrange(-limit, limit)])
        gate = {"negate": rng.randrange(2), "may_fire": int(rng.random() < 0.8)}
        if p.watch:
            near = rng.randrange(-99, 99 << rng.randrange(16))
            membrane = min((profile["threshold"] << 6) + near, (1 << 23) - 1)
            gate |= {"watch": rng.randrange(2), "membrane": membrane}
        if p.noise:
            gate |= {
                "random": rng.choice([-128, 127, rng.randrange(-128, 128)]),
                "noise_mantissa": rng.choice([-64, 63, rng.randrange(-64, 64)]),
                "noise_exponent": rng.choice([0, 1, 15, rng.randrange(16)]),
                "noisy": rng.randrange(2),
            }
        yield state, words.fields(bias_layout(p)), profile, total, gate


def noise_of(gate):
    """Noise on current and voltage, as docs/architecture.md has it."""
    exponent, target = gate["noise_exponent"], NoiseTarget(gate["noisy"])
    exact = Fraction(gate["random"] + 64 * gate["noise_mantissa"]) * Fraction(2) ** (exponent - 7)
    return {target.name.lower(): int(exact) if exponent else 0}


def golden(twin, case):
    state, bias, profile, total, gate = case
    drive = {"sum": -total if gate["negate"] else total, "may_fire": gate["may_fire"]}
    drive |= noise_of(gate) if "noisy" in gate else {}
    words = {"profiles": profile, "bias": bias, "drives": drive, "neurons": state}
    for memory, word in words.items():
        twin.set_words(memory, [word])
    spike = update_compartment(
        twin.state.size, *(getattr(twin.state, memory)[0] for memory in words)
    )
    voltage = int(twin.state.drives["membrane"][0])
    if gate.get("watch"):  # of the next state, nothing is kept
        drive = twin.state.drives[0]
        return None, int(crosses(twin.state.profiles[0], drive, gate["membrane"])), voltage
    return {name: int(twin.state.neurons[name][0]) for name in state}, int(spike), voltage


@pytest.mark.parametrize("overflow", Overflow)
@pytest.mark.parametrize(
    ("acc_width", "features"),
    [
        (12, ()),
        (18, ()),
        (18, ("subtract",)),
        (18, ("watch",)),
        (12, ("subtract", "watch", "noise")),
    ],
)
def test_update_is_that_of_the_golden_core(acc_width, features, overflow, words, small, twin, bus):
    p = small(acc_width=acc_width, overflow=overflow, **dict.fromkeys(features, True))
    dut = LifUpdate(p)
    stimuli = list(cases(p, words))
    expected = [golden(twin(p), case) for case in stimuli]
    assert {spike for _, spike, _ in expected} == {0, 1}
    enabled = [words.rng.random() < 0.8 for _ in range(2 * N_CASES)] + [True] * N_CASES

    async def bench(ctx):
        due, voltages, looks = {}, {}, {}
        waiting = iter(zip(stimuli, expected, strict=True))
        matched = 0
        for cycle, en in enumerate(enabled):
            ctx.set(dut.en, 0)
            if en and (pair := next(waiting, None)):
                (state, bias, profile, total, gate), answer = pair
                due[cycle + dut.latency] = answer[:2]
                voltages[cycle + LifUpdate.VOLTAGE] = answer[2]
                looks[cycle + LifUpdate.VOLTAGE + 1] = gate
                for port, value in (
                    (dut.en, 1),
                    (dut.state, state),
                    (dut.bias, bias),
                    (dut.profile, profile),
                    (dut.sum, total),
                    (dut.negate, gate["negate"]),
                    (dut.may_fire, gate["may_fire"]),
                ):
                    ctx.set(port, value)
                for name in ("random", "noise_mantissa", "noise_exponent", "noisy"):
                    if p.noise:
                        ctx.set(getattr(dut, name), gate[name])
            if p.watch and cycle in voltages:
                assert ctx.get(dut.voltage) == voltages[cycle]
            if p.watch and cycle in looks:
                ctx.set(dut.watch, looks[cycle]["watch"])
                ctx.set(dut.membrane, looks[cycle]["membrane"])
            if cycle in due:
                after, spike = due[cycle]
                assert ctx.get(dut.spike) == spike, stimuli[matched]
                if after is not None:
                    assert bus.plain(ctx.get(dut.next_state)) == after, stimuli[matched]
                matched += 1
            await ctx.tick()
        assert matched == N_CASES

    simulate(dut, bench)


@pytest.mark.parametrize("overflow", Overflow)
@pytest.mark.parametrize("acc_width", [12, 18])
def test_a_sum_alone_fires_where_the_golden_core_does(acc_width, overflow, words, small, twin):
    p = small(acc_width=acc_width, overflow=overflow, dynamics=False)
    dut, rng = ThresholdUpdate(p), words.rng
    limit = 1 << (acc_width - 1)
    stimuli = []
    for _ in range(N_CASES):
        profile = {
            "threshold": rng.choice([0, 1, 131071, rng.randrange(1 << 10)]),
            "window": rng.choice([0, 1, 15, rng.randrange(16)]),
        }
        near = profile["threshold"] + rng.choice([0, 1, 1 << profile["window"]]) + rng.randrange(2)
        total = rng.choice([-limit, limit - 1, rng.choice([-1, 1]) * min(near, limit - 1)])
        stimuli.append((profile, total, rng.randrange(2), int(rng.random() < 0.8)))

    def expected(profile, total, negate, may_fire):
        total = -total if negate else total
        voltage = wrap(total, 18) if overflow is Overflow.WRAP else total
        t = twin(p)
        t.set_words("profiles", [profile])
        t.set_words("drives", [{"may_fire": may_fire}])
        return int(crosses(t.state.profiles[0], t.state.drives[0], voltage << 6))

    fires = [expected(*case) for case in stimuli]
    assert set(fires) == {0, 1}

    async def bench(ctx):
        ctx.set(dut.en, 1)
        got = []
        for profile, total, negate, may_fire in [*stimuli, *stimuli[: dut.latency]]:
            ctx.set(dut.profile, profile)
            ctx.set(dut.sum, total)
            ctx.set(dut.negate, negate)
            ctx.set(dut.may_fire, may_fire)
            got.append(ctx.get(dut.spike))
            await ctx.tick()
        assert got[dut.latency :] == fires

    simulate(dut, bench)


@pytest.mark.parametrize("overflow", Overflow)
def test_currents_beyond_24_bits(overflow, small, twin, bus):
    """``u`` overflows at +-2**23, and again where the bias is added."""
    p = small(overflow=overflow)
    dut = LifUpdate(p)
    profile = {
        "decay_u": 0,
        "decay_v": 4096,
        "threshold": 131071,
        "refractory": 1,
        "vmin": 23,
        "vmax": 7,
        "window": 0,
    }
    gate = {"negate": 0, "may_fire": 1}

    def after(u, total, mantissa=0):
        case = {"u": u, "v": 0, "refractory": 0}, {"mantissa": mantissa, "exponent": 7}, profile
        got = []

        async def bench(ctx):
            for port, value in zip((dut.state, dut.bias, dut.profile), case, strict=True):
                ctx.set(port, value)
            ctx.set(dut.sum, total)
            ctx.set(dut.may_fire, 1)
            ctx.set(dut.en, 1)
            await ctx.tick().repeat(dut.latency)
            got.extend([bus.plain(ctx.get(dut.next_state)), ctx.get(dut.spike)])

        simulate(dut, bench)
        assert tuple(got) == golden(twin(p), (*case, total, gate))[:2]
        return got[0]["u"], got[0]["v"], got[1]

    top, bottom = (1 << 23) - 1, -(1 << 23)
    wraps = overflow is Overflow.WRAP
    assert after(top - 63, 1)[0] == (bottom if wraps else top)
    assert after(bottom, -1)[0] == (top - 63 if wraps else bottom)
    assert after(bottom, 0, -1) == (bottom, top - 127 if wraps else bottom + 1, 0)
