# Everything a person types. Needs Python 3.11 or newer, make, and a package index.
SHELL := /bin/bash
.DEFAULT_GOAL := help

PROCESSES ?= 3
PYTHON ?= $(shell for one in python3.13 python3.12 python3.11 python3.14 python3; do \
	"$$one" -c 'import sys; sys.exit(sys.version_info < (3, 11))' >/dev/null 2>&1 && echo "$$one" && break; done)
UV := $(shell command -v uv 2>/dev/null)
VENV := .venv
BIN := $(abspath $(VENV)/bin)
RUNTIME := $(VENV)/.runtime-installed
DEVELOPMENT := $(VENV)/.development-installed

.PHONY: help demo up test test-pools check bench format requirements clean

help:
	@echo "make demo                the whole system on sample mail (ONCE=1 ends by itself, MAIL=path takes your own,"
	@echo "                         ME=address says whose it is, REPORT=path.json writes every outcome, PORT=8000)"
	@echo "make up                  the real thing on this machine: embedded servers, your own Gmail"
	@echo "make test                the whole test suite"
	@echo "make test-pools          the tests of the tasks under prefork and solo"
	@echo "make check               style, types, layering"
	@echo "make bench               benchmarks"

$(VENV)/bin/python:
	@test -n "$(PYTHON)" || { echo "Python 3.11 or newer is needed; name it with PYTHON=…"; exit 1; }
ifneq ($(UV),)
	@uv venv --quiet --allow-existing --python "$(PYTHON)" $(VENV)
else
	@"$(PYTHON)" -m venv $(VENV)
endif

# $(1) is the requirements file; hashes are checked by both installers. It lists everything, so nothing is resolved
# anew: older pip does not apply the pin of a name to the same name with extras, and takes the newest instead.
define install
@echo "Installing what backend/$(1) lists …"
$(if $(UV),,@$(VENV)/bin/python -m pip --version >/dev/null 2>&1 || $(VENV)/bin/python -m ensurepip >/dev/null)
$(if $(UV),@uv pip install --quiet --python $(VENV)/bin/python --require-hashes --no-deps -r backend/$(1),\
	@$(VENV)/bin/python -m pip install --quiet --disable-pip-version-check --require-hashes --no-deps -r backend/$(1))
$(if $(UV),@uv pip install --quiet --python $(VENV)/bin/python --no-deps --no-build-isolation -e backend,\
	@$(VENV)/bin/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation -e backend)
endef

$(RUNTIME): backend/requirements.txt backend/pyproject.toml | $(VENV)/bin/python
	$(call install,requirements.txt)
	@touch $@

$(DEVELOPMENT): backend/requirements-dev.txt backend/pyproject.toml | $(VENV)/bin/python
	$(call install,requirements-dev.txt)
	@touch $@ $(RUNTIME)

demo: $(RUNTIME)
	@exec $(BIN)/getanswers demo $(if $(ONCE),--once) $(if $(MAIL),--mail "$(MAIL)") $(if $(ME),--me "$(ME)") \
		$(if $(REPORT),--report "$(REPORT)") $(if $(PORT),--port $(PORT)) $(if $(DATA),--data-dir "$(DATA)")

up: $(RUNTIME)
	@exec $(BIN)/getanswers up $(if $(PORT),--port $(PORT)) $(if $(DATA),--data-dir "$(DATA)")

# Three processes keep two cores busy: many tests wait for servers and other processes.
test: $(DEVELOPMENT)
	cd backend && $(BIN)/python -m pytest --numprocesses $(PROCESSES) --dist loadfile --no-loadscope-reorder $(ARGS)

# The tests of the tasks under the two pools that are not the default.
test-pools: $(DEVELOPMENT)
	cd backend && for pool in prefork solo; do TASK_POOL=$$pool $(BIN)/python -m pytest tests/workers $(ARGS) || exit 1; done

check: $(DEVELOPMENT)
	cd backend && $(BIN)/ruff check . && $(BIN)/ruff format --check .
	cd backend && $(BIN)/basedpyright --level error
	cd backend && $(BIN)/lint-imports

bench: $(DEVELOPMENT)
	cd backend && $(BIN)/python -m benchmarks

format: $(DEVELOPMENT)
	cd backend && $(BIN)/ruff check --fix . ; $(BIN)/ruff format .

# Pins what pyproject.toml asks for, with hashes and without any index address.
requirements: $(DEVELOPMENT)
	cd backend && $(BIN)/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-emit-index-url \
		--no-header $(UPGRADE) -o requirements.txt pyproject.toml
	cd backend && $(BIN)/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-emit-index-url \
		--no-header $(UPGRADE) --extra dev -c requirements.txt -o requirements-dev.txt pyproject.toml

clean:
	rm -rf $(VENV) backend/*.egg-info
