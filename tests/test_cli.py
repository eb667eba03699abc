"""The command line as people type it: exit codes, streams, options, odd paths, broken pipes."""

from __future__ import annotations

import functools
import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from click.testing import CliRunner

from glm_schema_lint.cli import main

GOOD = {"messages": [{"role": "user", "content": "hi"}, {"role": "assistant", "content": "hello"}]}
BAD = {"messages": [{"role": "user", "content": "hi"}]}


def jsonl(path: Path, *rows: object) -> Path:
    """Write rows as JSON Lines."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows), "utf-8")
    return path


def run(*args: str | Path, **env: str) -> tuple[int, str, str]:
    """(exit code, stdout, stderr) of a run."""
    result = CliRunner(env={"LANG": "C", "LC_ALL": "", **env}).invoke(main, [str(a) for a in args])
    return result.exit_code, result.stdout, result.stderr


def test_good_data_exit_0(tmp_path: Path) -> None:
    """Clean data say so on stdout, and stderr stays empty."""
    jsonl(tmp_path / "train.jsonl", GOOD)

    code, out, err = run(tmp_path)

    assert (code, err) == (0, "")
    assert "no findings. 1 record in 1 split." in out


def test_findings_exit_1_and_exit_zero_turns_that_into_0(tmp_path: Path) -> None:
    """A finding fails the run unless --exit-zero says otherwise."""
    jsonl(tmp_path / "train.jsonl", BAD)

    assert run(tmp_path, "--target", "glm-4")[0] == 1
    assert run(tmp_path, "--target", "glm-4", "--exit-zero")[0] == 0


def test_options_stand_before_or_after_the_path(tmp_path: Path) -> None:
    """`glm-lint --target glm-4 data/` is `glm-lint data/ --target glm-4`."""
    jsonl(tmp_path / "train.jsonl", BAD)

    before = run("--target", "glm-4", tmp_path)
    after = run(tmp_path, "--target", "glm-4")
    spelled = run("check", tmp_path, "--target", "glm-4")

    assert before == after == spelled


@pytest.mark.parametrize(
    ("args", "words"),
    [
        (["nowhere"], "nowhere does not exist"),
        ([".", "--target", "gpt-5"], "'gpt-5' is not one of"),
        ([".", "--select", "image-mising"], "'image-mising'"),
        ([".", "--with", "transformers"], "transformers"),
        ([".", "--with", "transformers=new"], "new"),
        ([".", "--set", "combine"], "combine"),
        ([".", "--split", "validation=nothing*.jsonl"], "matches no file"),
        ([".", "--split", "validation"], "NAME=GLOB"),
        ([".", "--fail-on", "never"], "'never' is not one of"),
        ([".", "--frobnicate"], "--frobnicate"),
        ([], "name a folder"),
        (["table.csv"], "save it as .jsonl"),
        (["rule", "image-mising"], "did you mean image-missing?"),
        (["targets", "glm-9"], "known: glm-4"),
        (["schema", "nothing"], "known: "),
        ([".", "--output", "train.jsonl"], "is a file of the dataset"),
        ([".", "--output", "no/such/folder/report.json"], "cannot be written"),
        (["broken-link"], "is a link to nothing"),
    ],
)
def test_bad_usage_is_one_sentence_and_exit_2(
    args: list[str], words: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whatever a user gets wrong is answered by one line on stderr and nothing on stdout."""
    jsonl(tmp_path / "train.jsonl", GOOD)
    (tmp_path / "table.csv").write_text("a,b\n1,2\n")
    (tmp_path / "broken-link").symlink_to("nothing-there")
    monkeypatch.chdir(tmp_path)

    code, out, err = run(*args)

    assert code == 2
    assert words in err
    assert err.count("\n") == 1
    assert "Traceback" not in err
    assert out == "" or "--output" in args
    assert (tmp_path / "train.jsonl").read_text() == json.dumps(GOOD) + "\n"


