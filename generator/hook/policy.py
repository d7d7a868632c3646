"""Who may move which reference where: the rules of the server, before and beside the gate's on contents."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from generator import privacy
from generator.gate import Request, judge, limits
from generator.gate.merging import merged
from generator.gate.names import trick
from generator.gate.ownership import OFFICE
from generator.gate.push import changes
from generator.git import Git
from generator.hook.account import FORGE, INTERNAL
from generator.hook.entitled import strange_merges
from generator.hook.merges import faults, steps
from generator.hook.register import register_faults
from generator.hook.setting import HEADS, TAGS, Setting
from generator.hook.tags import tag_faults
from generator.hook.update import Answer, Update
from generator.registrar.journal import Journal
from generator.schema import Schemas
from generator.text import inert
from generator.tree import TreeError

# A pull request of Gitea or Forgejo; the server itself writes it.
PULL = re.compile(r"refs/pull/[0-9]+/head")


def folder(role: str) -> str:
    """The first part of the branches a role may push: its prefecture's, `base-` and its base's, `group`; "" for any."""
    what, _, slug = role.partition(":")
    return {OFFICE: "", "bureau": f"{slug}/", "base": f"base-{slug}/"}.get(what, f"{what}/")


@dataclass(slots=True, kw_only=True)
class Policy:
    """The rules for one push. `tip` is the base's commit, `register` the register's or None."""

    git: Git
    setting: Setting
    environment: Mapping[str, str]
    user: str
    roles: tuple[str, ...]
    tip: str
    register: str | None
    schemas: Schemas
    journal: Journal
    today: date
    # The heads of this push that passed.
    passed: set[str] = field(default_factory=set)

    def answer(self, update: Update) -> Answer:
        """What is said of one update. Branches come before the base that merges them (`order`)."""
        faults = tuple(self._place_faults(update))
        if faults or update.deletes or update.ref.startswith(TAGS) or update.ref in self.setting.reserved:
            return Answer(update=update, faults=faults)
        answer = self._base(update) if update.ref == self.setting.main else self._branch(update)
        if not answer.refused:
            self.passed |= set(answer.heads)
        return answer

    def order(self, update: Update) -> int:
        """Branches first, then the base, then what may point at it."""
        if update.ref == self.setting.main:
            return 1
        return 0 if update.ref.startswith(HEADS) and update.ref not in self.setting.reserved else 2

    def _place_faults(self, update: Update) -> Iterator[str]:
        if update.ref in self.setting.reserved:
            yield from self._register_faults(update)
        elif self.user == self.setting.registrar and not self.roles:
            yield "登记任务的账号只能推送登记簿分支"
        elif update.ref == self.setting.main:
            yield from self._base_faults(update)
        elif update.ref.startswith(TAGS):
            tips = {self.tip, *([self.register] if self.register else []), *self.passed}
            yield from tag_faults(self.git, update, OFFICE in self.roles, tips)
        elif update.ref.startswith(HEADS):
            yield from self._branch_faults(update)
        elif not self._is_pull(update):
            yield "只能推送分支和标签"

    def _base_faults(self, update: Update) -> Iterator[str]:
        if update.deletes:
            yield "主分支不能删除"
        elif OFFICE not in self.roles:
            branch = self._own() + "名称"
            yield (
                "主分支只由省知识产权局合并，合并才是备案。请推送到本单位的分支，"
                f"例如：git push origin HEAD:{branch}"
            )

    def _branch_faults(self, update: Update) -> Iterator[str]:
        name = update.ref.removeprefix(HEADS)
        if not name.startswith(tuple(map(folder, self.roles))):
            yield f"本账号的分支名要以 {self._own()} 开头，例如：git push origin HEAD:{self._own()}名称"
        if update.deletes:
            return
        # It comes into the history with the words of a merge.
        yield from (f"分支名中有疑似{leak.kind}。请换一个名称" for leak in privacy.scan(name)[:1])
        reasons = filter(None, map(trick, name.split("/")))
        yield from (f"分支名不能用：{reason}" for reason in dict.fromkeys(reasons))

    def _register_faults(self, update: Update) -> Iterator[str]:
        if not self.setting.registrar or self.user != self.setting.registrar:
            yield "登记簿由服务器在合并后自动登记，任何人都不能推送"
        elif update.ref == HEADS + self.setting.register:
            yield from register_faults(self.git, update, self.tip, self.schemas)
        else:
            yield "登记簿不在这个分支上"

    def _own(self) -> str:
        return " 或 ".join(folder(role) for role in self.roles if folder(role)) or "office/"

    def _is_pull(self, update: Update) -> bool:
        told = self.setting.variable == FORGE and self.environment.get(INTERNAL) == "true"
        return told and PULL.fullmatch(update.ref) is not None

    def _branch(self, update: Update) -> Answer:
        """A branch is judged as if it were merged into the base now."""
        if self.git.sizes([update.new])[update.new][0] != "commit":
            return Answer(update=update, faults=("分支要指向提交",))
        try:
            shared = self.git.text("merge-base", self.tip, update.new)
        except TreeError:
            shared = ""
        if not shared:
            return Answer(
                update=update, faults=("GA020 这个分支与主分支没有共同的历史。请从主分支的最新版本重新开始",)
            )
        # Before git merges: a folder that holds itself many times over costs it all the server has.
        most = (limits.OFFICE if OFFICE in self.roles else limits.BUREAU).objects
        if len(changes(self.git, shared, update.new, most)) > most:
            much = limits.many("GA007", "改动的文件", most)
            return Answer(update=update, faults=(f"{much.code} {much.message}。{much.remedy}",))
        made = merged(self.git, self.tip, update.new)
        if made.conflicts:
            paths = "、".join(inert(path) for path in made.conflicts[:5])
            fault = f"与主分支的最新版本有冲突：{paths}。请先运行 git pull --no-rebase origin {self.setting.base}，改好冲突再推送"
            return Answer(update=update, faults=(fault,))
        verdict = judge(self._request(old=self.tip, new=update.new, tree=made.tree))
        return Answer(update=update, verdict=verdict, heads=(update.new,))

    def _base(self, update: Update) -> Answer:
        found = steps(self.git, update.old, update.new)
        foreign = {head for head, first in self.journal.first.items() if first.user != self.user}
        known = {*self.journal.first, *self.passed}
        said = tuple(faults(self.git, found, update.old, known, foreign))
        said = said or tuple(strange_merges(self.git, found, self.journal, self.schemas))
        if said:
            return Answer(update=update, faults=said)
        verdict = judge(self._request(old=update.old, new=update.new, tree=None))
        merges = (step.commit for step in found if len(step.parents) > 1)
        return Answer(update=update, verdict=verdict, heads=(*merges, update.new))

    def _request(self, **sides: Any) -> Request:
        return Request(
            git_dir=self.git.git_dir, user=self.user, register=self.register, today=self.today, **sides
        )
