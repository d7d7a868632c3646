"""The repository itself: what is tracked, locked, ignored, and set up by `make`."""

import json
import os
import re
import shutil
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
REQUIREMENTS = ROOT / "requirements"

# Put together here so that this file does not find itself.
HOSTS = ("pypi" + ".org", "pythonhosted" + ".org", "npmjs" + ".org", "npmmirror" + ".com")
OPTIONS = ("--find" + "-links", "--index" + "-url", "--extra-index" + "-url", "--trusted" + "-host")
MACHINE_PATH = re.compile(r"(?<![\w.$~})\]/-])/(?:work|root|opt|tmp|home|Users)/\w")


def git(*arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(["git", *arguments], cwd=ROOT, capture_output=True, text=True, check=False)


def make(*arguments: str, folder: Path = ROOT) -> str:
    environment = {name: value for name, value in os.environ.items() if not name.startswith("MAKE")}
    done = subprocess.run(
        ["make", *arguments], cwd=folder, env=environment, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


def tracked_text() -> dict[str, str]:
    """Every tracked text file by its path; binary files have no words to leak."""
    names = [name for name in git("ls-files", "-z").stdout.split("\0") if name]
    contents = {name: (ROOT / name).read_bytes() for name in names if (ROOT / name).is_file()}
    return {name: data.decode("utf-8", "replace") for name, data in contents.items() if b"\0" not in data}


def locked(name: str) -> dict[str, str]:
    """Package to version, of a lock file."""
    return dict(re.findall(r"^([\w.-]+)==([\w.]+)", (REQUIREMENTS / name).read_text("utf-8"), re.M))


def wanted(name: str) -> set[str]:
    return set(re.findall(r"^([a-z][\w-]*)", (REQUIREMENTS / name).read_text("utf-8"), re.M))


def test_no_tracked_file_names_a_package_registry() -> None:
    found = {name: host for name, text in tracked_text().items() for host in HOSTS if host in text}
    assert found == {}


def test_no_tracked_file_names_a_path_of_a_machine() -> None:
    found = {name: match[0] for name, text in tracked_text().items() if (match := MACHINE_PATH.search(text))}
    assert found == {}


@pytest.mark.parametrize(
    "text", ["see /" + "work/x", '"/' + 'tmp/x"', "(/" + "root/x)", "file:///" + "opt/x"]
)
def test_a_path_of_a_machine_is_recognised(text: str) -> None:
    assert MACHINE_PATH.search(text.replace("file://", "file:"))


@pytest.mark.parametrize("lock", ["run.txt", "test.txt"])
def test_every_locked_package_has_hashes(lock: str) -> None:
    text = (REQUIREMENTS / lock).read_text("utf-8")
    entries = re.findall(r"^[^\s#].*(?:\n[ ]{4}.*)*", text, re.M)
    assert entries
    assert [
        entry for entry in entries if not re.search(r"==\S+ .*\\\n +--hash=sha256:[0-9a-f]{64}", entry)
    ] == []


@pytest.mark.parametrize("lock", ["run.txt", "test.txt"])
def test_a_lock_says_nothing_of_where_it_was_made(lock: str) -> None:
    text = (REQUIREMENTS / lock).read_text("utf-8")
    assert text.splitlines()[1] == "#    make lock"
    assert "://" not in text
    assert [option for option in OPTIONS if option in text] == []


def test_locks_hold_what_is_asked_for() -> None:
    assert wanted("run.in") - set(locked("run.txt")) == set()
    assert (wanted("run.in") | wanted("test.in")) - set(locked("test.txt")) == set()


def test_tests_run_on_the_versions_that_are_used() -> None:
    assert set(locked("run.txt").items()) - set(locked("test.txt").items()) == set()


@pytest.mark.parametrize("folder", ["bench", "site/verify"])
def test_npm_packages_are_exact_with_digests_and_without_hosts(folder: str) -> None:
    wanted = json.loads((ROOT / folder / "package.json").read_text("utf-8"))
    named = {**wanted["dependencies"], **wanted.get("devDependencies", {})}
    assert {
        version for version in named.values() if not re.fullmatch(r"[0-9]+(\.[0-9]+){2}", version)
    } == set()
    packages = json.loads((ROOT / folder / "package-lock.json").read_text("utf-8"))["packages"]
    locked = {name: package for name, package in packages.items() if name}
    assert {name: locked[f"node_modules/{name}"]["version"] for name in named} == named
    assert [name for name, package in locked.items() if "integrity" not in package] == []
    assert [name for name, package in locked.items() if "resolved" in package] == []


def test_help_lists_every_target() -> None:
    text = (ROOT / "Makefile").read_text("utf-8")
    declared = re.findall(r"^\.PHONY: (.*)", text, re.M)[0].split()
    lines = make("help").splitlines()
    assert sorted(line.split()[1] for line in lines) == sorted(set(declared) - {"FORCE"})
    assert [line for line in lines if not re.search(r"[\u4e00-\u9fff].* · [A-Z][a-z]", line)] == []


def test_make_alone_shows_the_help() -> None:
    assert make() == make("help")


@pytest.mark.parametrize("path", ["site/pages/index.md", "site/templates/plan.md", "site/assets/site.css"])
def test_sources_of_the_site_are_not_ignored(path: str) -> None:
    assert git("check-ignore", "--quiet", path).returncode == 1


@pytest.mark.parametrize(
    "path",
    [
        "build/html/index.html",
        ".venv/bin/siwu",
        "generator/__pycache__/x.pyc",
        "site/verify/dist/verify.js",
        "site/verify/node_modules/esbuild/package.json",
        "data/rosters/.siwu-0123456789abcdef",
    ],
)
def test_what_is_made_is_ignored(path: str) -> None:
    assert git("check-ignore", "--quiet", path).returncode == 0


@pytest.mark.parametrize("name", ["run", "python", "system"])
def test_scripts_can_be_run(name: str) -> None:
    assert os.access(ROOT / ".ci" / name, os.X_OK)


def test_licence_is_the_one_declared() -> None:
    declared = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]["license"]
    assert (ROOT / "LICENSE").read_text("utf-8").startswith(f"{declared} License\n")


@pytest.fixture
def set_up(tmp_path: Path) -> Path:
    """A clone, in a folder with a space in its name, whose set-up looks done."""
    clone = tmp_path / "a clone"
    shutil.copytree(REQUIREMENTS, clone / "requirements")
    shutil.copytree(ROOT / ".ci", clone / ".ci")
    for name in ("Makefile", "pyproject.toml"):
        shutil.copy2(ROOT / name, clone)
    (clone / ".venv" / "bin").mkdir(parents=True)
    (clone / ".venv" / "bin" / "python").symlink_to(sys.executable)
    (clone / ".venv" / ".run").write_text(f"{clone.resolve()}\n")
    (clone / ".venv" / ".test").touch()
    page = clone / "site" / "verify"
    shutil.copytree(ROOT / "site" / "verify" / "src", page / "src")
    for name in ("package.json", "package-lock.json", ".npmrc"):
        shutil.copy2(ROOT / "site" / "verify" / name, page)
    for made in (
        page / "node_modules" / ".run",
        page / "node_modules" / ".test",
        page / "dist" / "verify.js",
    ):
        made.parent.mkdir(exist_ok=True)
        made.touch()
    return clone


@pytest.mark.parametrize("target", ["site", "serve", "check", "test", "bench"])
def test_a_second_run_sets_nothing_up(set_up: Path, target: str) -> None:
    commands = make("--dry-run", target, folder=set_up)
    assert "install" not in commands
    assert ".ci/" not in commands


@pytest.mark.parametrize("changed", ["requirements/run.txt", "pyproject.toml"])
def test_a_changed_lock_installs_again_but_keeps_the_environment(set_up: Path, changed: str) -> None:
    late = (set_up / ".venv" / ".test").stat().st_mtime + 10
    os.utime(set_up / changed, (late, late))
    commands = make("--dry-run", "site", folder=set_up)
    assert "--require-hashes --requirement requirements/run.txt" in commands
    assert "-m venv" not in commands


@pytest.mark.parametrize(
    ("changed", "command"),
    [("package-lock.json", " ci --omit=dev"), ("src/answer.ts", "esbuild")],
)
def test_a_changed_script_is_bundled_again(set_up: Path, changed: str, command: str) -> None:
    file = set_up / "site" / "verify" / changed
    late = (set_up / "site" / "verify" / "dist" / "verify.js").stat().st_mtime + 10
    os.utime(file, (late, late))
    for target in ("site", "serve", "test"):
        commands = make("--dry-run", target, folder=set_up)
        assert command in commands
        assert " ci" not in commands or "--ignore-scripts" in commands
    assert "esbuild" not in make("--dry-run", "check", folder=set_up)


def test_a_moved_clone_is_set_up_anew(set_up: Path) -> None:
    moved = set_up.rename(set_up.with_name("elsewhere"))
    assert "-m venv --clear .venv" in make("--dry-run", "site", folder=moved)


def path_with(folder: Path, programs: dict[str, str]) -> dict[str, str]:
    """A PATH that holds only what the scripts themselves call, and these programs."""
    folder.mkdir(exist_ok=True)
    for name in ("sh", "dirname", "tr", "id", "env"):
        (folder / name).symlink_to(str(shutil.which(name)))
    for name, script in programs.items():
        (folder / name).write_text(f"#!{shutil.which('sh')}\n{script}\n")
        (folder / name).chmod(0o755)
    return {"PATH": str(folder)}


# What the site needs besides git, and what is asked for where there is git only.
PRESENT = {"python3": f'exec "{sys.executable}" "$@"', "fc-match": "exit 0", "fc-list": "echo Noto"}
MISSING = (
    "python3 python3-venv libpango-1.0-0 libpangoft2-1.0-0 libharfbuzz-subset0 fontconfig fonts-noto-cjk"
    " chromium poppler-utils qpdf zbar-tools openssh-client gitolite3 git-filter-repo"
)


def script(name: str, *arguments: str, env: dict[str, str]) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [ROOT / ".ci" / name, *arguments], env=env, capture_output=True, text=True, check=False
    )


