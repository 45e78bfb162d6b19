# Needs Python 3.10+, Java 17+ and Maven; installs the rest. On Windows use WSL, or the commands below by hand.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
READY := $(VENV)/ready
# Robots of tests need no documentation, and one may play a whole process.
IN_TESTS := $(foreach rule,DOC01 DOC02 DOC03 DEPR05 VAR06 LEN04 LEN06,--ignore $(rule))
# What shows that nothing depends on which engine of the family it talks to: client, values, outcomes, a worker.
ON_OPERATON := atest/engines atest/variables atest/listener/test_outcomes.py atest/worker/test_runs.py
export ENGINE
# Most tests wait for something; files go to two processes, which share one engine.
PYTEST := $(BIN)/python -m pytest -n 2 --dist loadfile

.PHONY: demo demo-hotel test check unit bench docs clean chromium

demo: $(READY) ## The comic search, done by robots on a real engine. KEEP=1 leaves engine and Cockpit up.
	$(BIN)/python robots/demo $(if $(KEEP),--keep)

demo-hotel: $(READY) ## Hotel reservations: services, robots, functions, and what goes wrong on the way. KEEP=1 as above.
	$(BIN)/python robots/demo_hotel $(if $(KEEP),--keep)

test: check chromium ## Everything CI runs. ENGINE=operaton runs all of it on that engine.
	rm -f .coverage .coverage.*
	[ -n "$(ENGINE)" ] || ENGINE=operaton $(PYTEST) $(ON_OPERATON)
	COVERAGE_FILE=$(CURDIR)/.coverage $(PYTEST) --cov --cov-report=term:skip-covered --cov-fail-under=90

check: $(READY) docs ## Linters, types, layers and keyword docs: no engine, no browser.
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/robocop check robots
	$(BIN)/robocop check $(IN_TESTS) atest bench
	$(BIN)/robocop format --check --diff robots atest/keywords

unit: $(READY) ## The tests that need no engine.
	$(PYTEST) utest

bench: $(READY) ## What a run costs, and what the worker reaches on a real engine, as ratios.
	$(BIN)/python bench/robot_runs.py
	$(BIN)/python bench/worker_runs.py

docs: $(READY) ## The documentation as a site in build/site, keywords included.
	mkdir -p docs/keywords
	$(BIN)/python -m robot.libdoc CamundaLibrary docs/keywords/CamundaLibrary.html
	$(BIN)/python -m robot.libdoc CamundaLibrary.Engine docs/keywords/CamundaLibrary.Engine.html
	$(BIN)/python -m robot.libdoc CamundaLibrary.ProcessTest docs/keywords/CamundaLibrary.ProcessTest.html
	NO_MKDOCS_2_WARNING=1 $(BIN)/mkdocs build --quiet --strict

chromium: # The tests look at logs in a real browser.
	@{ command -v chromium || command -v chromium-browser || command -v google-chrome; } >/dev/null && command -v chromedriver >/dev/null \
	|| { apt-get update -qq && apt-get install -y -qq chromium chromium-driver >/dev/null; } \
	|| { echo "The tests need Chromium and its driver: on Debian, 'apt-get install chromium chromium-driver'."; exit 1; }

clean:
	rm -rf $(VENV) build dist output results docs/keywords .coverage* .*_cache src/*.egg-info

$(READY): setup.cfg setup.py pyproject.toml
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install -q --disable-pip-version-check -e ".[worker,test]"
	touch $(READY)
