"""``glm-lint script``: what a script's source says of the fields of its batches."""

from __future__ import annotations

import ast
import importlib
import json
import re
from pathlib import Path
from typing import Any

import jsonschema
import pytest
from click.testing import CliRunner
from hypothesis import given, settings
from hypothesis import strategies as st

import scripts
from glm_schema_lint import export
from glm_schema_lint.cli import main
from glm_schema_lint.finding import Severity
from glm_schema_lint.models.script import ScriptV1
from glm_schema_lint.script.judge import Facts, Finding, judge
from glm_schema_lint.script.parts import kind_of, parts
from glm_schema_lint.script.source import LIMIT, ScriptError, parse
from glm_schema_lint.script.walk import uses
from glm_schema_lint.targets.versions import Version

ROOT = Path(__file__).resolve().parent.parent
BAD = {"deletes": scripts.DELETES, "pops": scripts.POPS, "leaves": scripts.LEAVES}


def found(text: str, version: str | None = None, **more: Any) -> list[Finding]:
    """Findings of a script under one version of transformers."""
    source = parse(text.encode(), "finetune.py")
    known = {"transformers": Version(version, "--with")} if version else {}
    return judge(source, parts(source), Facts(known, **more))


def line_of(text: str, part: str) -> int:
    return next(number for number, line in enumerate(text.splitlines(), 1) if part in line)


def run(*args: str, **more: Any) -> tuple[int, str, str]:
    """(exit code, stdout, stderr)."""
    result = CliRunner(env={"LANG": "C", "LC_ALL": ""}).invoke(main, ["script", *args], **more)
    return result.exit_code, result.stdout, result.stderr


@pytest.mark.parametrize(("name", "part"), [("deletes", 'del inputs["labels"]'), ("pops", "del inputs['labels']")])
def test_finds_the_bug_this_began_with(name, part):
    text = scripts.chat(BAD[name])

    (finding,) = found(text)

    assert (finding.kind, finding.severity, finding.key) == ("step-field-missing", Severity.ERROR, "labels")
    assert finding.line == line_of(text, part)
    assert "for_scoring (line" in finding.message.en
    assert "train rows do: for_training (line" in finding.message.en
    assert [case.error for case in finding.cases] == [
        "KeyError: 'labels'", "AttributeError: 'NoneType' object has no attribute 'to'", None,
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("version", "severity", "error"),
    [
        (None, "error", "KeyError: 'labels'"), ("4.40.2", "error", "KeyError: 'labels'"), ("4.46.3", "error", "KeyError: 'labels'"),
        ("4.42.4", "error", "AttributeError: 'NoneType' object has no attribute 'to'"), ("4.47.1", "info", None), ("5.23.0", "info", None),
        (">=4.46.2", "error", "KeyError: 'labels'"), (">=4.51.3", "info", None),
    ],
)  # fmt: skip
def test_the_verdict_follows_the_version(version, severity, error):
    (finding,) = found(scripts.chat(scripts.DELETES), version)

    assert (finding.severity.value, finding.cases[0].error) == (severity, error)


@pytest.mark.parametrize(
    ("version", "severity", "error"),
    [("4.40.2", "info", None), ("4.46.3", "info", None), ("4.47.1", "error", "KeyError: 'loss'"), (None, "error", "KeyError: 'loss'")],
)  # fmt: skip
def test_labels_left_in_the_batch_fail_where_none_is_kept(version, severity, error):
    (finding,) = found(scripts.chat(scripts.LEAVES), version)

    assert (finding.kind, finding.severity.value, finding.cases[0].error) == ("labels-none-left", severity, error)


@pytest.mark.parametrize("name", BAD)
def test_the_form_it_proposes_is_found_good(name):
    text = scripts.chat(BAD[name])
    (finding,) = found(text)
    assert finding.fix is not None
    lines = text.splitlines()
    at = lines.index(finding.fix.removed[0])

    mended = [*lines[:at], *finding.fix.added, *lines[at + len(finding.fix.removed) :]]

    ast.parse("\n".join(mended))
    assert found("\n".join(mended)) == []


@pytest.mark.parametrize("name", scripts.GUARDED)
def test_a_guarded_step_is_no_finding(name):
    assert found(scripts.chat(scripts.GUARDED[name])) == []


@pytest.mark.parametrize("name", BAD)
def test_a_step_with_the_mixin_is_no_finding(name):
    assert found(scripts.chat(BAD[name], "SafePredictionMixin, Base")) == []


@pytest.mark.parametrize("name", scripts.SOUND)
def test_a_sound_script_is_no_finding(name):
    assert found(scripts.SOUND[name]) == []


