"""Runs a cocotb test that a student wrote on a component, in Icarus or else in Verilator."""

import os
import re
import shutil
import tempfile
from importlib.util import find_spec
from pathlib import Path
from typing import Any
from unittest.mock import patch

from backspike.golden.errors import UserError
from backspike.hdl.verilog import simulation_verilog
from backspike.sim.engines.verilator_build import verilator_environment

__all__ = ["passes_cocotb"]

_TOP, _MODULE = "neuron", "test_neuron"
#: Yosys writes for Verilog, not for SystemVerilog: else outputs stay undefined at time 0 in Icarus.
_BUILD_ARGS = {"icarus": ["-g2005"], "verilator": ["-Wno-WIDTH"]}
#: cocotb would rewrite the assertions of all modules that a test imports, which takes long.
_ENVIRONMENT = {"COCOTB_REWRITE_ASSERTION_FILES": ""}


def passes_cocotb(component: Any, text: str) -> bool:
    """Tell whether all tests in the text of a cocotb module pass on a component.

    Raises
    ------
    UserError
        If cocotb is not installed, or the text has no test, or cannot be read or imported.
    """
    if find_spec("cocotb_tools") is None:
        raise UserError("cocotb is not installed: pip install 'cocotb~=2.1'")
    compile(text, f"{_MODULE}.py", "exec")  # a slip of the pen is told here, by its line
    if "@cocotb.test" not in text:
        raise UserError("there is no test: a coroutine with `@cocotb.test()` above it")
    from cocotb_tools.check_results import get_results
    from cocotb_tools.runner import get_runner

    simulator = "icarus" if shutil.which("iverilog") else "verilator"
    runner = get_runner(simulator)
    with tempfile.TemporaryDirectory(prefix="backspike-") as name:
        folder = Path(name)
        verilog = simulation_verilog(component, _TOP, contracts=False)
        (folder / f"{_TOP}.v").write_text(verilog, encoding="utf-8")
        (folder / f"{_MODULE}.py").write_text(text, encoding="utf-8")
        with patch.dict(os.environ, verilator_environment()):
            runner.build(
                sources=[folder / f"{_TOP}.v"],
                hdl_toplevel=_TOP,
                build_dir=folder / "build",
                timescale=("1ns", "1ps"),
                build_args=_BUILD_ARGS[simulator],
                log_file=folder / "build.log",
            )
            try:
                results = runner.test(
                    hdl_toplevel=_TOP,
                    hdl_toplevel_lang="verilog",
                    test_module=_MODULE,
                    test_dir=folder,
                    build_dir=folder / "build",
                    extra_env=_ENVIRONMENT,
                    results_xml=str(folder / "results.xml"),
                    log_file=folder / "test.log",
                )
                count, failed = get_results(results)
            except (SystemExit, RuntimeError):
                if (folder / "results.xml").exists():
                    return False
                log = (folder / "test.log").read_text(encoding="utf-8")
                told = re.findall(r"(?m)\b\w*Error: .*$", log)
                raise UserError(f"the test does not begin: {(told or [log])[-1]}") from None
    return bool(count) and not failed
