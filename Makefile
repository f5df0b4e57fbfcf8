# Two commands do everything on a machine with Python 3.11 or newer, pip and make:
#
#     make demo     an SQLite database with the worked example, served on this machine
#     make test     lint, types, arrows, and every test on SQLite and PostgreSQL
#
# Both make .venv from requirements.lock first (once; again when the lock or pyproject.toml changes).

PYTHON ?= python3
WORKERS ?= 2
# uv is needed to remake the locks, and for nothing else.
UV ?= $(firstword $(wildcard .venv/bin/uv) uv)

BIN := .venv/bin
READY := $(BIN)/.civharm-ready
PIP := $(BIN)/python -m pip --disable-pip-version-check

.DEFAULT_GOAL := help
.PHONY: help env demo test lint pytest programs real bench scoreboard format lock clean
.DELETE_ON_ERROR:
# Lint and tests are said in one order, whatever -j says.
.NOTPARALLEL:

help:  ## say what can be made
	@sed -n 's/^\([a-z]*\):.*  ## /\1 /p' $(MAKEFILE_LIST) | while read -r name what; do printf '  make %-10s %s\n' "$$name" "$$what"; done

env: $(READY)  ## make .venv from requirements.lock

$(READY): requirements.lock pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "civharm needs Python 3.11 or newer: make PYTHON=python3.11 ...")'
	test -x $(BIN)/python || $(PYTHON) -m venv .venv
	$(PIP) install --quiet --require-hashes -r requirements.lock
	$(PIP) install --quiet --no-deps --no-build-isolation -e .
	$(PIP) check
	@touch $@

demo: $(READY)  ## make an SQLite database with the worked example and serve it
	$(BIN)/civharm demo

test: lint pytest  ## lint, then the tests on SQLite and PostgreSQL

lint: $(READY)  ## ruff, mypy and the arrows between rooms
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports

# Each test that touches a database runs on both; tests/real needs data that is not part of this project, tests/programs
# what pip does not install.
pytest: $(READY)  ## the tests alone
	$(BIN)/python -m pytest -n $(WORKERS) --ignore=tests/real --ignore=tests/programs

programs: $(READY)  ## tests with R and LibreOffice, which .ci/run installs
	$(BIN)/python -m pytest -n $(WORKERS) tests/programs

real: $(READY)  ## tests on other people's data, from ../shared/data
	@test -d ../shared/data || { echo 'make real: ../shared/data is missing, and these tests mean nothing without it' >&2; exit 1; }
	$(BIN)/python -m pytest -n $(WORKERS) tests/real

scoreboard: $(READY)  ## what was tried of access and publication at full length, each figure beside its bar
	$(BIN)/python -m tests.scores -n $(WORKERS)

bench: $(READY)  ## measure speed
	$(BIN)/python -m bench

format: $(READY)  ## put the code into shape
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

# `make lock UPGRADE=--upgrade` moves every pin as far as pyproject.toml allows; without it, only what must move does.
# The second lock is the part of the first that the service needs: the image installs that.
COMPILE = $(UV) pip compile pyproject.toml --quiet --universal --python-version 3.11 --generate-hashes --no-header --no-emit-index-url
lock:  ## remake requirements.lock and requirements-run.lock (needs uv)
	@command -v $(UV) >/dev/null || { echo 'make lock: uv is missing (pip install uv)' >&2; exit 1; }
	$(COMPILE) $(UPGRADE) --extra dev --output-file requirements.lock
	rm -f requirements-run.lock
	$(COMPILE) --extra build --constraint requirements.lock --output-file requirements-run.lock

clean:  ## remove .venv, caches, builds and the demo's database
	rm -rf .venv .demo build dist *.egg-info .pytest_cache .mypy_cache .ruff_cache .hypothesis .import_linter_cache .schemathesis
	find . -name __pycache__ -type d -prune -exec rm -rf {} +
