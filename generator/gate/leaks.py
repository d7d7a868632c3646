"""Personal data and keys in all that a push adds: every version of every file, every message, every name.

A file that is wrong in the end is the check's to name, with its line. What was filed and taken away again in the same
push stays in the history for ever: only this look finds it.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator
from dataclasses import replace

from generator import privacy
from generator.gate.finding import WHOLE, commit_place, finding, shown
from generator.gate.push import Push
from generator.gate.shape import Known
from generator.gate.wording import LASTING
from generator.git import Git
from generator.problem import Problem, Severity
from generator.sealed import envelope_problems

PICTURE, MAIL = "PI005", "PI004"
AGAIN = "。删去还不够，内容已在提交历史中：要从最新的版本重新做一份，不要在原来的提交上改"
BINARY_WITHIN = 8000


def leaks(git: Git, push: Push, checked: Collection[str], known: Known, *, office: bool) -> Iterator[Problem]:
    """PI001–PI006 in files (but those `checked`, by object id), file names and commits; SE001 for a sealed file that is open.

    Pictures of the site, programs' files and the tests' examples are the `office`'s: from anybody else they are leaks
    too, also where a later commit takes them away. GA017, a warning, for a personal e-mail address as an author's: it
    becomes public with the history.
    """
    wanted = {key: paths for key, paths in push.blobs.items() if key not in checked}
    for key, raw in git.blobs(wanted):
        yield from _in_file(sorted(wanted[key]), raw, office=office)
    yield from _in_names(push, known)
    yield from _in_commits(git, push.commits)


def _in_file(paths: list[str], raw: bytes, *, office: bool) -> Iterator[Problem]:
    records = [path for path in paths if path.startswith("data/")]
    if records and all(path.endswith(".age") for path in paths):
        # Ciphertext says nothing; what only pretends to be some is refused unread.
        yield from (_historic(one) for one in envelope_problems(shown(paths[0]), raw) if one.code == "SE001")
        return
    path = shown((records or paths)[0])
    everything = bool(records) or not office
    if not everything and b"\0" in raw[:BINARY_WITHIN]:
        return
    for problem in privacy.problems(path, raw):
        if everything or (problem.code != PICTURE and not path.startswith("tests/")):
            yield _historic(problem)


def lasts(problem: Problem) -> Problem:
    """What the check found in the result is in the push's history too: who only takes it out is refused once more."""
    if not problem.code.startswith(LASTING) or problem.remedy.endswith(AGAIN):
        return problem
    return replace(problem, remedy=problem.remedy.removesuffix("。") + AGAIN)


def _historic(problem: Problem) -> Problem:
    return lasts(replace(problem, message=f"提交的某个版本{problem.message}"))


def _in_names(push: Push, known: Known) -> Iterator[Problem]:
    leaking = {
        name: found
        for name in {item.name for folder in push.folders for item in folder}
        if (found := privacy.scan(name))
    }
    paths = {item.path: item.name for folder in push.folders for item in folder if item.name in leaking}
    for path, name in sorted(paths.items()):
        for leak in leaking[name] if path not in known.modes else ():
            yield finding(
                shown(path), leak.code, f"文件名中有疑似{leak.kind}", privacy.REMEDIES[leak.code] + AGAIN
            )


def _in_commits(git: Git, commits: tuple[str, ...]) -> Iterator[Problem]:
    personal = 0
    for key, raw in git.blobs(commits):
        people, headers, message = _parts(raw)
        for problem in privacy.problems(commit_place(key), message):
            yield _said("提交说明", problem)
        for what, text in (("提交者的姓名或邮箱", people), ("提交的附加信息", headers)):
            found = privacy.problems(commit_place(key), text)
            yield from (replace(_said(what, one), at=None) for one in found if one.code != MAIL)
            personal += any(one.code == MAIL for one in found)
    if personal:
        sentence = f"提交者邮箱是个人邮箱（{personal} 处），合并后会随历史公开"
        remedy = "建议在账号设置里打开“不公开邮箱”，下次提交起生效；判断权限只看登录账号，不看这个邮箱"
        yield finding(WHOLE, "GA017", sentence, remedy, Severity.WARNING)


def _said(what: str, problem: Problem) -> Problem:
    return replace(problem, message=f"{what}{problem.message}", remedy=problem.remedy + AGAIN)


# Who made a commit; the time after it is no telephone number, whatever it looks like.
_PERSON = re.compile(rb"(?:author|committer) (.*>) [0-9]{1,10} [+-][0-9]{4}")


def _parts(raw: bytes) -> tuple[bytes, bytes, bytes]:
    """Who a commit says made it, without times; its other headers, signatures too; its message."""
    head, _, message = raw.partition(b"\n\n")
    people: list[bytes] = []
    rest: list[bytes] = []
    for line in head.split(b"\n"):
        if person := _PERSON.fullmatch(line):
            people.append(person[1])
        else:
            rest.append(line)
    return b"\n".join(dict.fromkeys(people)), b"\n".join(rest), message
