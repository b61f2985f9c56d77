"""Options of a command, made from the settings."""

from pathlib import Path

import click
import pytest
from click.testing import CliRunner

from backspike.cli.options import NAME, PATH, SIZES, VALUES, click_option, options
from backspike.experiments.option import Option, options_of
from backspike.experiments.settings import TrainSettings


def called(arguments, *names, settings=TrainSettings, **changes):
    """Values that a command with these options is called with, or its error."""
    got = {}

    @click.command()
    @options(settings, *names, **changes)
    def command(**values):
        got.update(values)

    done = CliRunner().invoke(command, arguments)
    return got if done.exit_code == 0 else done.output


def test_without_arguments_the_defaults_are_those_of_the_settings():
    values = called([])
    assert list(values) == list(options_of(TrainSettings))
    assert TrainSettings(**values) == TrainSettings()


def test_every_kind_is_converted():
    arguments = "--hidden 4,5 --lanes 8 --seed 3 --no-check --resume --out here --rule x0 --rate 5"
    values = called(arguments.split())
    assert values["hidden"] == (4, 5)
    assert (values["lanes"], values["seed"], values["rate"]) == (8, 3, 5)
    assert (values["check"], values["resume"]) == (False, True)
    assert (values["out"], values["rule"]) == (Path("here"), "x0")
    assert called(["--rate", "64,256"], "rate") == {"rate": (64, 256)}


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ("--hidden 4,0", "'4,0' is no list of sizes from 1 to 16384, such as 400"),
        ("--hidden 16385", "'16385' is no list of sizes from 1 to 16384, such as 400"),
        ("--lanes 3", "'3' is not one of '1', '2', '4', '8', '16', '32'"),
        ("--lift 241", "241 is not in the range 0<=x<=240"),
        ("--rate 64,", "'' is no whole number in the range 1<=x<=256"),
        ("--rate 64,257", "257 is not in the range 1<=x<=256"),
        ("--epochs 0", "0 is not in the range x>=1"),
        ("--order sorted", "'sorted' is not one of 'shuffled', 'given'"),
        ("--margin much", "'much' is no whole number in the range 0<=x<=2048"),
    ],
)
def test_what_is_out_of_its_range_is_refused(arguments, message):
    assert message in called(arguments.split())


def test_a_command_has_some_options_with_changes_of_its_own():
    changes = {"default": None, "shown": False, "help": "something else"}
    assert called([], "seed", "epochs", seed=changes) == {"seed": None, "epochs": 10}
    assert called(["--seed", "2"], "seed", seed={"multiple": True, "default": ()}) == {"seed": (2,)}


@pytest.mark.parametrize(
    ("text", "values"), [("3", (3,)), ("1,2,5-8", (1, 2, 5, 6, 7, 8)), ("4,all,4", (4, None))]
)
def test_lists_of_values(text, values):
    assert VALUES(1, 9, "all").convert(text, None, None) == values


def test_a_value_of_a_list_may_be_several():
    assert VALUES(1, 9, listed=True).convert("3/9,4-5", None, None) == ((3, 9), 4, 5)
    for text in ("3/10", "3/", "/", "1-2/3"):
        with pytest.raises(click.BadParameter, match="5-8, or 64/256 for one value by layer"):
            VALUES(1, 9, listed=True).convert(text, None, None)
    with pytest.raises(click.BadParameter):
        VALUES(1, 9).convert("3/9", None, None)


@pytest.mark.parametrize(
    "text", ["", "0", "10", "a", "3-", "2-12", "none", "5-2", "1-2-3", "1,5-2", "1-99999999"]
)
def test_lists_of_values_that_are_refused(text):
    with pytest.raises(click.BadParameter, match="is no list of numbers from 1 to 9 or 'all'"):
        VALUES(1, 9, "all").convert(text, None, None)


def test_no_hidden_layer_has_a_word():
    assert SIZES.convert("none", None, None) == ()
    assert SIZES.convert("1,16384", None, None) == (1, 16384)


NUMBERS = {
    "share": Option(float, low=0.01, high=0.5),
    "count": Option(int, low=1),
    "told": Option(int, low=0, high=9, ranged=False),
}


@pytest.mark.parametrize(
    ("name", "text", "message"),
    [
        ("share", "nan", "'nan' is no number in the range 0.01<=x<=0.5"),
        ("share", "inf", "'inf' is no number in the range 0.01<=x<=0.5"),
        ("share", "-1", "-1.0 is not in the range 0.01<=x<=0.5."),
        ("share", "", "'' is no number in the range 0.01<=x<=0.5"),
        ("count", "nan", "'nan' is no whole number in the range x>=1"),
        ("count", "0", "0 is not in the range x>=1."),
        ("count", "", "'' is no whole number in the range x>=1"),
        ("told", "nan", "'nan' is no whole number in the range 0<=x<=9"),
    ],
)
def test_other_numbers_are_refused_with_the_range(name, text, message):
    (option,) = click.command()(click_option(name, NUMBERS[name])(lambda **_: None)).params
    with pytest.raises(click.BadParameter) as error:
        option.type.convert(text, None, None)
    assert str(error.value) == message


@pytest.mark.parametrize("text", ["", "  "])
def test_empty_texts_are_refused(text):
    (option,) = click.command()(click_option("encoder", Option())(lambda **_: None)).params
    with pytest.raises(click.BadParameter, match="it is empty: leave the option out"):
        option.type.convert(text, None, None)


def test_a_path_names_something():
    assert PATH.convert("x", None, None) == Path("x")
    with pytest.raises(click.BadParameter, match="it names no file: it is empty"):
        PATH.convert("", None, None)
    with pytest.raises(click.BadParameter, match="it names no file: it is empty"):
        NAME.convert("", None, None)
