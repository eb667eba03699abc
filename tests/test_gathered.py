"""What is gathered of a split: the same however it is cut, and never more than its bounds."""

from __future__ import annotations

import json
from pathlib import Path

from hypothesis import given
from hypothesis import strategies as st

from glm_schema_lint import lint
from glm_schema_lint.gathered import ANSWERS_KEPT, ROWS_COUNTED, Gathered, row_end

RECORDS = st.lists(st.tuples(st.integers(1, 30), st.integers(0, 3), st.booleans()), max_size=60)
PREFIX = (151331, 151333)


def gather(records: list[tuple[int, int, bool]]) -> Gathered:
    """One shard: (digest of the answer, answers, ends with an end token) of each record."""
    made = Gathered()
    for place, (answer, rows, ended) in enumerate(records):
        made.answer(answer)
        made.end(PREFIX, 1, int(ended))
        made.image(answer * 7, place)
        made.rows = min(made.rows + rows, ROWS_COUNTED)
    return made


@given(records=RECORDS, cut=st.integers(0, 60))
def test_any_cut_gathers_the_same(records: list[tuple[int, int, bool]], cut: int) -> None:
    """Two shards merged are what one scan of both gathers."""
    whole, merged = gather(records), Gathered()
    merged.add(gather(records[:cut]), 0)
    merged.add(gather(records[cut:]), len(records[:cut]))

    assert merged == whole


def test_diverse_answers_are_dropped_for_good() -> None:
    """One answer too many, and none is kept, whatever comes later."""
    made = Gathered()
    for digest in range(ANSWERS_KEPT + 1):
        made.answer(digest)
    made.answer(0, 1000)

    assert made.answers is None


def test_the_end_of_a_row_is_its_last_label_that_counts() -> None:
    """Padding on either side is passed over; rows of other models and rows without a label say nothing."""
    assert row_end([*PREFIX, 5, 151336], [-100, -100, 5, 151336]) == (PREFIX, True)
    assert row_end([151329, 151329, *PREFIX, 5], [-100, -100, -100, -100, 5]) == (PREFIX, False)
    assert row_end([*PREFIX, 151338, 0], [-100, -100, 151338, -100]) == (PREFIX, True)
    assert row_end([1, 2, 151336], [1, 2, 151336]) is None
    assert row_end([*PREFIX, 5], [-100, -100, -100]) is None
    assert row_end([151331], [5]) is None


def test_labels_of_another_kind_are_left_to_their_rule(tmp_path: Path) -> None:
    """A row whose labels are text, null or of another length crashes no scan."""
    rows = [
        {"input_ids": [*PREFIX, 5], "labels": ["a", "b", "c"]},
        {"input_ids": [*PREFIX, 5], "labels": None},
        {"input_ids": "text", "labels": [1]},
        {"input_ids": [], "labels": []},
        {"input_ids": [*PREFIX, [1]], "labels": [-100, -100, [1]]},
    ]
    (tmp_path / "train.jsonl").write_text("".join(json.dumps(row) + "\n" for row in rows), "utf-8")

    found = {group["rule"] for group in lint(tmp_path, target="hf-trainer").to_dict()["groups"]}

    assert "rule-crashed" not in found
    assert "end-token-untrained" not in found
