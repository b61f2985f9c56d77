"""Engines that run the RTL: in Verilator, in Amaranth's simulator, through cocotb, over a link."""
