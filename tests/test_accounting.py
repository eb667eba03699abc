"""Records in = kept + altered + dropped + crash: exact, whatever the cut, the workers and the number of shown examples."""

from __future__ import annotations

import io
import json
import tempfile
from collections import Counter
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from glm_schema_lint import lint, rules, targets
from glm_schema_lint.cli import main
from glm_schema_lint.engine.members import holds
from glm_schema_lint.fates import FATES, Fate, Runs, fate, mark, marks, of, rule, stage, sweep, worst
from glm_schema_lint.finding import Effect, Member, Outcome, Stage
from glm_schema_lint.models.report import ReportV1
from glm_schema_lint.report import text as text_report
from glm_schema_lint.report import words
from glm_schema_lint.shapes import Shaper
from glm_schema_lint.sources import text
from tests.test_fast_path import records

GOOD = {"messages": [{"role": "user", "content": "q"}, {"role": "assistant", "content": "a"}]}
NO_ANSWER = {"messages": [{"role": "user", "content": "q"}]}
BAD_ROLE = {"messages": [{"role": "user", "content": "q"}, {"role": "asistant", "content": "a"}]}
WHOLE = tuple(r.name for r in rules.load() if isinstance(r, rules.SplitRule | rules.DatasetRule))
"""Rules whose findings stand for more than the record they show."""
TOGETHER = (("train", "*.jsonl"),)


def write(folder: Path, name: str, rows: list[Any]) -> None:
    """A file of lines; a string is written as it is."""
    lines = [row if isinstance(row, str) else json.dumps(row, ensure_ascii=False) for row in rows]
    (folder / name).write_text("".join(line + "\n" for line in lines), "utf-8")


def accounting(folder: Path, target: str, split: str = "train", **options: Any) -> dict[str, Any]:
    """The account of one split under one target, from a report that its schema admits."""
    report = lint(folder, target=target, **options).to_dict()
    ReportV1.model_validate(report)
    summary = next(s for s in report["splits"] if s["name"] == split)
    one: dict[str, Any] = summary["accounting"][target]
    assert one["records"] == summary["records"] + summary["unread"]
    assert one["records"] == one["kept"] + one["altered"] + one["dropped"] + one["crash"]
    assert one["idle"] <= one["kept"]
    known = [cause for cause in one["by_rule"] if not cause["inferred"]]
    for name in ("idle", "altered", "dropped", "crash"):
        assert sum(cause["records"] for cause in known if cause["outcome"] == name) == one[name]
    return one


def by_hand(folder: Path, target: str, ignore: tuple[str, ...]) -> tuple[Counter[str], Counter[str]]:
    """(records by fate, records by a worse fate that is inferred) counted from every single finding."""
    result = lint(folder, target=target, examples=100_000, ignore=ignore, splits=TOGETHER).result
    seen: dict[tuple[str | None, int | None], list[Fate]] = {}
    total = sum(split.accounts[target].records for split in result.splits)
    for group in result.groups:
        if isinstance(rules.find(group.key.rule), rules.AccountRule) or group.worst.effect not in FATES:
            continue  # it adds up what the others say, or changes no record's fate
        assert len(group.examples) == group.findings
        for finding in group.examples:
            known = seen.setdefault((finding.location.file, finding.location.record), [Fate.KEPT, Fate.KEPT])
            for outcome in group.outcomes:
                if outcome.holds:
                    place = int(outcome.evidence == "inferred")
                    known[place] = max(known[place], fate(mark(outcome, 0)))
    counted = Counter(sure.name.lower() for sure, _ in seen.values())
    counted["kept"] += total - len(seen)
    return counted, Counter(guess.name.lower() for sure, guess in seen.values() if guess > sure)


NUMBERS = st.dictionaries(st.integers(0, 60), st.integers(1, 5), max_size=30)


