# install, run, test: each does all the set-up it needs on a fresh machine, and nothing the second time.
PYTHON ?= python3
VENV   := .venv
BIN    := $(VENV)/bin
STAMP  := $(VENV)/.installed

.PHONY: install run test lint eval clean

install: $(STAMP)

$(STAMP): pyproject.toml constraints.txt
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || \
	  { echo "suyuan: Python is too old: $$($(PYTHON) --version) — install Python 3.11 or newer, or name one: make PYTHON=python3.12" >&2; exit 2; }
	@$(PYTHON) -c 'import ensurepip, venv' 2>/dev/null || \
	  { echo "suyuan: Python has no venv module: $(PYTHON) — install it (Debian: apt-get install python3-venv)" >&2; exit 2; }
	test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check torch==2.13.0
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -c constraints.txt -e '.[dev]'
	@touch $@

run: install
	$(BIN)/python app.py

lint: install
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports --no-cache

# in the order of the files, a file by one worker: what a file's tests share is made once, and the browser's rooms come last
test: lint
	$(BIN)/python -m pytest -n 2 --dist loadfile --no-loadscope-reorder

eval: install
	@status=0; for suite in changzhou broad; do \
	  $(BIN)/python -m eval run eval/cases/$$suite || status=$$?; \
	done; exit $$status

clean:
	rm -rf $(VENV) .suyuan .mypy_cache .ruff_cache .pytest_cache .hypothesis
