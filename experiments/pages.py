"""Pages that need nothing else: one template for all, with the palette, pictures and terms."""

from collections.abc import Mapping
from importlib.resources import files
from typing import Any

from jinja2 import Environment, FunctionLoader, StrictUndefined
from markupsafe import Markup

from backspike.golden.names import counted
from backspike.sim.figures import Picture
from backspike.sim.palette import theme

__all__ = ["render_page"]

_POINTS = 72  # an inch


def render_page(
    template: str, pictures: Mapping[str, Picture], terms: Mapping[str, str], **values: Any
) -> str:
    """HTML of a template of this folder, which extends ``page.html.j2``.

    Parameters
    ----------
    template : str
        Name of the file.
    pictures : mapping of str to Picture
        Those that ``figure`` shows, by name.
    terms : mapping of str to str
        Explanations that ``term`` opens, by name.
    values
        All else that the template names.
    """
    environment = Environment(
        loader=FunctionLoader(_template),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters["count"] = counted
    return environment.get_template(template).render(
        theme=Markup(theme(":root")),
        terms=terms,
        pictures={name: Markup(picture.svg()) for name, picture in pictures.items()},
        widths={name: round(_POINTS * p.figure.get_figwidth()) for name, p in pictures.items()},
        **values,
    )


def _template(name: str) -> str:
    return files("backspike.experiments").joinpath(name).read_text(encoding="utf-8")