@given(NUMBERS, NUMBERS, st.integers(61, 80))
def test_runs_hold_what_single_numbers_hold(one: dict[int, int], other: dict[int, int], stop: int) -> None:
    """Cut into pieces, merged and read again, number by number."""
    pieces = list(sweep([of(one), of(other)], stop))
    merged = {n: value for start, end, value in worst(of(one), of(other)) for n in range(start, end)}

    assert [start for start, _, _ in pieces] == [0, *(end for _, end, _ in pieces[:-1])]
    assert pieces[-1][1] == stop
    for start, end, values in pieces:
        for number in range(start, end):
            assert values == (one.get(number, 0), other.get(number, 0))
    assert merged == {n: max(one.get(n, 0), other.get(n, 0)) for n in one.keys() | other.keys()}


def test_equal_marks_of_neighbours_are_one_run() -> None:
    """A file of which every record is bad takes no more room than one bad record."""
    runs = Runs()
    for number in range(100_000):
        runs.add(number, number + 1, 7)

    assert list(runs) == [(0, 100_000, 7)]


@given(
    st.sampled_from(list(Effect)), st.one_of(st.none(), st.sampled_from(list(Stage))), st.integers(0, 1023),
    st.sampled_from(list(Effect)), st.one_of(st.none(), st.sampled_from(list(Stage))),
)  # fmt: skip
def test_a_mark_grows_with_the_harm(
    effect: Effect, when: Stage | None, number: int, other: Effect, then: Stage | None
) -> None:
    """It gives back what it was made of, and the worse fate has the larger mark, then the earlier stage."""
    one, two = mark(Outcome(effect, when), number), mark(Outcome(other, then), number)

    if one:
        assert (stage(one), rule(one)) == (when, number)
    assert (fate(one) > fate(two)) <= (one > two)
    if fate(one) == fate(two) != Fate.KEPT and when is not None and then is not None:
        assert (when.rank < then.rank) == (one > two)


def test_what_is_inferred_stands_apart_and_what_cannot_hold_does_not_count() -> None:
    """The worst case of what may hold, as severities have it."""
    outcomes = (
        Outcome(Effect.CORRUPT, Stage.MAP, evidence="read"),
        Outcome(Effect.CRASH, Stage.MAP, evidence="inferred"),
        Outcome(Effect.CRASH, Stage.LOAD, holds=False),
        Outcome(Effect.MISLEAD, Stage.EVAL),
    )

    assert [fate(one) for one in marks(outcomes, 3)] == [Fate.ALTERED, Fate.CRASH]


