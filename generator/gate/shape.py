"""Kinds of files, names, deletions: what can be judged without reading a record."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from functools import cached_property

from generator.gate.finding import finding, shown
from generator.gate.names import LONGEST_PATH, trick, twins
from generator.gate.ownership import OFFICE
from generator.gate.push import ABSENT, Change, Item
from generator.git import Git
from generator.problem import Problem

PLAIN, PROGRAM, FOLDER = "100644", "100755", "40000"
KINDS = {"120000": "符号链接", "160000": "子模块", PROGRAM: "可执行的文件"}
Folders = tuple[tuple[Item, ...], ...]


class Known:
    """What the base has already, and is nobody's fault now: modes by path, folders included. Read when first asked."""

    def __init__(self, git: Git, base: str) -> None:
        self.git = git
        self.base = base

    @cached_property
    def modes(self) -> Mapping[str, str]:
        """Git mode of each path."""
        listing = self.git.text("ls-tree", "-r", "-t", "-z", "--full-tree", self.base)
        pairs = (line.split("\t", 1) for line in listing.split("\0") if line)
        return {path: meta.split(" ", 1)[0].lstrip("0") for meta, path in pairs}


def odd_modes(folders: Folders, found: list[Change], known: Known) -> Iterator[Problem]:
    """GA010 for what is no plain file, in every added commit. Programs may stand outside data/, where the office writes."""
    items = {(item.path, item.mode) for folder in folders for item in folder}
    items |= {(one.path, one.mode) for one in found if one.mode != ABSENT}
    for path, mode in sorted(items):
        if mode in (PLAIN, FOLDER) or (mode == PROGRAM and not path.startswith("data/")):
            continue
        if known.modes.get(path) == mode:
            continue
        message = f"是{KINDS[mode]}" if mode in KINDS else f"不是普通文件（类型 {shown(mode)}）"
        yield finding(shown(path), "GA010", message, "请放普通的文本文件；网页上传的文件都是普通文件")


def odd_names(folders: Folders, known: Known) -> Iterator[Problem]:
    """GA011 for names that trick a machine, GA012 for those that trick an eye, in every added commit."""
    for folder in folders:
        alike = set(twins(item.name for item in folder))
        for item in folder:
            reason = trick(item.name)
            if not reason and len(item.path) > LONGEST_PATH:
                reason = f"连同文件夹超过 {LONGEST_PATH} 个字符"
            if not (reason or item.name in alike) or item.path in known.modes:
                continue
            if reason:
                remedy = "请改文件名；记录只用小写字母、数字和连字符"
                yield finding(shown(item.path), "GA011", f"文件名不能用：{reason}", remedy)
            else:
                message = "同一文件夹里另有一个只差大小写或写法的名字"
                yield finding(shown(item.path), "GA012", message, "请只留一个，名字与原来的完全一样")


def deletions(
    found: list[Change],
    roles: tuple[str, ...],
    filed: Callable[[str], str],
    turned: Callable[[Change], bool],
) -> Iterator[Problem]:
    """GA013 for a filed record that somebody else than the office takes away.

    `filed` gives its number or "", `turned` whether it is now of a sort that is not filed: the register would take
    that for a withdrawal.
    """
    if OFFICE in roles:
        return
    for one in found:
        number = filed(one.path) if one.after is None or turned(one) else ""
        if number:
            how = "删去" if one.after is None else "改成不用备案的类别"
            message = f"这份记录已登记（{shown(number)}），不能{how}"
            remedy = (
                "请恢复这个文件；要改的，直接改内容再交；要撤回的，请函告省知识产权局，由省局删去并登记撤回"
            )
            yield finding(shown(one.path), "GA013", message, remedy)