def test_a_python_that_does_not_run_is_passed_over(tmp_path: Path) -> None:
    real = f'exec "{sys.executable}" "$@"'
    shims = {"python3.13": "exit 127", "python3.12": "exit 127", "python3.11": "exit 127", "python3": real}
    chosen = script("python", env=path_with(tmp_path / "bin", shims))
    assert chosen.stdout == f"{tmp_path / 'bin' / 'python3'}\n"


def test_a_python_asked_for_is_the_only_one_considered(tmp_path: Path) -> None:
    env = path_with(tmp_path / "bin", {"python3": f'exec "{sys.executable}" "$@"', "git": "exit 0"})
    assert script("python", env=env | {"PYTHON": "python3.10"}).returncode == 1
    refused = script("system", "run", env=env | {"PYTHON": "python3.10"})
    assert refused.returncode == 2
    assert "PYTHON=python3.10 不能用" in refused.stderr
    assert "PYTHON=python3.10 does not do" in refused.stderr


def test_nothing_is_installed_when_nothing_is_missing(tmp_path: Path) -> None:
    programs = {**PRESENT, "git": "exit 0", "apt-get": "exit 99"}
    done = script("system", "run", env=path_with(tmp_path / "bin", programs))
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")


def test_without_apt_the_missing_software_is_named(tmp_path: Path) -> None:
    done = script("system", "test", env=path_with(tmp_path / "bin", {"git": "exit 0"}))
    assert done.returncode == 2
    assert done.stderr == (
        f"缺少系统软件：{MISSING}。"
        "请用本机的软件管理器装好（Python 要 3.11 至 3.13），再运行一次。\n"
        f"Missing system software: {MISSING}. "
        "Please install it (Python must be 3.11 to 3.13) and run this again.\n"
    )


def test_apt_is_asked_for_exactly_what_is_missing(tmp_path: Path) -> None:
    log, installed = tmp_path / "log", tmp_path / "bin" / "git"
    apt = f"echo \"$@\" >> '{log}'; [ $1 = update ] || echo '#!/bin/sh' > '{installed}'; chmod +x '{installed}' || true"
    programs = {**PRESENT, "apt-get": apt, "sudo": 'exec "$@"'}
    env = path_with(tmp_path / "bin", programs)
    (tmp_path / "bin" / "chmod").symlink_to(str(shutil.which("chmod")))
    done = script("system", "run", env=env)
    assert done.stdout == "安装系统软件 · Installing system software: git\n"
    assert log.read_text().splitlines() == ["update -qq", "install -y -qq --no-install-recommends git"]
    assert done.returncode == 0
