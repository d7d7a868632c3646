"""All files of an invented repository's data/, one after another."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from generator.demo import clones
from generator.demo.annual import Annual, File, Memory
from generator.demo.province import Province
from generator.demo.season import Settings
from generator.demo.staff import Staff
from generator.demo.vault import Vault, recipients_record
from generator.schema import Schemas
from generator.signature.keys import PrivateKey
from generator.tree import Tree

FIRST_YEAR = 2022


def generate(  # noqa: PLR0913 - one keyword a part of what is asked for
    tree: Tree,
    *,
    seed: int,
    scale: int = 1,
    years: int = 1,
    key: PrivateKey,
    recipients: Sequence[str],
    identities: Sequence[Any] = (),
    existing: Mapping[str, bytes] | None = None,
) -> Iterator[File]:
    """Path and bytes of every file under data/: the real records of `tree` and what is invented around them.

    `key` signs the certificates.
    The same seed gives the same bytes, but for ciphertexts and what their digests stand in; those too where
    `existing` holds a ciphertext that an identity opens to the same plaintext.
    """
    schemas = Schemas.read(tree)
    province = Province.read(tree, schemas, seed)
    settings = Settings(
        seed=seed,
        scale=scale,
        first=FIRST_YEAR,
        years=years,
        as_of=clones.today(FIRST_YEAR, years),
        province=province,
    )
    memory = Memory()
    annual = Annual(
        settings=settings,
        schemas=schemas,
        staff=Staff.hire(settings),
        vault=Vault(recipients=recipients, identities=identities, existing=existing or {}),
        key=key,
        memory=memory,
    )
    yield from _standing(annual)
    for year in range(FIRST_YEAR, settings.last + 1):
        yield from annual.files(year)
    yield annual.text(
        "recipients", "data/sealed/recipients.yml", recipients_record(memory.recipients, recipients)
    )


def _standing(annual: Annual) -> Iterator[File]:
    """Files of no year: the real records and the pool of instructors."""
    for path, record in clones.standing(annual.settings):
        if isinstance(record, bytes):
            yield path, record
        else:
            yield annual.text("base" if path.startswith("data/bases/") else "dataset", path, record)
    for path, record in annual.staff.records():
        yield annual.text("instructor", path, record)
