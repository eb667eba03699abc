"""Statistics of a chunk: equal to a walk by hand, and the same however the records are partitioned."""

from __future__ import annotations

import io
import json
from copy import deepcopy
from itertools import pairwise
from typing import Any

import pyarrow as pa
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from glm_schema_lint import chunks
from glm_schema_lint.chunks import ChunkStats, PathStat, Spot, fold
from glm_schema_lint.location import pointer
from glm_schema_lint.shapes import DEPTH_LIMIT, Shaper, TooDeepError
from glm_schema_lint.stats import ChunkCollector, is_whole, looks_like_date, looks_like_number

KEYS = st.sampled_from(["a", "b", "c/d", "e"])
TEXTS = st.sampled_from(["x", "2024-01-02", "2024-01-02T10:00:00Z", "7", "-12", ""])
SCALARS = st.one_of(st.none(), st.booleans(), st.integers(-9, 9), st.floats(allow_nan=False), TEXTS)
VALUES = st.recursive(
    SCALARS,
    lambda inner: st.one_of(st.lists(inner, max_size=4), st.dictionaries(KEYS, inner, max_size=3)),
    max_leaves=12,
)
RECORDS = st.lists(st.dictionaries(KEYS, VALUES, max_size=3), min_size=1, max_size=12)
NAMES = {type(None): "null", bool: "bool", int: "int", float: "float", str: "str", list: "list", dict: "dict"}


def collect(records: list[Any], first: int = 0) -> ChunkStats:
    shaper, collector = Shaper(), ChunkCollector(0)
    for index, record in enumerate(records, first):
        shape = shaper(record)
        new = collector.add(shape, index, index + 1)
        collector.watch(record, shape, index, index + 1, new)
    collector.flush()
    return collector.stats


def walk(value: Any, path: tuple[str, ...], at: str) -> Any:
    """Every (path, pointer, value) of a record, in order."""
    yield path, at, value
    if isinstance(value, dict):
        for key, item in value.items():
            yield from walk(item, (*path, key), at + pointer(key))
    elif isinstance(value, list):
        for index, item in enumerate(value):
            yield from walk(item, (*path, "[]"), at + pointer(index))


def by_hand(records: list[Any]) -> dict[tuple[str, ...], PathStat]:
    paths: dict[tuple[str, ...], PathStat] = {}
    for index, record in enumerate(records):
        present, typed = set(), set()
        for path, at, value in walk(record, (), ""):
            stat = paths.setdefault(path, PathStat())
            kind = NAMES[type(value)]
            if path not in present:
                present.add(path)
                stat.present += 1
            if (path, kind) not in typed:
                typed.add((path, kind))
                count, spot = stat.types.get(kind, (0, Spot(0, index, index + 1, at)))
                stat.types[kind] = (count + 1, spot)
    for index, record in enumerate(records):
        lacking = set()
        for path, at, value in walk(record, (), ""):
            if isinstance(value, dict):
                for known in [p for p in paths if p and p[:-1] == path and p[-1] != "[]" and p[-1] not in value]:
                    stat = paths[known]
                    if known not in lacking:
                        lacking.add(known)
                        stat.absences += 1
                    if stat.absent is None:
                        stat.absent = Spot(0, index, index + 1, at + pointer(known[-1]))
    return paths


def same(one: ChunkStats, other: ChunkStats) -> bool:
    return (one.records, one.paths, one.dates or {}, one.numbers, one.compared, one.fractions) == (
        other.records, other.paths, other.dates or {}, other.numbers, other.compared, other.fractions,
    )  # fmt: skip


@given(RECORDS)
def test_counts_and_first_places_agree_with_a_walk_by_hand(records: list[Any]) -> None:
    assert collect(records).paths == by_hand(records)


@given(RECORDS)
def test_dates_and_numbers_are_paths_of_which_every_string_is_one(records: list[Any]) -> None:
    strings: dict[tuple[str, ...], list[str]] = {}
    for record in records:
        for path, _, value in walk(record, (), ""):
            if isinstance(value, str):
                strings.setdefault(path, []).append(value)

    stats = collect(records)

    assert set(stats.dates or {}) == {path for path, texts in strings.items() if all(map(looks_like_date, texts))}
    assert set(stats.numbers) == {path for path, texts in strings.items() if all(map(looks_like_number, texts))}


@given(RECORDS)
@example([{"a": [1.0]}, {"a": [2.0]}, {"a": [0.5]}])
@example([{"a": 1.0, "b": "7"}, {"a": 2.0, "b": "x"}, {"a": 0.5, "b": "x"}])
def test_fractions_are_the_first_decimals_that_are_no_whole_numbers(records: list[Any]) -> None:
    firsts: dict[tuple[str, ...], tuple[int, str]] = {}
    for index, record in enumerate(records):
        for path, at, value in walk(record, (), ""):
            if isinstance(value, float) and not (value.is_integer() and abs(value) < 2**63):
                firsts.setdefault(path, (index, at))

    fractions = collect(records).fractions

    assert {path: (spot.record, spot.pointer) for path, spot in fractions.items()} == firsts


