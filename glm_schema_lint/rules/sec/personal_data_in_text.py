"""SEC002: what looks like somebody's address or number in a text."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import ClassVar, Final

from ...finding import Hit
from ...record import Record
from ...wording import Text
from .._base import Context, RecordRule
from ._texts import FINDS, texts

_ANY: Final = re.compile(
    r"(?P<email>(?<![A-Za-z0-9._%+-])[A-Za-z0-9._%+-]{1,64}@(?:[A-Za-z0-9-]{1,63}\.){1,4}[A-Za-z]{2,24}(?![A-Za-z0-9-]))"
    r"|(?P<id>(?<![0-9A-Za-z])[1-9][0-9]{16}[0-9Xx](?![0-9A-Za-z]))"
    r"|(?P<card>(?<![0-9A-Za-z.])(?:62|4[0-9]|5[1-5])[0-9]{2}(?:[ -]?[0-9]{4}){3}(?:[ -]?[0-9]{3})?(?![0-9A-Za-z]))"
    r"|(?P<phone>(?<![0-9A-Za-z.])(?:\+?86[ -]?)?1[3-9][0-9](?:[ -]?[0-9]{4}){2}(?![0-9A-Za-z]))"
)
"""Every repetition has an upper bound, so a text is read in one pass."""
_WEIGHTS: Final = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
_NOBODY: Final = re.compile(
    r"@(?:example|test|domain|email|sample|company|localhost)\.|^(?:noreply|no-reply|git|user|name|info)@",
    re.IGNORECASE,
)
KINDS: Final = {
    "email": Text("an e-mail address", "电子邮件地址"),
    "phone": Text("a mobile phone number of China", "中国手机号"),
    "id": Text("an identity number of China, its check digit right", "中国身份证号（校验位正确）"),
    "card": Text("a bank card number, its check digit right", "银行卡号（校验位正确）"),
}


class PersonalDataInText(RecordRule):
    """Looks at every text of every record, so it runs only if it is asked for; much that it finds is nobody's."""

    name = "personal-data-in-text"
    code = "SEC002"
    outline = False
    always = True
    optional = True
    title = Text("what looks like personal data stands in a text", "文本里有疑似个人信息")
    messages: ClassVar = {"": Text("looks like {kind}", "看起来是{kind}")}
    helps: ClassVar = {
        "": Text(
            "if it belongs to somebody, replace it by a placeholder of the same form",
            "如果属于真实的人，请换成同样形式的占位内容",
        )
    }

    def message(self, case: str) -> Text:
        """The case is the kind of data."""
        return self.messages[""]

    def check(self, record: Record, ctx: Context) -> Iterator[Hit]:
        """One hit for each find, shown by its length alone."""
        for at, text in texts(record.value):
            finds = 0
            for match in _ANY.finditer(text):
                kind, said = match.lastgroup or "", match[0]
                if not _plausible(kind, said):
                    continue
                yield Hit(at, kind, f"({len(said)} characters)", values={"kind": KINDS[kind]})
                finds += 1
                if finds >= FINDS:
                    break


def _plausible(kind: str, said: str) -> bool:
    if kind == "email":
        return _NOBODY.search(said) is None
    digits = re.sub(r"[^0-9Xx]", "", said)
    if kind == "id":
        month, day = int(digits[10:12]), int(digits[12:14])
        total = sum(int(d) * w for d, w in zip(digits, _WEIGHTS, strict=False))
        return (
            digits[6:8] in ("19", "20")
            and 1 <= month <= 12
            and 1 <= day <= 31
            and "10X98765432"[total % 11] == digits[17].upper()
        )
    if kind == "card":
        doubled = [int(d) * (2 if place % 2 else 1) for place, d in enumerate(reversed(digits))]
        return sum(d // 10 + d % 10 for d in doubled) % 10 == 0 and len(set(digits)) > 3
    return len(set(digits[-8:])) > 2