def test_nothing_read_exits_3_and_says_what_was_there(tmp_path: Path) -> None:
    """A folder without records is no success: the sentence names what was looked for and what was found."""
    for number in range(3):
        (tmp_path / f"{number}.jpg").write_bytes(b"\xff\xd8\xff")
    (tmp_path / "table.csv").write_text("a,b\n1,2\n")

    code, out, err = run(tmp_path)

    assert (code, out) == (3, "")
    assert "no records under" in err
    assert "3 .jpg" in err
    assert "csv is not read: save it as .jsonl" in err


def test_exit_zero_leaves_2_and_3_alone(tmp_path: Path) -> None:
    """--exit-zero is about findings only."""
    assert run(tmp_path, "--exit-zero")[0] == 3
    assert run(tmp_path / "nowhere", "--exit-zero")[0] == 2


def test_fail_on_warning(tmp_path: Path) -> None:
    """Duplicates are warnings: they fail only where the user asks for that."""
    jsonl(tmp_path / "train.jsonl", GOOD, GOOD)

    assert run(tmp_path, "--target", "glm-4")[0] == 0
    assert run(tmp_path, "--target", "glm-4", "--fail-on", "warning")[0] == 1


def test_json_is_the_same_bytes_from_anywhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Run twice, from another working directory, with the folder moved, with two workers: the same bytes."""
    data = tmp_path / "here" / "data"
    jsonl(data / "train.jsonl", *[GOOD, BAD] * 20)
    jsonl(data / "val.jsonl", BAD, {"messages": 3})
    monkeypatch.chdir(tmp_path)
    first = run("here/data", "--format", "json", "--target", "glm-4")
    again = run(data, "--format", "json", "--target", "glm-4")
    monkeypatch.chdir(data)
    inside = run(".", "--format", "json", "--target", "glm-4")
    workers = run(".", "--format", "json", "--target", "glm-4", "--jobs", "2")
    monkeypatch.chdir(tmp_path)
    (tmp_path / "there").mkdir()
    data.rename(tmp_path / "there" / "data")
    moved = run("there/data", "--format", "json", "--target", "glm-4")

    assert first == again == inside == workers == moved
    assert str(tmp_path) not in first[1]


def test_the_file_a_person_clicks_is_the_path_as_typed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Concise and github print PATH as typed plus the name; JSON stays relative to the dataset folder."""
    jsonl(tmp_path / "my data" / "train.jsonl", GOOD, BAD)
    monkeypatch.chdir(tmp_path)

    concise = run("my data", "--target", "glm-4", "--format", "concise")[1]
    github = run("my data", "--target", "glm-4", "--format", "github")[1]
    report = json.loads(run("my data", "--target", "glm-4", "--format", "json")[1])

    assert concise.startswith("my data/train.jsonl:2#/messages")
    assert "::error file=my data/train.jsonl,line=2,title=assistant-missing" in github
    assert report["groups"][0]["examples"][0]["location"].startswith("train.jsonl:2#")


def test_chinese_by_option_and_by_locale(tmp_path: Path) -> None:
    """--lang zh, or a Chinese locale, gives Chinese for people; machine formats stay English unless asked."""
    jsonl(tmp_path / "train.jsonl", BAD)

    assert "退出码" in run(tmp_path, "--target", "glm-4", "--lang", "zh")[1]
    assert "退出码" in run(tmp_path, "--target", "glm-4", LANG="zh_CN.UTF-8")[1]
    assert "退出码" not in run(tmp_path, "--target", "glm-4", "--lang", "en", LANG="zh_CN.UTF-8")[1]
    assert json.loads(run(tmp_path, "--target", "glm-4", "--format", "json", LANG="zh_CN.UTF-8")[1])["groups"][0][
        "help"
    ].isascii()
    assert not json.loads(run(tmp_path, "--target", "glm-4", "--format", "json", "--lang", "zh")[1])["groups"][0][
        "help"
    ].isascii()


