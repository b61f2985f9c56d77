"""Settings of ``backspike train``: what goes with what, and what they are if they are left out."""

from dataclasses import asdict, replace

from backspike.experiments.circuits import CIRCUITS
from backspike.experiments.kernels_text import check_network
from backspike.experiments.presets import RECOMMENDED_CIRCUITS
from backspike.experiments.settings import BOARD_ENGINES, TrainSettings
from backspike.fpga.boards import DEFAULT_BOARD, Board, find_board
from backspike.golden.errors import UserError
from backspike.golden.nbp.learning import PAPER, RATE_ONE, LearningOptions
from backspike.golden.rules.microcode import compile_rule
from backspike.hdl.params import DEFAULT_LANES

__all__ = ["board_of", "refuse_unused", "settled", "variant_of"]


def refuse_unused(settings: TrainSettings) -> None:
    """Raise if an option was given that could do nothing."""
    if settings.circuit == "equations":
        unused = ["engine", "rule", "check", "board", "port"]
        for name in unused if _draws(settings) else [*unused, "lanes"]:
            if (value := getattr(settings, name)) is not None:
                option = "--no-check" if value is False else f"--{name}"
                circuits = ", ".join(CIRCUITS)
                raise UserError(
                    f"{option} is for a circuit: it does nothing with --circuit equations, the "
                    f"default; circuits are {circuits}"
                )
    of_board = settings.engine in BOARD_ENGINES
    if settings.engine == "fpga" and settings.port is None:
        raise UserError("--engine fpga needs the --port of the board, such as /dev/ttyUSB0")
    if settings.engine != "fpga" and settings.port is not None:
        raise UserError("--port is for --engine fpga")
    if not of_board and settings.board is not None:
        raise UserError(f"--board is for --engine {' or '.join(BOARD_ENGINES)}")
    if of_board and settings.lanes is not None:
        raise UserError(
            f"--lanes {settings.lanes}: the core of a board has its own number of lanes"
        )
    if settings.init is not None and settings.lift:
        raise UserError(f"--lift {settings.lift} is for random weights, and --init names a file")
    circuit, board = CIRCUITS.get(settings.circuit), settings.board_params
    if settings.kernels is not None and circuit and circuit.variant != "circuit":
        raise UserError(f"--kernels are for --circuit folded or equations, not {settings.circuit}")
    has_lanes = circuit is not None or settings.learning.rate is not None
    lanes = board.lanes if board else settings.lanes or DEFAULT_LANES
    check_network(settings.kernels, settings.sizes, settings.rate, lanes if has_lanes else None)


def _draws(settings: TrainSettings) -> bool:
    """True if some step of a run is taken at random: then lanes say by which numbers."""
    learning = settings.learning
    return learning.rate is not None and min(learning.rates_in(settings.epochs - 1)) < RATE_ONE


def settled(settings: TrainSettings) -> TrainSettings:
    """The settings with engine, rule, lanes and check as they will be.

    Raises
    ------
    ValueError
        If the rule, the learning or the board is unusable, or does not go with the rest.
    """
    circuit = CIRCUITS.get(settings.circuit)
    rule = _rule(settings, circuit.rule) if circuit else None
    settings = replace(settings, rule=rule)
    learning = settings.learning
    _check_learning(settings, learning)
    board = settings.board_params
    lanes = board.lanes if board else settings.lanes or DEFAULT_LANES
    return replace(
        settings,
        **asdict(learning),
        hidden=settings.sizes,
        preset=settings.chosen_preset,
        engine=settings.engine or "verilator" if circuit else "numba",
        lanes=lanes if circuit or learning.rate else None,
        check=circuit is not None and rule == circuit.rule and settings.check is not False,
    )


def _check_learning(settings: TrainSettings, learning: LearningOptions) -> None:
    """Raise if what goes beyond the paper meets what knows nothing of it."""
    if learning == PAPER:
        return
    options = "--learning recommended, --margin, --window, --dead-zone and --rate"
    if settings.circuit not in RECOMMENDED_CIRCUITS:
        raise UserError(f"{options} are for --circuit folded or equations, not {settings.circuit}")
    if settings.circuit in CIRCUITS and settings.rule != CIRCUITS[settings.circuit].rule:
        raise UserError(f"--rule goes without {options}: it is no nBP")


def board_of(settings: TrainSettings) -> Board | None:
    """The board of ``--engine fpga`` or ``netlist``; none of another engine."""
    return find_board(settings.board or DEFAULT_BOARD) if settings.has_board else None


def _rule(settings: TrainSettings, own: str) -> str:
    """The rule, without spaces unless it is nBP's own, however that is written."""
    if settings.rule is None:
        return own
    if compile_rule(settings.rule).instructions == compile_rule(own).instructions:
        return own
    if settings.check:
        raise UserError(
            f"--check compares with the equations of nBP, which learn by {own!r} only: "
            "with another --rule, leave it out"
        )
    return "".join(settings.rule.split())


def variant_of(settings: TrainSettings) -> str | None:
    """The variant of the equations that learns the same; none with a rule of its own."""
    circuit = CIRCUITS.get(settings.circuit)
    if circuit is None:
        return "circuit"
    return circuit.variant if settings.rule == circuit.rule else None
