"""The registrar: after a merge, numbers and chains what came in; and proves that nobody rewrote the register."""

from __future__ import annotations

from generator.registrar.filing import Filed, Request, file
from generator.registrar.journal import RegistrarError

__all__ = ["Filed", "RegistrarError", "Request", "file"]
