"""Files written whole or not at all, in folders held open: a name changed meanwhile leads nowhere else.

What is private never lies in a repository, not for a moment, and has no name before it is whole: a process
killed at any time leaves nothing behind. Where a file system knows no unnamed files, a private file
beside it takes their place, and is removed unless the process is killed outright.
"""

from __future__ import annotations

import errno
import os
import secrets
import stat
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from generator.system import why
from generator.text import MAX_BYTES

PRIVATE, SHARED = 0o600, 0o644
OTHERS = 0o077
FOLDER = os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC
# Enough to ask about a folder that may be passed through but not listed.
PASSAGE = os.O_DIRECTORY | os.O_CLOEXEC | getattr(os, "O_PATH", os.O_RDONLY)
DESCRIPTORS = "/proc/self/fd"
UNNAMED = getattr(os, "O_TMPFILE", 0) if os.access(DESCRIPTORS, os.X_OK) else 0
NO_UNNAMED = {errno.EOPNOTSUPP, errno.EISDIR, errno.EINVAL}
REPOSITORIES = ((".git",), ("data", "schemas"), ("HEAD", "objects", "refs"))


class VaultError(Exception):
    """A sealing command cannot go on: a Chinese sentence without a word of what is sealed."""


def read_outside(path: Path) -> bytes:
    """The plain text of a file that lies in no repository."""
    try:
        real = path.resolve(strict=True)
        with outside(real.parent) as folder:
            return _read(real.name, folder, str(path))
    except FileNotFoundError as error:
        raise VaultError(f"没有文件 {path}") from error
    except (OSError, RuntimeError) as error:
        raise VaultError(f"文件 {path} 读不了：{_reason(error)}") from error


def read_inside(root: Path, path: str) -> bytes | None:
    """A file of the repository, None where there is none; symbolic links are not followed."""
    *folders, name = path.split("/")
    try:
        with within(root, folders) as folder:
            return _read(name, folder, path)
    except FileNotFoundError:
        return None
    except OSError as error:
        raise VaultError(f"文件 {path} 读不了：{_reason(error)}") from error


def write_outside(path: Path, raw: bytes, what: str = "明文") -> None:
    """A new private file (0600) in no repository; `what` it holds. What is there already is never written over."""
    try:
        with outside(path.parent, what) as folder:
            _whole(folder, path.name, raw, PRIVATE)
            os.fsync(folder)
    except FileExistsError as error:
        raise VaultError(f"已有 {path}，不覆盖。请换一个文件名，或确认不用了以后先删去") from error
    except OSError as error:
        raise VaultError(f"文件 {path} 写不了：{_reason(error)}") from error


def write_inside(root: Path, path: str, raw: bytes) -> None:
    """A file of the repository in place of the old one: whoever looks sees the old bytes or the new."""
    *folders, name = path.split("/")
    aside = f".siwu-{secrets.token_hex(8)}"
    try:
        with within(root, folders, make=True) as folder:
            _whole(folder, aside, raw, SHARED)
            try:
                os.rename(aside, name, src_dir_fd=folder, dst_dir_fd=folder)
            except BaseException:
                os.unlink(aside, dir_fd=folder)
                raise
            os.fsync(folder)
    except OSError as error:
        raise VaultError(f"文件 {path} 写不了：{_reason(error)}") from error


def remove_inside(root: Path, path: str) -> None:
    """Take a file out of the repository's folder."""
    *folders, name = path.split("/")
    try:
        with within(root, folders) as folder:
            os.unlink(name, dir_fd=folder)
            os.fsync(folder)
    except OSError as error:
        raise VaultError(f"文件 {path} 删不了：{_reason(error)}") from error


def no_redirection(descriptor: int) -> None:
    """Refuse a standard stream that the shell has bound to a file in a repository."""
    if not stat.S_ISREG(os.fstat(descriptor).st_mode) or not os.access(DESCRIPTORS, os.X_OK):
        return
    with outside(Path(f"{DESCRIPTORS}/{descriptor}").readlink().parent):
        return


