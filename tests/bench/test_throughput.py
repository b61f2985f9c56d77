"""Dense lists of 256 targets and more come to nine tenths of a word per cycle."""

from backspike.bench import throughput


def test_dense_lists_are_delivered_and_learned_near_the_limit(capsys):
    result = throughput.run()
    assert {row["lane_ops"] for row in result["rows"]} == {1, 2, 4}
    for row in result["rows"]:
        if row["targets"] >= 256:
            assert row["operations_of_limit"] >= result["target"]
            assert row["updates_of_limit"] >= result["target"]
        assert row["operations_of_limit"] <= 1
        assert row["updates_of_limit"] <= 1
    assert capsys.readouterr().out.startswith("throughput, 16 lanes")
