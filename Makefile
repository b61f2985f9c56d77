# `make demo`, `make quick` and `make test` need Python 3.11 or newer, g++, make and perl; all else they install
# into .venv, in the versions of requirements.txt.
PYTHON ?= python3
VENV ?= .venv
BIN := $(VENV)/bin
READY := $(VENV)/ready

.PHONY: demo quick test prove coverage mutate nightly lint lessons docs pictures clean

demo: $(READY)
	$(BIN)/backspike demo

# What CONTRIBUTING says of the tiers: quick while editing, test before a commit leaves.
quick: $(READY)
	N_RULES=100 $(BIN)/pytest -q -n auto --dist worksteal --durations=10 -m "not slow"

test: $(READY)
	@command -v iverilog >/dev/null || echo "Icarus is missing, its tests will skip: apt install iverilog"
	$(BIN)/pytest -q -n auto --dist worksteal --durations=10

# Contracts of the RTL, and what its components do, proved for all inputs: minutes. ARGS='stream lif' takes some of them,
# ARGS=--netlists compares the blocks of the boards with their netlists: a quarter of an hour.
prove: $(READY)
	$(BIN)/python -P -m backspike.proof $(ARGS)

# Faults put into RTL, golden core and compiler, one at a time, on all cores: for hours, and it goes on where it was
# interrupted. ARGS='--sample 200 --of hdl/host' tries fewer, ARGS=--help tells of more.
mutate: $(READY)
	$(BIN)/python -P -m backspike.sim.verify.mutation $(ARGS)

# Cases of the plan that random programs see; lines, bits and covers of the RTL in Verilator: a quarter of an hour.
coverage: $(READY)
	$(BIN)/python -P -m backspike.sim.verify.cover $(ARGS)

# Hours of what `make test` does for minutes; each goes on where it was killed. Results in docs/data/verification.
FUZZ_HOURS ?= 2
MEASURED := docs/data/verification
nightly: $(READY)
	$(BIN)/python -P -m backspike.proof --json $(MEASURED)/proofs.json
	$(BIN)/python -P -m backspike.proof --netlists --limit 1500 --json $(MEASURED)/netlists.json
	$(BIN)/python -P -m backspike.sim.verify.many --out $(MEASURED)/random_programs.json
	$(BIN)/python -P -m backspike.sim.verify.fuzz --hours $(FUZZ_HOURS) --out $(MEASURED)/fuzz.json
	N_SEEDS=320 $(BIN)/pytest -q tests/fpga/test_noisy_line.py

lint: $(READY)
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy -p backspike

# The lessons, executed, as notebooks and as pages of the site, in build/lessons: two minutes. Kept until they change, or
# what they use.
LESSONS := build/lessons
TAUGHT := $(shell find lessons proof fpga sim golden hdl -name '*.py' -o -name '*.cpp' -o -name '*.v')
lessons: $(LESSONS)/ready
$(LESSONS)/ready: $(READY) $(TAUGHT)
	rm -rf $(LESSONS)
	$(BIN)/python -P -m backspike.lessons.execute $(LESSONS)
	@touch $@

# Scenes of the laboratory as pages of the site, in build/extra/lab: a minute, and the first time some more for simulators.
# Kept until the laboratory changes.
EXTRA := build/extra
$(EXTRA).made: $(READY) $(wildcard lab/*.py lab/presets/*.py lab/page/*)
	rm -rf $(EXTRA)
	$(BIN)/backspike lab --export $(EXTRA)/lab
	@touch $@

# The site of docs/, in build/docs: a warning is an error.
docs: $(READY) $(LESSONS)/ready $(EXTRA).made
	$(BIN)/python -P -m sphinx -W --keep-going -n -q -b html -c docs . build/docs
	@echo "build/docs/index.html"

# Every picture of docs/, in docs/img.
pictures: $(READY)
	$(BIN)/python docs/figures/draw.py

$(READY): pyproject.toml requirements.txt
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || \
	    { echo "Python 3.11 or newer is needed: apt install python3 python3-venv"; exit 2; }
	@for tool in g++:g++ perl:perl; do \
	    command -v $${tool%%:*} >/dev/null || \
	        { echo "$${tool%%:*} is missing: apt install $${tool##*:}"; exit 2; }; \
	done
	$(PYTHON) -m venv $(VENV)
	@# Only newer versions of pip show what they install, which takes half a minute.
	@$(BIN)/pip install --quiet --disable-pip-version-check --upgrade pip
	$(BIN)/pip install -c requirements.txt -e '.[dev]'
	@touch $@

clean:
	rm -rf $(VENV) build dist src/*.egg-info
