"""Frozen records of every kind, and `Repo`, which holds and indexes them."""

from generator.model.making import CLASSES, SINGLE, make
from generator.model.repo import Line, Repo, Source

__all__ = ["CLASSES", "SINGLE", "Line", "Repo", "Source", "make"]