def test_a_missing_reference_fails_under_every_version():
    text = scripts.chat('wanted = inputs.pop("answer_ids")\ninputs.pop("labels", None)\ninputs.pop("output_ids", None)')

    (finding,) = found(text, "5.23.0")

    assert (finding.key, finding.severity, finding.cases[0].error) == (
        "answer_ids",
        Severity.ERROR,
        "KeyError: 'answer_ids'",
    )


def test_a_reference_left_in_the_batch_is_refused_by_generate():
    (finding,) = found(scripts.chat('inputs.pop("labels", None)'))

    assert (finding.kind, finding.key) == ("reference-left", "output_ids")
    assert "model_kwargs" in finding.cases[0].error


def test_compute_loss_that_reads_what_train_rows_lack():
    text = (
        scripts.HEAD
        + "\nclass T(Base):\n    def compute_loss(self, model, inputs, return_outputs=False):\n        return inputs['weights']\n"
    )

    (finding,) = found(text)

    assert (finding.kind, finding.split, finding.stage.en) == (
        "step-field-missing",
        "train",
        "at the first training step",
    )


def test_a_condition_the_source_does_not_settle_is_no_finding():
    assert (
        found(
            scripts.chat(
                'wanted = inputs.pop("output_ids")\ninputs.pop("labels", None)\nif self.args.odd:\n    del inputs["extra"]'
            )
        )
        == []
    )


def test_rows_that_nothing_tells_about_make_a_warning():
    text = scripts.STEP.format(bases="Seq2SeqTrainer", body='        del inputs["labels"]\n' + scripts.CALL)

    (finding,) = found(text)

    assert (finding.kind, finding.severity) == ("step-field-unasked", Severity.WARNING)


@pytest.mark.parametrize("generates", [True, False])
def test_a_branch_the_settings_leave_out_is_not_judged(generates):
    assert bool(found(scripts.chat(scripts.DELETES), generates=generates)) is generates


@pytest.mark.parametrize(
    ("name", "kind"),
    [
        ("train_dataset", "train"), ("raw['validation']", "eval"), ("val_data", "eval"), ("predict_dataset", "test"), ("test", "test"),
        ("train_val", None), ("rows", None), ("contest", None), ("evaluate_trained", None), ("dev_ds", "eval"),
    ],
)  # fmt: skip
def test_names_tell_splits(name, kind):
    assert kind_of(name) == kind


KEYS = ("labels", "output_ids", "images")
FORMS = st.sampled_from([
    'del inputs["{k}"]', 'inputs.pop("{k}")', 'inputs.pop("{k}", None)', 'inputs["{k}"]', 'inputs["{k}"] = 1', 'inputs.get("{k}")',
    'inputs.setdefault("{k}", 1)',
])  # fmt: skip
GUARDS = st.sampled_from([
    'if "{k}" in inputs:', 'if "{k}" not in inputs:', 'if inputs.get("{k}"):', 'if inputs.get("{k}") is None:', 'if inputs.get("{k}") is not None:',
    "if flag:", "if not flag:", "with suppress(KeyError):", 'has = "{k}" in inputs\nif has:', "for _ in range(2):",
])  # fmt: skip


@st.composite
def bodies(draw: Any, depth: int = 0) -> list[str]:
    """Lines of a step over three fields."""
    made: list[str] = []
    for _ in range(draw(st.integers(1, 3))):
        key = draw(st.sampled_from(KEYS))
        if depth < 2 and draw(st.booleans()):
            made += draw(GUARDS).format(k=key).splitlines()
            made += ["    " + line for line in draw(bodies(depth + 1))]
            if made and draw(st.booleans()) and any(line.startswith("if") for line in made[-4:]) and depth == 0:
                made += ["pass"]
        else:
            made.append(draw(FORMS).format(k=key))
    return made


@given(bodies(), st.sets(st.sampled_from(KEYS)), st.booleans())
@settings(max_examples=400, deadline=None)
def test_a_step_found_good_never_raises_and_the_key_it_raises_was_found(body, there, flag):
    """The steps are made here and run here: what the reader says of them is what Python does."""
    text = "def step(self, model, inputs, flag):\n" + "\n".join("    " + line for line in body)
    function = ast.parse(text).body[0]
    demanded = {access.key for access in uses(function, "inputs", text.splitlines()).demanded()}
    space: dict[str, Any] = {}
    exec("from contextlib import suppress\n" + text, space)

    try:
        space["step"](None, None, dict.fromkeys(there, 1), flag)
        raised = None
    except KeyError as error:
        raised = error.args[0]

    if raised is not None and text.count(f'"{raised}"') == 1:
        assert raised in demanded
    if not demanded and not any(text.count(f'"{key}"') > 1 for key in KEYS):
        assert raised is None


