# Everything here starts from a bare checkout with make, bash and a Python of 3.11 or newer: the tools go into .venv.
# "make PYTHON=/somewhere/bin/python3.12 ..." takes another Python; "make WORKERS=4 test" another number of test processes.
# "make CHAOS='--seeds 500 --playbooks 0' chaos" plays fewer.
# "make MATRIX='tests/unit -x' matrix" hands arguments to pytest, "make SANITY='--test compile' sanity" to ansible-test,
# "make FUZZ='--seed 7 --only user' fuzz" to the fuzzing.

SHELL := bash
.SHELLFLAGS := -euo pipefail -c
.DEFAULT_GOAL := help

PYTHON ?= python3
WORKERS ?= auto
CHAOS_WORKERS ?= $(if $(filter auto,$(WORKERS)),$(shell nproc 2>/dev/null || echo 2),$(WORKERS))
# A class shares its runs, so it stays on one worker; tests/conftest.py says in which order all begin.
PYTEST := python -m pytest -q -n $(WORKERS) --dist loadscope --no-loadscope-reorder
VENV := $(CURDIR)/.venv
STAMP := $(VENV)/.made-from-requirements
# Found before the environment's own programs are put in front.
BASE_PYTHON := $(shell command -v $(PYTHON) 2>/dev/null)

COLLECTIONS := $(CURDIR)/build/collections
LINK := $(COLLECTIONS)/ansible_collections/wxcc/onboarding
IN_COLLECTION := build/collections/ansible_collections/wxcc/onboarding

# "make MUTANTS='--file _engine/guard' mutants" tries one file alone, and all of its faults.
MUTANTS ?= --sample 30 --functions

export PATH := $(VENV)/bin:$(PATH)
export ANSIBLE_COLLECTIONS_PATH := $(COLLECTIONS)
export ANSIBLE_HOME := $(CURDIR)/build/ansible

.PHONY: help env link test test-slow test-procedure unit integration matrix lint lint-python lint-types lint-yaml lint-changelog lint-docs lint-ansible \
	sanity molecule docs demo chaos bench fuzz mutants build groups returns clean distclean

help: ## show this list
	@awk 'BEGIN {FS = ":.*## "} /^[a-z%-]+:.*## / {sub("%", "2.16", $$1); printf "  make %-15s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

env: $(STAMP) ## make .venv with all the tools (done by the others when needed)

$(STAMP): tests/requirements.txt tests/requirements-suite.txt
	@if [ -z "$(BASE_PYTHON)" ]; then \
	  echo "There is no '$(PYTHON)' on the PATH. Install Python 3.11 or newer, or say which one: make PYTHON=python3.12" >&2; exit 1; fi
	@"$(BASE_PYTHON)" -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { \
	  echo "$(BASE_PYTHON) is not a working Python of 3.11 or newer ($$("$(BASE_PYTHON)" --version 2>&1 | head -n 1))." >&2; \
	  echo "Install one, or say which one to take: make PYTHON=python3.12" >&2; exit 1; }
	@"$(BASE_PYTHON)" -c 'import ensurepip, venv' 2>/dev/null || { \
	  echo "$(BASE_PYTHON) cannot make virtual environments: its modules venv and ensurepip are missing." >&2; \
	  echo "On Debian and Ubuntu they are in the package python3-venv. Or take another Python: make PYTHON=python3.12" >&2; exit 1; }
	@if ! "$(VENV)/bin/python" -c 'import sys, pip; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; then \
	  echo "Making the environment .venv with $(BASE_PYTHON)"; \
	  "$(BASE_PYTHON)" -m venv --clear "$(VENV)"; fi
	@echo "Installing the tools of tests/requirements.txt"
	@"$(VENV)/bin/python" -m pip install --quiet --disable-pip-version-check --requirement tests/requirements.txt
	@touch "$@"

link: ## let the checkout be found as ansible_collections/wxcc/onboarding
	@mkdir -p "$(dir $(LINK))"
	@[ "$$(readlink "$(LINK)" 2>/dev/null)" = "$(CURDIR)" ] || { rm -f "$(LINK)"; ln -s "$(CURDIR)" "$(LINK)"; }

