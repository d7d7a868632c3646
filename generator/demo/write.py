"""A whole repository on disk: the invented data/ and what a check of it needs."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from tempfile import NamedTemporaryFile

from generator.demo.annual import File
from generator.demo.generate import generate
from generator.sealed import identities
from generator.signature.keys import PrivateKey, read_private
from generator.tree import Directory, TreeError

IDENTITY = "tests/keys/demo-identity.txt"
RECIPIENTS = "tests/keys/demo-recipients.txt"
ISSUER_KEY = "tests/keys/demo-issuer.pem"
STATUS_KEY = "tests/keys/demo-status.pem"
Progress = Callable[[int, int], None]
# Folders that hold nothing but invented records: what an earlier run left there and this one does not make goes.
INVENTED = (
    *("archive", "assessments", "commendations", "deliveries", "designations", "filings", "instructors"),
    *("plans", "recommendations", "reports", "rosters", "sealed", "statistics"),
)


def write(
    root: Path,
    out: Path,
    *,
    seed: int = 2022,
    scale: int = 1,
    years: int = 1,
    progress: Progress | None = None,
) -> int:
    """Write the repository to `out` from the real records of `root`; the number of files under data/.

    Files are put in place one by one, each whole. `out` must be new, empty or an earlier demo: it is never
    written over a production repository.
    """
    _refuse_production(out)
    keys = _lines(root / RECIPIENTS)
    files = generate(
        Directory(root),
        seed=seed,
        scale=scale,
        years=years,
        key=_key(root / ISSUER_KEY),
        recipients=keys,
        identities=identities((root / IDENTITY).read_text("utf-8")),
        existing=dict(_ciphertexts(root, out)),
    )
    written = set(_put_all(out, files, progress, expected=_expected(scale, years)))
    _remove_stale(out, written)
    if out.resolve() != root.resolve():
        for path in (*_schemas(root), IDENTITY, RECIPIENTS, ISSUER_KEY, STATUS_KEY):
            _put(out / path, (root / path).read_bytes())
    return len(written)


def _refuse_production(out: Path) -> None:
    dataset = out / "data" / "dataset.yml"
    if dataset.is_file():
        if "kind: demo" not in dataset.read_text("utf-8", "replace"):
            raise TreeError(f"{out} 里是正式数据，不能写入演示数据。请换一个空文件夹。")
    elif out.is_dir() and any(out.iterdir()):
        raise TreeError(f"{out} 不是空文件夹，也不是演示数据。请换一个空文件夹。")


def _lines(path: Path) -> list[str]:
    """The keys in a file of recipients."""
    if not path.is_file():
        raise TreeError(f"缺少 {path}：演示数据要用其中的公钥密封")
    lines = (line.strip() for line in path.read_text("utf-8").splitlines())
    return [line for line in lines if line and not line.startswith("#")]


def _key(path: Path) -> PrivateKey:
    """The key that signs the demo's certificates."""
    if not path.is_file():
        raise TreeError(f"缺少 {path}：演示证书要用它签名")
    return read_private(path.read_bytes())


def _ciphertexts(*roots: Path) -> Iterator[File]:
    """The sealed files there are; those of a later root win."""
    for root in roots:
        for path in sorted((root / "data" / "sealed").glob("*/*.age")):
            yield path.relative_to(root).as_posix(), path.read_bytes()


def _expected(scale: int, years: int) -> int:
    """About how many files there will be, for the progress only."""
    return 30 + 83 * scale + years * (270 + 10 * scale)


def _put_all(out: Path, files: Iterable[File], progress: Progress | None, expected: int) -> Iterator[str]:
    done = 0
    for path, raw in files:
        _put(out / path, raw)
        done += 1
        if progress and done % 50 == 0:
            progress(min(done, expected - 1), expected)
        yield path
    if progress:
        progress(done, done)


def _put(path: Path, raw: bytes) -> None:
    """Write a file as a whole: aside first, then into its place. The same bytes are left alone."""
    if path.is_file() and path.read_bytes() == raw:
        return
    path.parent.mkdir(parents=True, exist_ok=True)
    with NamedTemporaryFile(dir=path.parent, prefix=".", delete=False) as aside:
        try:
            aside.write(raw)
            aside.close()
            Path(aside.name).chmod(0o644)
            os.replace(aside.name, path)  # noqa: PTH105 - over what is there
        except BaseException:
            Path(aside.name).unlink(missing_ok=True)
            raise


def _schemas(root: Path) -> list[str]:
    return [path.relative_to(root).as_posix() for path in sorted((root / "schemas").glob("*.json"))]


def _remove_stale(out: Path, written: set[str]) -> None:
    for folder in INVENTED:
        for path in sorted((out / "data" / folder).rglob("*")):
            if path.is_file() and path.relative_to(out).as_posix() not in written:
                path.unlink()
