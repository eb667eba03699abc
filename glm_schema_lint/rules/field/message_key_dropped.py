"""FIELD008 message-key-dropped."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import islice
from typing import ClassVar, Final

from ...finding import Hit
from ...location import pointer
from ...record import Conversation
from ...views import part_images, reads_of
from ...wording import Text
from .._base import Context, ConversationRule
from .._show import quote

WATCHED: Final = {
    "image": "image", "images": "image", "image_url": "image", "video": "image", "videos": "image", "audio": "image",
    "audios": "image", "tools": "tools", "functions": "tools", "tool_calls": "calls", "function_call": "calls",
    "reasoning_content": "thought", "reasoning": "thought", "thinking": "thought",
}  # fmt: skip
"""Keys that carry something to learn from, and what; others are harmless to lose."""
LISTS: Final = ("images", "image", "videos", "audios")
"""Columns of files that ms-swift's form has beside the messages."""
PARTS: Final = ("image", "image_url")


class MessageKeyDropped(ConversationRule):
    """A message carries an image, tools, a call or a thought under a key the trainer throws away."""

    name: ClassVar[str] = "message-key-dropped"
    code: ClassVar[str] = "FIELD008"
    title: ClassVar[Text] = Text("a key of a message is thrown away", "消息里的键会被丢弃")
    messages: ClassVar = {
        "": Text(
            "the trainer keeps {kept} of a message; {key} is thrown away",
            "训练程序只保留消息的 {kept}，{key} 会被丢弃",
        ),
        "part-type": Text(
            "the trainer opens no content part of type {type}; the image is thrown away",
            "训练程序不会打开类型为 {type} 的内容片段，图片会被丢弃",
        ),
        "part": Text(
            "an image stands in the content, and the record has no {kept} beside its messages: the data pass for text",
            "图片写在内容片段里，而记录没有与 messages 并列的 {kept}：数据会被当作纯文本",
        ),
        "beside": Text(
            "{key} stands beside the messages, where the trainer does not look: the images are thrown away",
            "{key} 写在 messages 旁边，训练程序不读取那里，图片会被丢弃",
        ),
    }
    helps: ClassVar = {
        "beside": Text(
            "write each image where this trainer reads it, or choose the trainer the records were written for",
            "把图片写到这个训练程序读取的位置；或换用这种写法对应的训练程序",
        ),
        "image": Text(
            "put the file into a list beside the messages that the trainer reads, with a placeholder in the text, "
            "or choose the trainer the record was written for",
            "把文件放进训练程序读取的、与 messages 并列的列表，并在文本里加占位符；或换用这种写法对应的训练程序",
        ),
        "tools": Text("put the tools where the trainer reads them", "把工具放到训练程序读取的位置"),
        "calls": Text(
            "write the call as text of its own message, in the role the trainer has for it",
            "把调用写成单独一条消息的文本，并使用训练程序规定的角色",
        ),
        "thought": Text(
            "write the thought into the content, in <think> tags", "把思考过程写进内容，用 <think> 标签包住"
        ),
        "part-type": Text(
            'write {{"type": "image", "image": "a.png"}}, and add an images list beside the messages (it may be empty)',
            '写成 {{"type": "image", "image": "a.png"}}，并在 messages 旁加上 images 列表（可以为空）',
        ),
        "part": Text(
            "add an images list beside the messages: an empty one makes the trainer read the parts",
            "在 messages 旁加上 images 列表：空列表就能让训练程序读取这些片段",
        ),
    }

    def _parts(self, talk: Conversation, ctx: Context) -> Iterator[Hit]:
        """Image parts the target passes over: of a type it does not know, or in data without a list of images."""
        image = ctx.target.image
        listed = image.parts == "read" or bool({"images", "image"} & talk.value.keys())
        for number, turn in enumerate(talk.turns if image.where == "list-or-parts" else ()):
            for index, part in enumerate(turn.content if isinstance(turn.content, list) else ()):
                for one in part_images([part], "", number, PARTS):
                    if not listed or part["type"] not in image.part_types:
                        case = "part" if part["type"] in image.part_types else "part-type"
                        at = turn.content_pointer + pointer(index) + one.pointer[2:]
                        yield Hit(at, case, quote(one.source), None, {"kept": "images", "type": quote(part["type"])})

    def check(self, talk: Conversation, ctx: Context) -> Iterator[Hit]:
        """Every watched key with a value that the target does not keep, and the first image part that is never read."""
        yield from islice(self._parts(talk, ctx), 1)
        kept = ctx.target.turns.message_keys
        if kept is None:
            return
        reads = reads_of(ctx.target, ctx.split)
        if ctx.split.dialect == "swift" and reads is not None and not reads.images:
            for key in LISTS:
                if talk.value.get(key):
                    yield Hit(pointer(key), "beside", quote(talk.value[key]), None, {"key": quote(key)})
        stanza = ctx.target.detect.config == "dataset_info" and ctx.split.dialect != "sharegpt"
        spared = (
            {"tool_calls"}
            if getattr(ctx.split.mapping, "formatting", "openai" if stanza else "") == "openai"
            else set()
        )
        for turn in talk.turns:
            for key in turn.raw if isinstance(turn.raw, dict) else ():
                if key in WATCHED and key not in kept and key not in spared and turn.raw[key]:
                    values = {"key": quote(key), "kept": ", ".join(kept)}
                    yield Hit(turn.pointer + pointer(key), WATCHED[key], quote(turn.raw[key]), None, values)
