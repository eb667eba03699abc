"""Every repair by name: whether it is safe, which rules it answers, and its words. Cheap to import: reports ask it too.

Safe means that no token the model learns changes. The table is the one place that says which findings can be repaired.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, Literal, NamedTuple

from .. import targets
from ..wording import Text

if TYPE_CHECKING:
    from ..finding import Finding, Group

Safety = Literal["none", "safe", "unsafe"]


class Entry(NamedTuple):
    """One repair. ``rules`` are names, or ``name:case`` where it answers one case only."""

    safety: Safety
    rules: tuple[str, ...]
    text: Text


REPAIRS: Final[dict[str, Entry]] = {
    "plain-utf-8": Entry(
        "safe", ("byte-order-mark",), Text("byte order mark taken out, text as UTF-8", "去掉 BOM，文本存为 UTF-8")
    ),
    "one-object-per-line": Entry("safe", ("json-layout-mismatch",), Text("one object per line", "改成每行一个对象")),
    "name-and-format": Entry(
        "safe",
        ("file-extension-refused",),
        Text("written under an ending that the trainer opens", "改用训练程序能打开的扩展名"),
    ),
    "stray-left-out": Entry(
        "safe", ("stray-file",), Text("files that are no data are left out", "不是数据的文件不再放入")
    ),
    "marks-left-out": Entry(
        "safe",
        ("line-not-json:trailing-comma", "line-not-json:comment"),
        Text("commas and comments between values left out", "去掉值之间多余的逗号和注释"),
    ),
    "role-spelling": Entry(
        "safe", ("role-unknown",), Text("roles as the trainer spells them", "角色改成训练程序的写法")
    ),
    "labels-added": Entry(
        "safe",
        ("eval-labels-missing",),
        Text(
            "labels beside output_ids, -100 for every input id", "在 output_ids 旁补上 labels，每个 input id 一个 -100"
        ),
    ),
    "path-as-on-disk": Entry(
        "safe",
        ("image-path-backslash:found", "image-name-mismatch", "image-missing:elsewhere", "image-missing:start-above"),
        Text("image paths as the files lie in the dataset folder", "图片路径改成文件在数据集目录中的实际位置"),
    ),
    "images-in-list": Entry(
        "safe", ("images-not-list",), Text("a single image as a list of one", "单张图片改成只有一项的列表")
    ),
    "tools-as-text": Entry(
        "safe",
        ("tools-unreadable:list", "tools-unreadable:empty", "tools-unreadable:blank", "nested-keys-differ"),
        Text("tools as one JSON string", "tools 存成一个 JSON 字符串"),
    ),
    "arguments-as-object": Entry(
        "safe",
        ("arguments-form-wrong:string",),
        Text("arguments of a call as the object that their text holds", "调用参数由 JSON 文本改成对象"),
    ),
    "tools-listed": Entry(
        "safe",
        ("system-tools-null", "nested-keys-differ:system-tools"),
        Text("an empty list of tools where a record has none", "没有工具的记录补上空的 tools 列表"),
    ),
    "keys-alike": Entry(
        "safe",
        ("split-columns-differ", "nested-keys-differ:said", "nested-keys-differ:said-null"),
        Text("a key that only some records have is given to all, empty", "只有部分记录才有的键，其余记录补上空值"),
    ),
    "unread-as-text": Entry(
        "safe",
        ("field-type-drifts",),
        Text("a field that the trainer does not read is written as JSON text", "训练程序不读取的字段改存为 JSON 文本"),
    ),
    "schema-first": Entry(
        "safe",
        ("column-starts-null", "key-appears-late"),
        Text("a record that has the key moved to the front of its file", "把带有该键的记录移到文件开头"),
    ),
    "guessed-encoding": Entry(
        "unsafe", ("not-utf8",), Text("text of a guessed encoding made UTF-8", "按猜测的编码转成 UTF-8")
    ),
    "image-to-first": Entry(
        "unsafe",
        ("image-not-on-first-message",),
        Text(
            "image moved to the first message, a system text before it joined to that message",
            "图片移到第一条消息，前面的 system 文本并入该消息",
        ),
    ),
    "one-image-each": Entry(
        "unsafe", ("too-many-images",), Text("records of several images split", "含多张图片的记录已拆开")
    ),
    "eight-bit-image": Entry(
        "unsafe", ("image-mode-unusual",), Text("images scaled to 8 bits a channel", "图片缩放为每通道 8 位")
    ),
    "converted": Entry("safe", (), Text("written in the form of the other trainer", "已写成另一训练程序的格式")),
    "record-dropped": Entry("unsafe", (), Text("record left out", "记录已去掉")),
}
ORDER: Final = tuple(REPAIRS)
_BY_RULE: Final = {rule: name for name, entry in REPAIRS.items() for rule in entry.rules}
_LOST: Final = frozenset(("crash", "drop"))
_FAMILIES_OF_FILES: Final = frozenset(("SPLIT", "CFG", "DUP", "LINT"))
_SETTINGS: Final = frozenset((("too-many-images", "none"),))
"""Rules and cases that a setting of the trainer answers: the data are good, and none of them is changed or left out."""


def setting_answers(rule: str, case: str) -> bool:
    """True if the trainer's settings are wrong for the data, not the data for the trainer."""
    return (rule, case) in _SETTINGS