@pytest.mark.parametrize(
    ("value", "whole"),
    [(5.0, True), (-0.0, True), (-(2.0**63), True), (2.0**63, False), (1e300, False), (5.5, False)]
    + [(float(text), False) for text in ("nan", "inf")],
)
def test_whole_numbers_are_the_decimals_that_arrow_casts(value: float, whole: bool) -> None:
    assert is_whole(value) is whole
    if whole:
        assert pa.array([value]).cast(pa.int64()).to_pylist() == [int(value)]
    else:
        with pytest.raises(pa.ArrowInvalid, match="truncated"):
            pa.array([value]).cast(pa.int64())


@pytest.mark.parametrize(
    ("text", "number"),
    [("5", True), ("-5", True), ("007", True), (str(2**63 - 1), True), (str(-(2**63)), True), (str(2**63), False)]
    + [(text, False) for text in ("5.0", "+5", " 5", "", "x", "1e3", "1_000", "٣")],
)
def test_numbers_are_the_strings_that_arrow_casts(text: str, number: bool) -> None:
    assert looks_like_number(text) is number
    if number:
        assert pa.array([text]).cast(pa.int64()).to_pylist() == [int(text)]
    else:
        with pytest.raises(pa.ArrowInvalid, match="Failed to parse"):
            pa.array([text]).cast(pa.int64())


@given(RECORDS, st.lists(st.integers(0, 12), max_size=3), st.booleans())
def test_any_partition_merges_to_the_whole(records: list[Any], cuts: list[int], from_the_right: bool) -> None:
    edges = sorted({0, len(records), *(cut for cut in cuts if cut < len(records))})
    parts = [collect(records[a:b], a) for a, b in pairwise(edges)]

    merged = parts.pop(-1 if from_the_right else 0)
    while parts:
        more = parts.pop(-1 if from_the_right else 0)
        if from_the_right:
            more.add(merged)
            merged = more
        else:
            merged.add(more)

    assert same(merged, collect(records))


@given(RECORDS)
def test_a_flush_in_the_middle_changes_nothing(records: list[Any]) -> None:
    shaper, collector = Shaper(), ChunkCollector(0)
    for index, record in enumerate(records):
        collector.add(shaper(record), index, index + 1)
        if index % 3 == 1:
            collector.flush()
            shaper.forget()
    collector.flush()

    assert collector.stats.paths == by_hand(records)


@given(
    st.lists(
        st.dictionaries(st.sampled_from("abcdefgh"), st.dictionaries(st.sampled_from("stuvwx"), st.integers())),
        max_size=9,
    )
)
@settings(deadline=None)
def test_folding_is_associative(records: list[Any]) -> None:
    with pytest.MonkeyPatch.context() as patch:
        for module in (chunks, __import__("glm_schema_lint.collect", fromlist=["x"])):
            patch.setattr(module, "KEYS_LIMIT", 3)
        parts = [collect([record], index) for index, record in enumerate(records)]
        left, right = ChunkStats(), ChunkStats()
        for part in deepcopy(parts):
            left.add(part)
        for part in reversed(deepcopy(parts)):
            part.add(right)
            right = part
        whole = collect(records)

    assert left.paths == right.paths == whole.paths
    assert not records or len([path for path in whole.paths if len(path) == 1]) <= 3


def test_an_object_with_too_many_keys_folds_for_good() -> None:
    paths: dict[tuple[str, ...], PathStat] = {(): PathStat(1)}
    for n in range(300):
        paths[f"k{n}",] = PathStat(1, {"int": (1, Spot(0, n, None, ""))})

    fold(paths)
    paths["late",] = PathStat(1, {"str": (1, Spot(0, 400, None, ""))})
    fold(paths)

    assert set(paths) == {(), ("*",)}
    assert paths["*",].types == {"int": (300, Spot(0, 0, None, "")), "str": (1, Spot(0, 400, None, ""))}


def test_a_record_is_too_deep_whatever_was_seen_before() -> None:
    def nested(levels: int) -> Any:
        value: Any = {"k": 1}
        for _ in range(levels - 1):
            value = {"k": value}
        return value

    shaper = Shaper()
    shaper({"k": 1})

    assert shaper(nested(DEPTH_LIMIT)).depth == DEPTH_LIMIT + 1
    with pytest.raises(TooDeepError):
        shaper(nested(DEPTH_LIMIT + 1))


DATES = st.from_regex(
    r"(0001|1969|2023|2024)-(01|02|12|13)-(01|29|30|31|00)"
    r"([ Tt](00|23|24)(:?(00|59|60)(:?(00|59|60))?)?(Z|z|[+-]08(:?(00|30))?|\.5)?)?",
    fullmatch=True,
)


@given(DATES)
@settings(max_examples=300)
def test_a_date_is_what_arrow_takes_for_one(text: str) -> None:
    import pyarrow as pa
    import pyarrow.json as paj

    table = paj.read_json(io.BytesIO(json.dumps({"a": text}).encode()))

    assert looks_like_date(text) == pa.types.is_timestamp(table.schema.field("a").type)
