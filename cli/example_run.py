"""The work behind ``backspike example``."""

from pathlib import Path

from rich.console import Console
from rich.table import Table
from rich.text import Text

from backspike.cli.console import verdict
from backspike.cli.engines import maker
from backspike.experiments.examples import EXAMPLES
from backspike.experiments.files import check_file
from backspike.golden.errors import UserError
from backspike.golden.files import replace_file
from backspike.sim.waiting import Waiting

__all__ = ["example_run"]


def example_run(console: Console, name: str | None, engine: str | None, out: Path | None) -> bool:
    """Run an example, or list all without a name; returns whether it learned."""
    if name is None:
        for option, said in (("--engine", engine), ("--out", out)):
            if said is not None:
                raise UserError(f"{option} {said} is for an example: name one")
        table = Table("name", "what is learned", "rules")
        for known in EXAMPLES.values():
            table.add_row(known.name, known.about, "\n".join(known.rules))
        console.print(table)
        return True
    chosen, out = EXAMPLES[name], out or Path(f"{name}.png")
    check_file("--out", out)

    engine = engine or "golden"
    make = maker(console, engine)
    title = f"{chosen.name} on {engine}: {chosen.about}"
    console.print(title, highlight=False, soft_wrap=True)
    with Waiting(console, "learning") as waiting:
        outcome = chosen.run(lambda program: make(program.params))
        waiting.say("the picture")
        replace_file(out, lambda path: outcome.figure.savefig(path, format="png", dpi=120))
    table = Table("measured", "value", title=title)
    for what, value in outcome.facts.items():
        table.add_row(what, f"{value:,}" if isinstance(value, int) else f"{value:.3f}")
    console.print(table)
    learned = verdict("learned" if outcome.learned else "not learned", good=outcome.learned)
    console.print(Text.assemble(learned, f"; picture: {out}"), soft_wrap=True)
    return outcome.learned
