"""All rules, imported explicitly in catalogue order: importing a module registers its rules."""

from generator.rule import RULES, Rule

__all__ = ["RULES", "Rule"]
