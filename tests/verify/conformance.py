"""The demo's credentials against a schema somebody has a copy of."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

from jsonschema.validators import validator_for

from generator.check import check
from generator.signature.badge import credential
from generator.signature.payload import decode
from generator.signature.written import read_payload
from generator.tree import Directory
from generator.validity.badges import award
from tests.support import ROOT


def findings(schema: Path) -> Iterator[str]:
    """What the schema finds in the credentials of the whole roster."""
    rules = json.loads(schema.read_bytes())
    kind = validator_for(rules)
    validator = kind(rules, format_checker=kind.FORMAT_CHECKER)
    repo = check(Directory(ROOT)).repo
    assert repo is not None
    for year, roster in repo.rosters.items():
        common = award(repo, year)
        assert common is not None
        for event in roster.events:
            if event.payload:
                said = credential(common, decode(read_payload(event.payload)))
                for error in validator.iter_errors(said):
                    yield f"{event.no} {'/'.join(map(str, error.path))}: {error.message}"
