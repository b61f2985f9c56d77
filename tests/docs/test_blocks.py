"""Every block of code on the pages runs, top to bottom, as a reader would run it.

Blocks ``python`` of a page share their names; a block ``text`` right after one is what it prints.
Lines ``$ ...`` of blocks ``console`` are commands, the lines below each are found in what it says,
in this order. Everything runs in one empty folder a page, in this process, on the golden core,
which gives the same numbers as the simulators. A block after ``<!-- not run: REASON -->`` is not
run: its options are parsed, its targets and modules looked up.
"""

import contextlib
import importlib
import io
import re
import shlex
import tomllib
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

import click
import matplotlib
import pytest
from markdown_it import MarkdownIt

from backspike.cli.main import cli
from backspike.experiments import sweep

ROOT = Path(__file__).parents[2]
PAGES = [ROOT / "README.md", ROOT / "CONTRIBUTING.md", *sorted((ROOT / "docs").rglob("*.md"))]
_NOT_RUN = re.compile(r"<!-- not run: (.+) -->")
#: Blocks that are shown only.
_SHOWN = {"text", "csv", "verilog"}


@dataclass
class Block:
    """A fenced block: its language, text and first line, why it is not run, what it prints."""

    language: str
    text: str
    line: int
    reason: str | None
    prints: str | None = None


def blocks_of(page):
    """Blocks of a page; directives of the site are none."""
    found, reason, last = [], None, None
    for token in MarkdownIt().parse(page.read_text()):
        if token.type == "html_block":
            mark = _NOT_RUN.match(token.content)
            reason = mark[1] if mark else None
            continue
        if token.type == "fence" and not token.info.startswith("{"):
            if token.info == "text" and last and last.language == "python":
                last.prints = token.content
            last = Block(token.info, token.content, token.map[0] + 1, reason)
            found.append(last)
        else:
            last = None
        reason = None
    return found


def commands_of(block):
    """Commands of a block, each with the lines below it."""
    text = block.text.replace("\\\n", " ")
    lines = text.splitlines()
    assert lines[0].startswith("$ "), f"line {block.line}: a command begins with $"
    found = []
    for line in lines:
        if line.startswith("$ "):
            found.append((shlex.split(line[2:], comments=True), []))
        else:
            found[-1][1].append(line.strip())
    return found


def on_golden(text):
    """The same text with the engine that needs no build."""
    return text.replace('"verilator"', '"golden"').replace("--engine verilator", "--engine golden")


def parse(command, arguments):
    """Parse a command's options, subcommands included, without doing anything."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(click.Command, "invoke", lambda self, context: None)
        command.main(arguments, standalone_mode=False)


def parse_backspike(*arguments):
    parse(cli, list(arguments))


def look_up_python(*arguments):
    """A module of the project with its options, or a file."""
    if arguments[0] != "-m":
        assert (ROOT / arguments[0]).exists(), arguments[0]
        return
    module = importlib.import_module(arguments[1])
    if hasattr(module, "__path__"):  # a package is run by its `__main__`
        module = importlib.import_module(f"{arguments[1]}.__main__")
    commands = [value for value in vars(module).values() if isinstance(value, click.Command)]
    if commands:
        parse(commands[0], list(arguments[2:]))
    else:
        assert 'if __name__ == "__main__":' in Path(module.__file__).read_text()


def look_up_make(*targets):
    rules = re.findall(r"^(\w+):", (ROOT / "Makefile").read_text(), re.MULTILINE)
    assert [name for name in targets if "=" not in name and name not in rules] == []


def look_up_pip(*arguments):
    extras = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    named = re.findall(r"\[([\w,]+)\]", " ".join(arguments))
    assert arguments[0] == "install"
    assert set(",".join(named).split(",")) - {""} <= set(extras["optional-dependencies"])


#: Commands beside ``backspike`` and what is held of them; none is run.
_LOOKED_UP = {"python": look_up_python, "make": look_up_make, "pip": look_up_pip}


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.relative_to(ROOT).as_posix())
@pytest.mark.usefixtures("empty_pictures")
def test_the_blocks_of_a_page_run(page, backspike, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    matplotlib.use("Agg")
    monkeypatch.setattr(sweep, "ProcessPoolExecutor", lambda *_: ThreadPoolExecutor(1))
    names = {"__name__": "__main__"}
    for block in blocks_of(page):
        where = f"{page.name}, line {block.line}"
        if block.language == "console":
            for (program, *arguments), said in commands_of(block):
                if program != "backspike":
                    _LOOKED_UP[program](*arguments)
                elif block.reason:
                    parse_backspike(*arguments)
                else:
                    done = backspike(*shlex.split(on_golden(shlex.join(arguments))))
                    assert done.returncode == 0, f"{where}: {done.stderr or done.stdout}"
                    lines = iter(line.strip() for line in done.stdout.splitlines())
                    lost = [text for text in said if text not in lines]
                    assert not lost, f"{where}: {lost}\n{done.stdout}"
        elif block.language == "python":
            code = compile(on_golden(block.text), where, "exec")
            if block.reason:
                continue
            out = io.StringIO()
            with contextlib.redirect_stdout(out):
                exec(code, names)
            if block.prints is not None:
                assert out.getvalue() == block.prints, where
        else:
            assert block.language in _SHOWN, f"{where}: {block.language!r}"


def _inline(page):
    """Program and arguments of commands in the text of a page that have no NAME to fill in."""
    for token in MarkdownIt("commonmark").enable("table").parse(page.read_text()):
        for part in token.children or ():
            if part.type == "code_inline" and re.match("(backspike|python|make) ", part.content):
                program, *words = shlex.split(part.content)
                if not any(re.search(r"\b[A-Z]+\b", word) for word in words if "=" not in word):
                    yield program, words


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.relative_to(ROOT).as_posix())
def test_the_commands_in_the_text_of_a_page_have_such_options(page):
    for program, words in _inline(page):
        if program != "backspike":
            _LOOKED_UP[program](*words)
        elif len(words) == 1:
            assert words[0] in {*cli.commands, "--help"}
        else:
            parse_backspike(*words)


def test_a_wrong_option_on_a_page_is_noticed():
    with pytest.raises(click.NoSuchOption):
        parse_backspike("train", "--hiden", "10")
    with pytest.raises(click.UsageError):
        parse_backspike("fpga", "build", "--board", "none")
    with pytest.raises(AssertionError):
        look_up_make("no-such-target")
