"""FILE010 file-unreadable."""

from __future__ import annotations

from typing import ClassVar

from ...wording import Text
from .._base import SourceRule


class FileUnreadable(SourceRule):
    """A file of records that cannot be opened, or holds something else."""

    name: ClassVar[str] = "file-unreadable"
    code: ClassVar[str] = "FILE010"
    title: ClassVar[Text] = Text("file cannot be read as records", "文件无法作为记录读取")
    messages: ClassVar = {
        "": Text(
            "the file cannot be read: {reason}",
            "文件无法读取：{reason}",
        ),
        "permission": Text(
            "no permission to read the file",
            "没有读取文件的权限",
        ),
        "missing": Text(
            "the file cannot be opened: {reason}",
            "文件无法打开：{reason}",
        ),
        "directory": Text(
            "this is a folder, not a file",
            "这是一个目录，不是文件",
        ),
        "not-regular": Text(
            "this is a pipe, a socket or a device, not a file",
            "这是管道、套接字或设备，不是普通文件",
        ),
        "broken-packing": Text(
            "the packed file is broken: {reason}",
            "压缩文件已损坏：{reason}",
        ),
        "binary-content": Text(
            "the file holds no text but binary data ({reason})",
            "文件内容是二进制数据（{reason}），不是文本",
        ),
        "lfs-pointer": Text(
            "the file is a Git LFS pointer, not the data",
            "文件是 Git LFS 指针，不是数据本身",
        ),
        "html": Text(
            "the file is a web page ({reason}), not the data",
            "文件是网页（{reason}），不是数据",
        ),
        "columnar": Text(
            "the {format} file cannot be read: {reason}",
            "{format} 文件无法读取：{reason}",
        ),
    }
    helps: ClassVar = {
        "": Text(
            "replace the file by a good copy",
            "换成完好的文件",
        ),
        "permission": Text(
            "give read permission (chmod a+r)",
            "加上读权限（chmod a+r）",
        ),
        "directory": Text(
            "name the files in it, or rename the folder",
            "写出其中的文件，或给目录改名",
        ),
        "not-regular": Text(
            "write the records to a file",
            "把记录写到普通文件里",
        ),
        "broken-packing": Text(
            "copy or pack it again",
            "重新下载或压缩",
        ),
        "binary-content": Text(
            "give the file the ending that fits its content, or convert it to JSON lines",
            "改成与内容相符的扩展名，或转换成 JSON Lines",
        ),
        "lfs-pointer": Text(
            "fetch the data: git lfs pull",
            "取回数据：git lfs pull",
        ),
        "html": Text(
            "download it again from the raw address; a page was saved in its place",
            "用原始文件地址重新下载；保存下来的是网页",
        ),
    }
