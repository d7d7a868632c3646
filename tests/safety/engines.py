"""Both site engines over the same staged pages."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

from generator.render.escape import setting


def zensical(build: Path) -> Path:
    """The staged pages of a build made by Zensical beside it; the folder of its site."""
    config = json.loads((build / "mkdocs.yml").read_text(encoding="utf-8"))
    config["site_dir"] = "zensical"
    (build / "zensical.yml").write_text(setting(config), encoding="utf-8")
    command = [str(Path(sys.executable).parent / "zensical"), "build", "--clean", "-f", "zensical.yml"]
    given = {**os.environ, "SOURCE_DATE_EPOCH": "1668787200"}
    done = subprocess.run(command, cwd=build, env=given, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    return build / "zensical"
