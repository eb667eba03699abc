"""A fixed sample of the fidelity run, where its environments stand; the whole is `make fidelity`."""

from __future__ import annotations

import os

import pytest

from . import mutate, runner
from .stacks import STACKS

SAMPLE = [stack for stack in STACKS if stack.sample]


@pytest.mark.parametrize("stack", SAMPLE, ids=lambda stack: stack.name)
def test_trainer_and_lint_agree(stack, tmp_path):
    if not runner.ready(stack):
        if os.environ.get("FIDELITY") != "1":
            pytest.skip(f"no environment for {stack.name}: `make fidelity-sample` makes it")
        runner.build(stack)
    made = runner.run(stack, tmp_path, sample=True)
    assert [f"{r.result}: {r.case.id}: {r.why}" for r in made.unexplained] == []
    assert len(made.results) > 20


@pytest.mark.parametrize("dialect", mutate.DIALECTS)
def test_mutator_is_deterministic_and_hits(dialect):
    for name in mutate.names(dialect, heavy=False):
        fault = mutate.FAULTS[name]
        first, second = mutate.broken(dialect, name), mutate.broken(dialect, name)
        plain = mutate.clean(dialect, fault.variant if fault.variant in mutate.variants(dialect) else "plain")
        assert (first.data, first.files) == (second.data, second.files)
        assert (first.data, first.files) != (plain.data, plain.files), name
        assert first.whole or first.hit[0] is not None
