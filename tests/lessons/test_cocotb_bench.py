# amaranth: UnusedElaboratable=no
"""cocotb tests of students, run on a component."""

import pytest

from backspike.golden.errors import UserError
from backspike.lessons.cocotb_bench import passes_cocotb
from backspike.lessons.faulty_neuron import FaultyNeuron

TEST = """
import cocotb
from cocotb.triggers import Timer

@cocotb.test()
async def total_is_12_bits_wide(dut):
    await Timer(1, unit="ns")
    assert len(dut.total) == 12
"""


@pytest.fixture
def neuron():
    pytest.importorskip("cocotb")
    return FaultyNeuron(1000, 200)


def test_a_test_passes_or_fails(neuron):
    assert passes_cocotb(neuron, TEST)
    assert not passes_cocotb(neuron, TEST.replace("== 12", "== 13"))


def test_a_text_without_a_test_is_refused(neuron):
    with pytest.raises(UserError, match="there is no test"):
        passes_cocotb(neuron, TEST.replace("@cocotb.test()", ""))
    with pytest.raises(SyntaxError):
        passes_cocotb(neuron, "def")


@pytest.mark.parametrize("variable", ["PYTEST_CURRENT_TEST", "OTHER"])
def test_a_text_that_cannot_be_imported_is_refused_in_pytest_and_in_a_notebook(
    neuron, monkeypatch, variable
):
    monkeypatch.delenv(variable, raising=False)  # with the first one, cocotb exits by itself
    with pytest.raises(UserError, match=r"^the test does not begin: NameError: name 'cocotb' is"):
        passes_cocotb(neuron, TEST.replace("import cocotb\n", ""))
    assert not passes_cocotb(neuron, TEST.replace("== 12", "== 13"))
