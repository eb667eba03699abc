"""Chinese text in GBK: bytes that are not UTF-8, and those that happen to be valid UTF-8 and load as nonsense."""

from __future__ import annotations

import itertools
import re
import unicodedata
from typing import Final

MOJIBAKE_LEADS: Final = bytes(range(0xC4, 0xD8))
"""Lead bytes of common Chinese characters in GB2312 that are lead bytes of two-byte UTF-8 too."""
_OTHERS: Final = bytes(sorted(set(range(256)) - set(MOJIBAKE_LEADS)))
_GBK: Final = re.compile(rb"[\x81-\xfe][\x30-\x39\x40-\xfe]")
_GB2312: Final = re.compile(rb"[\xa1-\xf7][\xa1-\xfe]")
_CHINESE: Final = re.compile("[\u4e00-\u9fff]")
_PAIRS: Final = re.compile(rb"[\x80-\xff]+")
_COMMON: Final = frozenset(
    "模摩末莫墨默母目幕木某牛纽浓农弄努怒女暖诺欧偶皮匹篇偏片骗票拼频贫品聘平凭瓶恰千迁签钱前潜遣浅嵌欠枪墙强取去圈权全泉劝缺却确雀群然燃染"
    "伞散桑扫色森杀沙傻山删晒珊省盛剩胜圣师失狮施湿诗尸十石拾时什食实识史使始式示士刷耍双谁水睡瞬顺说思私司死丝踏台太态抬谈坦探叹碳"
    "停庭挺艇通同铜童统痛偷投头透突图徒途危围唯为维委伟尾未味畏胃喂位谓慰息希悉惜熄习席喜洗系戏细虾小孝校笑效些歇鞋协携斜写械"
    "选学雪血循寻训讯迅压鸭呀摇咬药要爷野也页业叶夜液一医印英应迎赢影硬映拥浴预元原援园员圆源远院愿约越跃炸摘斋宅窄债展占战站"
    "证之支枝知织直植执值职址指止只旨纸志住注祝抓专转撰装壮状追准桌捉"
)
"""Frequent characters among those whose two GBK bytes are valid UTF-8."""
_NO_LETTERS: Final = frozenset("ªµºħŋəʃʒ")
"""Letters that stand beside Greek ones in physics and phonetics."""


def as_gbk(data: bytes) -> str | None:
    """``data`` decoded as GB18030 if it reads like Chinese: most of its pairs are of the GB2312 zone."""
    try:
        text = data.decode("gb18030")
    except UnicodeDecodeError:
        return None
    pairs = len(_GBK.findall(data))
    zone = len(_GB2312.findall(data))
    return text if pairs and zone * 10 >= pairs * 6 and _CHINESE.search(text) else None


def looks_gbk(head: bytes) -> bool:
    """True if ``head``, cut at a line end, is not UTF-8 and reads as GBK."""
    try:
        head.decode("utf-8")
    except UnicodeDecodeError as error:
        if error.reason == "unexpected end of data" and error.start >= len(head) - 3:
            return False
        return as_gbk(head) is not None or as_gbk(head[:-1]) is not None
    return False


def suspicious(block: bytes) -> bool:
    """False for almost every block: no byte of it begins what could be GBK taken for UTF-8."""
    return bool(block.translate(None, _OTHERS))


def mojibake(line: bytes, file_is_gbk: bool) -> str | None:
    """What a line of valid UTF-8 says if it is GBK in truth, else None.

    All its letters beyond ASCII must be two-byte characters that are Chinese of GB2312 in GBK. In a file that is not
    known to be GBK, most of those must be frequent ones, and letters of two scripts must touch, which no language does.
    """
    if line.isascii() or not suspicious(line):
        return None
    try:
        line.decode("utf-8")
    except UnicodeDecodeError:
        return None
    runs = _PAIRS.findall(line)
    decoded = []
    for run in runs:
        if any(byte >= 0xE0 or (byte == 0xC2 and not file_is_gbk) for byte in run[::2]):
            return None
        try:
            decoded.append(run.decode("gb2312"))
        except UnicodeDecodeError:
            return None
    chinese = "".join(decoded)
    if not chinese or not all("\u4e00" <= c <= "\u9fff" for c in chinese):
        return None
    if file_is_gbk:
        return chinese
    frequent = sum(c in _COMMON for c in chinese)
    if (
        len(chinese) < 2
        or frequent * 10 < len(chinese) * 6
        or not any(_mixed(run.decode("utf-8", "replace")) for run in runs)
    ):
        return None
    return chinese


def _mixed(run: str) -> bool:
    scripts = [_script(char) for char in run]
    return any(a and b and a != b for a, b in itertools.pairwise(scripts))


def _script(char: str) -> str:
    if char in _NO_LETTERS or not char.isalpha():
        return ""
    return unicodedata.name(char, "").partition(" ")[0]
