"""SEC rules: off unless asked for, nothing shown in full, no text that makes them slow to fail."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from glm_schema_lint import lint, rules
from glm_schema_lint.record import Record
from glm_schema_lint.rules.sec import credential_in_text, personal_data_in_text

KEYS = {
    "aws": "AKIA" + "QX3LMN7PZ2RTVWYB", "github": "ghp_" + "a1B2c3D4e5F6g7H8i9J0k1L2m3N4o5P6q7R8",
    "openai": "sk-proj-" + "a1B2c3D4e5F6g7H8i9J0k1L2m3N4o5P6q7R8s9T0", "anthropic": "sk-ant-api03-" + "a1B2c3D4e5" * 9,
    "zhipu": "0123456789abcdef" * 2 + "." + "Zk3Lm9Qp7Rt2Vx8Y", "huggingface": "hf_" + "aBcDeFgHiJkLmNoPqRsTuVwXyZaBcDeFgH",
    "google": "AIza" + "SyA1B2C3D4E5F6G7H8I9J0K1L2M3N4O5P6Q", "aliyun": "LTAI" + "5tA1B2C3D4E5F6G7H8I9",
    "tencent": "AKID" + "a1B2c3D4e5F6g7H8i9J0k1L2m3N4o5P6", "slack": "xoxb-" + "123456789012-abcdefABCDEF",
    "gitlab": "glpat-" + "a1B2c3D4e5F6g7H8i9J0", "stripe": "sk_live_" + "a1B2c3D4e5F6g7H8i9J0k1L2",
    "private-key": "-----BEGIN OPENSSH PRIVATE KEY-----",
}  # fmt: skip


def check(rule: rules.RecordRule, text: str) -> list[tuple[str, str | None]]:
    """(case, what is shown) of every hit in a record with one text."""
    return [(hit.case, hit.found) for hit in rule.check(Record({"messages": [{"content": text}]}, 0), None)]  # type: ignore[arg-type]


@pytest.mark.parametrize("kind", KEYS)
def test_a_key_of_every_issuer_is_found_and_not_repeated(kind: str) -> None:
    rule = credential_in_text.CredentialInText()

    hits = check(rule, f"(key: {KEYS[kind]}, keep it)")

    assert [case for case, _ in hits] == [kind]
    assert KEYS[kind] not in str(hits)
    assert set(KEYS) == set(credential_in_text.FORMS)


@pytest.mark.parametrize("kind", [kind for kind in KEYS if kind != "private-key"])
def test_a_key_inside_a_longer_word_is_none(kind: str) -> None:
    assert check(credential_in_text.CredentialInText(), f"x{KEYS[kind]}y") == []


def test_without_being_named_they_do_not_run(tmp_path: Path) -> None:
    talk = [{"role": "user", "content": KEYS["aws"] + " li@shop-a1.cn"}, {"role": "assistant", "content": "no"}]
    (tmp_path / "train.jsonl").write_text(json.dumps({"messages": talk}) + "\n", "utf-8")

    assert lint(tmp_path, target="glm-4").to_dict()["groups"] == []
    named = lint(tmp_path, target="glm-4", extend_select=["SEC"]).to_dict()

    assert {group["rule"]: group["severity"] for group in named["groups"]} == {
        "credential-in-text": "warning",
        "personal-data-in-text": "info",
    }
    assert KEYS["aws"] not in json.dumps(named)
    assert "li@shop" not in json.dumps(named)


def test_every_record_is_looked_at_however_alike_they_are(tmp_path: Path) -> None:
    lines = [
        json.dumps({"messages": [{"role": "user", "content": text}, {"role": "assistant", "content": "no"}]})
        for text in ["a", "b", KEYS["aws"], "c", KEYS["aws"]]
    ]
    (tmp_path / "train.jsonl").write_text("\n".join(lines) + "\n", "utf-8")

    (group,) = lint(tmp_path, target="glm-4", select=["SEC001"]).to_dict()["groups"]

    assert [example["line"] for example in group["examples"]] == [3, 5]


def test_rules_that_read_every_text_are_optional() -> None:
    for rule in rules.load():
        assert not getattr(rule, "always", False) or rule.optional
    assert {rule.family for rule in rules.load() if rule.optional} == {"SEC"}


@given(st.text(alphabet="0123456789 -.@abAKIAghp_sk-xo", max_size=400))
def test_any_text_is_answered(text: str) -> None:
    for rule in (credential_in_text.CredentialInText(), personal_data_in_text.PersonalDataInText()):
        for _, found in check(rule, text):
            assert found is not None
            assert len(found) <= 40


@pytest.mark.parametrize(
    "pattern", [credential_in_text._ANY.pattern, personal_data_in_text._ANY.pattern], ids=["SEC001", "SEC002"]
)
def test_no_repetition_is_without_bound(pattern: str) -> None:
    assert re.search(r"(?<!\\)[*+](?!\])", re.sub(r"\[[^\]]*\]|\\\+", "", pattern)) is None