@given(st.lists(st.sampled_from(KEYS), min_size=1, max_size=3, unique=True), st.sets(st.sampled_from(KEYS)))
def test_a_plain_step_raises_exactly_for_what_is_missing(order, there):
    text = "def step(self, model, inputs):\n" + "\n".join(f'    del inputs["{key}"]' for key in order)
    demanded = [a.key for a in uses(ast.parse(text).body[0], "inputs", text.splitlines()).demanded()]
    batch = dict.fromkeys(there, 1)
    missing = [key for key in order if key not in there]

    space: dict[str, Any] = {}
    exec(text, space)
    try:
        space["step"](None, None, batch)
        raised = None
    except KeyError as error:
        raised = error.args[0]

    assert demanded == order
    assert raised == (missing[0] if missing else None)


def test_command_names_file_and_line_and_proposes_the_form(tmp_path):
    text = scripts.chat(scripts.DELETES)
    (tmp_path / "finetune.py").write_text(text, "utf-8")

    code, out, err = run(str(tmp_path / "finetune.py"), "--with", "transformers=4.46.3")

    assert (code, err) == (1, "")
    assert f"finetune.py:{line_of(text, 'del inputs')}" in out
    assert "(yours: 4.46.3)" in out
    assert '-             del inputs["labels"]\n    +             inputs.pop("labels", None)' in out
    assert run(str(tmp_path / "finetune.py"), "--with", "transformers=4.51.3")[0] == 0


def test_versions_are_read_beside_the_script(tmp_path):
    (tmp_path / "finetune.py").write_text(scripts.chat(scripts.DELETES), "utf-8")
    (tmp_path / "requirements.txt").write_text("transformers>=4.51.3\n", "utf-8")
    (tmp_path / ".git").mkdir()

    code, out, _ = run(str(tmp_path / "finetune.py"))

    assert code == 0
    assert "transformers >=4.51.3 (requirements.txt)" in out
    assert "0 errors, 0 warnings, 1 info." in out


@pytest.mark.parametrize(
    "more", [(), ("--with", "transformers=4.46.3", "--set", "predict_with_generate=true"), ("--lang", "zh")]
)
@pytest.mark.parametrize(
    "text",
    [
        "",
        scripts.chat(scripts.DELETES),
        scripts.chat(next(iter(scripts.GUARDED.values()))),
        "class C:\n    def __call__(self, rows):\n        return {}\n",
    ],
    ids=["nothing", "deletes", "guarded", "collator"],
)
def test_what_programs_read_fits_its_schema(text, more, tmp_path):
    """Every key is described there, and none is left over."""
    path = tmp_path / "finetune.py"
    path.write_text(text, "utf-8")

    said = json.loads(run(str(path), "--format", "json", *more)[1])

    jsonschema.validate(said, export.schema("script-v1"))
    assert ScriptV1.model_validate(said).model_dump(mode="json", by_alias=True) == said


def test_formats_and_languages_say_the_same(tmp_path):
    path = tmp_path / "finetune.py"
    path.write_text(scripts.chat(scripts.DELETES), "utf-8")

    said = json.loads(run(str(path), "--format", "json")[1])
    github = run(str(path), "--format", "github")[1]
    chinese = run(str(path), "--lang", "zh")[1]

    assert said["schema"] == "glm-lint/script/v1"
    assert said["totals"] == {"errors": 1, "warnings": 0, "infos": 0}
    (finding,) = said["findings"]
    assert finding["fix"] == {
        "removed": ['            del inputs["labels"]'],
        "added": ['            inputs.pop("labels", None)'],
    }
    assert [step["name"] for step in said["steps"]] == ["prediction_step"]
    assert {(p["split"], tuple(p["fields"])) for p in said["preprocessing"]} == {
        ("train", ("input_ids", "labels")), ("eval", ("input_ids", "output_ids")), ("test", ("input_ids", "output_ids")),
    }  # fmt: skip
    assert github.startswith("::error file=")
    assert f"line={finding['line']},title=step-field-missing::" in github
    assert "会删除 'labels'，而评估数据里没有它" in chinese
    assert "1 个错误、0 个警告、0 个提示。" in chinese


def test_data_tell_what_the_source_does_not():
    story = ROOT / "examples" / "keyerror-labels"

    alone = run(str(story / "train.py"))
    held = run(str(story / "train.py"), "--data", str(story))

    assert (alone[0], held[0]) == (0, 1)
    assert "step-field-unasked" in alone[1]
    said = " ".join(held[1].split())
    assert "the data have attention_mask, images, input_ids, output_ids, position_ids" in said
    assert "train rows do: the data have attention_mask, images, input_ids, labels, position_ids" in said


