# Two commands do everything on a machine with Python and make: `make demo` and `make test`.
PYTHON ?= python3
VENV ?= .venv
BIN := $(VENV)/bin
LINT := $(BIN)/glm-lint

.PHONY: demo test lint types fresh wheel clean generate fidelity fidelity-sample

$(VENV)/.run: pyproject.toml
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --editable .
	touch $@

$(VENV)/.dev: pyproject.toml $(VENV)/.run
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --editable '.[dev]'
	touch $@

demo: $(VENV)/.run ## set up an environment and run the main job on examples/
	@$(BIN)/python examples/demo.py $(LINT)

test: $(VENV)/.dev ## set up an environment and pass the tests
	$(BIN)/python -m pytest -q -n auto

lint: $(VENV)/.dev
	$(BIN)/ruff check .

types: $(VENV)/.dev
	$(BIN)/mypy

fresh: $(VENV)/.dev ## generated files are as the code makes them
	$(BIN)/python -m glm_schema_lint.export --check

generate: $(VENV)/.dev ## make generated files anew
	$(BIN)/python -m glm_schema_lint.export --write

wheel: $(VENV)/.dev ## build the wheel and run it in an empty environment
	bash scripts/wheel

fidelity: $(VENV)/.dev ## run real trainers (each in an environment of its own) and write docs/fidelity.md; STACKS="..." runs some
	PYTHONPATH=tests GLM4_REPO=$(GLM4_REPO) CHATGLM3_REPO=$(CHATGLM3_REPO) $(BIN)/python -m fidelity.runner $(STACKS) --write docs/fidelity.md

fidelity-sample: $(VENV)/.dev ## a fixed sample of it, on the two environments that are quick to make
	PYTHONPATH=tests $(BIN)/python -m fidelity.runner --sample
	$(BIN)/python -m pytest -q tests/fidelity/test_guard.py

clean:
	rm -rf $(VENV) dist build .mypy_cache .ruff_cache .pytest_cache .hypothesis
