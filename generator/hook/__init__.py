"""The hook of a git server: every push is judged before it is kept, every merge of the office filed right after.

What follows a push loads the site's engine: it stands apart (`hook.after`), so that nobody waits for that before.
"""

from __future__ import annotations

from generator.hook.place import HookError, install, remove
from generator.hook.receive import Reply, receive
from generator.hook.setting import Setting

__all__ = ["HookError", "Reply", "Setting", "install", "receive", "remove"]
