"""`siwu status`: who is due, late, missing and filed."""

from __future__ import annotations

import argparse
from typing import TYPE_CHECKING

from generator.cli.terminal import CLEAN, UsageError, progress, say
from generator.system import why

if TYPE_CHECKING:
    from datetime import date

    from generator.derive.duties import Agenda
    from generator.derive.pulls import Pull
    from generator.schema import Schemas
    from generator.tree import Tree


def status(options: argparse.Namespace, tree: Tree, schemas: Schemas, today: date) -> int:
    """Check the tree and write the table; what is late is no failure of the command."""
    from generator.check import check
    from generator.derive.duties import Agenda
    from generator.render.terminal import detail, overview

    repo = check(tree, schemas=schemas, as_of=options.as_of, today=today, progress=progress()).repo
    if repo is None:
        raise UsageError("年度方案、地区或单位等基本记录读不了，不能统计。请先运行 siwu check。")
    year = options.year or repo.dataset.year
    if year not in repo.programmes:
        raise UsageError(f"没有 {year} 年的年度方案（data/programme/{year}.yml）")
    agenda = Agenda(repo, schemas, year)
    if options.prefecture:
        say(detail(agenda.of(_owner(options.prefecture, agenda))))
    else:
        say(overview([agenda.of(owner) for owner in agenda.owners]))
    return CLEAN


def pulls(path: str | None) -> tuple[Pull, ...]:
    """The open pull requests of `--pulls FILE`; none where it is not given."""
    from pathlib import Path

    from generator.derive.pulls import PullsError, read

    if path is None:
        return ()
    try:
        return read(Path(path).read_bytes())
    except OSError as error:
        raise UsageError(f"合并请求清单 {path} 读不了：{why(error)}") from error
    except PullsError as error:
        raise UsageError(f"合并请求清单 {path} 不能用：{error}") from error


def _owner(said: str, agenda: Agenda) -> str:
    """The filer by slug or by name, with or without 市."""
    names = {
        prefecture.slug: {prefecture.slug, prefecture.name, prefecture.short, prefecture.short[:-1]}
        for prefecture in agenda.repo.regions.prefectures
    }
    for owner in agenda.owners:
        if said in names.get(owner, {owner}):
            return owner
    known = "、".join(f"{agenda.repo.prefectures.get(owner, '工作组')}（{owner}）" for owner in agenda.owners)
    raise UsageError(f"没有市州“{said}”。可写：{known}")
