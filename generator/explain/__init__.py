"""Why a document does not have its kind's shape, in a clerk's words: one message a fault (SC001, SC002)."""

from generator.explain.faults import explain, meant
from generator.explain.repeated import duplicates

__all__ = ["duplicates", "explain", "meant"]
