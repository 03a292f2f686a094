# Caseline from a fresh clone: each target sets up .venv by itself and does again what has become old.
# `make` alone lists them. ARGS=... is passed on to pytest or to `caseline try`.

.DEFAULT_GOAL := help
.DELETE_ON_ERROR:
.NOTPARALLEL:
.PHONY: help try try-fresh test flows crash rights lint types floors check rules bench screens clean

BIN := .venv/bin
export PIP_DISABLE_PIP_VERSION_CHECK := 1
# Also holds the build tools to known versions where pip can do that.
PIP_INSTALL := PIP_CONSTRAINT=constraints.txt $(BIN)/python -m pip install -qq -c constraints.txt

help: ## list what there is to make
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-10s %s\n", $$1, $$2 }' Makefile

try: .venv/.runs ## look around in a local workspace, in the browser; no Slack needed
	@$(BIN)/caseline try $(ARGS)

try-fresh: .venv/.runs ## the same, from an empty desk
	@$(BIN)/caseline try --fresh $(ARGS)

# Twice the cores of a small machine: a good part of a flow test is waiting.
WORKERS ?= 4

test: .venv/.tests ## run the tests, four at a time; ARGS="-k floors" picks some, one at a time
ifdef ARGS
	$(BIN)/python -m pytest $(ARGS)
else
	$(BIN)/python -m pytest -n $(WORKERS) --dist worksteal --half=first
	$(BIN)/python -m pytest -n $(WORKERS) --dist worksteal --half=second --database=postgres --transport=http \
	  tests/flows tests/flows_faults/test_at_once.py
endif

flows: .venv/.tests ## run all flow tests on both databases and both ways; `make test` runs each in one way
	$(BIN)/python -m pytest -n $(WORKERS) --dist worksteal tests/flows $(ARGS)
	$(BIN)/python -m pytest -n $(WORKERS) --dist worksteal --database=postgres --transport=http tests/flows $(ARGS)

crash: .venv/.tests ## kill the bot at every request of a long run, which takes a while; the tests do it at some
	CASELINE_CRASH_STRIDE=1 CASELINE_SLOT_STRIDE=1 CASELINE_CALL_STRIDE=1 CASELINE_YEARS=6 \
		$(BIN)/python -m pytest -n 2 tests/crash tests/services/year tests/services/test_calls_that_die.py $(ARGS)

rights: .venv/.tests ## use every route as everybody who can exist; the tests leave out who is treated alike
	CASELINE_EVERY_PART=1 $(BIN)/python -m pytest -n 2 tests/flows_rights $(ARGS)

lint: .venv/.tests ## look for slips and for style
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .

types: .venv/.tests ## check the types
	$(BIN)/mypy

floors: .venv/.tests ## check who imports whom (README, "How it is built")
	$(BIN)/lint-imports --no-logo

check: lint types floors test ## all of it, as CI does

rules: .venv/.runs ## write docs/rules.md anew, from the table of rules
	$(BIN)/python -c 'from bot.domain.rules_page import page; print(page(), end="")' > docs/rules.md

bench: .venv/.tests ## measure Caseline beside the least that the work could take (bench/README.md)
	$(BIN)/python -m bench $(ARGS)

screens: .venv/.tests ## take the pictures of README and docs/ anew, with the machine's own Chromium
	$(BIN)/python docs/screens.py $(ARGS)

clean: ## remove .venv and what the tools keep; a trial's data in .data stays
	rm -rf .venv .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache build dist test-results
	find . -name __pycache__ -type d -prune -exec rm -rf {} +

.venv/.runs: .venv/bin/python pyproject.toml constraints.txt
	@echo "Installing Caseline into .venv ..."
	@$(PIP_INSTALL) -e .
	@touch $@

.venv/.tests: .venv/bin/python pyproject.toml constraints.txt
	@echo "Installing Caseline and its test tools into .venv ..."
	@$(PIP_INSTALL) -e '.[dev]'
	@touch .venv/.runs $@

# The first Python that is new enough and can make a virtual environment. (A shim may exist and yet not run.)
.venv/bin/python:
	@for python in python3 python3.11 python3.12 python3.13 python3.14; do \
	  $$python -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null || continue; \
	  found=$$python; \
	  $$python -c 'import ensurepip, venv' 2>/dev/null || continue; \
	  echo "Making .venv with $$($$python --version) ..."; \
	  $$python -m venv --clear .venv && exit 0; \
	  rm -rf .venv; exit 1; \
	done; \
	if [ -n "$$found" ]; then \
	  echo "Python cannot make virtual environments here: install its venv module (Debian: apt install python3-venv)." >&2; \
	else \
	  echo "Caseline needs Python 3.11 or newer: install it (Debian 12 or newer: apt install python3 python3-venv)." >&2; \
	fi; exit 1