@contextmanager
def outside(folder: Path, what: str = "明文") -> Iterator[int]:
    """A folder held open; a `VaultError` where it is in a repository, by whatever name it was reached."""
    try:
        held = os.open(folder, FOLDER)
    except FileNotFoundError as error:
        raise VaultError(f"没有文件夹 {folder}") from error
    try:
        if _in_repository(held):
            raise VaultError(
                f"{folder} 在仓库里，{what}一刻也不能放在那里。请放到仓库以外只有自己能看的文件夹"
            )
        yield held
    finally:
        os.close(held)


@contextmanager
def within(root: Path, folders: Sequence[str], make: bool = False) -> Iterator[int]:
    """A folder below the root held open, no symbolic link on the way; `make` makes what is missing."""
    held = os.open(root, FOLDER)
    try:
        for name in folders:
            if make:
                _make(name, held)
            below = os.open(name, FOLDER | os.O_NOFOLLOW, dir_fd=held)
            os.close(held)
            held = below
        yield held
    finally:
        os.close(held)


def _make(name: str, folder: int) -> None:
    try:
        os.mkdir(name, dir_fd=folder)
    except FileExistsError:
        return


def _in_repository(folder: int) -> bool:
    """Whether a folder or one above it is a repository: upward by the folders themselves, never by names."""
    here = os.open(".", PASSAGE, dir_fd=folder)
    try:
        while not any(all(_exists(name, here) for name in names) for names in REPOSITORIES):
            above = os.open("..", PASSAGE, dir_fd=here)
            if os.path.sameopenfile(here, above):
                os.close(above)
                return False
            os.close(here)
            here = above
        return True
    finally:
        os.close(here)


def _exists(name: str, folder: int) -> bool:
    try:
        os.stat(name, dir_fd=folder, follow_symlinks=False)
    except FileNotFoundError:
        return False
    return True


def _read(name: str, folder: int, shown: str) -> bytes:
    handle = os.open(name, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC, dir_fd=folder)
    with os.fdopen(handle, "rb") as file:
        if not stat.S_ISREG(os.fstat(handle).st_mode):
            raise VaultError(f"{shown} 不是普通文件；从别的程序读入请写 -（标准输入）")
        raw = file.read(MAX_BYTES + 1)
    if len(raw) > MAX_BYTES:
        raise VaultError(f"{shown} 超过上限 {MAX_BYTES // 2**20} MB")
    return raw


def _whole(folder: int, name: str, raw: bytes, mode: int) -> None:
    """A new file that has its name only once all of it is on the disk. `FileExistsError` for a taken name."""
    try:
        handle = os.open(".", UNNAMED | os.O_WRONLY | os.O_CLOEXEC, mode, dir_fd=folder) if UNNAMED else -1
    except OSError as error:
        if error.errno not in NO_UNNAMED:
            raise
        handle = -1
    if handle < 0:
        _whole_beside(folder, name, raw, mode)
        return
    with os.fdopen(handle, "wb") as file:
        _fill(file.fileno(), raw, mode)
        os.link(f"{DESCRIPTORS}/{handle}", name, dst_dir_fd=folder, follow_symlinks=True)


def _whole_beside(folder: int, name: str, raw: bytes, mode: int) -> None:
    aside = f".siwu-{secrets.token_hex(8)}"
    handle = os.open(aside, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, mode, dir_fd=folder)
    try:
        with os.fdopen(handle, "wb") as file:
            _fill(file.fileno(), raw, mode)
            os.link(aside, name, src_dir_fd=folder, dst_dir_fd=folder)
    finally:
        os.unlink(aside, dir_fd=folder)


def _fill(handle: int, raw: bytes, mode: int) -> None:
    """All bytes to the disk, after a look at who else could read them."""
    if not mode & OTHERS and os.fstat(handle).st_mode & OTHERS:
        raise VaultError("这个文件夹所在的磁盘管不住文件权限（例如 U 盘），别人也能看。请换一个文件夹")
    rest = memoryview(raw)
    while rest:
        rest = rest[os.write(handle, rest) :]
    os.fsync(handle)


def _reason(error: OSError | RuntimeError) -> str:
    if isinstance(error, OSError) and error.errno in {errno.ELOOP, errno.ENOTDIR}:
        return "路径上有符号链接，或该是文件夹的不是文件夹"
    return why(error) if isinstance(error, OSError) else "系统没有说明原因"
