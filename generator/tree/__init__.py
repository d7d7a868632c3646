"""Where bytes come from: a directory, or a git tree-ish read without a checkout.

Both give the same paths and the same bytes, so one check serves a working copy, a merge preview and a
pre-receive hook. Paths are POSIX, relative to the repository's root.
"""

from generator.tree.directory import Directory, find_root
from generator.tree.entry import Entry, Mode, Tree, TreeError
from generator.tree.gittree import GitTree, has_revision
from generator.tree.objects import blobs, command
from generator.tree.shown import Mounted, Part

__all__ = [
    "Directory",
    "Entry",
    "GitTree",
    "Mode",
    "Mounted",
    "Part",
    "Tree",
    "TreeError",
    "blobs",
    "command",
    "find_root",
    "has_revision",
]
