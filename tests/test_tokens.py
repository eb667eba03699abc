"""Rules on tokenized rows say the same of a row whether it comes from parquet (numpy) or from JSON Lines (lists)."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from glm_schema_lint import rules
from glm_schema_lint.record import DataFile, Dataset, Kind, Split, Tokens
from glm_schema_lint.rules import Context, TokensRule
from glm_schema_lint.sources import columnar
from glm_schema_lint.targets import load_all

RULES = [rule for rule in rules.load() if isinstance(rule, TokensRule)]
IDS = st.sampled_from([151331, 151333, 151329, 151339, 151340, 151336, 5, 6, 0, -100, -1, 151551, 151552, 64790, 64792])
KINDS: tuple[Kind, ...] = ("train", "eval")

whole = st.lists(IDS, max_size=9)
some_null = st.lists(st.one_of(IDS, st.none()), max_size=6)
positions = st.integers(0, 9).flatmap(
    lambda n: st.sampled_from([list(range(n)), [0] * n, [0, 0, *range(n)], [1, *range(n)]])
)
masks = st.lists(st.integers(-1, 2), max_size=9)


def column(name: str) -> st.SearchStrategy[st.SearchStrategy[Any]]:
    """Kinds of cells that one Arrow column can hold; every row draws from the same."""
    kinds: list[st.SearchStrategy[Any]] = [
        whole, st.one_of(whole, st.none()), some_null, st.lists(st.sampled_from(["7", "a"]), max_size=3),
        st.lists(st.sampled_from([1.0, 2.5]), max_size=3), st.lists(whole, max_size=2), st.integers(0, 9),
        st.lists(st.booleans(), max_size=4),
    ]  # fmt: skip
    kinds += {"position_ids": [positions] * 8, "attention_mask": [masks] * 8}.get(name, [whole] * 8)
    return st.sampled_from(kinds)


@st.composite
def tables(draw: st.DrawFn) -> list[dict[str, Any]]:
    """Rows of one file: equal columns, each of one Arrow type; labels often follow the inputs."""
    names = ["input_ids", *draw(st.sets(st.sampled_from(["labels", "attention_mask", "position_ids", "output_ids"])))]
    kinds = {name: draw(column(name)) for name in names}
    rows = draw(st.lists(st.fixed_dictionaries(kinds), min_size=1, max_size=4))
    if kinds["input_ids"] is whole and draw(st.booleans()):
        shift = draw(st.integers(0, 1))
        for row in rows:
            row["labels"] = [-100, *row["input_ids"][1 + shift :], *[5] * shift]
    images = draw(st.sampled_from([None, [[0.0, 1.0]], "absent"]))
    return rows if images == "absent" else [{**row, "images": images} for row in rows]


def hits(rows: list[Any], kind: Kind) -> list[Any]:
    """What every rule says of every row under every target that cares."""
    split = Split("s", kind, [], dialect="tokenized")
    dataset = Dataset(None, [split])
    return [
        (at, target.name, rule.name, hit.pointer, hit.case, hit.found, hit.expected, dict(hit.values))
        for target in load_all()
        for rule in RULES
        if target.applies(rule.name)
        for at, row in enumerate(rows)
        for hit in rule.check(Tokens(row), Context(target, split, dataset))
    ]


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(rows=tables(), kind=st.sampled_from(KINDS))
def test_parquet_and_json_lines_give_the_same_findings(tmp_path: Path, rows: list[dict[str, Any]], kind: Kind) -> None:
    path = tmp_path / "rows.parquet"
    pq.write_table(pa.Table.from_pylist(rows), path)

    from_parquet = [r.value for b in columnar.read(DataFile(path, path.name, "parquet")) for r in b.records]
    from_lines = [json.loads(json.dumps(row)) for row in rows]

    assert hits(from_parquet, kind) == hits(from_lines, kind)


@pytest.mark.parametrize("rule", [pytest.param(rule, id=rule.name) for rule in RULES])
@pytest.mark.parametrize("target", [pytest.param(t, id=t.name) for t in load_all() if t.tokenized.train])
@given(answer=st.lists(st.integers(0, 151328), min_size=1, max_size=30), pads=st.integers(0, 5))
@settings(max_examples=15, deadline=None)
def test_a_row_as_the_scripts_write_it_is_clean(rule: TokensRule, target: Any, answer: list[int], pads: int) -> None:
    prompt, pad = [151331, 151333, 151336, 151339, 151329, 151340, 198], 151329
    if target.name == "chatglm3":
        prompt, pad, answer = [64790, 64792, 64795, 30910, 13], 0, [token % 64789 for token in answer]
    inputs = [*[pad] * pads, *prompt, *answer]
    row = {
        "input_ids": inputs,
        "attention_mask": [0] * pads + [1] * (len(inputs) - pads),
        "position_ids": [0] * pads + list(range(len(inputs) - pads)),
        "labels": [-100] * (pads + len(prompt)) + answer,
        "images": [[[0.0, 0.5], [0.5, 1.0]]],
    }

    for kind in KINDS:
        split = Split("s", kind, [], dialect="tokenized")
        found = list(rule.check(Tokens(row), Context(target, split, Dataset(None, [split]))))
        assert found == []
