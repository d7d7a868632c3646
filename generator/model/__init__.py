"""Frozen records of every kind, and `Repo`, which holds and indexes them."""

from generator.model.repo import CLASSES, SINGLE, Line, Repo, Source, make

__all__ = ["CLASSES", "SINGLE", "Line", "Repo", "Source", "make"]
