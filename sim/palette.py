"""The colours of every picture: of plots, reports, and figures of the documentation.

Hues keep apart for colour-blind eyes; all but gold, which fills and draws but never writes, can be
read as text on the ground.
"""

__all__ = ["CYCLE", "PALETTE", "css_variables", "theme"]

#: Colours by name: on a light ground, on a dark one. ``docs/_static/site.css`` has the same.
PALETTE = {
    "ink": ("#1d2733", "#e4e8ec"),
    "soft": ("#5b6875", "#a9b4bf"),
    "ground": ("#ffffff", "#131416"),
    "panel": ("#f1f4f7", "#1e2226"),
    "rule": ("#d5dce3", "#3a4149"),
    "blue": ("#0063a6", "#3fa0ee"),
    "red": ("#c44e00", "#f07f3c"),
    "green": ("#00856a", "#2bc79b"),
    "purple": ("#8c2d7d", "#e7abed"),
    "gold": ("#dd9c00", "#ffd24a"),
}

#: Names of the hues of lines, in this order.
CYCLE = ("blue", "red", "green", "purple", "gold", "soft")


def css_variables(ground: int) -> str:
    """Declarations of all colours as ``--name``, on the light ground (0) or the dark one (1)."""
    return " ".join(f"--{name}: {colours[ground]};" for name, colours in PALETTE.items())


def theme(selector: str) -> str:
    """A style sheet that gives an element the colours, light or dark as its reader prefers."""
    dark = f"@media (prefers-color-scheme: dark) {{ {selector} {{ {css_variables(1)} }} }}"
    return f"{selector} {{ {css_variables(0)} }}\n{dark}\n"
