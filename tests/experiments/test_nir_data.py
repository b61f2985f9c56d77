"""Files of spikes: read, or refused in one line."""

import nir
import numpy as np
import pytest

from backspike.experiments.nir_data import load_labelled, load_spikes, without_share
from backspike.golden.errors import UserError
from backspike.golden.nir.to_network import read_nir


@pytest.fixture(scope="module")
def imported():
    graph = nir.NIRGraph.from_list(
        nir.Input(np.array([2])), nir.IF(np.ones(2), np.full(2, 1.5)), nir.Output(np.array([2]))
    )
    return read_nir(graph, dt=1.0)


SPIKES = np.random.default_rng(1).random((3, 5, 2)) < 0.5


def test_labels_may_be_required_and_a_share_set_aside(imported, tmp_path):
    spikes, labels = np.random.default_rng(1).random((20, 5, 2)) < 0.5, np.repeat([0, 1], [12, 8])
    np.savez(tmp_path / "a.npz", x=spikes, y=labels)
    np.save(tmp_path / "b.npy", spikes)
    with pytest.raises(UserError, match=r"b\.npy: no labels y in it"):
        load_labelled(imported, tmp_path / "b.npy")
    made = load_labelled(imported, tmp_path / "a.npz")
    kept, aside = without_share(made, 0.25)
    assert [np.bincount(part.labels).tolist() for part in (kept, aside)] == [[9, 6], [3, 2]]
    both = np.concatenate([part.inputs["input"] for part in (kept, aside)])
    assert sorted(map(bytes, both)) == sorted(map(bytes, spikes))
    with pytest.raises(UserError, match=r"a\.npz: 1 samples are too few to set 0.5 of them aside"):
        without_share(made.first(1), 0.5)


def test_arrays_by_name_or_as_x_with_labels_beside_or_apart(imported, tmp_path):
    labels = np.array([1, 0, 1])
    np.savez(tmp_path / "a.npz", x=SPIKES, y=labels)
    np.savez_compressed(tmp_path / "b.npz", input=SPIKES)
    np.save(tmp_path / "c.npy", SPIKES.astype(np.uint8))
    np.save(tmp_path / "y.npy", labels)
    for name, apart in (
        ("a.npz", None),
        ("b.npz", "y.npy"),
        ("c.npy", "y.npy"),
        ("c.npy", "a.npz"),
    ):
        file = tmp_path / name
        made = load_spikes(imported, file, apart and tmp_path / apart)
        assert np.array_equal(made.inputs["input"], SPIKES)
        assert made.labels.tolist() == [1, 0, 1]
        assert made.origin == str(file)
    assert load_spikes(imported, tmp_path / "b.npz").labels is None


def test_an_input_may_be_named_as_labels_are(tmp_path):
    nodes = {"y": nir.Input(np.array([2])), "n": nir.IF(np.ones(2), np.ones(2))}
    imported = read_nir(nir.NIRGraph(nodes, [("y", "n")], type_check=False), dt=1.0)
    np.savez(tmp_path / "a.npz", y=SPIKES)
    made = load_spikes(imported, tmp_path / "a.npz")
    assert np.array_equal(made.inputs["y"], SPIKES)
    assert made.labels is None


def test_what_cannot_be_read_is_one_line(imported, tmp_path):
    np.save(tmp_path / "good.npy", SPIKES)
    np.savez(tmp_path / "good.npz", x=SPIKES)
    np.savez(tmp_path / "more.npz", x=SPIKES, z=SPIKES)
    np.savez(tmp_path / "nan.npz", x=np.full((3, 5, 2), np.nan))
    np.save(tmp_path / "objects.npy", np.array([{}]), allow_pickle=True)
    whole = (tmp_path / "good.npy").read_bytes()
    (tmp_path / "short.npy").write_bytes(whole[:-5])
    (tmp_path / "huge.npy").write_bytes(whole.replace(b"(3, 5, 2)", b"(3, 5, 2000000000000)")[:200])
    (tmp_path / "empty.npy").write_bytes(b"")
    (tmp_path / "text.npy").write_text("spikes")
    (tmp_path / "text.npz").write_text("spikes")
    (tmp_path / "spikes.txt").write_text("0 1")
    for name, labels, message in (
        ("none.npy", None, "none.npy: no such file"),
        ("none.npz", None, "none.npz: no such file"),
        ("spikes.txt", None, "spikes.txt must end in .npz or .npy"),
        ("short.npy", None, "short.npy: not a readable .npy file"),
        ("huge.npy", None, "huge.npy: not a readable .npy file"),
        ("empty.npy", None, "empty.npy: not a readable .npy file"),
        ("text.npy", None, "text.npy: not a readable .npy file"),
        ("objects.npy", None, "objects.npy: not a readable .npy file"),
        ("text.npz", None, "text.npz: not a readable .npz file"),
        ("more.npz", None, "inputs must be input, not x, z"),
        ("nan.npz", None, "input 'input' must be finite, and has NaN (30 of 30 numbers)"),
        ("good.npy", "good.npz", "good.npz: no y in it, only x"),
        ("good.npy", "none.npy", "none.npy: no such file"),
        ("good.npy", "good.npy", "labels must be integers, not bool"),
    ):
        with pytest.raises(UserError) as caught:
            load_spikes(imported, tmp_path / name, labels and tmp_path / labels)
        assert message in str(caught.value)
        assert "\n" not in str(caught.value)
