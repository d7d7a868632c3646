"""The gate: judge a push by code it cannot touch, reading git objects only (no checkout, nothing of it is run)."""

from __future__ import annotations

from generator.gate.judgement import judge
from generator.gate.verdict import Request, Touched, Verdict

__all__ = ["Request", "Touched", "Verdict", "judge"]
