# make run     start Meetonce on this machine; Ctrl-C stops it
# make test    run every test, with a real PostgreSQL and a real browser
# make browsers  find or install what the tests drive: Chromium, Firefox, a screen
# make check   style, types, import contracts, house rules, schema drift
# make check-js  the same for the extension: types, habits, what packing changed, Firefox's linter
# make lock    write the hashed requirement files from pyproject.toml (UPGRADE=--upgrade renews)
# make schema  write what is generated: bodies as JSON Schema and TypeScript, the policies' pages
# make bench   print the figures
# make clean   remove .venv and caches; your data stays
#
# Needs Python 3.11 or newer and a POSIX shell. Everything else is installed into .venv, from
# locked versions with their hashes.

.PHONY: help run test browsers check check-js lock schema bench clean
.DEFAULT_GOAL := help

PYTHON ?= $(shell for each in python3 python3.14 python3.13 python3.12 python3.11; do \
	"$$each" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null && echo "$$each" && break; done)
BIN := .venv/bin
# Compiled code is kept even where the environment says otherwise: the tests start many programs,
# each of which would compile all of ours again, and each worker all tests.
export PYTHONDONTWRITEBYTECODE :=
PIP := $(BIN)/python -m pip --disable-pip-version-check --no-input --quiet
# What a lock file names, by its hashes. uv takes seconds where pip takes more than a minute; where it
# finds nothing (a mirror that only pip was told of), pip does it.
UV := UV_HTTP_TIMEOUT=15 UV_LINK_MODE=copy $(BIN)/uv --quiet pip install --python $(BIN)/python
INSTALL = sed -n '/^uv==/,/[^\\]$$/p' requirements-dev.txt | $(PIP) install --require-hashes --requirement /dev/stdin && \
	$(UV) --require-hashes --requirement $(1) 2>/dev/null || $(PIP) install --require-hashes --requirement $(1)
COMPILE := $(BIN)/uv --quiet pip compile pyproject.toml --universal --python-version 3.11 \
	--generate-hashes --no-header --no-emit-index-url --no-emit-find-links \
	--custom-compile-command "make lock"

help:
	@sed -n 's/^# make/make/p' Makefile

# The server takes make's place, so that Ctrl-C and signals reach it and nothing else.
run: .venv/run.stamp
	@exec $(BIN)/meetonce serve

# Files are given out in their order, which ends with brief ones; by their number of tests the longest
# would end it, when nothing else is left to do.
test: browsers
	@$(BIN)/python -m pytest -m "not bench" --numprocesses auto --maxprocesses 4 --dist loadfile \
		--no-loadscope-reorder --durations 15

browsers: .venv/test.stamp
	@$(BIN)/python -m tests.chromium
	@$(BIN)/python -m tests.firefox
	@$(BIN)/python -m tests.screen

check: .venv/test.stamp
	$(BIN)/ruff check
	$(BIN)/ruff format --check
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/python -m pytest tests/house tests/shared_schemas

check-js: .venv/test.stamp
	npm ci --no-audit --no-fund
	npm run check
	@$(BIN)/python -m tests.tools.packed_scripts
	@$(BIN)/python -m tests.tools.lint_firefox

bench: .venv/test.stamp
	@$(BIN)/python -m pytest -m bench --capture=no --timeout=0
	@$(BIN)/python -m tests.bench sqlite
	@$(BIN)/python -m tests.bench postgresql

lock: | $(BIN)/python
	@test -x $(BIN)/uv || $(PIP) install uv
	$(COMPILE) --group build $(UPGRADE) --output-file requirements.txt
	$(COMPILE) --group dev $(UPGRADE) --constraint requirements.txt --output-file requirements-dev.txt

schema: .venv/test.stamp
	$(BIN)/python -m shared_schemas.export
	$(BIN)/python -m backend.credits.policy_files.policy_command
	$(BIN)/python -m tests.credits.rulebook

clean:
	rm -rf .venv .pytest_cache .mypy_cache .ruff_cache .hypothesis .import_linter_cache build dist
	find backend shared_schemas tests -name __pycache__ -type d -prune -exec rm -rf {} +

# --- .venv: a stamp says which lock it holds, so that the second run starts at once --------

$(BIN)/python:
	@test -n "$(PYTHON)" && $(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { echo "Meetonce needs Python 3.11 or newer; make PYTHON=... names one." >&2; exit 1; }
	@$(PYTHON) -m venv .venv || { rm -rf .venv; \
		echo "$(PYTHON) cannot create .venv; your system may keep that in a package python3-venv." >&2; exit 1; }

.venv/run.stamp: requirements.txt pyproject.toml | $(BIN)/python
	@echo "Installing into .venv ..."
	@$(call INSTALL,requirements.txt)
	@$(PIP) install --no-deps --no-build-isolation --editable .
	@touch $@

.venv/test.stamp: requirements-dev.txt pyproject.toml | $(BIN)/python
	@echo "Installing into .venv, with what the tests need ..."
	@$(call INSTALL,requirements-dev.txt)
	@$(PIP) install --no-deps --no-build-isolation --editable .
	@touch $@ .venv/run.stamp
