"""One bare repository a module; attacks are commits on its first one."""

from __future__ import annotations

from typing import NamedTuple

import pytest

from tests.gate.repository import Bare, small


class Small(NamedTuple):
    bare: Bare
    first: str


@pytest.fixture(scope="module")
def repository(tmp_path_factory: pytest.TempPathFactory) -> Small:
    return Small(*small(tmp_path_factory.mktemp("gate")))
