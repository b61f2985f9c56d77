"""Random networks, valid but odd: every kind of group, connection, reuse, rule and epoch.

Sums, rewards and products stay within their widths, so that plain arithmetic tells what they do.
"""

from collections.abc import Callable
from random import Random

import numpy as np

from backspike.golden.network.connections import Connection
from backspike.golden.network.network import Network
from backspike.golden.network.neurons import Input, Part, Population
from backspike.hdl.layouts import SignMode
from backspike.hdl.presets import CORE_PRESETS

__all__ = ["ROOMY", "random_network", "random_raster"]

#: A core with room for any of them.
ROOMY = CORE_PRESETS["tiny-loihi"].with_(
    compartments=512,
    input_axons=128,
    lists=2048,
    dense_words=2048,
    sparse_words=4096,
    noise=False,
    subtract=True,
    watch=True,
    rules=8,
)

#: Rules by what a core needs for them.
_RULES = {
    "": [
        "dw = 4*r1*x0*y0 - 2*x0*y0",
        "2^-4*x1*y0 - 2^-4*x0*y1",
        "x0*(y1 - 3)*2^-2",
        "2^-5*w*x0*y0 - y0 + x0",
        "u0*r1",
        "2*x0*y0 - 3*x0",
        "x0*y0 + 2^-6*x1*y0*(w + 3)",
        "2^-3*u0*x1 - 2^-4*y1*u0",
    ],
    "more": [
        "2^-3*x2*y0 - 2^-3*x0*y2 + u2*y3*2^-4",
        "r0*x0*2^-1 - sgn(w - 3)*u1",
        "u3*2^-4*w - y0*r1",
    ],
    "tags": ["dt = 3*x0*y0 - x0; dw = 2^-2*t*y0", "dt = x1*y0*2^-3 - 2^-2*u0*t; dw = r1*t*2^-3*u0"],
    "delays": ["dd = x0*y0 - u0*2^-2*d; dw = x0*(4 - d)"],
}
_INFINITE = float("inf")


def random_network(rng: Random, *, max_delay: int = 6) -> Network:
    """A network of small groups that fire often; equal for equal ``rng``.

    ``max_delay`` is the longest delay of its synapses, in steps, at least 2.
    """
    network = Network(seed=rng.randrange(1000), epoch=rng.choice([1, 1, 1, 2, 3, 5]))
    for i in range(rng.randint(1, 2)):
        network.input(f"in{i}", rng.randint(1, 9))
    for i in range(rng.randint(2, 4)):
        _add_population(rng, network, f"p{i}", rng.randint(1, 11))
    rules = rng.sample(_RULES[""], rng.choice([0, 1, 2]))
    rules += rng.sample(_RULES[rng.choice(list(_RULES))], rng.choice([0, 1]))
    for i in range(rng.randint(5, 9)):
        _connect(rng, network, f"c{i}", rules, max_delay)
    _add_followers(rng, network)
    for name in list(network.connections):
        _reuse(rng, network, name, max_delay)
    if rng.random() < 0.3:
        _convolve(rng, network)
    for name, population in network.populations.items():
        has_sums = population.sums_of is None and population.watches is None
        if has_sums and rng.random() < 0.8:
            source = rng.choice(list(network.inputs.values()))
            pairs = [(rng.randrange(source.size), i) for i in range(population.size)]
            network.connect(f"drive {name}", source, population, 420, pattern=pairs)
    if rules:
        _add_rewards(rng, network)
    return network


def random_raster(network: Network, n_steps: int, seed: int) -> dict[str, np.ndarray]:
    """Spikes of each input by its name, bool, shape (n_steps, size)."""
    rng = np.random.default_rng(seed)
    return {name: rng.random((n_steps, group.size)) < 0.3 for name, group in network.inputs.items()}


def _add_population(rng: Random, network: Network, name: str, size: int) -> Population:
    """A population of its own sums."""
    return network.population(
        name,
        size,
        threshold=rng.choice([100, 300]),
        bias=[rng.choice([0, 20, -20, 3.5]) for _ in range(size)],
        decay_u=rng.choice([4096, 1000]),
        decay_v=rng.choice([4096, 500]),
        refractory=rng.choice([1, 1, 2, 4]),
        reset=rng.choice(["zero", "subtract", "delayed"]),
        vmin=rng.choice([23, 12]),
        window=rng.choice([0, 0, 0, 256]),
        negate=rng.random() < 0.1,
    )


