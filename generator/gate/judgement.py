"""The judgement of a push: each part of the gate in its order, everything it finds at once.

Whose push it is and how much it brings come first, and end it where the answer is no: nothing of a stranger's push
is read. The rest is all looked at, so that a clerk mends everything in one go.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import NamedTuple

from generator.check import Outcome, Seen, check
from generator.examine import front_matter
from generator.gate.appending import rewritten
from generator.gate.finding import WHOLE, finding, shown
from generator.gate.leaks import leaks
from generator.gate.limits import BUREAU, OFFICE
from generator.gate.ownership import OFFICE as OFFICE_ROLE
from generator.gate.ownership import OWNERS_FILE, bases_of_classes, foreign, locked_out, roles_of
from generator.gate.push import Change, Push, changes, read
from generator.gate.related import narrowed
from generator.gate.shape import PLAIN, Known, deletions, odd_modes, odd_names
from generator.gate.sorting import Sorted, compare, withdrawn
from generator.gate.verdict import Request, Touched, Verdict
from generator.git import Git
from generator.load import load, load_lines
from generator.problem import Problem, Severity, bounded
from generator.register import FOLDER, latest
from generator.schema import Schemas
from generator.text import MAX_BYTES
from generator.tree import GitTree, Mounted, Tree, TreeError


def judge(request: Request, *, whole: bool = False) -> Verdict:
    """Judge a push. `whole` checks both sides entirely; else what it touches and what that relates to.

    Raises `TreeError` where a revision or the base's schemas cannot be read.
    """
    return _Judge(request).run(whole=whole)


class _Sides(NamedTuple):
    """Commits the push is measured from and the tree-ish it would keep; `trusted` gives roles and schemas."""

    trusted: str
    base: str
    kept: str


class _Judge:
    def __init__(self, request: Request) -> None:
        self.request = request
        self.git = Git(request.git_dir)
        self.sides, self.crooked = _sides(self.git, request)
        self.trusted = GitTree(request.git_dir, self.sides.trusted)
        self.before = self._with_register(GitTree(request.git_dir, self.sides.base))
        self.after = self._with_register(GitTree(request.git_dir, self.sides.kept))
        self.schemas = Schemas.read(self.trusted)
        self.known = Known(self.git, self.sides.base)

    def _with_register(self, tree: Tree) -> Tree:
        register = self.request.register
        return Mounted(tree, FOLDER, GitTree(self.request.git_dir, register)) if register else tree

    def run(self, *, whole: bool) -> Verdict:
        """Everything in its order."""
        roles, strangers = roles_of(self.request.user, self.trusted, self.schemas)
        if strangers:
            return self._verdict(roles, [], [*self.crooked, *strangers])
        limits = OFFICE if OFFICE_ROLE in roles else BUREAU
        found = changes(self.git, self.sides.base, self.sides.kept, limits.objects)
        push, too_much = read(self.git, self.request.new, self.sides.base, found, limits)
        if push is None:
            return self._verdict(roles, found[: limits.objects], [*self.crooked, *too_much])
        own = [*self.crooked, *self._of_the_push(push, found, roles)]
        return self._judged(roles, found, own, whole=whole)

    def _of_the_push(self, push: Push, found: list[Change], roles: tuple[str, ...]) -> Iterator[Problem]:
        base_of = bases_of_classes((self.before, self.after), self.schemas)
        paths = [one.path for one in found]
        yield from foreign(paths, roles, self.schemas, base_of, self.trusted)
        if OWNERS_FILE in paths:
            yield from locked_out(GitTree(self.request.git_dir, self.sides.kept))
        yield from odd_modes(push.folders, found, self.known)
        yield from odd_names(push.folders, self.known)
        yield from deletions(found, roles, _Filed(self.before), self._turned)
        yield from rewritten(self.git, found, self.schemas, mounted=bool(self.request.register))
        office = OFFICE_ROLE in roles
        yield from leaks(self.git, push, self._checked(found), self.known, office=office)

    def _turned(self, one: Change) -> bool:
        """Whether it is a report that is no summary: of the reports only those are filed."""
        kind = self.schemas.kind_of(one.path)
        if kind is None or kind[0].name != "report" or one.after is None or one.mode != PLAIN:
            return False
        data, _ = load(front_matter(self.git.bytes("cat-file", "blob", one.after)), one.path)
        return not isinstance(data, dict) or data.get("kind") != "summary"

    def _checked(self, found: list[Change]) -> frozenset[str]:
        """The blobs the check of the result reads for itself, and tells about by line."""
        records = [one for one in found if one.after and one.mode == PLAIN and one.path.startswith("data/")]
        sizes = self.git.sizes(one.after for one in records if one.after)
        return frozenset(key for key, (_, size) in sizes.items() if size <= MAX_BYTES)

    def _judged(
        self, roles: tuple[str, ...], found: list[Change], own: list[Problem], *, whole: bool
    ) -> Verdict:
        touched = frozenset(one.path for one in found)
        seen: Seen = {}
        trees = self.before, self.after
        if not whole:
            trees = narrowed(*trees, touched, self.schemas, seen)
        base = self._check(trees[0], self.schemas, seen)
        outcome, sorted_ = self._against(base, trees[1], touched, self.schemas, seen)
        if OFFICE_ROLE in roles:
            sorted_ = withdrawn(sorted_, [one.path for one in found if one.after is None])
        blocking = [*(one for one in own if one.severity is Severity.ERROR), *sorted_.blocking]
        others = [*(one for one in own if one.severity is not Severity.ERROR), *sorted_.others]
        if OFFICE_ROLE in roles and any(path.startswith("schemas/") for path in touched):
            blocking += self._under_new_schemas(touched, frozenset(blocking))
        return replace(
            self._verdict(roles, found, blocking),
            known=tuple(bounded(sorted_.known)),
            others=tuple(bounded(others)),
            outcome=outcome,
        )

    def _against(
        self, base: Outcome, tree: Tree, touched: frozenset[str], schemas: Schemas, seen: Seen
    ) -> tuple[Outcome, Sorted]:
        after = self._check(tree, schemas, seen)
        sorted_ = compare(base.problems, after.problems, touched)
        if after.crashes:
            message = f"检查程序有 {len(after.crashes)} 条规则出错，没有查完"
            remedy = "这不是您的操作有误，请把本次提交的编号告诉系统管理人员；在查明以前不能合并"
            crash = finding(WHOLE, "GA018", message, remedy)
            sorted_ = replace(sorted_, blocking=(crash, *sorted_.blocking))
        return after, sorted_

    def _check(self, tree: Tree, schemas: Schemas, seen: Seen) -> Outcome:
        days = self.request.as_of, self.request.today
        return check(tree, schemas=schemas, as_of=days[0], today=days[1], seen=seen)

    def _under_new_schemas(self, touched: frozenset[str], told: frozenset[Problem]) -> list[Problem]:
        """What the push's own schemas, the office's, find in the result that the base's did not find in the base."""
        remedy = "请改正后再提交：数据规范用不了，以后任何记录都无法检查"
        base = self._check(self.before, self.schemas, {})
        try:
            schemas = Schemas.read(self.after)
            _, sorted_ = self._against(base, self.after, touched, schemas, {})
        except TreeError as error:
            return [finding("schemas", "GA019", str(error), remedy)]
        except Exception as error:
            message = f"按改动后的数据规范检查不了记录（{type(error).__name__}：{error}）"
            return [finding("schemas", "GA019", shown(message), remedy)]
        return [problem for problem in sorted_.blocking if problem not in told]

    def _verdict(self, roles: tuple[str, ...], found: list[Change], blocking: list[Problem]) -> Verdict:
        return Verdict(
            request=self.request,
            roles=roles,
            touched=tuple(Touched(path=one.path, before=one.before, after=one.after) for one in found),
            blocking=tuple(bounded(dict.fromkeys(blocking))),
            known=(),
            others=(),
            before=self.before,
            after=self.after,
            schemas=self.schemas,
            outcome=None,
        )


