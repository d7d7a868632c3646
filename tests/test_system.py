"""What the operating system says no to is told in Chinese."""

from __future__ import annotations

import errno
import re

import pytest

from generator.system import WORDS, why

CHINESE = re.compile("[\u4e00-\u9fff]")


@pytest.mark.parametrize("number", sorted(WORDS))
def test_what_people_meet_has_chinese_words(number: int) -> None:
    assert CHINESE.search(why(OSError(number, "in the system's language")))
    assert not re.search("[a-z]", WORDS[number])


def test_a_missing_file_as_python_raises_it(tmp_path_factory: pytest.TempPathFactory) -> None:
    with pytest.raises(OSError, match="No such file") as raised:
        (tmp_path_factory.mktemp("empty") / "none").read_bytes()
    assert why(raised.value) == "没有这个文件"


def test_what_has_no_words_keeps_the_systems() -> None:
    assert why(OSError(errno.ENOTTY, "Inappropriate ioctl for device")) == "Inappropriate ioctl for device"
    assert why(OSError("no number")) == "系统没有说明原因"
