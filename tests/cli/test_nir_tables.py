"""Tables of imports."""

import io

import nir
import numpy as np
import pytest
from rich.console import Console

from backspike.cli.nir_tables import (
    calibration_table,
    core_table,
    difference_table,
    node_table,
    population_table,
)
from backspike.golden.network.network import Network
from backspike.golden.nir.calibration import Calibrated, Calibration, Trial
from backspike.golden.nir.choices import Choice
from backspike.golden.nir.comparison import compare_nir
from backspike.golden.nir.problems import Problem
from backspike.golden.nir.samples import random_samples
from backspike.golden.nir.to_network import read_nir


def shown(table):
    console = Console(file=io.StringIO(), width=120, color_system=None)
    console.print(table)
    return [
        [cell.strip() for cell in line.split("│")[1:-1]]
        for line in console.file.getvalue().splitlines()
        if "│" in line
    ]


@pytest.fixture(scope="module")
def imported(outliers):
    return read_nir(outliers, dt=1.0)


def test_problems_of_what_is_no_node_come_first(imported):
    rows = shown(
        node_table(imported.records, [Problem("x to y", "is a cycle"), Problem("lif", "")])
    )
    assert rows[0] == ["x to y", "", "refused", "", "is a cycle"]
    nodes = {row[0]: row[1:] for row in rows[1:]}
    assert list(nodes) == ["input", "linear", "lif", "linear_1", "lif_1", "output"]
    kind, fate, error, notes = nodes["lif"]
    assert (kind, fate) == ("LIF", "approximate")
    assert notes == f"weights from input: {error}"


def test_populations_with_both_coordinates_of_a_difference(imported):
    found = compare_nir(imported, random_samples(imported, steps=40, rate=0.2, seed=1, samples=2))
    tables = shown(population_table(found)), shown(difference_table(found))
    for group, row, place in zip(found.groups, *tables, strict=True):
        assert row == [
            group.name,
            f"{group.spikes_float:,}",
            f"{group.spikes_core:,}",
            f"{group.different:,}",
            f"{group.same_spikes:.2%}",
            f"{group.rate_error:.2g}",
        ]
        first = group.first
        numbers = (first.sample, first.step, *first.element, first.core_step, first.neuron)
        assert place == [group.name, *map(str, numbers), first.fired]
    silent = compare_nir(imported, random_samples(imported, steps=4, rate=0, seed=1))
    assert shown(population_table(silent))[0] == ["lif", "0", "0", "0", "", "0"]
    assert shown(difference_table(silent)) == []


def test_what_is_read_has_the_error_of_its_voltages():
    graph = nir.NIRGraph.from_list(
        nir.Input(np.array([2])),
        nir.Linear(np.array([[0.3, 0.7]])),
        nir.LI(*(np.array([value]) for value in (8.0, 1.0, 0.0))),
        nir.Output(np.array([1])),
    )
    imported = read_nir(graph, dt=1.0)
    found = compare_nir(imported, random_samples(imported, steps=40, rate=0.2, seed=1))
    row = ["li", "0", "0", "0", "", "0", f"{found.groups[0].read_error:.2g}"]
    assert shown(population_table(found)) == [row]


def test_choices_and_why(imported):
    trials = (Trial(Choice(1.0), False, 0.5), Trial(Choice(2.0, 99.0), False, 0.1))
    made = Calibration(imported, (Calibrated("lif", trials, 1, "10 % differ"),), "here", 3)
    row = ["lif", "scale 2, weights above the percentile 99 limited", "2", "10 % differ"]
    assert shown(calibration_table(made)) == [row]


def test_boards_and_what_they_lack():
    network = Network()
    network.population("cells", 400, threshold=1)
    rows = {row[0]: row[1:] for row in shown(core_table(network)) if row[0]}
    assert rows["ulx3s-85f"] == ["yes", ""]
    assert rows["icebreaker"][0] == "no"
