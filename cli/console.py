"""The terminal that all commands write to.

It knows no markup: names of files and connections are shown as they are. Colours are styles.
"""

from rich.console import Console
from rich.text import Text

__all__ = ["console", "verdict"]

console = Console(markup=False)


def verdict(text: str, *, good: bool) -> Text:
    """A text in green or red."""
    return Text(text, "green" if good else "red")
