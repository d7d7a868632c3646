"""How much one push may bring. Looked at before a byte of it is read.

The scan for personal data costs up to 1.5 s a megabyte on a text made to be slow (short numbers in a row), so what an
account outside the office may make it read, messages and names too, is bounded to about three seconds of one core.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass

from generator.gate.finding import WHOLE, finding, shown
from generator.problem import Problem

MB = 1 << 20
SEALED = ".age"


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """Numbers of commits and of objects (files in every version, folders), and bytes.

    A file, a sealed file, all files that are not sealed and all messages, all files, all folders, all different names.
    """

    commits: int
    objects: int
    file: int
    sealed: int
    plain: int
    total: int
    folders: int
    names: int


# A prefecture has at most 17 counties and files each a few times a year: 200 commits are a year of corrections.
# A plan is 3 KB, a prefecture's archive some 100 KB, a sealed class at most 2 MB.
BUREAU = Limits(
    commits=200,
    objects=2_000,
    file=MB,
    sealed=4 * MB,
    plain=2 * MB,
    total=8 * MB,
    folders=8 * MB,
    names=MB // 4,
)
# The office pushes merges of many bureaus, a new release of the generator with its pictures, a year's curriculum.
OFFICE = Limits(
    commits=2_000,
    objects=100_000,
    file=8 * MB,
    sealed=8 * MB,
    plain=128 * MB,
    total=128 * MB,
    folders=64 * MB,
    names=8 * MB,
)
# Messages and folders are read whole: a message of this length is no message, such a folder no folder.
COMMIT_BYTES = 64 * 1024
FOLDER_BYTES = MB
# Two sides that merged each other over and over cost git a doubling for each time: sixty commits are 12 s, seventy hours.
MERGE_SECONDS = 60


def many(code: str, what: str, most: int) -> Problem:
    """One finding for a number that is over its limit; counting stopped there."""
    message = f"{what}超过 {most} 个，没有检查"
    return finding(
        WHOLE, code, message, "请分几次提交，一次只交一部分；提交过多的，请从最新的版本重新做一次提交"
    )


def oversize(
    limits: Limits,
    sizes: Mapping[str, int],
    paths: Mapping[str, Collection[str]],
    times: Mapping[str, int],
    messages: int,
) -> Iterator[Problem]:
    """GA008 for each file over its limit, GA009 for all together. `sizes` in bytes by object, `paths` likewise.

    Sealed is what stands nowhere else: one text under two names counts, and is read, as the plain one. `times` says
    under how many names it would be kept: the check reads it once for each. `messages` are bytes as well.
    """
    read = {key: size * max(1, times.get(key, 0)) for key, size in sizes.items()}
    plain = {key for key in sizes if not all(path.endswith(SEALED) for path in paths[key])}
    for key, size in sizes.items():
        most = limits.file if key in plain else limits.sealed
        if size > most:
            message = f"文件有 {size / MB:.1f} MB，超过一次提交中单个文件的上限 {most // MB} MB"
            remedy = "请检查是不是放错了文件；确需这么大的，请与省知识产权局联系"
            yield finding(shown(min(paths[key])), "GA008", message, remedy)
    for total, most in (
        (sum(read[key] for key in plain) + messages, limits.plain),
        (sum(read.values()), limits.total),
    ):
        if total > most:
            message = f"各版本文件和提交说明合计 {total / MB:.1f} MB，超过一次提交的上限 {most // MB} MB"
            remedy = "请分几次提交；曾经放错又删去的大文件仍在提交历史里，请重新做一次提交"
            yield finding(WHOLE, "GA009", message, remedy)
            return
