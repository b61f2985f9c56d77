"""Scenes: places of neurons, fields and their values."""

import re
from dataclasses import replace
from pathlib import Path

from backspike.lab.presets import SCENES
from backspike.lab.scene import Field, Place, number, rule


def test_neurons_stand_in_rows_around_their_place():
    spots = Place("cells", 50, 30, columns=2, gap=10).spots(4)
    assert spots == [(45, 25), (55, 25), (45, 35), (55, 35)]
    assert Place("cells", 50, 30, gap=4).spots(1) == [(50, 30)]


def test_a_rule_is_a_field_of_text_and_a_number_has_a_range():
    made = rule("dw = x1*y0")
    assert made == Field("rule", "learning rule", "dw = x1*y0", kind="rule")
    field = number("tau", "time constant", 3.0, 0, 9, 0.5, "steps")
    assert (field.low, field.high, field.step, field.kind) == (0, 9, 0.5, "number")


def test_rests_part_the_steps():
    scene = replace(SCENES["single-neuron"], steps=20)
    assert scene.parts == [(0, 20)]
    assert replace(scene, rests=(5, 12)).parts == [(0, 5), (5, 12), (12, 20)]


def test_the_page_of_the_laboratory_has_all_scenes_in_their_order():
    page = (Path(__file__).parents[2] / "docs" / "lab.md").read_text()
    assert re.findall(r"^\| `([\w-]+)` \|", page, re.MULTILINE) == list(SCENES)
