# `make corpus` builds the sample release; `make test` runs the tests. Either sets up .venv first.
SHELL := /bin/bash
.SHELLFLAGS := -euo pipefail -c
.DEFAULT_GOAL := help
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
STAMP := $(VENV)/.installed
export TLDEXTRACT_PUBLIC_SUFFIX_LIST_URLS :=
export NO_MKDOCS_2_WARNING := 1
PACKAGE ?= $(ROOM)
# There is a process for each core, so one thread in each.
PYTEST := POLARS_MAX_THREADS=1 OMP_NUM_THREADS=1 OPENBLAS_NUM_THREADS=1 $(BIN)/python -m pytest -n auto --dist worksteal

.PHONY: help setup corpus test test-all faults soak sbom audit wheel lint dead types contract docs reference ui clean lock

help:  ## List the targets
	@grep -hE '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:[^#]*## /\t/' | sort

$(STAMP): requirements.lock pyproject.toml packages/discreet-pt/pyproject.toml
	@command -v $(PYTHON) >/dev/null || { echo "missing: $(PYTHON); install Python 3.11 (with pip and venv), or say make PYTHON=/path/to/python"; exit 1; }
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info[:2] < (3, 11))' || { echo "missing: Python 3.11 or newer; $(PYTHON) is $$($(PYTHON) -V)"; exit 1; }
	@$(PYTHON) -c 'import venv, ensurepip' 2>/dev/null || { echo "missing: the venv module; on Debian, apt-get install python3-venv"; exit 1; }
	@test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	@echo "setting up $(VENV) (about a minute, once)"
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --require-hashes -r requirements.lock
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation -e . -e packages/discreet-pt
	@touch $@

setup: $(STAMP)  ## Set up .venv from the lock

corpus: $(STAMP)  ## Build the sample release
	@$(BIN)/discreet build configs/sample.yaml --new-key

test: $(STAMP)  ## Run the tests but the slow ones; PACKAGE=rights runs those of one package
	@$(PYTEST) -m "not slow" tests/$(PACKAGE)

test-all: $(STAMP)  ## Run every test, the slow ones too
	@$(PYTEST) --hypothesis-profile=long tests/$(PACKAGE)

faults: $(STAMP)  ## Try kills, full disks, hostile texts, failing stores at length; ROWS=kills MINUTES=10 runs a part
	@$(BIN)/python -m tests.faults $(if $(MINUTES),--minutes $(MINUTES)) $(ROWS)

soak: $(STAMP)  ## Build and take down in a loop for two hours, or MINUTES=10
	@$(BIN)/python -m tests.faults.soak $(if $(MINUTES),--minutes $(MINUTES))

sbom: $(STAMP)  ## Build the wheel and its SBOM (CycloneDX) in dist/
	@test -x $(BIN)/cyclonedx-py || { echo "missing: cyclonedx-py; run make lock setup"; exit 1; }
	@$(BIN)/python -m pip wheel --quiet --disable-pip-version-check --no-deps --no-build-isolation --wheel-dir dist .
	@$(BIN)/cyclonedx-py requirements requirements.lock --pyproject pyproject.toml --output-reproducible --output-format JSON --output-file dist/discreet.cdx.json
	@echo dist/discreet.cdx.json

audit: $(STAMP)  ## Look for known vulnerabilities of the locked packages
	@$(BIN)/python -m tests.faults.audit

wheel: $(STAMP)  ## Build the wheel and use it outside the checkout
	@$(BIN)/python -m pytest tests/test_wheel.py -k "not sample"

lint: $(STAMP)  ## Lint and check the format
	@$(BIN)/ruff check .
	@$(BIN)/ruff format --check .

dead: $(STAMP)  ## Look for unused code and unused dependencies
	@! $(BIN)/vulture | grep -E "^(redaction|pipelines)/.*: unused (class|function|import|method|property)"
	@$(BIN)/deptry redaction pipelines

types: $(STAMP)  ## Check the types
	@$(BIN)/mypy

contract: $(STAMP)  ## Check the import contract
	@$(BIN)/lint-imports

docs: $(STAMP)  ## Build the documentation
	@$(BIN)/mkdocs build --quiet --strict

reference: $(STAMP)  ## Generate the reference documentation and the JSON Schemas
	@$(BIN)/python -m reference_docs

ui: $(STAMP)  ## Open the Dagster UI
	@$(BIN)/discreet ui

lock:  ## Renew requirements.lock (needs uv)
	@uv pip compile pyproject.toml --extra s3 --extra tables --extra dev --generate-hashes --python-version 3.11 --no-header --no-annotate --quiet -o requirements.lock

clean:  ## Remove the sample's releases, state and key
	@rm -rf out/sample state/sample state/sample.key
