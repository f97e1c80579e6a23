# Shouwang 守望. `make` lists what there is. Nothing here needs root.

PYTHON ?= python3
HOST ?= 127.0.0.1
PORT ?= 8000
DATA ?= var
BIN := .venv/bin
PIP := $(BIN)/python -m pip --disable-pip-version-check
READY := .venv/.ready-to-run
TESTABLE := .venv/.ready-to-test
WORKERS ?= $(shell $(PYTHON) -c 'import os; print(os.cpu_count() or 1)')
LOCK := $(abspath $(BIN))/pip-compile --quiet --generate-hashes --allow-unsafe --strip-extras \
	--no-emit-index-url --no-emit-trusted-host --no-emit-find-links
ifeq ($(V),)
QUIET := --quiet
endif

.DEFAULT_GOAL := help
.PHONY: help run test lint bench demo-federation promises docs look setup lock
.DELETE_ON_ERROR:

help: ## list the targets
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/^([a-z-]+):.*## /  make \1\t/' | expand -t 24

run: $(READY) ## install, load the demonstration year into DATA (var), serve on HOST and PORT (127.0.0.1:8000)
	$(BIN)/python -m infra.demonstration --data $(DATA) --host $(HOST) --port $(PORT)

test: $(TESTABLE) ## every test but the long fault tests; lists at the end what this machine cannot run
	$(BIN)/python -m pytest -m "not promises" --numprocesses=$(WORKERS) --dist=loadfile --no-loadscope-reorder $(ARGS)

lint: $(TESTABLE) ## style, formatting, who may import whom, docstrings
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/lint-imports
	$(BIN)/interrogate domain adapters projections webapp infra

bench: $(TESTABLE) ## measure how fast events are recorded, read and counted
	$(BIN)/python -m infra.bench $(ARGS)

demo-federation: $(READY) ## two counties, a city and a province with a real Kafka: load, kills, and all agree
	$(BIN)/python -m infra.together $(ARGS)

promises: $(TESTABLE) ## the long fault tests: kills, full disks, races
	$(BIN)/python -m pytest -m promises $(ARGS)

docs: $(READY) ## write the generated references under docs/ anew
	$(BIN)/shouwang catalogue --format md > docs/catalogue.md
	$(BIN)/python -m infra.routes_page > docs/routes.md
	$(BIN)/python -m infra.glossary_page > docs/glossary.md
	$(BIN)/python -m infra.asyncapi_page > docs/asyncapi.json

look: ## compile webapp/look/look.scss and copy the scripts of libraries anew (needs Node.js)
	cd webapp/look && npm ci --silent && npm run --silent build

setup: $(TESTABLE) ## only create .venv with the hash-locked dependencies

lock: $(TESTABLE) ## write requirements/*.txt anew from requirements/*.in (make lock ARGS=--upgrade for newer versions)
	cd requirements && CUSTOM_COMPILE_COMMAND="make lock" $(LOCK) $(ARGS) --output-file=run.txt run.in
	cd requirements && CUSTOM_COMPILE_COMMAND="make lock" $(LOCK) $(ARGS) --output-file=test.txt test.in

# -- the environment: a stamp is newer than what it was made from, so a second run starts at once -----

$(BIN)/python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "Python 3.11 or newer is needed: make PYTHON=python3.11 ...")'
	@$(PYTHON) -c 'import ensurepip' 2>/dev/null || { echo 'This Python cannot make environments: apt-get install python3-venv' >&2; exit 1; }
	$(PYTHON) -m venv .venv

$(READY): requirements/run.txt setup.cfg setup.py | $(BIN)/python
	@echo 'Installing what the product needs (about a minute; V=1 shows more) ...' >&2
	$(PIP) install $(QUIET) --require-hashes -r requirements/run.txt
	$(PIP) install $(QUIET) $(QUIET) --no-deps --no-build-isolation --use-pep517 -e .
	@touch $@

$(TESTABLE): requirements/test.txt $(READY)
	@echo 'Installing what the checks need (about a minute; V=1 shows more) ...' >&2
	$(PIP) install $(QUIET) --require-hashes -r requirements/test.txt
	@touch $@