@pytest.mark.parametrize("name", ["keyerror-labels.md", "keyerror-labels.zh-CN.md"])
def test_the_walk_through_the_story_shows_what_is_printed(name, monkeypatch):
    """Every `$ glm-lint` of the page is run; lines and names of its Python are those of train.py."""
    monkeypatch.chdir(ROOT)
    page = (ROOT / "docs" / name).read_text("utf-8")
    script = (ROOT / "examples" / "keyerror-labels" / "train.py").read_text("utf-8")

    shown = re.findall(r"```console\n\$ glm-lint (.*?)\n(.*?)\n```", page, re.DOTALL)
    assert shown
    for words, printed in shown:
        result = CliRunner(env={"LANG": "C", "LC_ALL": ""}).invoke(main, words.split())
        assert result.stdout.rstrip() == printed
    line = int(re.search(r'train.py", line (\d+), in prediction_step', page)[1])
    assert script.splitlines()[line - 1].strip() == 'del inputs["labels"]'
    for remedy in re.findall(r"--remedy (\w+)", page):
        assert f'"{remedy}"' in script
    for block in re.findall(r"```python\n(.*?)```", page, re.DOTALL):
        for node in ast.walk(ast.parse(block)):
            if isinstance(node, ast.ImportFrom):
                module = importlib.import_module(node.module)
                assert {alias.name for alias in node.names} <= set(module.__all__)


def test_records_without_the_key_that_preprocessing_reads(tmp_path):
    (tmp_path / "finetune.py").write_text(scripts.chat(scripts.GUARDED["default"]), "utf-8")
    (tmp_path / "train.jsonl").write_text('{"conversations": [{"role": "user", "content": "a"}]}\n', "utf-8")

    code, out, _ = run(str(tmp_path / "finetune.py"), "--data", str(tmp_path / "train.jsonl"))

    assert code == 1
    assert "for_training reads 'messages' of the records, and the train records have conversations" in " ".join(
        out.split()
    )


def test_a_finetune_yaml_says_whether_evaluation_generates(tmp_path):
    path = tmp_path / "finetune.py"
    path.write_text(scripts.chat(scripts.DELETES), "utf-8")
    for name in ("train", "val"):
        (tmp_path / f"{name}.jsonl").write_text('{"messages": [{"role": "user", "content": "a"}]}\n', "utf-8")
    for generates in ("true", "false"):
        (tmp_path / f"{generates}.yaml").write_text(
            "data_config:\n  train_file: train.jsonl\n  val_file: val.jsonl\ntraining_args:\n  eval_strategy: steps\n"
            f"  predict_with_generate: {generates}\n", "utf-8",
        )  # fmt: skip

    assert run(str(path), "--data", str(tmp_path / "true.yaml"))[0] == 1
    assert run(str(path), "--data", str(tmp_path / "false.yaml"))[0] == 0
    assert run(str(path), "--set", "predict_with_generate=false")[0] == 0


@pytest.mark.parametrize(
    ("name", "raw", "said"),
    [
        ("broken", b"def f(:\n", "finetune.py:1 is not valid Python"),
        ("null", b"a = 1\0\n", "finetune.py"),
        ("binary", bytes(range(128, 256)) * 4, "finetune.py"),
        ("brackets", b"(" * 5000, "finetune.py"),
        ("nested", b"x = " + b"[" * 90 + b"]" * 90 + b"\n" + b"y = " + b"-" * 60000 + b"1\n", "finetune.py"),
        ("large", b"#" * (LIMIT + 1), "larger than 1 MiB"),
    ],
    ids=lambda value: value if isinstance(value, str) and value.isalpha() else "",
)
def test_what_is_no_script_is_one_sentence(tmp_path, name, raw, said):
    (tmp_path / "finetune.py").write_bytes(raw)

    code, out, err = run(str(tmp_path / "finetune.py"))

    assert (code, out) == (2, "")
    assert said in err
    assert len(err.splitlines()) == 1
    assert "internal error" not in err


def test_paths_that_are_no_file_are_one_sentence(tmp_path):
    assert run(str(tmp_path))[::2] == (2, f"glm-lint: {tmp_path} is no file\n")
    assert run(str(tmp_path / "gone.py"))[0] == 2
    assert (
        "没有" in run(str(tmp_path / "gone.py"), "--lang", "zh")[2]
        or "不是文件" in run(str(tmp_path / "gone.py"), "--lang", "zh")[2]
    )