test: env link ## run the tests, all but the few slow ones
	@$(PYTEST) -m "not slow and not procedure" tests

test-slow: env link ## run the slow tests: the demonstration, a long file, a gate with a terminal
	@$(PYTEST) -m slow tests

test-procedure: env link ## run the tests that drive each row of the vendor's procedure, and every command of its page; some minutes
	@$(PYTEST) -m procedure tests

unit: env link ## run the tests that start nothing
	@$(PYTEST) tests/unit

integration: env link ## run the tests that start the simulator and Ansible
	@$(PYTEST) tests/integration

matrix: env ## run all tests on ansible-core 2.16, 2.18, 2.20 and 2.21, each in an environment of its own
	@python .ci/matrix.py --workers $(WORKERS) $(MATRIX)

matrix-%: env ## the same on one of them
	@python .ci/matrix.py --core $* --workers $(WORKERS) $(MATRIX)

lint: lint-python lint-types lint-yaml lint-changelog lint-docs lint-ansible ## run all checks of style, types and documentation

lint-python: env ## ruff
	ruff check --quiet .
	ruff format --check --quiet .

lint-types: env link ## mypy, strict, on the shared code
	mypy --no-error-summary $(wildcard $(IN_COLLECTION)/plugins/module_utils $(IN_COLLECTION)/plugins/plugin_utils)

lint-yaml: env ## yamllint
	yamllint --strict .

lint-changelog: env link ## changelog and its fragments
	antsibull-changelog lint

lint-docs: env link ## documentation of plugins and roles
	antsibull-docs lint-collection-docs --plugin-docs --validate-collection-refs all --skip-rstcheck .

lint-ansible: env link ## ansible-lint with its production profile
	ansible-lint --offline --profile production --nocolor

sanity: env ## ansible-test sanity, in a copy of the checkout
	@python .ci/sanity.py $(SANITY)

molecule: env link ## run the Molecule scenarios for playbooks and roles
	molecule test --all --report

docs: env link ## build the documentation of modules and roles as HTML into build/docs/html
	@rm -rf build/docs && mkdir -p build && mkdir -m 700 build/docs
	@antsibull-docs sphinx-init --use-current --dest-dir build/docs --lenient --squash-hierarchy \
	  --sphinx-theme alabaster wxcc.onboarding >/dev/null
	@cd build/docs && chmod go-w rst && antsibull-docs --config-file antsibull-docs.cfg collection --cleanup everything \
	  --use-current --squash-hierarchy --dest-dir rst wxcc.onboarding
	@# Offline: without the extension that reads the indexes of other projects, so labels of Ansible itself stay unknown.
	@cd build/docs && sphinx-build -q -D suppress_warnings=ref.ref -D extensions=sphinx_antsibull_ext -c . rst html
	@echo "build/docs/html/index.html"

demo: env link ## show the whole way on a simulator, into build/demo
	@python -m tests.demo

chaos: env link ## play 10,000 seeded chains with faults on virtual time, days, and 30 runs of playbooks, into build/chaos.json
	@python -m tests.chaos --workers $(CHAOS_WORKERS) --days 300 --playbooks 30 $(CHAOS)

bench: env link ## measure, into build/bench.json
	@python -m tests.bench

fuzz: env ## fuzz the simulator with the vendor's descriptions, in build/fuzz; some minutes
	@python .ci/fuzz.py $(FUZZ)

mutants: env link ## put small faults into the code and see whether the unit tests notice, into build/mutants.json
	@nice -n 15 python -m tests.mutants $(MUTANTS)

build: env ## build the artifact into build/
	ansible-galaxy collection build --force --output-path build .

groups: env ## write the list of modules into meta/runtime.yml
	@python .ci/action_groups.py --write

returns: env ## write what RETURN shares into the modules
	@python .ci/returns.py --write

clean: ## remove what the other targets made, except .venv
	rm -rf build .mypy_cache .pytest_cache .ruff_cache .hypothesis .ansible collections tests/output

distclean: clean ## remove .venv as well
	rm -rf "$(VENV)"
