"""Look at the site on this machine; it builds and reloads by itself when a record, schema or template changes."""

from __future__ import annotations

import io
import sys
import threading
import traceback
from collections.abc import Callable
from contextlib import suppress
from functools import partial
from http import HTTPStatus
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import BinaryIO, TypeAlias

from generator.system import why

Times: TypeAlias = dict[str, tuple[int, int]]
HOST = "127.0.0.1"
WATCHED = ("data", "schemas", "site", "mkdocs.yml")
# What the verification page's script is made of: thousands of files that only `make` changes.
PACKAGES = "node_modules"
EVERY = 1.0
VERSION = "/_version"
POLICY = b'http-equiv="Content-Security-Policy"'
RELOAD = b"""<script>
(() => {
  let shown = null;
  setInterval(async () => {
    try {
      const now = await (await fetch("/_version", { cache: "no-store" })).text();
      if (shown !== null && shown !== now) location.reload();
      shown = now;
    } catch { /* the server has stopped */ }
  }, 1000);
})();
</script>
"""


def serve(root: Path, *, port: int, rebuild: Callable[[], int], out: Path | None = None) -> int:
    """Build, then serve the html folder of `out` (default build/) until Ctrl-C.

    `rebuild` returns 0, or says itself what is wrong. Port 0 is any free one.
    """
    out = out or root / "build"
    before = times(root)
    code = rebuild()
    if code and not (out / "html").is_dir():
        return code
    try:
        server = Preview((HOST, port), out / "html")
    except OSError as error:
        sys.stderr.write(f"siwu：端口 {port} 用不了（{why(error)}）。请用 --port 换一个端口。\n")
        return 2
    sys.stdout.write(f"在浏览器中打开 http://{HOST}:{server.server_port}/ ，按 Ctrl-C 结束。\n")
    sys.stdout.flush()
    with server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        try:
            watch(root, before, partial(_again, rebuild, server, out / "html"), threading.Event())
        except KeyboardInterrupt:
            server.shutdown()
    return 0


def _again(rebuild: Callable[[], int], server: Preview, shown: Path) -> None:
    sys.stdout.write("有改动，重新生成……\n")
    before = _identity(shown)
    try:
        built = rebuild() == 0
    except Exception:
        # A template half-written is no reason to stop looking.
        traceback.print_exc()
        built = False
    # A site can switch although something in it was refused: what is shown decides, not the exit code.
    if built or _identity(shown) != before:
        server.version += 1
    else:
        sys.stdout.write("显示的仍是原来的网站。\n")
    sys.stdout.flush()


def _identity(folder: Path) -> int | None:
    """Which folder stands there; a build puts a new one in its place."""
    return folder.stat().st_ino if folder.is_dir() else None


def watch(root: Path, seen: Times, changed: Callable[[], None], stop: threading.Event) -> None:
    """Call `changed` whenever a watched file differs from what was `seen`, until `stop` is set."""
    while not stop.wait(EVERY):
        now = times(root)
        if now != seen:
            seen = now
            changed()


def times(root: Path) -> Times:
    """When each watched file and folder was last written, and its size."""
    found = {}
    for name in WATCHED:
        top = root / name
        for path in (top, *top.rglob("*")):
            if PACKAGES in path.parts:
                continue
            # A file may go between being listed and being looked at.
            with suppress(OSError):
                stat = path.stat()
                found[str(path)] = (stat.st_mtime_ns, stat.st_size)
    return found


class Preview(ThreadingHTTPServer):
    """A server of one folder; `version` counts the builds it has shown."""

    daemon_threads = True

    def __init__(self, address: tuple[str, int], folder: Path) -> None:
        self.version = 0
        super().__init__(address, partial(_Handler, directory=str(folder)))


class _Handler(SimpleHTTPRequestHandler):
    server: Preview

    def do_GET(self) -> None:
        if self.path == VERSION:
            self._send(HTTPStatus.OK, str(self.server.version).encode(), "text/plain")
        else:
            super().do_GET()

    def send_head(self) -> io.BytesIO | BinaryIO | None:
        """A page with the reloading script, or what the folder holds."""
        page = Path(self.translate_path(self.path))
        if page.is_dir() and self.path.partition("?")[0].endswith("/"):
            page /= "index.html"
        if page.suffix != ".html" or not page.is_file():
            return super().send_head()
        self._send(HTTPStatus.OK, _reloading(page), "text/html; charset=utf-8")
        return None

    def send_error(self, code: int, message: str | None = None, explain: str | None = None) -> None:
        """Nothing there: the site's own page for that."""
        missing = Path(self.directory) / "404.html"
        if code == HTTPStatus.NOT_FOUND and missing.is_file():
            self._send(HTTPStatus.NOT_FOUND, _reloading(missing), "text/html; charset=utf-8")
        else:
            super().send_error(code, message, explain)

    def _send(self, status: HTTPStatus, body: bytes, kind: str) -> None:
        self.send_response(status)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(body)))
        self.send_header("Cache-Control", "no-store")
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(body)

    def log_message(self, format: str, *arguments: object) -> None:
        """Say nothing: the terminal is for what the build says."""


def _reloading(page: Path) -> bytes:
    """The page with the script; as it is where it says itself which scripts may run."""
    raw = page.read_bytes()
    return raw if POLICY in raw else raw.replace(b"</body>", RELOAD + b"</body>", 1)