def test_depth_ends_in_a_sentence_or_an_answer():
    """Chains that Python itself can parse are read, or refused; nothing is left to the stack."""
    for text in (
        "x = a" + ".b" * 900, "def f(a):\n" + "".join(" " * i + "if a:\n" for i in range(1, 90)) + " " * 90 + "pass\n",
        "x = " + "+".join(["1"] * 3000),
    ):  # fmt: skip
        try:
            source = parse(text.encode(), "deep.py")
        except ScriptError as error:
            said = error.text.en
        else:
            said = f"deep.py: {judge(source, parts(source), Facts())}"
        assert said in ("deep.py: []", "deep.py is nested too deeply, or no text")


def test_functions_that_call_one_another_many_times_are_read_once():
    """Followed call by call this would be twelve to the twelfth."""
    chain = [
        f"def f{n}(x):\n" + "".join(f"    a{i} = f{n + 1}(x)\n" for i in range(12)) + "    return a0\n"
        for n in range(12)
    ]
    text = (
        "\n".join(chain) + "\ndef f12(x):\n    return {'input_ids': x, 'labels': f0(x)}\n\ntrain_rows = data.map(f0)\n"
    )

    (one,) = parts(parse(text.encode(), "chain.py")).preprocessing

    assert (one.name, one.kind) == ("f0", "train")


def test_a_function_that_no_person_wrote_is_one_sentence(tmp_path):
    body = "\n".join(f"        inputs['k{n}']" for n in range(3000))
    (tmp_path / "made.py").write_text(
        f"class T(Trainer):\n    def compute_loss(self, model, inputs):\n{body}\n", "utf-8"
    )

    assert run(str(tmp_path / "made.py"))[::2] == (
        2, "glm-lint: a function of the script uses fields more than 2,000 times; nobody wrote that by hand\n",
    )  # fmt: skip


def test_many_tests_and_assignments_are_read():
    lines = "\n".join(f"        has{n} = 'labels' in inputs" for n in range(1_900))
    text = f"class T(Trainer):\n    def compute_loss(self, model, inputs):\n{lines}\n        return inputs['labels']\n"

    (step,) = parts(parse(text.encode(), "many.py")).steps

    assert [a.key for a in step.uses.demanded()] == ["labels"]


def test_nothing_of_a_script_runs(tmp_path):
    path = tmp_path / "evil.py"
    path.write_text(
        f"import pathlib\npathlib.Path({str(tmp_path / 'ran')!r}).touch()\n" + scripts.chat(scripts.DELETES), "utf-8"
    )

    assert run(str(path))[0] == 1
    assert not (tmp_path / "ran").exists()


ARGUMENTS = "\nfrom transformers import Seq2SeqTrainingArguments as A\n{call}\n"
TAKES = 'wanted = inputs.pop("output_ids")\ninputs.pop("labels", None)'


@pytest.mark.parametrize("body", [TAKES, TAKES.replace('.pop("output_ids")', '["output_ids"]', 1)])
def test_unused_columns_take_the_reference_before_a_step_can(body):
    text = scripts.chat(body) + ARGUMENTS.format(call="A(output_dir='o', predict_with_generate=True)")

    (finding,) = found(text)

    assert (finding.kind, finding.key, finding.severity) == ("step-field-missing", "output_ids", Severity.ERROR)
    assert finding.cases[0].error == "KeyError: 'output_ids'"
    assert finding.fix is None
    assert finding.help.en.startswith(
        f"set remove_unused_columns=False in the training arguments (line {line_of(text, 'A(')})"
    )


@pytest.mark.parametrize(
    "call",
    [
        "A(output_dir='o', remove_unused_columns=False)",
        "A(output_dir='o', **settings)",
        "A(*settings)",
        "made = A(output_dir='o')\nmade.remove_unused_columns = False",
        "A(output_dir='o', label_names=['labels', 'output_ids'])",
        "A(output_dir='o')\nSFTTrainer()",
        "read(A)",
    ],
)
def test_arguments_that_keep_the_reference_or_are_not_told_are_no_finding(call):
    assert found(scripts.chat(TAKES) + ARGUMENTS.format(call=call)) == []


def test_a_reference_that_is_removed_is_not_refused_by_generate():
    text = scripts.chat('inputs.pop("labels", None)') + ARGUMENTS.format(call="A('o')")

    assert found(text) == []


def test_a_guarded_form_that_is_promised_stands_there():
    texts = [scripts.chat(body) for body in ('inputs.pop("labels", None)', *BAD.values())]
    for finding in (one for text in texts for one in found(text)):
        assert (finding.fix is not None) == ("below" in finding.help.en)
