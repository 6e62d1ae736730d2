# make demo    the embedded world, from nothing to the report; a second time it takes seconds
# make studies every question that the studies ask, on the embedded world, with their reports
# make test    every test that takes seconds      make test-slow    those that take minutes
# make check   style, types, import order         make bench        speed, as docs/speed.md says
# make bench-scores    what scoring, reading and the world's tables cost and give
#
# All of them first make .venv from constraints.txt, with Python 3.11 or newer; another Python:
# make demo PYTHON=/path/to/python3.12

PYTHON ?= $(shell for python in python3 python3.13 python3.12 python3.11; do \
	$$python -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null && echo $$python && break; \
	done)
WORKERS ?= 2
STORE ?= store

BIN := .venv/bin
INSTALLED := .venv/.installed

.PHONY: demo studies test test-slow check bench bench-scores clean
.DEFAULT_GOAL := demo

demo: $(INSTALLED)
	$(BIN)/isthmus run world --store $(STORE) --workers $(WORKERS)
	$(BIN)/isthmus scores world --store $(STORE) --languages
	@# 3 says that the answer is not whole: the demo has one seed.
	$(BIN)/isthmus report world --store $(STORE) || test $$? -eq 3

# 3 says what demo's report may say; whatever else is not 0 stops here.
studies: $(INSTALLED)
	set -e; for file in studies/*_world.yaml; do study=$$(basename $$file .yaml); \
		$(BIN)/isthmus run $$study --store $(STORE) --workers $(WORKERS); \
		$(BIN)/isthmus report $$study --store $(STORE) || test $$? -eq 3; \
	done

test: $(INSTALLED)
	$(BIN)/pytest -n 2 -m "not slow"

test-slow: $(INSTALLED)
	$(BIN)/pytest -m slow

check: $(INSTALLED)
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports --no-logo

bench: $(INSTALLED)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -c constraints.txt -e ".[dev,bench]"
	$(BIN)/python bench/table.py --measure

bench-scores: $(INSTALLED)
	set -e; for file in bench/world_*.py bench/scoring.py bench/reading.py; do $(BIN)/python $$file; done

# Results in $(STORE) are kept: remove that folder by hand if they are not wanted.
clean:
	rm -rf build dist .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache
	find src tests bench -name __pycache__ -type d -prune -exec rm -rf {} +

$(INSTALLED): pyproject.toml constraints.txt
	@test -n "$(PYTHON)" || { echo "Python 3.11 or newer is needed: make demo PYTHON=/path/to/it" >&2; exit 1; }
	test -x $(BIN)/python || $(PYTHON) -m venv .venv
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -c constraints.txt -e ".[dev]"
	@# XTREME's scorer of tags. It asks for Keras, which it does not need; without it a test is skipped.
	-$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps seqeval==0.0.12
	touch $@
