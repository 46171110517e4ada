# Tandem's commands. `make` alone lists them.
.DEFAULT_GOAL := help
SHELL := /bin/sh
VENV := .venv
BIN := $(VENV)/bin
# The first Python that is new enough; .python-version steers version switchers.
PYTHON ?= $(shell for python in python3 python3.14 python3.13 python3.12; do \
	$$python -c 'import sys; sys.exit(sys.version_info < (3, 12))' 2>/dev/null && echo $$python && break; done)
READY := $(VENV)/.ready

.PHONY: help setup demo demo-once test coverage torture planted lint format bench lock clean

help: ## list the commands
	@awk -F ':.*## ' '/^[a-z-]+:.*## / {printf "  make %-10s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

setup: $(READY) ## make the virtual environment and install what is locked

$(READY): requirements/dev.txt pyproject.toml
	@test -n "$(PYTHON)" || { echo "Tandem needs Python 3.12 or newer on the PATH (set PYTHON=...)." >&2; exit 1; }
	$(PYTHON) -m venv $(VENV)
	$(BIN)/pip install --quiet --disable-pip-version-check --require-hashes -r requirements/dev.txt
	$(BIN)/pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation --editable .
	@touch $(READY)

demo: $(READY) ## walk the main job against the sandbox Google, then serve both
	$(BIN)/tandem demo

demo-once: $(READY) ## walk the main job and stop after the report
	$(BIN)/tandem demo --once

test: $(READY) ## run every test
	@scripts/install-chromium
	$(BIN)/pytest

coverage: $(READY) ## run every test, and show which lines and branches none of them reaches
	@scripts/install-chromium
	rm -rf .coverage && mkdir .coverage
	$(BIN)/coverage run -m pytest
	$(BIN)/coverage combine --quiet
	$(BIN)/coverage report --skip-covered --show-missing

torture: $(READY) ## the long runs: random edits, faults and kills, for an hour or more
	TANDEM_TORTURE=2000 $(BIN)/pytest -n 16 -rA -s tests/torture
	TANDEM_EXAMPLES=2000 TANDEM_KILLS=20 $(BIN)/pytest -n 2 -s tests/property/contactsync/test_machine.py tests/integration/killed

planted: $(READY) ## plant bugs in a copy of the engine, one at a time: each must be caught
	$(BIN)/python -m tests.property.contactsync.planted

lint: $(READY) ## formatting, types, architecture, templates, security
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/djlint --lint --quiet src/tandem

format: $(READY) ## format the code
	$(BIN)/ruff format .
	$(BIN)/ruff check --fix .

bench: $(READY) ## measure, each figure against a floor of the same run
	$(BIN)/python -m benchmarks

lock: ## write the locked requirements anew (needs uv on the PATH)
	cd requirements && uv pip compile --quiet --upgrade --generate-hashes --universal --python-version 3.12 \
		--no-emit-index-url --no-header runtime.in -o runtime.txt
	cd requirements && uv pip compile --quiet --upgrade --generate-hashes --universal --python-version 3.12 \
		--no-emit-index-url --no-header -c runtime.txt dev.in -o dev.txt

clean: ## remove the virtual environment and what tools left behind
	rm -rf $(VENV) .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache
