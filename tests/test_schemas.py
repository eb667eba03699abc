"""Schemas: fresh, valid, and in agreement with the models on every record."""

from __future__ import annotations

import copy
import json
from pathlib import Path
from typing import Any

import pages
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from jsonschema import Draft202012Validator
from pydantic import ValidationError
from test_models import GOOD, ODD, places

from glm_schema_lint import export, lint, rules
from glm_schema_lint.models.judge import MODELS
from glm_schema_lint.models.report import ReportV1

RECORDS: dict[str, dict[str, Any]] = {
    **GOOD,
    "tokenized-train": {
        "input_ids": [1, 2], "attention_mask": [1, 1], "position_ids": [0, 1], "labels": [-100, 2], "images": [[0.5]],
        "pixel_values": None, "image_grid_thw": [[1, 4, 4]], "mm_token_type_ids": [0, 0],
    },
    "tokenized-eval": {"input_ids": [1, 2], "output_ids": [3], "labels": None},
}  # fmt: skip
VALIDATORS = {name: Draft202012Validator(export.schema(name)) for name in export.models()}


def accepts(name: str, value: Any) -> bool:
    """What Pydantic says."""
    try:
        MODELS[name].model_validate(value)
    except ValidationError:
        return False
    return True


def whole(value: Any) -> bool:
    """True if a float without a fraction stands anywhere: JSON Schema takes 1.0 for an integer, the models do not."""
    if isinstance(value, float):
        return value.is_integer()
    return any(map(whole, value.values() if isinstance(value, dict) else value if isinstance(value, list) else ()))


def page_records() -> list[Any]:
    """Every record of every example on every rule page."""
    found = []
    for page in sorted(Path(rules.__file__).parent.glob("*/*.md")):
        for match in pages.BLOCK.finditer(page.read_text("utf-8")):
            if match["info"].split()[-1:] != ["console"]:
                for line in match["body"].splitlines():
                    try:
                        found.append(json.loads(line))
                    except (ValueError, RecursionError):
                        continue
    return found


def test_committed_schemas_are_fresh() -> None:
    assert export.stale(export.files()) == []


def test_a_stale_schema_is_noticed(tmp_path: Any) -> None:
    wanted = export.files(tmp_path)
    first = min(wanted)
    first.parent.mkdir()
    for path, text in wanted.items():
        path.write_text(text, "utf-8")
    first.write_text("{}", "utf-8")
    (first.parent / "old.schema.json").write_text("{}", "utf-8")

    assert export.stale(wanted) == sorted([first, first.parent / "old.schema.json"])


@pytest.mark.parametrize("name", export.models())
def test_a_schema_is_draft_2020_12_with_a_name_that_needs_no_host(name: str) -> None:
    schema = export.schema(name)

    Draft202012Validator.check_schema(schema)
    assert schema["$schema"] == "https://json-schema.org/draft/2020-12/schema"
    assert schema["$id"].startswith("urn:glm-lint:schema:")
    assert export.schemas() == export.schemas()


@pytest.mark.parametrize("name", RECORDS)
def test_every_key_is_described_in_both_languages(name: str) -> None:
    schema = export.schema(name)
    for part in (schema, *schema.get("$defs", {}).values()):
        for key, item in part.get("properties", {}).items():
            assert item.get("description"), key
            assert item.get("x-description-zh"), key
            assert item.get("x-read-by"), key


@pytest.mark.parametrize("name", RECORDS)
def test_two_witnesses_accept_the_good_records(name: str) -> None:
    assert accepts(name, RECORDS[name])
    assert VALIDATORS[name].is_valid(RECORDS[name])


@pytest.mark.parametrize("name", RECORDS)
@settings(deadline=None)
@given(data=st.data())
def test_two_witnesses_agree_on_changed_records(name: str, data: st.DataObject) -> None:
    record = copy.deepcopy(RECORDS[name])
    for path in data.draw(st.lists(st.sampled_from(places(record)), min_size=1, max_size=3)):
        above: Any = record
        try:
            for part in path[:-1]:
                above = above[part]
            if isinstance(above, dict) and not isinstance(path[-1], str):
                continue  # no JSON: an earlier change put an object where a list was
            if isinstance(above, dict) and data.draw(st.booleans()):
                del above[path[-1]]
            else:
                above[path[-1]] = copy.deepcopy(data.draw(st.sampled_from(ODD)))
        except (KeyError, IndexError, TypeError):
            continue

    assert accepts(name, record) == VALIDATORS[name].is_valid(record)


@pytest.mark.parametrize("name", RECORDS)
def test_two_witnesses_agree_on_every_example_of_the_pages(name: str) -> None:
    for record in page_records():
        if not whole(record):
            assert accepts(name, record) == VALIDATORS[name].is_valid(record), record


def test_a_real_report_fits_its_schema(tmp_path: Path) -> None:
    good = {"messages": [{"role": "user", "content": "q"}, {"role": "assistant", "content": "a"}]}
    rows = [good, {"messages": [{"role": "user", "content": "q"}, {"role": "assistant", "content": 5}]}, [], {"id": 1}]
    (tmp_path / "train.jsonl").write_text("".join(json.dumps(row) + "\n" for row in rows), "utf-8")

    for target in ("glm-4", None):
        report = json.loads(json.dumps(lint(tmp_path, target=target).to_dict()))

        assert report["groups"]
        assert list(VALIDATORS[export.REPORT].iter_errors(report)) == []
        ReportV1.model_validate(report)


def test_a_float_without_a_fraction_is_an_integer_to_json_schema_alone() -> None:
    """JSON has one number type; Arrow and torch have two, so the models are the stricter witness."""
    row = {**RECORDS["tokenized-train"], "labels": [1.0]}

    assert VALIDATORS["tokenized-train"].is_valid(row)
    assert not accepts("tokenized-train", row)
