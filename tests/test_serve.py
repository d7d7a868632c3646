"""The preview: it builds first, watches, keeps the old site when a build fails, and stops quietly."""

from __future__ import annotations

import os
import threading
from http.client import HTTPConnection
from pathlib import Path

import pytest

from generator import serve as module
from generator.serve import Preview, serve, times, watch


def fill(out: Path) -> Path:
    html = out / "html"
    (html / "a").mkdir(parents=True)
    (html / "index.html").write_text("<body>home</body>", encoding="utf-8")
    (html / "a" / "index.html").write_text("<body>甲</body>", encoding="utf-8")
    (html / "404.html").write_text("<body>没有</body>", encoding="utf-8")
    (html / "a" / "x.css").write_text("p {}", encoding="utf-8")
    return html


def get(server: Preview, path: str, method: str = "GET") -> tuple[int, str, str]:
    connection = HTTPConnection("127.0.0.1", server.server_port, timeout=5)
    connection.request(method, path)
    answer = connection.getresponse()
    said = answer.status, answer.getheader("Content-Type") or "", answer.read().decode()
    connection.close()
    return said


def test_what_the_preview_answers(tmp_path: Path) -> None:
    with Preview(("127.0.0.1", 0), fill(tmp_path)) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        status, kind, body = get(server, "/a/?x=1")
        assert (status, kind) == (200, "text/html; charset=utf-8")
        assert body.startswith("<body>甲<script>")
        assert body.endswith("</script>\n</body>")
        assert get(server, "/a/", "HEAD")[::2] == (200, "")
        assert get(server, "/a/x.css") == (200, "text/css", "p {}")
        assert get(server, "/a")[0] == 301
        assert get(server, "/missing")[0] == 404
        assert "没有" in get(server, "/missing")[2]
        assert get(server, "/../serve.py")[0] == 404
        assert get(server, "/_version")[2] == "0"
        server.version += 1
        assert get(server, "/_version")[2] == "1"
        server.shutdown()


def test_a_change_is_seen_and_one_outside_is_not(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "EVERY", 0.01)
    (tmp_path / "data").mkdir()
    (tmp_path / "build").mkdir()
    stop, seen = threading.Event(), threading.Semaphore(0)
    watching = threading.Thread(target=watch, args=(tmp_path, times(tmp_path), seen.release, stop))
    watching.start()
    try:
        (tmp_path / "build" / "x").touch()
        assert not seen.acquire(timeout=0.2)
        (tmp_path / "data" / "x.yml").write_text("a: 1\n", encoding="utf-8")
        assert seen.acquire(timeout=5)
        while seen.acquire(timeout=0.2):
            pass
        os.utime(tmp_path / "data" / "x.yml", ns=(0, 0))
        assert seen.acquire(timeout=5)
        while seen.acquire(timeout=0.2):
            pass
        (tmp_path / "data" / "x.yml").unlink()
        assert seen.acquire(timeout=5)
    finally:
        stop.set()
        watching.join()


def test_a_first_build_that_fails_with_nothing_to_show_ends(tmp_path: Path) -> None:
    assert serve(tmp_path, port=0, rebuild=lambda: 1) == 1


def test_a_port_in_use_says_so(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    with Preview(("127.0.0.1", 0), fill(tmp_path / "build")) as server:
        assert serve(tmp_path, port=server.server_port, rebuild=lambda: 0) == 2
    assert f"端口 {server.server_port} 用不了" in capsys.readouterr().err


def crash() -> int:
    raise ValueError("a template half-written")


@pytest.mark.parametrize(
    ("codes", "said"),
    [
        ([0, 0], ["在浏览器中打开", "有改动，重新生成……"]),
        ([0, 1], ["在浏览器中打开", "有改动，重新生成……", "显示的仍是原来的网站。"]),
        ([1, 0], ["在浏览器中打开", "有改动，重新生成……"]),
        ([0, None], ["在浏览器中打开", "有改动，重新生成……", "显示的仍是原来的网站。"]),
    ],
)
def test_it_serves_until_interrupted(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    codes: list[int | None],
    said: list[str],
) -> None:
    def one_change(root: Path, seen: object, changed: object, stop: object) -> None:
        assert callable(changed)
        changed()
        raise KeyboardInterrupt

    def rebuild() -> int:
        code = codes.pop(0)
        return crash() if code is None else code

    fill(tmp_path / "out")
    monkeypatch.setattr(module, "watch", one_change)
    assert serve(tmp_path, port=0, rebuild=rebuild, out=tmp_path / "out") == 0
    lines = capsys.readouterr().out.splitlines()
    assert [line.split(" ")[0] for line in lines] == said
    assert "http://127.0.0.1:" in lines[0]


def test_a_site_that_switched_though_something_was_refused_is_the_one_shown(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """One certificate without a glyph makes the build's exit code 1, and the site is new all the same."""

    def refused() -> int:
        (tmp_path / "html").rename(tmp_path / "html.old")
        fill(tmp_path)
        return 1

    fill(tmp_path)
    with Preview(("127.0.0.1", 0), tmp_path / "html") as server:
        before = server.version
        module._again(refused, server, tmp_path / "html")
        assert server.version == before + 1
        module._again(lambda: 1, server, tmp_path / "html")
        assert server.version == before + 1
    assert capsys.readouterr().out.count("显示的仍是原来的网站。") == 1
