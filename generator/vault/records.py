"""A class's plain record, judged before it is sealed. Nothing said here quotes it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from generator import privacy
from generator.canonical import dump, header_for
from generator.diff.meaning import meaning
from generator.examine import shaped
from generator.load import load
from generator.locate import locate
from generator.problem import Position, Problem, Severity, Where
from generator.schema import Schemas
from generator.sealed import is_envelope
from generator.vault.folders import VaultError
from generator.vault.holders import Holder, Holders, RefusedError

KIND = "candidates"
BOM = b"\xef\xbb\xbf"


@dataclass(frozen=True, kw_only=True, slots=True)
class Plain:
    """A record fit to be sealed: whose, how many people, and its bytes in canonical form."""

    holder: Holder
    people: int
    raw: bytes = field(repr=False)


def judge(name: str, raw: bytes, holders: Holders, schemas: Schemas) -> Plain:
    """The record in a text that goes by `name` in messages. Raises `RefusedError` with all that is wrong."""
    if is_envelope(raw):
        raise VaultError(f"{name} 已经是密封文件，请给明文")
    raw = raw.removeprefix(BOM).replace(b"\r\n", b"\n")
    kind = schemas.kinds[KIND]
    problems: list[Problem] = list(privacy.problems(name, raw))
    data = shaped(name, raw, kind, schemas, problems)
    wrong = [one for one in problems if one.severity is Severity.ERROR]
    if data is None or wrong:
        raise RefusedError(_placed(raw, wrong))
    try:
        holder = holders.of(data["class"], data["year"])
    except VaultError as error:
        raise RefusedError(_placed(raw, [_unregistered(name, str(error))])) from None
    if data["retain_until"] != str(holder.until):
        raise RefusedError(_placed(raw, [_other_date(name, holder)]))
    plain = dump(data, schemas.order(kind), header_for(holder.candidates, KIND)).encode()
    if meaning(load(plain, name).data) != meaning(data):
        raise VaultError(f"{name} 统一写法后内容会变，没有密封。请把这个情况告诉维护人员，不要附上文件")
    return Plain(holder=holder, people=len(data["candidates"]), raw=plain)


def _unregistered(name: str, sentence: str) -> Problem:
    message, _, remedy = sentence.partition("。")
    return Problem(where=Where(name, ("class",)), code="SE002", message=message, remedy=remedy)


def _other_date(name: str, holder: Holder) -> Problem:
    message = f"“保存至”与登记的不同，登记的是 {holder.until}"
    remedy = "请核对 data/sealed/recipients.yml，两处写同一天"
    return Problem(where=Where(name, ("retain_until",)), code="SE002", message=message, remedy=remedy)


def _placed(raw: bytes, problems: Sequence[Problem]) -> list[Problem]:
    """Problems with line and column, in their order in the text."""
    wanted = {one.where.keys for one in problems if one.at is None and one.where.keys}
    at = locate(raw.decode(), wanted) if wanted else {}
    start = Position(1, 1)
    placed = [replace(one, at=one.at or at.get(one.where.keys, start)) for one in problems]
    return sorted(placed, key=lambda one: ((one.at or start).line, (one.at or start).column, one.code))
