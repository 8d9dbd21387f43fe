# make demo   run the main job on the bundled model
# make test   lint, types, all tests: what continuous integration runs
# make quick  lint, types, the fast half of the tests: under two minutes on two cores
# make docs   the documentation site, docs/_build/html; warnings are errors
# make notebooks   run tutorials whose code has changed, and store their outputs
# make bench  one table of speed and incidence, measured in one run

PYTHON ?= python3
VENV   ?= .venv
BIN    := $(VENV)/bin

.PHONY: demo test quick lint types tests docs notebooks bench clean

# numerics in one thread, a process of tests per core
PYTEST := OMP_NUM_THREADS=1 $(BIN)/python -m pytest -n auto --dist worksteal

demo: $(VENV)/.installed
	$(BIN)/skimpy-renaissance demo
	@echo "For the commands above: source $(BIN)/activate"

test: lint types tests

quick: lint types
	$(PYTEST) -m "not slow"

lint: $(VENV)/.installed-dev
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .

types: $(VENV)/.installed-dev
	$(BIN)/mypy

tests: $(VENV)/.installed-dev
	$(PYTEST)

docs: $(VENV)/.installed-docs
	$(BIN)/python -m sphinx --nitpicky --fail-on-warning --keep-going -q docs docs/_build/html
	@echo "Open docs/_build/html/index.html"

notebooks: $(VENV)/.installed-dev
	$(BIN)/python -m docs.notebooks

bench: $(VENV)/.installed
	$(BIN)/python -m benchmarks.run

$(VENV)/.created:
	$(PYTHON) -c 'import sys; sys.exit("Python 3.10 or newer is needed, this is " + sys.version) if sys.version_info < (3, 10) else None'
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --upgrade pip
	touch $@

$(VENV)/.installed: $(VENV)/.created setup.cfg constraints.txt
	@echo "Installing PyTorch and all else: minutes, in which pip says nothing."
	PYTHONWARNINGS=ignore $(BIN)/python -m pip install --quiet --constraint constraints.txt --editable .
	touch $@

$(VENV)/.installed-dev: $(VENV)/.installed
	$(BIN)/python -m pip install --quiet --constraint constraints.txt --editable '.[dev]'
	touch $@

$(VENV)/.installed-docs: $(VENV)/.installed
	$(BIN)/python -m pip install --quiet --constraint constraints.txt --editable '.[docs]'
	touch $@

clean:
	rm -rf $(VENV) build dist docs/_build *.egg-info .pytest_cache .mypy_cache .ruff_cache
