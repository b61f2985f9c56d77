"""Energy of a core's logic, from the switching of its netlist of standard cells."""