@pytest.mark.parametrize("target", [name for name in targets.NAMES if name != "hf-trainer"])
@settings(
    max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow]
)
@given(
    rows=st.lists(st.one_of(records(), st.sampled_from(["{", '{"a": 1}', "3", "null", "{\"messages\": [}"])), min_size=1, max_size=30),
    size=st.sampled_from([200, 700, 1500]),
)  # fmt: skip
def test_accounts_are_what_the_findings_say(target: str, rows: list[Any], size: int) -> None:
    """Every record once by its worst finding: read whole, in any shards, by two workers, with few or no examples."""
    with tempfile.TemporaryDirectory() as name, pytest.MonkeyPatch.context() as patch:
        folder = Path(name)
        rows = [GOOD, *rows]
        half = max(1, len(rows) // 2)
        write(folder, "train.jsonl", rows)
        write(folder, "train2.jsonl", rows[:half])
        patch.setattr(text, "CHUNK", size, raising=True)
        patch.setattr(text, "SHARD", 10**9, raising=True)
        layout = (*WHOLE, "json-layout-mismatch")
        whole = accounting(folder, target, ignore=layout, splits=TOGETHER)
        counted, inferred = by_hand(folder, target, layout)
        patch.setattr(text, "SHARD", 1, raising=True)
        cut = accounting(folder, target, ignore=layout, examples=1, splits=TOGETHER)

    assert whole["records"] == len(rows) + half
    assert {name: whole[name] for name in ("idle", "altered", "dropped", "crash")} == {
        name: counted[name] for name in ("idle", "altered", "dropped", "crash")
    }
    assert whole["kept"] == counted["kept"] + counted["idle"]
    assert Counter(whole["inferred"]) == inferred
    assert cut == whole


def test_workers_give_the_same_accounts(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Shards of several files, read by two processes."""
    for number in range(3):
        write(tmp_path, f"train-{number}.jsonl", [GOOD, NO_ANSWER, "{", BAD_ROLE, GOOD] * 40)
    monkeypatch.setattr(text, "CHUNK", 2000)
    monkeypatch.setattr(text, "SHARD", 1)

    alone, pair = (accounting(tmp_path, "glm-4", jobs=jobs) for jobs in (1, 2))

    assert alone == pair
    assert alone["crash"] == 3 * 40 * 3


def test_a_record_counts_once_by_its_worst_finding(tmp_path: Path) -> None:
    """A crash of the map and an alteration in one record: the crash counts, for the rule that training meets first."""
    twice = {
        "messages": [{"role": "user", "content": "q", "image": "gone.png", "extra": 1}, {"role": "x", "content": "a"}]
    }
    write(tmp_path, "train.jsonl", [GOOD, twice, NO_ANSWER, GOOD])

    one = accounting(tmp_path, "glm-4")

    assert (one["kept"], one["crash"]) == (2, 2)
    assert one["stops"]["stage"] == "map"
    assert sum(cause["records"] for cause in one["by_rule"]) == 2


def test_a_broken_line_comes_in_and_stops_the_load(tmp_path: Path) -> None:
    """It gives no record, yet it was meant as one; what follows is counted as if it were mended."""
    write(tmp_path, "train.jsonl", [GOOD, '{"messages": [', GOOD, NO_ANSWER])

    one = accounting(tmp_path, "llama-factory")

    assert (one["records"], one["kept"], one["dropped"], one["crash"]) == (4, 2, 1, 1)
    assert one["stops"] == {"stage": "load", "rule": "line-not-json"}


def test_a_defect_of_a_file_is_that_of_all_its_records(tmp_path: Path) -> None:
    """Objects over several lines, in one of two files."""
    write(tmp_path, "train-1.jsonl", [GOOD] * 5)
    (tmp_path / "train-2.jsonl").write_text("\n".join(json.dumps(GOOD, indent=1) for _ in range(3)), "utf-16")

    one = accounting(tmp_path, "glm-4")

    assert (one["records"], one["kept"], one["crash"]) == (8, 5, 3)


def test_a_file_that_cannot_be_read_stops_the_run_without_any_record(tmp_path: Path) -> None:
    """Nothing is counted as crashed, and the run is said to stop."""
    write(tmp_path, "train.jsonl", [GOOD])
    (tmp_path / "validation.parquet").write_bytes(b"PAR1 and nothing else")

    report = lint(tmp_path, target="glm-4").to_dict()

    assert report["totals"]["accounting"]["glm-4"]["crash"] == 0
    assert report["totals"]["accounting"]["glm-4"]["stops"]["stage"] == "load"


def test_a_missing_entry_of_dataset_info_stops_the_run(tmp_path: Path) -> None:
    """A finding about no split is in the totals alone."""
    write(tmp_path, "train.jsonl", [{"instruction": "q", "input": "", "output": "a"}])
    (tmp_path / "dataset_info.json").write_text('{"mine": {"file_name": "train.jsonl"}}')

    report = lint(tmp_path, target="llama-factory", settings={"dataset": "mine,other"}).to_dict()

    assert report["splits"][0]["accounting"]["llama-factory"]["stops"] is None
    assert report["totals"]["accounting"]["llama-factory"]["stops"]["rule"] == "dataset-not-registered"


def test_a_finding_about_a_split_says_which_records(tmp_path: Path) -> None:
    """Some tools lack a key, which one version of datasets fills; one of those records crashes as well: counted once."""
    tool = {"type": "function", "function": {"name": "f", "parameters": {"properties": {"a": {"type": "string"}}}}}
    more = {"type": "function", "function": {"name": "f", "description": "d", "parameters": {"properties": {}}}}

    def row(tools: Any, role: str = "assistant") -> dict[str, Any]:
        said = [{"role": "system", "content": "", "tools": [tools]}, {"role": "user", "content": "q"}]
        return {"messages": [*said, {"role": role, "content": "a"}]}

    write(tmp_path, "train.jsonl", [row(more), row(more), row(tool), row(tool), row(tool, "asistant"), row(more)])

    one = accounting(tmp_path, "llama-factory", versions={"datasets": "3.6.0"}, select=("FIELD007", "CONV001"))
    plain = accounting(tmp_path, "glm-4", versions={"datasets": "3.6.0"}, select=("FIELD007", "CONV001"))

    assert plain["crash"] == 1
    assert plain["altered"] == 5
    assert plain["exact"]
    assert one["records"] == 6


def test_a_drift_is_counted_by_record(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The records that have another type than the first chunk, found by a second look; one is broken besides."""
    monkeypatch.setattr(text, "CHUNK", 300)
    rows: list[Any] = [{**GOOD, "score": 1} for _ in range(20)]
    for number in (10, 12, 15):
        rows[number] = {**GOOD, "score": "high"}
    rows[15] = {**BAD_ROLE, "score": "high"}
    write(tmp_path, "train.jsonl", rows)

    one = accounting(tmp_path, "glm-4", select=("FIELD002", "CONV001"))

    assert one["crash"] == 3
    assert {c["rule"]: c["records"] for c in one["by_rule"]} == {"field-type-drifts": 3}


def test_columns_that_differ_concern_the_rows_that_have_them(tmp_path: Path) -> None:
    """The records of the second file with a new key."""
    write(tmp_path, "train.jsonl", [GOOD] * 3)
    write(tmp_path, "validation.jsonl", [GOOD, {**GOOD, "source": "x"}, {**GOOD, "source": "y"}])

    assert accounting(tmp_path, "glm-4")["crash"] == 0
    assert accounting(tmp_path, "glm-4", "validation")["crash"] == 2


def test_thoughts_that_are_missing_are_counted_by_record(tmp_path: Path) -> None:
    """Those that are given an empty thought are altered; one of them is dropped before that."""
    thought = {"messages": [{"role": "user", "content": "q"}, {"role": "assistant", "content": "<think>t</think>a"}]}
    write(tmp_path, "train.jsonl", [thought, GOOD, NO_ANSWER, thought, GOOD])

    one = accounting(tmp_path, "llama-factory", settings={"template": "glm4_moe"}, select=("THINK003", "CONV005"))

    assert (one["kept"], one["altered"], one["dropped"]) == (2, 2, 1)


def test_evaluation_rows_are_counted_as_the_script_makes_them(tmp_path: Path) -> None:
    """GLM-4V: one row for each answer that has text; GLM-4: one for each answer with combine: false, else one."""
    two = {"messages": GOOD["messages"] * 2}
    silent = {"messages": [*GOOD["messages"], {"role": "user", "content": "q"}, {"role": "assistant", "content": ""}]}
    write(tmp_path, "train.jsonl", [two] * 3)
    write(tmp_path, "validation.jsonl", [GOOD, two, two, silent, NO_ANSWER])

    vision = accounting(tmp_path, "glm-4v", "validation", select=("CONV005",))
    apart = accounting(tmp_path, "glm-4", "validation", settings={"combine": False}, select=("CONV005",))

    assert vision["rows"] == 1 + 2 + 2 + 1
    assert apart["rows"] == 1 + 2 + 2 + 2
    assert accounting(tmp_path, "glm-4", "validation")["rows"] is None
    assert accounting(tmp_path, "glm-4v")["rows"] is None


def test_only_what_was_read_is_counted(tmp_path: Path) -> None:
    """With --max-records the account ends where reading does, and so do the findings."""
    write(tmp_path, "train.jsonl", [GOOD, "{", BAD_ROLE, "{", GOOD, "{"])

    report = lint(tmp_path, target="glm-4", max_records=2)
    one = report.to_dict()["splits"][0]["accounting"]["glm-4"]

    assert (one["records"], one["kept"], one["crash"]) == (3, 1, 2)
    assert sum(g.findings for g in report.result.groups if g.key.rule == "line-not-json") == 1


def test_every_candidate_has_its_account(tmp_path: Path) -> None:
    """While the trainer is not known the report counts for each that may be meant."""
    write(tmp_path, "train.jsonl", [{**GOOD, "images": []}, {**NO_ANSWER, "images": []}])

    report = lint(tmp_path).to_dict()
    accounts = report["splits"][0]["accounting"]

    assert list(accounts) == report["target"]["candidates"]
    assert len(accounts) > 1
    assert all(one["records"] == 2 for one in accounts.values())


def test_a_dataset_in_memory_is_accounted_for() -> None:
    """Rows without a file."""
    report = lint({"train": [GOOD, NO_ANSWER], "validation": [GOOD]}, target="glm-4").to_dict()

    assert [s["accounting"]["glm-4"]["crash"] for s in report["splits"]] == [1, 0]


@pytest.mark.parametrize(("member", "value", "said"), [
    (Member(0, 0, ("a",), frozenset(("int",))), {"a": 1}, True),
    (Member(0, 0, ("a",), frozenset(("str",))), {"a": 1}, False),
    (Member(0, 0, ("a",), absent=True), {"b": 1}, True),
    (Member(0, 0, ("a",), absent=True), {"a": None}, False),
    (Member(0, 0, ("l", "[]", "a"), absent=True), {"l": [{"a": 1}, {}]}, True),
    (Member(0, 0, ("l", "[]", "a"), absent=True), {"l": []}, False),
    (Member(0, 0, ("l", "[]", "a"), nowhere=True), {"l": [{}, {"b": 1}]}, True),
    (Member(0, 0, ("l", "[]", "a"), nowhere=True), {"l": [{}, {"a": 1}]}, False),
    (Member(0, 0, ("o", "a"), absent=True), {}, False),
])  # fmt: skip
def test_a_member_is_told_by_its_shape(member: Member, value: Any, said: bool) -> None:
    """Types at a path, a key that some object lacks, a path that is nowhere."""
    assert holds(Shaper()(value), member) is said


def test_a_broken_line_is_said_beside_the_records_and_counted_with_them(tmp_path: Path) -> None:
    write(tmp_path, "train.jsonl", [*[GOOD | {"n": n} for n in range(19)], '{"messages": ['])
    report = lint(tmp_path, target="glm-4")
    said = report.to_dict()
    account = said["totals"]["accounting"]["glm-4"]
    assert (said["totals"]["records"], said["totals"]["unread"]) == (19, 1)
    assert account["kept"] + account["altered"] + account["dropped"] + account["crash"] == 20
    for lang, split, share in (("en", "19 records + 1 unread", "1 of 20"), ("zh", "19 条 + 1 条未能读入", "1 / 20 条")):
        shown = _text(report.result, lang)
        assert split in shown
        assert share in shown


def _text(result: Any, lang: Any) -> str:
    console = text_report.console("never", io.StringIO())
    with console.capture() as capture:
        for block in text_report.render(result, lang, exit_code=1, examples=5, hide=False):
            console.print(block)
    return capture.get()


def test_when_it_happens_is_said_of_what_stops_or_drops_alone() -> None:
    for effect in Effect:
        timed = effect in (Effect.CRASH, Effect.DROP)
        said = words.effect(Outcome(effect, Stage.MAP), "en"), words.effect(Outcome(effect, Stage.MAP), "zh")
        assert ["map" in one for one in said] == [timed, timed]


@pytest.mark.parametrize("target", ["glm-4", "chatglm3"])
def test_a_test_split_is_met_after_training(target: str, tmp_path: Path) -> None:
    rows = [{"messages": [{"role": "user", "content": f"q{n}"}, *GOOD["messages"][1:]]} for n in range(9)]
    name = "conversations" if target == "chatglm3" else "messages"
    for file, part in (("train.jsonl", rows), ("dev.jsonl", rows[:2]), ("test.jsonl", rows[:3])):
        write(tmp_path, file, [{name: row["messages"]} for row in part])

    groups = lint(tmp_path, target=target).to_dict()["groups"]

    met = {one["split"]: one["stage"] for one in groups if one["rule"] == "split-leakage"}
    assert met == {"validation": "eval", "test": "predict"}


@pytest.mark.parametrize(
    ("files", "english", "chinese"),
    [
        (["train.jsonl"], "train: the whole file", "train: 整个文件"),
        (["train-1.jsonl", "train-2.jsonl", "train-3.jsonl"], "train: 2 of 3 files", "train: 2 / 3 个文件"),
    ],
)
def test_what_is_said_of_files_counts_files(tmp_path: Path, files: list[str], english: str, chinese: str) -> None:
    """A file that cannot be read is one defect, whatever it holds."""
    for name in files:
        write(tmp_path, name, [GOOD | {"n": n} for n in range(5)])
    for name in files[:2]:
        (tmp_path / name).write_bytes(b"\x89PNG\r\n" + b"\0" * 40)
    result = lint(tmp_path, target="glm-4", select=["FILE"]).result
    for lang, said in (("en", english), ("zh", chinese)):
        (head,) = [line for line in _text(result, lang).splitlines() if line.startswith("error[")]
        assert f"  {said}   " in head


def test_what_stops_the_run_is_said_where_splits_have_lines_of_their_own(tmp_path: Path) -> None:
    """The config of the trainer is read before any record; nothing goes on then."""
    good = {"instruction": "Hi", "input": "", "output": "Hello"}
    (tmp_path / "a.json").write_text(json.dumps([good, {**good, "instruction": "", "output": ["no text"]}]), "utf-8")
    (tmp_path / "b.json").write_text(json.dumps([{**good, "instruction": "Bye"}]), "utf-8")
    (tmp_path / "dataset_info.json").write_text(json.dumps({n: {"file_name": f"{n}.json"} for n in "ab"}), "utf-8")
    yaml = "model_name_or_path: THUDM/glm-4-9b-chat\nstage: sft\ndataset: a\neval_dataset: b\ntemplate: glm4\n"
    said = {}
    for more in ("", "val_size: 0.1\n"):
        (tmp_path / "train.yaml").write_text(yaml + more, "utf-8")
        said[more] = CliRunner().invoke(main, [str(tmp_path), "--with", "datasets=4.8.4"]).output

    assert "the run stops when the config is read whatever the records are" in said["val_size: 0.1\n"]
    assert "training goes on" not in said["val_size: 0.1\n"]
    assert "the run stops when" not in said[""]


def test_a_split_of_which_nothing_is_left_does_not_go_on(tmp_path: Path) -> None:
    """All records of ms-swift's split are dropped: whatever follows is no training on the rest."""
    row = {"instruction": "Hi", "input": "", "output": "Hello", "messages": None}
    (tmp_path / "train.jsonl").write_text(json.dumps(row) + "\n", "utf-8")

    said = CliRunner().invoke(main, [str(tmp_path), "--target", "ms-swift"]).output

    assert "no record is left" in said
    assert "training goes on" not in said
