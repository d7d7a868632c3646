"""Staged files: those wanted and no others, and nothing written twice."""

from __future__ import annotations

from pathlib import Path
from tempfile import TemporaryDirectory

from hypothesis import given
from hypothesis import strategies as st

from generator.publish.extras import found, sync

NAMES = st.lists(st.sampled_from("ab"), min_size=1, max_size=3).map("/".join)
FILES = st.dictionaries(NAMES, st.binary(max_size=3), max_size=5)


def _possible(files: dict[str, bytes]) -> dict[str, bytes]:
    """Without names that would be a file and a folder at once."""
    return {
        name: raw for name, raw in files.items() if not any(other.startswith(f"{name}/") for other in files)
    }


def _held(folder: Path) -> dict[str, bytes]:
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in found(folder)}


@given(FILES.map(_possible), FILES.map(_possible))
def test_the_folder_holds_what_is_wanted_whatever_it_held(
    before: dict[str, bytes], after: dict[str, bytes]
) -> None:
    with TemporaryDirectory() as name:
        folder = Path(name)
        sync(folder, before)
        sync(folder, after)
        assert _held(folder) == after
        folders = {path for path in folder.rglob("*") if path.is_dir()}
        assert folders == {parent for path in found(folder) for parent in path.parents if parent > folder}


def test_what_stands_as_it_should_is_not_written(tmp_path: Path) -> None:
    sync(tmp_path, {"same": b"1", "other": b"1"})
    times = {path.name: path.stat().st_mtime_ns for path in tmp_path.iterdir()}
    sync(tmp_path, {"same": b"1", "other": b"2"})
    assert (tmp_path / "same").stat().st_mtime_ns == times["same"]
    assert (tmp_path / "other").read_bytes() == b"2"


def test_a_link_is_replaced_not_followed(tmp_path: Path) -> None:
    outside, folder = tmp_path / "outside", tmp_path / "folder"
    outside.write_bytes(b"mine")
    folder.mkdir()
    (folder / "page").symlink_to(outside)
    sync(folder, {"page": b"new"})
    assert outside.read_bytes() == b"mine"
    assert (folder / "page").read_bytes() == b"new"
    assert not (folder / "page").is_symlink()
