"""Rows of a sweep: what is a mean over what, and how it is drawn."""

import numpy as np

from backspike.experiments.sweep import Point
from backspike.experiments.sweep_report import draw_rows, rows_of, table_of


def test_a_row_names_its_network_as_it_is_given():
    curves = {"membrane": [0.5], "spikes": [0.5]}
    networks = ((None, (8,), None), ("16x3x3/2", (), (64, 256)))
    results = {Point(k, hidden, 0, 512, 0, r, 0, 0, 1): curves for k, hidden, r in networks}
    table = table_of(rows_of(results), "test")
    assert [list(column.cells) for column in table.columns[:3]] == [
        ["none", "16x3x3/2"], ["8", "none"], ["all", "64,256"],
    ]  # fmt: skip


def test_rows_are_means_over_seeds_the_best_first(tmp_path):
    results = {
        Point(None, (8,), m, 512, 0, None, 0, 0, seed): {
            "membrane": [0.9, *[value] * 4, value - 0.1],
            "spikes": [0.1] * 6,
        }
        for m, seed, value in ((0, 2, 0.4), (0, 1, 0.2), (128, 1, 0.6))
    }
    rows = rows_of(results)
    assert [row.setting["margin"] for row in rows] == [128, 0]
    assert rows[1].seeds == [1, 2]
    assert np.isclose(rows[1].mean("membrane"), 0.3)  # of the last five, so without the 0.9
    assert np.allclose(rows[1].last["membrane"], [0.1, 0.3])
    columns = [column.header for column in table_of(rows, "test").columns]
    assert columns[:2] == ["margin", "seeds"]
    picture = draw_rows(rows, "title")
    assert picture.words.startswith(
        "title: the best of 2 settings, margin 128, has membrane 0.6000"
    )
    picture.save(tmp_path / "rows.png")
    assert (tmp_path / "rows.png").read_bytes().startswith(b"\x89PNG")
