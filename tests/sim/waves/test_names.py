"""Names in a VCD."""

from backspike.sim.waves.names import vcd_names


def test_names_are_safe_and_each_another():
    names = ["ü", "$end", "", "a b", "a_b", "x$1", "a.b", "w[3]", "\\x", "x:y"]
    assert list(vcd_names(names).values()) == [
        "_", "_end", "__2", "a_b", "a_b_2", "x$1", "a_b_3", "w_3_", "_x", "x_y",
    ]  # fmt: skip


def test_numbers_behind_names_do_not_collide():
    assert list(vcd_names(["a_2", "a b", "a.b", "a_b_2"]).values()) == [
        "a_2",
        "a_b",
        "a_b_2",
        "a_b_2_2",
    ]