def _add_followers(rng: Random, network: Network) -> None:
    """Populations that take the sums of others or watch them, and such that wait for gates."""
    for name, population in list(network.populations.items()):
        if rng.random() < 0.3:
            network.population(
                f"{name} again",
                population.size,
                threshold=rng.choice([50, 200]),
                sums_of=population,
                negate=rng.random() < 0.5,
            )
        if rng.random() < 0.3:
            network.population(
                f"{name} watched",
                population.size,
                threshold=rng.choice([0, 50, 200]),
                window=rng.choice([0, 128, 512]),
                watches=population,
                negate=rng.random() < 0.3,
            )
        equal = [group for group in _groups(network) if group.size == population.size]
        if rng.random() < 0.3:
            sums = population if population.sums_of is None and rng.random() < 0.5 else None
            network.population(
                f"{name} gated",
                population.size,
                threshold=20,
                bias=0 if sums else 30,
                sums_of=sums,
                gate=rng.choice(equal),
                gated_by=rng.choice(["spike", "silence"]),
            )


def _connect(rng: Random, network: Network, name: str, rules: list[str], max_delay: int) -> None:
    """Synapses between groups or parts of them."""
    source, target = rng.choice(_groups(network)), rng.choice(list(network.populations.values()))
    kind = rng.choice(["one-to-one", "one-to-all", "all-to-all", "all-to-all", "pairs"])
    n = 1 if kind == "one-to-all" else _part_size(rng, source)
    m = _part_size(rng, target)
    if kind == "one-to-one":
        n = m = min(n, m)
    ends = _run(rng, source, n), _run(rng, target, m)
    pattern = [(rng.randrange(n), rng.randrange(m)) for _ in range(7)] if kind == "pairs" else kind
    shape = {"one-to-one": (n,), "one-to-all": (m,), "all-to-all": (n, m), "pairs": (7,)}[kind]
    values = np.random.default_rng(rng.randrange(10**6))
    options: dict[str, object] = {}
    if rules and rng.random() < 0.6:
        weights = _plastic(rng, values, shape, rules, options)
    else:
        units: list[float] = rng.choice([[1], [4], [0.5], [1, 4, 16]])
        weights = values.integers(-60, 160, shape) * values.choice(units, shape)
        if units == [0.5]:
            options["exponent"] = -1
        if rng.random() < 0.3:
            weights = weights * (values.random(shape) < 0.5)
    if rng.random() < 0.2:
        options["delays"] = values.integers(0, max_delay + 1, shape)
    elif rng.random() < 0.5:
        options["delay"] = rng.randint(0, max_delay)
    network.connect(name, *ends, weights, pattern=pattern, **options)  # type: ignore[arg-type]


def _part_size(rng: Random, group: Population | Input) -> int:
    """Neurons of a part, mostly all."""
    return group.size if rng.random() < 0.8 else rng.randint(1, group.size)


def _run(rng: Random, group: Population | Input, size: int) -> Population | Input | Part:
    """So many neurons of a group."""
    first = rng.randint(0, group.size - size)
    return group if size == group.size else group[first : first + size]


def _plastic(
    rng: Random,
    values: np.random.Generator,
    shape: tuple[int, ...],
    rules: list[str],
    options: dict[str, object],
) -> np.ndarray:
    """Weights that learn, and what else they need."""
    sign, bits = rng.choice(list(SignMode)), rng.choice([4, 7, 8])
    unit = 2 ** (8 - bits + (sign is SignMode.MIXED))
    low, high = {"MIXED": (-60, 120), "EXCITATORY": (0, 120), "INHIBITORY": (-120, 0)}[sign.name]
    exponent = rng.choice([-1, 0, 1])
    options |= {
        "rule": rng.choice(rules),
        "rounding": rng.choice(["floor", "stochastic"]),
        "sign": sign,
        "bits": bits,
        "exponent": exponent,
    }
    if "t" in str(options["rule"]) and rng.random() < 0.5:
        options["tags"] = values.integers(-9, 10, shape)
    return values.integers(low, high + 1, shape) // unit * unit * 2.0**exponent