def test_no_values_hides_what_the_data_say(tmp_path: Path) -> None:
    """With --no-values no format quotes the user's data."""
    secret = "sesame-street-42"
    row = {
        "messages": [
            {"role": secret, "content": "a"},
            {"role": "user", "content": "a", "image": f"{secret}.png"},
            {"role": "assistant", "content": "b"},
        ]
    }
    jsonl(
        tmp_path / "train.jsonl",
        row,
        {
            "messages": [
                {"role": "user", "content": "x", "image": f"{secret}.png"},
                {"role": "assistant", "content": "y"},
            ]
        },
    )

    for format_ in ("full", "concise", "json", "github"):
        shown = run(tmp_path, "--target", "glm-4v", "--format", format_)[1]
        hidden = run(tmp_path, "--target", "glm-4v", "--format", format_, "--no-values")[1]
        assert secret in shown or format_ == "github"
        assert secret not in hidden


def test_hostile_text_is_escaped(tmp_path: Path) -> None:
    """Control and bidi characters, rich markup and GitHub command signs of the data are shown, never obeyed."""
    role = "\x1b[31m[bold red]‮::error::%0A\r\nx"
    jsonl(
        tmp_path / "train.jsonl", {"messages": [{"role": role, "content": "a"}, {"role": "assistant", "content": "b"}]}
    )

    for format_ in ("full", "concise", "github", "json"):
        out = run(tmp_path, "--target", "glm-4", "--format", format_)[1]
        assert "\x1b" not in out
        assert "‮" not in out
        assert not any(line.startswith("::error::") for line in out.splitlines())
    assert "[bold red]" in run(tmp_path, "--target", "glm-4")[1]


def test_output_goes_to_the_file_and_nowhere_else(tmp_path: Path) -> None:
    """--output writes the whole report at once and leaves nothing beside it."""
    data = tmp_path / "data"
    jsonl(data / "train.jsonl", BAD)
    out = tmp_path / "out"
    out.mkdir()

    for format_ in ("full", "concise", "json", "github"):
        code, stdout, _ = run(data, "--target", "glm-4", "--format", format_, "--output", out / f"r.{format_}")
        assert (code, stdout) == (1, "")
        assert "assistant-missing" in (out / f"r.{format_}").read_text("utf-8")
    assert sorted(p.name for p in out.iterdir()) == ["r.concise", "r.full", "r.github", "r.json"]
    assert [p.name for p in data.iterdir()] == ["train.jsonl"]


def test_max_records_says_what_it_left_out(tmp_path: Path) -> None:
    """Half-read is not clean: the report is not complete and says so."""
    jsonl(tmp_path / "train.jsonl", *[GOOD] * 4, BAD)

    code, out, _ = run(tmp_path, "--target", "glm-4", "--max-records", "3", "--format", "json")

    report = json.loads(out)
    assert code == 0
    assert report["complete"] is False
    assert report["totals"]["records"] == 3
    assert any("--max-records" in line for line in report["not_checked"])


