"""Libraries of cells: what is read of them, and what lies between the entries of a table."""

import pytest

from backspike.fpga.switching.liberty import read_library

TEXT = r"""
/* cells : none (of these) */
library(small) {
  time_unit : "1ns";
  capacitive_load_unit (1,pf);
  nom_voltage : 1.8;
  cell (INV) {
    area : 16;
    pin(A) { direction : input; capacitance : 0.01; }
    pin(Y) {
      direction : output;
      internal_power() {
        related_pin : "A";
        rise_power(of_both) {
          index_1 ("0.1, 0.3");
          index_2 ("1, 2, 4");
          values ( \
            "1, 2, 4", \
            "3, 4, 6");
        }
        fall_power(of_both) {
          index_1 ("0.1, 0.3");
          index_2 ("1, 2, 4");
          values ("3, 4, 6", "5, 6, 8");
        }
      }
    }
  }
  cell (FF) {
    pin(CLK) {
      direction : input; clock : true; capacitance : 0.02;
      internal_power() { power(of_slew) { index_1 ("1, 2"); values ("5, 7"); } }
    }
  }
}
"""


def test_pins_and_their_energies_are_read():
    library = read_library(TEXT)
    assert library.voltage == 1.8
    inverter, register = library.cells["INV"], library.cells["FF"]
    assert (inverter["A"].output, inverter["A"].capacitance, inverter["A"].energies) == (
        False,
        0.01,
        (),
    )
    assert inverter["Y"].output
    assert not inverter["Y"].clock
    assert register["CLK"].clock
    assert [table.related for table in inverter["Y"].energies] == ["A"]


@pytest.mark.parametrize(
    ("load", "slew", "energy"),
    [(0.1, 1, 2), (0.3, 4, 7), (0.2, 1, 3), (0.1, 3, 4), (0.2, 1.5, 3.5), (9, 9, 7), (0, 0, 2)],
)
def test_energies_are_means_of_rise_and_fall_between_the_entries(load, slew, energy):
    (table,) = read_library(TEXT).cells["INV"]["Y"].energies
    assert table.at(load, slew) == pytest.approx(energy)


def test_energy_of_an_input_depends_on_its_slew_alone():
    (table,) = read_library(TEXT).cells["FF"]["CLK"].energies
    assert table.at(123, 1.5) == pytest.approx(6)


def test_other_units_are_refused():
    with pytest.raises(ValueError, match=r"^units must be ns and pF, not 1ps 1 pf$"):
        read_library(TEXT.replace("1ns", "1ps"))
