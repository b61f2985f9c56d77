"""A simulator's VCD becomes another."""

import io

from backspike.golden.compiler.compiler import compile_network
from backspike.golden.network.network import Network
from backspike.sim.waves.rewriter import Rewriter
from backspike.sim.waves.view import View
from backspike.sim.waves.window import Window

HEADER = """$timescale 1 fs $end
$scope module bench $end
$scope module top $end
$var wire 1 ! clk $end
$scope module sequencer $end
$var wire 32 a registers__step $end
$var wire 1 b in_host $end
$var wire 1 c in_dendrite $end
$var wire 0 z nothing $end
$upscope $end
$scope module dendrite $end
$scope module state$7 $end
$var wire 54 d \\bank0[0] $end
$var wire 4 e pair $end
$var wire 2 f \\pair[0] $end
$upscope $end
$upscope $end
$upscope $end
$upscope $end
$enddefinitions $end
"""
BODY = """#0
$dumpvars
0!
b0 a
1b
0c
b0 d
b0 e
b0 f
$end
#1000
0b
1c
#2000
1!
b1 a
#3000
b1000000000000000000000000 d
b1 e
#4000
b10 a
#5000
0!
"""


def rewritten(window, *, parts=7):
    network = Network()
    network.connect("one", network.input("in", 1), network.population("out", 1, threshold=5,
                    decay_v=9), 1, pattern="one-to-one")  # fmt: skip
    out, told = io.StringIO(), []
    view = View(compile_network(network, lanes=1))
    rewriter = Rewriter(out, view, Window(*window), 1000, told.append)
    text = HEADER + BODY
    for at in range(0, len(text), parts):
        rewriter.write(text[at : at + parts])
    rewriter.close()
    return out.getvalue(), told, rewriter


def test_only_the_window_is_written_and_its_time_begins_at_0(read_vcd, tmp_path):
    text, told, rewriter = rewritten((1, 1))
    (tmp_path / "a.vcd").write_text(text)
    changes = read_vcd(tmp_path / "a.vcd")
    assert told == [0, 1, 2]
    assert changes["backspike.network.step"] == [(0, 1), (20, 2)]
    assert changes["backspike.network.populations.out.v_0"] == [(0, 0), (10, 1)]
    assert changes["backspike.core.clk"] == [(0, 1)]
    assert rewriter.cycles == 2


def test_memories_are_left_out_but_not_arrays(read_vcd, tmp_path):
    (tmp_path / "a.vcd").write_text(rewritten((0, 9))[0])
    changes = read_vcd(tmp_path / "a.vcd")
    assert {path.rpartition(".")[2] for path in changes if ".state" in path} == {"pair", "pair_0_"}
    assert not any("nothing" in path for path in changes)
    assert changes["backspike.core.clk"][-1] == (40, 0)


def test_it_does_not_matter_how_the_text_is_cut():
    assert len({rewritten((0, 1), parts=parts)[0] for parts in (1, 13, 10_000)}) == 1


def test_nothing_is_written_if_the_first_step_never_comes():
    assert rewritten((7, 9))[2].cycles == 0