def test_several_paths_are_several_datasets(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Names of files and splits get the last part of their PATH in front."""
    jsonl(tmp_path / "a" / "train.jsonl", BAD)
    jsonl(tmp_path / "b" / "train.jsonl", GOOD)
    monkeypatch.chdir(tmp_path)

    report = json.loads(run("a", "b", "--target", "glm-4", "--format", "json")[1])

    assert [s["name"] for s in report["splits"]] == ["a/train", "b/train"]
    assert report["groups"][0]["examples"][0]["location"].startswith("a/train.jsonl:1#")
    assert "\na/train.jsonl:1#" in "\n" + run("a", "b", "--target", "glm-4", "--format", "concise")[1]


def test_color_only_where_it_is_wanted(tmp_path: Path) -> None:
    """A pipe gets no colour; --color always gives it; NO_COLOR takes it away."""
    jsonl(tmp_path / "train.jsonl", BAD)

    assert "\x1b[" not in run(tmp_path, "--target", "glm-4")[1]
    assert "\x1b[" in run(tmp_path, "--target", "glm-4", "--color", "always")[1]
    plain = run(tmp_path, "--target", "glm-4", "--color", "always", NO_COLOR="1")[1]
    assert "\x1b[31" not in plain
    assert "\x1b[1;31" not in plain


def command(*args: str | Path) -> list[str]:
    """The command in a process of its own."""
    return [sys.executable, "-m", "glm_schema_lint", *map(str, args)]


def test_a_closed_pipe_is_no_error(tmp_path: Path) -> None:
    """`glm-lint … | head -1` prints no traceback."""
    jsonl(tmp_path / "train.jsonl", *[BAD] * 3000)
    shell = " ".join(
        [*command(tmp_path, "--target", "glm-4", "--format", "concise", "--examples", "3000"), "| head -1"]
    )

    done = subprocess.run(["bash", "-c", shell], capture_output=True, text=True, check=False)

    assert done.stderr == ""
    assert done.stdout.count("\n") == 1


def test_ctrl_c_is_one_word_and_130(tmp_path: Path) -> None:
    """An interrupt ends the run at once, without a traceback."""
    path = tmp_path / "train.jsonl"
    line = (
        json.dumps({"messages": [{"role": "user", "content": ["x"] * 40}, {"role": "assistant", "content": "y" * 50}]})
        + "\n"
    )
    path.write_text(line * 200_000)
    heed = functools.partial(signal.signal, signal.SIGINT, signal.SIG_DFL)  # a job in the background is started deaf
    process = subprocess.Popen(
        command(path, "--target", "trl"), stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, preexec_fn=heed
    )
    time.sleep(2.0)

    process.send_signal(signal.SIGINT)
    _, err = process.communicate(timeout=60)

    assert process.returncode == 130
    assert err.strip() == "glm-lint: interrupted"


def test_help_lists_only_what_is_there() -> None:
    """--help of every command names its options, and none that is not built."""
    text = run("--help")[1]
    for name in ("check", "rule", "targets", "schema"):
        assert name in text
        assert run(name, "--help")[0] == 0
    options = run("check", "--help")[1]
    for name in (
        "--target",
        "--max-length",
        "--tokenizer",
        "--split",
        "--with",
        "--set",
        "--select",
        "--ignore",
        "--extend-select",
        "--fail-on",
        "--examples",
        "--format",
        "--output",
        "--images",
        "--image-root",
        "--max-records",
        "--jobs",
        "--no-values",
        "--lang",
        "--color",
        "--exit-zero",
        "-q",
        "-v",
    ):
        assert name in options
    for name in ("--baseline", "--config", "--isolated", "--no-cache", "sarif"):
        assert name not in options


def test_rule_all_and_targets_read_well_in_both_languages() -> None:
    """Each list is whole, and in Chinese it is Chinese."""
    from glm_schema_lint import rules, targets

    english, chinese = run("rule", "--all")[1], run("rule", "--all", "--lang", "zh")[1]
    for rule in rules.load():
        assert rule.name in english
        assert rule.name in chinese
        assert f"# {rule.name}" in rules.page(rule)
    for target in targets.NAMES:
        assert target in run("targets")[1]
        code, out, _ = run("targets", target)
        assert code == 0
        assert len(out.splitlines()) > 5
    assert len(json.loads(run("rule", "--all", "--format", "json")[1])) == len(rules.load())


def test_tty_progress_does_not_reach_stdout(tmp_path: Path) -> None:
    """Progress is drawn on stderr only, and only on a terminal."""
    jsonl(tmp_path / "train.jsonl", GOOD)

    done = subprocess.run(
        command(tmp_path), capture_output=True, text=True, check=False, env={**os.environ, "LANG": "C"}
    )

    assert done.stderr == ""
