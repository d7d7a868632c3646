"""The invented province: a seeded year (or years) of coherent records over the real ones."""

from generator.demo.generate import generate
from generator.demo.write import write

__all__ = ["generate", "write"]