def _reuse(rng: Random, network: Network, name: str, max_delay: int) -> None:
    """Teachers, ways back and shares of a connection, if it can have any."""
    made = network.connections[name]
    every = made.pattern in ("all-to-all", "one-to-all")
    whole = every and not made.target.first and not made.exponents.ndim
    if not whole:
        return
    n, m = made.source.size, made.target.size
    if made.rule is not None and made.target.size == made.target.owner.size:
        for i in range(rng.choice([0, 0, 1, 2])):
            equal = [p for p in network.populations.values() if p.size == m]
            teacher = equal[i] if i < len(equal) else equal[0]
            own = _own_rule(rng, made) if rng.random() < 0.4 else {}
            network.teach(name, teacher, negate=rng.random() < 0.5, **own)  # type: ignore[arg-type]
    if rng.random() < 0.25:
        back = _add_population(rng, network, f"{name} back", n)
        source = _find(rng, network, m, lambda: network.input(f"{name} errors", m))
        delay, negate = rng.randint(0, max_delay), rng.random() < 0.5
        network.transpose(f"{name}^T", name, source, back, delay=delay, negate=negate)
    if rng.random() < 0.25:
        target = _add_population(rng, network, f"{name} shared", m)
        source = _find(rng, network, n, lambda: network.input(f"{name} others", n))
        network.share(name, source, target, negate=rng.random() < 0.5)


def _own_rule(rng: Random, made: Connection) -> dict[str, object]:
    """A rule of a teacher, for synapses with or without tags."""
    rules = _RULES[""] + (_RULES["tags"] if made.tags is not None else [])
    return {"rule": rng.choice(rules), "rounding": rng.choice(["floor", "stochastic"])}


def _find(
    rng: Random, network: Network, size: int, make: Callable[[], Population | Input]
) -> Population | Input:
    """A group of this size: one that there is, or a new one."""
    equal = [group for group in _groups(network) if group.size == size]
    return rng.choice(equal) if equal and rng.random() < 0.6 else make()


def _convolve(rng: Random, network: Network) -> None:
    """An image, and what a convolution makes of it."""
    image = (rng.randint(2, 4), rng.randint(2, 4), rng.randint(1, 2))
    kernel = (rng.randint(1, 2), rng.randint(1, 2), image[2], rng.choice([1, 3, 4]))
    stride, pad = rng.randint(1, 2), rng.randint(0, min(kernel[:2]) - 1)
    height, width = ((image[k] + 2 * pad - kernel[k]) // stride + 1 for k in (0, 1))
    kernels = np.random.default_rng(rng.randrange(10**6)).integers(-50, 120, kernel)
    source = network.input("image", image[0] * image[1] * image[2])
    target = _add_population(rng, network, "features", height * width * kernel[3])
    sizes = {"image": image, "stride": stride, "pad": pad}
    network.convolve("conv", source, target, kernels, **sizes, delay=rng.randint(0, 2))  # type: ignore[arg-type]


def _add_rewards(rng: Random, network: Network) -> None:
    """Rewards, and impulses and time constants of traces."""
    groups = _groups(network)
    network.reward(rng.choice(groups)[0], rng.choice([1, -1]))
    if _uses(network, "r0"):
        network.reward(rng.choice(groups)[0], rng.choice([1, -1]), "r0")
    taus = [0, 1.0, 2.5, 20.0, _INFINITE]
    names = [n for n in ("x1", "x2", "y1", "y2", "y3") if _uses(network, n)]
    network.traces(
        **{name: (rng.choice([3, 20, 4.25, 100]), rng.choice(taus)) for name in names},
        r1=rng.choice([0, 0, 2.0]),
        r0=rng.choice([0, 2.0]),
    )


def _groups(network: Network) -> list[Population | Input]:
    return [*network.inputs.values(), *network.populations.values()]


def _uses(network: Network, variable: str) -> bool:
    return any(rule.rule.uses(variable) for rule in network.rules())
