"""SEC001: an access key, token or private key in a text."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import ClassVar, Final

from ...finding import Hit
from ...record import Record
from ...wording import Text
from .._base import Context, RecordRule
from ._texts import FINDS, masked, texts

FORMS: Final = {
    "aws": r"A(?:KIA|SIA)[0-9A-Z]{16}",
    "github": r"gh[pousr]_[A-Za-z0-9]{36}|github_pat_[A-Za-z0-9_]{82}",
    "openai": r"sk-proj-[A-Za-z0-9_-]{40,200}|sk-[A-Za-z0-9]{48}",
    "anthropic": r"sk-ant-[a-z0-9]{3,8}-[A-Za-z0-9_-]{80,120}",
    "zhipu": r"[0-9a-f]{32}\.[A-Za-z0-9]{16}",
    "huggingface": r"hf_[A-Za-z]{34}",
    "google": r"AIza[0-9A-Za-z_-]{35}",
    "aliyun": r"LTAI[0-9A-Za-z]{20}",
    "tencent": r"AKID[0-9A-Za-z]{32}",
    "slack": r"xox[abprs]-[0-9A-Za-z-]{10,72}",
    "gitlab": r"glpat-[0-9A-Za-z_-]{20}",
    "stripe": r"[rs]k_live_[0-9A-Za-z]{24,99}",
    "private-key": r"-----BEGIN (?:RSA |EC |DSA |OPENSSH |ENCRYPTED |PGP )?PRIVATE KEY(?: BLOCK)?-----",
}
"""What each issuer's keys look like; every repetition has an upper bound, so a text is read in one pass."""
_ANY: Final = re.compile(
    r"(?<![0-9A-Za-z_])(?:"
    + "|".join(f"(?P<{name.replace('-', '_')}>{form})" for name, form in FORMS.items())
    + r")(?![0-9A-Za-z_])"
)
_HINTS: Final = (
    "AKIA",
    "ASIA",
    "gh",
    "sk-",
    "hf_",
    "AIza",
    "LTAI",
    "AKID",
    "xox",
    "glpat-",
    "k_live_",
    "PRIVATE KEY",
    ".",
)
VARIETY: Final = 8
"""Different characters a real key has at least; xxxx and 1234 have fewer."""


class CredentialInText(RecordRule):
    """Looks at every text of every record, so it runs only if it is asked for."""

    name = "credential-in-text"
    code = "SEC001"
    outline = False
    always = True
    optional = True
    title = Text("an access key or private key stands in a text", "文本里有访问密钥或私钥")
    messages: ClassVar = {
        "": Text("looks like a credential ({kind})", "看起来是凭证（{kind}）"),
    }
    helps: ClassVar = {
        "": Text(
            "have it revoked if it is real, and replace it in the text by a placeholder such as <API_KEY>",
            "如果是真的，请先作废，再在文本中换成 <API_KEY> 之类的占位符",
        )
    }

    def check(self, record: Record, ctx: Context) -> Iterator[Hit]:
        """One hit for each key, shown by its first characters alone."""
        for at, text in texts(record.value):
            if not any(hint in text for hint in _HINTS):
                continue
            finds = 0
            for match in _ANY.finditer(text):
                kind = (match.lastgroup or "").replace("_", "-")
                said = match[0]
                if kind != "private-key" and (len(set(said)) < VARIETY or "EXAMPLE" in said.upper()):
                    continue
                yield Hit(at, kind, masked(said, 4), values={"kind": kind})
                finds += 1
                if finds >= FINDS:
                    break

    def message(self, case: str) -> Text:
        """The case is the kind of key."""
        return self.messages[""]
