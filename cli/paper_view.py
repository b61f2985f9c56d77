"""A sample in the paper's circuit as text: its picture, and who fires in which step."""

from collections.abc import Mapping, Sequence

import numpy as np
from rich.text import Text

__all__ = ["picture_lines", "raster_lines"]

#: Columns: heading, populations and their signs, and the most characters.
_COLUMNS = (
    ("input", {"x": "#"}, 8),
    ("hidden", {"h1": "#"}, 16),
    ("output", {"o": "#"}, 16),
    ("error d", {"d+": "+", "d-": "-"}, 16),
    ("error e", {"h1T": "#"}, 16),
)
#: Steps that go forwards, compare, and go backwards: until which step, sign, style.
_WAYS = ((3, ">", "blue"), (4, "!", "red"), (11, "<", "dark_orange"))
_SHADES = " .:+#"
_LABEL = 18


def raster_lines(rasters: Mapping[str, np.ndarray], labels: Sequence[str]) -> list[Text]:
    """A line for each step of a sample, below a heading; a sign for each neuron.

    Parameters
    ----------
    rasters : mapping of str to numpy.ndarray
        Spikes of each population of the paper's circuit, bool, shape (steps, size); of more neurons
        than a column is wide, each sign stands for several.
    labels : sequence of str
        Description of each step of a sample.
    """
    widths = [min(most, rasters[next(iter(signs))].shape[1]) for _, signs, most in _COLUMNS]
    heading = f"{'step':<{_LABEL + 5}}"
    for (name, _, _), width in zip(_COLUMNS, widths, strict=True):
        heading += f" {name:<{width}.{width}}"
    lines = [Text(heading.rstrip(), "bold")]
    for step in range(len(labels)):
        arrow, style = next(((a, s) for last, a, s in _WAYS if 0 < step <= last), (" ", "dim"))
        label = labels[step].replace("\n", " ")
        if len(label) > _LABEL:
            label = labels[step].partition("\n")[0]
        text = f"{arrow} {step:2} {label:<{_LABEL}}"
        for (_, signs, _), width in zip(_COLUMNS, widths, strict=True):
            text += " " + _signs({sign: rasters[name][step] for name, sign in signs.items()}, width)
        lines.append(Text(text, style))
    return lines


def _signs(fired: Mapping[str, np.ndarray], width: int) -> str:
    """A sign for each neuron or, if there are more, for each group of them that fires at all."""
    text = ["."] * width
    for sign, spikes in fired.items():
        for place, group in enumerate(np.array_split(spikes, width)):
            if group.any():
                text[place] = sign
    return "".join(text)


def picture_lines(image: np.ndarray) -> list[str]:
    """An image, (height, width, levels) of spikes, in shades, two characters a pixel."""
    levels = image.shape[2]
    shades = image.sum(axis=2) * (len(_SHADES) - 1) // levels
    return ["".join(_SHADES[shade] * 2 for shade in row) for row in shades]
