"""IMG023 video-unreadable."""

from __future__ import annotations

from collections.abc import Iterator
from typing import ClassVar

from ...finding import Hit
from ...location import pointer
from ...record import Conversation
from ...wording import Text
from .._base import Context, ConversationRule
from .._show import quote
from ._look import written

CASES = {
    "empty": "empty", "unfinished": "unfinished", "lfs-pointer": "pointer", "error-page": "page",
    "missing": "missing", "elsewhere": "missing", "another-machine": "missing", "backslash": "missing", "name-differs": "missing",
}  # fmt: skip
"""What is wrong with the file, and the case it is told as."""


class VideoUnreadable(ConversationRule):
    """A video file that is not there, or that no decoder opens."""

    name: ClassVar[str] = "video-unreadable"
    code: ClassVar[str] = "IMG023"
    title: ClassVar[Text] = Text("a video file is missing or cannot be opened", "视频文件不存在或无法打开")
    messages: ClassVar = {
        "missing": Text("this video file does not exist", "这个视频文件不存在"),
        "empty": Text("this video file has 0 bytes", "这个视频文件是 0 字节"),
        "unfinished": Text(
            "this MP4 holds no index (moov): an aborted download or recording",
            "这个 MP4 里没有索引（moov）：下载或录制中途断了",
        ),
        "pointer": Text("this is a Git LFS pointer, not a video", "这是 Git LFS 指针，不是视频"),
        "page": Text(
            "this is a web page or an error message ({what}), not a video", "这是网页或报错信息（{what}），不是视频"
        ),
    }
    helps: ClassVar = {
        "missing": Text(
            "copy the video there, correct the path, or remove the record", "把视频放到该处、改正路径，或删除这条记录"
        ),
        "": Text("copy or download the video again, or remove the record", "重新复制或下载这个视频，或删除这条记录"),
        "pointer": Text("run `git lfs pull` where the videos come from", "在视频所在的仓库里运行 `git lfs pull`"),
    }
    outline: ClassVar[bool] = False

    def check(self, talk: Conversation, ctx: Context) -> Iterator[Hit]:
        """Every video beside the messages; one given as a list of frames is left alone."""
        mapping = ctx.split.mapping
        key = "videos" if mapping is None else mapping.takes.get("videos")
        listed = talk.value.get(key) if key else None
        if not listed or ctx.images is None:
            return
        for index, source in enumerate(listed if isinstance(listed, list) else [listed]):
            facts = ctx.images.video(source, ctx)
            case = CASES.get(facts.problem or "")
            if case is not None:
                at = pointer(key, index) if isinstance(listed, list) else pointer(key)
                yield Hit(at, case, quote(written(source)), None, {"what": facts.detail, "path": written(source)})
