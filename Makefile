PYTHON ?= $(shell command -v python3.11 || command -v python3)
VENV ?= .venv
BIN = $(VENV)/bin
INSTALL = $(BIN)/python -m pip install --quiet --disable-pip-version-check --constraint constraints.txt

.PHONY: demo test fuzz check test-oldest docs pages notebooks package gpu clean

demo: $(VENV)/.demo
	$(BIN)/python examples/demo.py

test: $(VENV)/.dev
	$(BIN)/python -m pytest --numprocesses 2

# Randomized tests with more cases than in "make test": FUZZ_CASES random searches compared with
# scikit-learn's, and as many random networks in compiled code compared with torch; ten times as many fits
# on odd samples, with seeds starting at FUZZ_FIRST; damaged files; and scikit-learn's checks of the
# estimators with all epochs of their defaults.
FUZZ_CASES ?= 500
FUZZ_FIRST ?= 1000

fuzz: $(VENV)/.dev
	FUZZ_CASES=$(FUZZ_CASES) FUZZ_FIRST=$(FUZZ_FIRST) $(BIN)/python -m pytest --numprocesses 2 \
		tests/model_selection/test_random_searches.py tests/estimators/test_contract.py \
		tests/compiled/test_random_networks.py tests/files/test_damaged_files.py \
		tests/estimators/data/test_bad_input_at_scale.py

check: $(VENV)/.dev
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/python tests/check_docstrings.py
	$(BIN)/codespell

# Runs the examples, which takes minutes; SPHINXOPTS='-D plot_gallery=0' skips them. Then
# checks links inside the site, descriptions of pictures, headings, contrast, and the API reference.
docs: $(VENV)/.docs
	rm -rf docs/api/generated docs/api/backreferences
	$(BIN)/python -m sphinx --builder html --fail-on-warning --keep-going --nitpicky $(SPHINXOPTS) docs docs/_build/html
	$(BIN)/python docs/_build_steps/check_site.py docs/_build/html

# Runs the Python blocks of the pages, or of PAGES, and writes their outputs and pictures into the pages.
pages: $(VENV)/.docs
	$(BIN)/python docs/_build_steps/page_examples.py $(PAGES)

# Runs every example as the notebook that users download, in an empty folder.
notebooks: $(VENV)/.dev $(VENV)/.docs
	$(BIN)/python -m pytest --numprocesses 2 tests/gallery/notebooks.py

# Runs the contract tests and the tests of files on the oldest releases that pyproject.toml allows.
test-oldest: .venv-oldest/.dev
	.venv-oldest/bin/python -m pytest tests/estimators/test_contract.py tests/files/test_round_trips.py --numprocesses 2

.venv-oldest/.dev: pyproject.toml constraints-oldest.txt
	$(PYTHON) -m venv .venv-oldest
	.venv-oldest/bin/python -m pip install --quiet --disable-pip-version-check \
		--constraint constraints-oldest.txt --editable '.[compiled]' pandas pytest pytest-xdist
	touch $@

# Builds and checks both archives for a package index. The wheel is installed in a new environment and runs
# the README's first example; the source archive includes the tests of this folder.
package: $(VENV)/.dev
	rm -rf build dist .venv-package
	$(BIN)/python -m build
	$(BIN)/python -m twine check --strict dist/*
	$(BIN)/python tests/check_package.py dist
	$(PYTHON) -m venv .venv-package
	.venv-package/bin/python -m pip install --quiet --disable-pip-version-check \
		--constraint constraints.txt dist/*.whl
	cd dist && ../.venv-package/bin/python ../tests/readme_example.py

# Runs the tests and benchmarks that need a CUDA GPU, in at most 9 minutes; results are in build/gpu/report.md.
# GPU_PYTHON is a Python with all requirements installed; without it, an environment is created.
GPU_PYTHON ?= $(BIN)/python

gpu: $(if $(filter $(BIN)/python,$(GPU_PYTHON)),$(VENV)/.dev)
	$(GPU_PYTHON) benchmarks/gpu.py

clean:
	rm -rf .venv* build dist *.egg-info docs/_build docs/api/generated docs/api/backreferences docs/auto_examples sklearn_deep/_compiled/_kernels/__pycache__

$(BIN)/python:
	$(PYTHON) -c "import sys; sys.exit('sklearn_deep needs Python 3.11 or newer: make PYTHON=...' if sys.version_info < (3, 11) else 0)"
	$(PYTHON) -m venv $(VENV)

$(VENV)/.demo: $(BIN)/python pyproject.toml constraints.txt
	$(INSTALL) --editable '.[demo]'
	touch $@

$(VENV)/.dev: $(BIN)/python pyproject.toml constraints.txt
	$(INSTALL) --editable '.[dev]'
	touch $@

$(VENV)/.docs: $(BIN)/python pyproject.toml constraints.txt
	$(INSTALL) --editable '.[docs]'
	touch $@
