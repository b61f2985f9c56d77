"""Options as fields of a dataclass."""

from dataclasses import dataclass

from backspike.experiments.option import Option, option, options_of


@dataclass(frozen=True)
class Settings:
    count: int = option(int, default=3, help="how many", low=1)
    name: str | None = option(in_run=False)
    plain: bool = False


def test_a_field_has_its_option_and_its_default():
    assert Settings() == Settings(count=3, name=None, plain=False)
    assert options_of(Settings) == {
        "count": Option(int, 3, "how many", low=1),
        "name": Option(in_run=False),
    }
