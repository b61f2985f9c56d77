"""The fidelity report of an imported network: one page, its pictures, and the same as JSON."""

import json
from collections.abc import Iterator, Mapping
from importlib.metadata import version
from pathlib import Path
from typing import Any

from backspike.experiments.fidelity_pictures import fidelity_pictures
from backspike.experiments.fidelity_terms import FIDELITY_TERMS
from backspike.experiments.pages import render_page
from backspike.golden.files import replace_file, write_text
from backspike.golden.nir.fidelity import Fidelity
from backspike.golden.nir.record import Verdict
from backspike.golden.nir.to_network import NirImport
from backspike.sim.figures import Picture

__all__ = ["fidelity_json", "fidelity_page", "settings_of", "write_fidelity"]

#: Hues of verdicts.
_HUES = {Verdict.FAITHFUL: "green", Verdict.APPROXIMATE: "gold", Verdict.REFUSED: "red"}


def settings_of(imported: NirImport) -> dict[str, Any]:
    """Options of an import, by their names; resets by node."""
    found = dict(vars(imported.conventions))
    return {"dt": found.pop("dt"), "reset": dict(found.pop("resets")), **found}


def fidelity_json(
    fidelity: Fidelity, settings: Mapping[str, Any], *, name: str, command: str
) -> str:
    """The report as JSON."""
    versions = {package: version(package) for package in ("backspike", "nir", "numpy")}
    made = {"name": name, "settings": settings, **fidelity.as_dict()}
    return json.dumps(made | {"command": command, "versions": versions}, indent=2) + "\n"


def fidelity_page(
    fidelity: Fidelity,
    settings: Mapping[str, Any],
    pictures: Mapping[str, Picture],
    *,
    name: str,
    command: str,
) -> str:
    """HTML of the report.

    Parameters
    ----------
    fidelity : Fidelity
    settings : mapping of str to object
        See :func:`settings_of`.
    pictures : mapping of str to Picture
        See :func:`fidelity_pictures`.
    name : str
        Of the network.
    command : str
        The line that makes the report again.
    """
    resets = settings["reset"]
    shown = {**settings, "reset": ", ".join(f"{node} {reset}" for node, reset in resets.items())}
    return render_page(
        "fidelity.html.j2",
        pictures,
        FIDELITY_TERMS,
        f=fidelity,
        name=name,
        command=command,
        settings={what: value for what, value in shown.items() if value != ""},
        same_spikes=fidelity.same_spikes,
        differing=[group for group in fidelity.groups if group.first],
        constants=list(_constants(fidelity)),
        hues=_HUES,
    )


def write_fidelity(
    out: Path, fidelity: Fidelity, settings: Mapping[str, Any], *, name: str, command: str
) -> Path:
    """Write the page, to a file ``.html``, or to a folder with its pictures and the JSON.

    Returns the page.
    """
    pictures = fidelity_pictures(fidelity)
    page = fidelity_page(fidelity, settings, pictures, name=name, command=command)
    if out.suffix == ".html":
        write_text(out, page)
        return out
    for stem, picture in pictures.items():
        replace_file(out / f"{stem}.svg", picture.save)
    write_text(out / "report.json", fidelity_json(fidelity, settings, name=name, command=command))
    write_text(out / "report.html", page)
    return out / "report.html"


def _constants(fidelity: Fidelity) -> Iterator[dict[str, Any]]:
    """Rows of the constants of all populations, whose links have those of other nodes."""
    populations = {group.name for group in fidelity.groups}
    for record in fidelity.records:
        if record.node in populations:
            for constant in record.constants:
                yield {
                    "node": record.node,
                    "name": constant.name,
                    "numbers": constant.exact.size,
                    "low": constant.exact.min(),
                    "high": constant.exact.max(),
                    "error": constant.error,
                    "largest": constant.largest,
                }
