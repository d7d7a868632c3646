"""The site engine reads the staged pages, the looks and itself, writes its own folder, and calls nobody."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import yaml

from tests.published import files, lay_out
from tests.support import ROOT

SECRET = "zq7777kn"
# Everything Python opens, starts or connects to while the engine runs, over pages made from hostile text.
WATCH = """
import json, os, sys
from pathlib import Path
from generator import publish as publishing
from generator.publish import engine, publish
from tests.safety.hostile import hostile
folder = Path(sys.argv[1])
on, read, wrote, called = False, set(), set(), set()
def hook(event, arguments):
    if not on:
        return
    if event == "open" and isinstance(arguments[0], (str, bytes)):
        writes = arguments[2] & (os.O_WRONLY | os.O_RDWR) if isinstance(arguments[2], int) else 0
        (wrote if writes else read).add(os.path.realpath(os.fsdecode(arguments[0])))
    elif event.startswith(("socket.", "subprocess.", "os.system", "os.exec", "os.spawn", "os.posix_spawn", "urllib.")):
        called.add(event)
sys.addaudithook(hook)
plain = engine.run
def run(*arguments):
    global on
    on = True
    plain(*arguments)
    on = False
engine.run = run
publish(folder, hostile(), folder / "build")
print(json.dumps([sorted(read), sorted(wrote), sorted(called), sys.prefix, sys.base_prefix]))
"""


def test_the_engine_reads_and_writes_only_its_own(tmp_path: Path) -> None:
    folder = lay_out(tmp_path / "repository")
    for place in (tmp_path, folder, folder / "data", folder / "build"):
        place.mkdir(exist_ok=True)
    (tmp_path / "README.md").write_text(SECRET, encoding="utf-8")
    (folder / "README.md").write_text(SECRET, encoding="utf-8")
    (folder / "build" / "README.md").write_text(SECRET, encoding="utf-8")
    done = subprocess.run(
        [sys.executable, "-c", WATCH, str(folder)], cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    read, wrote, called, *prefixes = json.loads(done.stdout)
    build = (folder / "build").resolve()
    mine = [build / "pages", build / "mkdocs.yml", ROOT / "site" / "overrides", ROOT / "mkdocs.yml"]
    python = [Path(prefix).resolve() for prefix in prefixes]
    system = [Path("/dev/null"), Path("/usr/share/zoneinfo"), Path("/usr/lib/python3")]
    assert [path for path in read if not _under(path, [*mine, *python, *system, build / "html.new"])] == []
    assert any(_under(path, mine[:1]) for path in read)
    assert [path for path in wrote if not _under(path, [build / "html.new", *python])] == []
    assert called == []
    assert [name for name, raw in files(build / "html").items() if SECRET.encode() in raw] == []


def _under(path: str, folders: list[Path]) -> bool:
    return any(Path(path).is_relative_to(folder) for folder in folders)


def test_nothing_that_includes_runs_or_asks_is_turned_on() -> None:
    class Loader(yaml.SafeLoader):
        pass

    Loader.add_multi_constructor("tag:yaml.org,2002:python/", lambda loader, suffix, node: None)
    said = yaml.load((ROOT / "mkdocs.yml").read_text(encoding="utf-8"), Loader)
    names = {
        name for each in said["markdown_extensions"] for name in (each if isinstance(each, dict) else [each])
    }
    assert not {
        name for name in names if any(word in name for word in ("snippet", "macro", "include", "exec"))
    }
    assert not {"hooks", "extra_javascript", "extra_templates"} & set(said)
    assert {next(iter(one)) if isinstance(one, dict) else one for one in said["plugins"]} <= {"search"}
