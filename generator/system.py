"""What the operating system says no to, in Chinese."""

from __future__ import annotations

import errno

# What a person at the machine can mend: no fault of the program, nor of what it was told to do.
MENDABLE = {
    errno.ENOSPC: "磁盘满了",
    errno.EDQUOT: "磁盘配额用完了",
    errno.EROFS: "磁盘是只读的",
    errno.EACCES: "没有权限",
    errno.EPERM: "系统不允许",
    errno.EMFILE: "打开的文件太多",
    errno.ENFILE: "打开的文件太多",
    errno.EIO: "磁盘读写出错",
}
WORDS = MENDABLE | {
    errno.ENOENT: "没有这个文件",
    errno.ENOTDIR: "上一级不是文件夹",
    errno.EISDIR: "它是文件夹",
    errno.EEXIST: "已经有了",
    errno.ELOOP: "是连接，不是文件",
    errno.ENAMETOOLONG: "名字太长",
    errno.EADDRINUSE: "已被占用",
}


def why(error: OSError) -> str:
    """Why, in words; what has no words here in the system's own."""
    return WORDS.get(error.errno or 0) or error.strerror or "系统没有说明原因"
