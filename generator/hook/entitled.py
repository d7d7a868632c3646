"""Whether what a merge changes in the base is its submitter's to change, as the base is now.

A branch was judged against the base of its day. Where that base held a change that was taken back later, and the
branch holds it too, git's merge brings it back: another bureau's record, or a role in owners.yml.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from generator.gate.limits import OFFICE as MOST
from generator.gate.ownership import OFFICE, bases_of_classes, foreign, roles_of
from generator.gate.push import changes
from generator.git import Git
from generator.hook.merges import MOST_NAMED, SHORT, TWO, Step
from generator.registrar.journal import Journal
from generator.schema import Schemas
from generator.text import inert
from generator.tree import GitTree


def strange_merges(git: Git, found: Iterable[Step], journal: Journal, schemas: Schemas) -> Iterator[str]:
    """A sentence for each merge that changes what the accounts that pushed its branch may not write now.

    The first and the last account that pushed the head count: whoever answers for an old branch pushes it again.
    """
    for step in found:
        if len(step.parents) == TWO and step.parents[1] in journal.first:
            yield from _step(git, step, journal, schemas)


def _step(git: Git, step: Step, journal: Journal, schemas: Schemas) -> Iterator[str]:
    ours, theirs = step.parents
    before = GitTree(git.git_dir, ours)
    users = {journal.first[theirs].user, journal.last[theirs].user}
    roles = {role for user in users for role in roles_of(user, before, schemas)[0]}
    if OFFICE in roles:
        return
    paths = [one.path for one in changes(git, ours, step.commit, MOST.objects)]
    base_of = bases_of_classes((before, GitTree(git.git_dir, step.commit)), schemas)
    wrong = list(foreign(paths, tuple(sorted(roles)), schemas, base_of, before))
    if wrong:
        more = f" 等 {len(wrong)} 处" if len(wrong) > MOST_NAMED else ""
        yield (
            f"合并 {step.commit[:SHORT]} 会改动推送该分支的账号（{'、'.join(map(inert, sorted(users)))}）现在无权改的内容："
            f"{'、'.join(one.where.path for one in wrong[:MOST_NAMED])}{more}。"
            "请让提交单位先把主分支合并到自己的分支并推送，通过检查后再来合并"
        )
