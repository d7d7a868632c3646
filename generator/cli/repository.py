"""The repository a command works on, as its options name it: root, paths, trees, schemas, identities."""

from __future__ import annotations

import argparse
import os
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from generator.cli.terminal import UsageError
from generator.system import why

if TYPE_CHECKING:
    from generator.schema import Schemas
    from generator.tree import Tree


def folder_of(options: argparse.Namespace) -> Path:
    """The folder of `-C`, else the current one. Raises UsageError where there is none."""
    start = Path(options.directory or ".")
    if not start.is_dir():
        raise UsageError(f"没有文件夹 {start}")
    return start.resolve()


def root_of(options: argparse.Namespace) -> Path:
    """The root of the repository around it. Raises TreeError where there is none."""
    from generator.tree import find_root

    return find_root(folder_of(options))


def paths_of(options: argparse.Namespace, given: Sequence[str]) -> list[str]:
    """Paths as the repository has them: one that exists counts from the current folder, else from the root."""
    if not given:
        return []
    root, start = (
        (None, None) if getattr(options, "git_dir", None) else (root_of(options), folder_of(options))
    )
    found = []
    for path in given:
        here = Path(os.path.normpath(start / path)) if start else None
        known = root is not None and here is not None and os.path.lexists(here) and here.is_relative_to(root)
        found.append(here.relative_to(root).as_posix() if known and here and root else os.path.normpath(path))
    return found


def tree_of(options: argparse.Namespace) -> Tree:
    """The records of `--tree`, else of the working copy, with the register where it lives."""
    from generator.tree import Directory, GitTree

    revision, git_dir = getattr(options, "tree", None), getattr(options, "git_dir", None)
    if revision is not None:
        tree = GitTree(git_dir_of(options), revision)
        return with_register(tree, tree.git_dir, options)
    if git_dir is not None:
        raise UsageError("--git-dir 要与 --tree 同用")
    directory = Directory(root_of(options))
    return with_register(directory, directory.git, options)


def with_register(tree: Tree, git: Path | None, options: argparse.Namespace) -> Tree:
    """The tree with the register from `--register`, else from the branch of that name, else as it is."""
    from generator.register import FOLDER, source
    from generator.tree import GitTree, Mounted, has_revision

    given = getattr(options, "register", None)
    if git is None and given:
        raise UsageError("--register 要在 git 仓库中使用")
    revision = source(lambda branch: git is not None and has_revision(git, branch), given)
    return Mounted(tree, FOLDER, GitTree(git, revision)) if git and revision else tree


def git_dir_of(options: argparse.Namespace) -> Path:
    """The git folder of `--git-dir` (a working copy's own folder will do), else of the repository at hand."""
    given = folder_of(options) / options.git_dir if options.git_dir else root_of(options)
    if (given / ".git").exists():
        return given / ".git"
    if (given / "HEAD").is_file():
        return given
    raise UsageError(f"{given} 不是 git 仓库，请用 --git-dir 指明")


def side_of(options: argparse.Namespace, side: str) -> Tree:
    """A side of a diff: a folder if there is one of that name, else a revision."""
    from generator.tree import Directory, GitTree

    folder = folder_of(options) / side
    if not folder.is_dir():
        return GitTree(git_dir_of(options), side)
    if not (folder / "data").is_dir():
        raise UsageError(f"文件夹 {side} 中没有 data/，不是数据仓库")
    return Directory(folder)


def schemas_of(options: argparse.Namespace, *sides: Tree) -> Schemas:
    """The schemas of the first side that has any, else of the repository at hand."""
    from generator.schema import Schemas
    from generator.tree import Directory

    side = next((side for side in sides if side.entries("schemas")), None)
    return Schemas.read(side or Directory(root_of(options)))


def identities_of(options: argparse.Namespace) -> Sequence[Any]:
    """The age identities of --identity or SIWU_IDENTITY."""
    from generator.sealed import identities

    path = options.identity or os.environ.get("SIWU_IDENTITY")
    if not path:
        return ()
    try:
        return identities(Path(path).read_text(encoding="utf-8"))
    except OSError as error:
        raise UsageError(f"身份文件 {path} 读不了：{why(error)}") from error
    except UnicodeDecodeError as error:
        raise UsageError(f"身份文件 {path} 不能用：不是文本文件") from error
    except ValueError as error:
        raise UsageError(f"身份文件 {path} 不能用：{error}") from error