def repair_for(rule: str, case: str) -> str | None:
    """The name of the repair that answers a finding, dropping it aside."""
    if setting_answers(rule, case):
        return None
    return _BY_RULE.get(f"{rule}:{case}") or _BY_RULE.get(rule)


def answer(group: Group) -> str | None:
    """The repair that answers a group, as far as its findings say that it can."""
    name = repair_for(group.key.rule, group.key.case)
    if name == "role-spelling" and not _spelled(group):
        return None
    if name == "labels-added" and not all(_ignored_labels_do(group.key.case, f) for f in group.examples):
        return None
    if name == "schema-first" and not all(_same_file(finding) for finding in group.examples):
        return "unread-as-text" if _spare(group) else "keys-alike" if _blank(group) else None
    if name == "unread-as-text" and not _spare(group):
        return None
    if name == "tools-as-text" and group.key.rule == "nested-keys-differ" and not _text_taken(group):
        return None
    if name == "arguments-as-object" and not _objects(group):
        return None
    outside = any(str(finding.values.get("place", "")).startswith("..") for finding in group.examples)
    return None if name == "path-as-on-disk" and outside else name


def safety(group: Group) -> Safety:
    """What ``glm-lint fix`` does about a group: a repair, or, with ``--unsafe-fixes``, records that crash are left out."""
    name = answer(group)
    if name is not None:
        return REPAIRS[name].safety
    return "unsafe" if droppable(group) else "none"


def droppable(group: Group) -> bool:
    """True if the finding sits in records, and training crashes on them or drops them: they can be left out."""
    return (
        group.worst.effect.value in _LOST
        and not setting_answers(group.key.rule, group.key.case)
        and group.severity.value == "error"
        and group.code.rstrip("0123456789") not in _FAMILIES_OF_FILES
        and all(finding.location.record is not None and finding.count == 1 for finding in group.examples)
    )


def dedicated(group: Group) -> bool:
    """True if a repair of its own answers the group, not the leaving out of records."""
    return answer(group) is not None


def _ignored_labels_do(case: str, finding: Finding) -> bool:
    """True if the rows carry the reference answer that evaluation reads, so that ignored labels beside it mend them."""
    return not case.startswith("plain") and finding.values.get("other") == "'output_ids'"


def _spare(group: Group) -> bool:
    """True if nobody reads what the findings speak of, so that it may be written in another way."""
    return all(finding.values.get("spare") for finding in group.examples)


def _blank(group: Group) -> bool:
    """True if an empty text says as much as an absent one to every trainer in question."""
    contracts = [targets.load(name) for name in group.key.targets]
    return all(str(f.values.get("field")) in target.files.blanks for f in group.examples for target in contracts)


def _text_taken(group: Group) -> bool:
    """True if the findings are about tools beside the messages, and every trainer in question takes their JSON text."""
    beside = all(str(finding.values.get("field", "")).startswith("tools[") for finding in group.examples)
    return beside and all(targets.load(name).tools.text for name in group.key.targets)


def _objects(group: Group) -> bool:
    """True if calls stand in ``tool_calls`` as lines or JSON, hold the text of an object, and training stops at it."""
    columnar = str(group.key.file).endswith((".parquet", ".arrow", ".feather"))
    whole = all(f.values.get("object") and "/tool_calls/" in f.location.pointer for f in group.examples)
    own = all("tool_calls" in targets.load(name).tools.calls for name in group.key.targets)
    return whole and own and not columnar and group.worst.effect.value == "crash"


def _same_file(finding: Finding) -> bool:
    """True if the part that decides the schema lies in the same file, so that its records can change places."""
    return any(related.location.file == finding.location.file for related in finding.related)


def _spelled(group: Group) -> bool:
    from ..rules.conv.role_unknown import ALIASES

    words = [str(finding.values.get("role", "")).strip("'").strip().lower() for finding in group.examples]
    known = {word.strip("' ").lower() for f in group.examples for word in str(f.values.get("known", "")).split(",")}
    bare = any(finding.values.get("bare") for finding in group.examples)
    return bool(words) and not bare and all(word in ALIASES or word in known for word in words)