class _Filed:
    """The number a record is filed under, "" for one that is not, or was withdrawn. Reads the register when first asked."""

    def __init__(self, tree: Tree) -> None:
        self.tree = tree
        self.numbers: dict[str, str] | None = None

    def __call__(self, path: str) -> str:
        if self.numbers is None:
            entries = [one for one in self.tree.entries(FOLDER) if one.path.endswith(".jsonl")]
            read = (load_lines(raw, entry.path).data for entry, raw in self.tree.read(entries))
            lines = [line for data in read if data for line in data if {"record", "no", "kind"} <= set(line)]
            self.numbers = {
                record: "" if line["kind"] == "withdrawal" else str(line["no"])
                for record, line in latest(lines).items()
            }
        return self.numbers.get(path, "")


def _sides(git: Git, request: Request) -> tuple[_Sides, list[Problem]]:
    """What the push is held against. A new branch is held against where it left the default one."""
    kept = request.tree or request.new
    trusted = _default_branch(git) if request.fresh else request.old
    shared = git.pieces("merge-base", "--end-of-options", trusted, request.new, end=b"\n", most=1, missing=1)
    if not shared:
        message = "这次提交与主分支没有共同的历史"
        remedy = "请从主分支最新的版本重新开始；网页上请重新打开文件再修改"
        return _Sides(trusted, trusted, kept), [finding(WHOLE, "GA020", message, remedy)]
    base = shared[0].decode() if request.fresh else trusted
    if not request.fresh and request.tree is None and shared[0].decode() != request.old:
        message = "历史被改写：新版本不是从现在的版本接着做的"
        remedy = "请不要强制推送；先取得最新的版本，再把改动接在后面"
        return _Sides(trusted, base, kept), [finding(WHOLE, "GA020", message, remedy)]
    return _Sides(trusted, base, kept), []


def _default_branch(git: Git) -> str:
    try:
        return git.text("rev-parse", "--verify", "--quiet", "--end-of-options", "HEAD^{commit}")
    except TreeError as error:
        reason = "仓库的主分支上还没有内容，无从查对账号和权限：请系统管理人员先在服务器上放入初始数据"
        raise TreeError(reason) from error
