"""The whole way on a server of one's own: keys, ssh, push, answer, merge, register, site; plainly and through gitolite."""

from __future__ import annotations

import json
import re
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import pytest

from tests.gate.repository import BASE, ENSHI, ENSHI_BUREAU, OFFICE, OWNERS, YICHANG, ZIGUI, plan
from tests.hook.conftest import Hooked, install
from tests.hook.servers import Said, Server, key, run, sshd, sure
from tests.hook.test_guide import GUIDE
from tests.support import ISSUER_KEY, ROOT, edit, records, write

DEMO_STATUS = ROOT / "tests" / "keys" / "demo-status.pem"

pytestmark = [pytest.mark.slow, pytest.mark.xdist_group("hook-end-to-end")]

REGISTER = "data/filings"


class Desk(NamedTuple):
    """Somebody's clone, and how they come in."""

    folder: Path
    server: Server
    account: str

    def git(self, *arguments: str) -> Said:
        return run("git", *arguments, cwd=self.folder, **self.server.environment(self.account))

    def sure(self, *arguments: str) -> str:
        said = self.git(*arguments)
        assert said.code == 0, said.text
        return said.text.strip()

    def branch(self, name: str, **files: bytes) -> None:
        """A branch from the server's newest base, with one commit."""
        self.sure("fetch", "-q", "origin")
        self.sure("checkout", "-q", "-B", name, "origin/main")
        for path, raw in files.items():
            (self.folder / path).write_bytes(raw)
        self.sure("add", "--all")
        self.sure("commit", "-q", "-m", "更新")

    def push(self, *specs: str) -> Said:
        return self.git("push", "-q", "origin", *specs)


class Province(NamedTuple):
    """A server, its repository, and the clones of those who file."""

    git_dir: Path
    site: Path
    yichang: Desk
    enshi: Desk
    base: Desk
    office: Desk

    def register(self) -> list[dict[str, object]]:
        """The register's lines of this year; those before are the small repository's."""
        names = run("git", "ls-tree", "-r", "--name-only", "register", cwd=self.git_dir).text.splitlines()
        raw = "".join(sure("git", "show", f"register:{name}", cwd=self.git_dir) + "\n" for name in names)
        return [line for line in map(json.loads, raw.splitlines()) if line["merge"]]


@pytest.fixture(scope="module")
def province(plain: Hooked, server: Server, tmp_path_factory: pytest.TempPathFactory) -> Province:
    """Clones over ssh of a repository with the hook, one a unit."""
    folder = tmp_path_factory.mktemp("province")
    shutil.copy(DEMO_STATUS, folder / "status.pem")
    said = install(plain.git_dir, "--site", str(folder / "site"), "--status-key", str(folder / "status.pem"))
    assert said.code == 0, said.text
    sure("git", "clone", "-q", str(plain.git_dir), "first", cwd=folder)
    desks = []
    for account in (YICHANG, ENSHI_BUREAU, BASE, OFFICE):
        shutil.copytree(folder / "first", folder / account)
        desk = Desk(folder / account, server, account)
        desk.sure("remote", "set-url", "origin", server.url(str(plain.git_dir)))
        desks.append(desk)
    return Province(plain.git_dir, folder / "site", *desks)


def test_from_a_plan_to_its_number_and_page(province: Province) -> None:
    """Pushed by the bureau, merged by the office, registered with the bureau's time, published; twice is as once."""
    province.yichang.branch("plan", **{ZIGUI: plan(remark="场地已定")})
    said = province.yichang.push("HEAD:yichang/2022")
    assert said.code == 0, said.text
    assert "已收下（推送 1，" in said.text
    assert "秭归县" in said.text
    assert "下一步：不用再做什么，等审核人审核。" in said.text
    office = province.office
    office.sure("fetch", "-q", "origin")
    office.sure("checkout", "-q", "-B", "main", "origin/main")
    office.sure("merge", "-q", "--no-ff", "-m", "备案：宜昌市", "origin/yichang/2022")
    said = office.push("main")
    assert said.code == 0, said.text
    (line,) = province.register()
    journal = [
        json.loads(line) for line in (province.git_dir / "siwu-journal.jsonl").read_text().splitlines()
    ]
    assert [one["user"] for one in journal] == [YICHANG, OFFICE]
    assert (line["record"], line["reviewer"], line["submission"]) == (ZIGUI, OFFICE, "推送 1")
    assert line["submitted"] == journal[0]["submitted"]
    assert line["merge"] == office.sure("rev-parse", "HEAD")
    assert f"{line['no']}  {ZIGUI}" in said.text
    assert "网站已更新。" in said.text
    assert "等审核人审核" not in said.text
    page = (province.site / "html" / "plans" / "yichang-zigui" / "index.html").read_text()
    assert str(line["no"]) in page
    marker = province.site.parent / "ran"
    (office.folder / "site").mkdir()
    (office.folder / "site" / "hook.py").write_text(f"open({str(marker)!r}, 'w')\n")
    (office.folder / "mkdocs.yml").write_text("hooks: [site/hook.py]\n")
    office.sure("add", "--all")
    office.sure("commit", "-q", "-m", "换样子")
    said = office.push("main")
    assert "没有新的记录要登记。" in said.text
    assert "网站已更新。" in said.text
    assert (len(province.register()), marker.exists()) == (1, False)


def test_every_night_the_status_list_is_signed_anew(province: Province) -> None:
    """By the line of the guide; with a key that may not sign the site comes without a list, and that is said."""
    status, key = province.site / "html" / "verify" / "status.jwt", province.site.parent / "status.pem"
    line = re.search(r"^ *10 0 \* \* \* (.*)$", GUIDE, re.MULTILINE)
    assert line
    nightly = line[1].replace("/srv/git/siwu.git", str(province.git_dir))
    tips = ("git", "for-each-ref")
    before = sure(*tips, cwd=province.git_dir)
    assert "网站已更新。" in sure("sh", "-c", nightly, cwd=ROOT)
    assert status.exists()
    shutil.copy(ISSUER_KEY, key)
    said = sure("sh", "-c", nightly, cwd=ROOT)
    assert "网站已更新。证书状态清单没有签：状态密钥不能用，密钥 152a6163 是签发证书的" in said
    assert not status.exists()
    assert sure(*tips, cwd=province.git_dir) == before


def test_what_a_clerk_reads_when_a_plan_is_wrong(province: Province) -> None:
    province.yichang.branch("wrong", **{ZIGUI: plan(classes__0__trainees__total=10)})
    said = province.yichang.push("HEAD:yichang/wrong")
    assert said.code == 1
    assert "没有收下：服务器上什么也没有改变。推送账号：9000104" in said.text
    assert "分支 yichang/wrong" in said.text
    assert "PL002" in said.text
    assert "全年计划培训 10 人" in said.text


def test_whose_key_it_is_decides_and_nothing_a_commit_says(province: Province) -> None:
    """Another bureau's file, what is the office's, the base itself, and an account that claims to be another."""
    forged = province.yichang.folder / "data" / "filings" / "2022.jsonl"
    owners = write(OWNERS, edit(records()[OWNERS], {"owners/2/roles": ["bureau:yichang", "office"]}))
    line = forged.read_bytes().splitlines(keepends=True)[-1]
    attacks = (
        ("GA003", ENSHI, plan(ENSHI, remark="改")),
        ("GA004", OWNERS, owners),
        ("GA004", "schemas/plan.schema.json", b"{}\n"),
        ("GA004", "data/filings/2022.jsonl", forged.read_bytes() + line),
    )
    for code, path, raw in attacks:
        province.yichang.branch("attack", **{path: raw})
        province.yichang.sure("commit", "-q", "--amend", "--no-edit", "--author", "9000001 <o@hubei.example>")
        said = province.yichang.push("HEAD:yichang/attack")
        assert said.code == 1
        assert code in said.text
        assert path in said.text
    province.yichang.branch("good", **{ZIGUI: plan(remark="又改")})
    claimed = {**province.yichang.server.environment(YICHANG), "SIWU_USER": OFFICE, "GL_USER": OFFICE}
    sent = {**claimed, "GIT_SSH_COMMAND": claimed["GIT_SSH_COMMAND"] + " -o 'SendEnv=SIWU_USER GL_USER'"}
    said = run("git", "push", "-q", "origin", "HEAD:main", cwd=province.yichang.folder, **sent)
    assert "主分支只由省知识产权局合并" in said.text
    assert "本账号的分支名要以 enshi/ 开头" in province.enshi.push("HEAD:yichang/x").text


def test_a_base_files_its_own_instructors(province: Province) -> None:
    path = "data/instructors/base-yichang/li-shili.yml"
    province.base.branch("staff", **{path: write(path, edit(records()[path], {"bio": "新的示例简介"}))})
    assert province.base.push("HEAD:base-yichang/staff").code == 0
    province.base.branch("plan", **{ZIGUI: plan(remark="改")})
    assert "GA003" in province.base.push("HEAD:base-yichang/plan").text


def test_a_key_opens_git_and_nothing_else(province: Province) -> None:
    environment = province.yichang.server.environment(YICHANG)["GIT_SSH_COMMAND"]
    target = province.yichang.server.url("").removesuffix(":")
    for command in ("id", "env", f"cat {province.git_dir}/config", ""):
        said = run("sh", "-c", f"{environment} {target} {command}", cwd=province.site.parent)
        assert said.code != 0
        assert "uid=" not in said.text
        assert "SIWU_USER" not in said.text
        assert "[core]" not in said.text
    key(province.yichang.server.folder, "nobody")
    said = Desk(province.yichang.folder, province.yichang.server, "nobody").git("ls-remote", "origin")
    assert said.code != 0
    assert "Permission denied" in said.text


GITOLITE = """\
repo gitolite-admin
    RW+ = office

repo siwu
    RW+ = office yichang enshi
"""


@pytest.fixture(scope="module")
def gitolite(plain: Hooked, tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Server, Path]]:
    """A home set up by gitolite's own command, a key for each unit, our repository with the hook."""
    home = tmp_path_factory.mktemp("gitolite")
    (home / ".ssh").mkdir(mode=0o700)
    keys = tmp_path_factory.mktemp("keys")
    for name in ("office", "yichang", "enshi"):
        key(keys, name)
    environment = {"HOME": str(home), "GITOLITE_HTTP_HOME": ""}
    sure("gitolite", "setup", "-pk", str(keys / "office.pub"), cwd=home, **environment)
    for name in ("yichang", "enshi"):
        (home / ".gitolite" / "keydir").mkdir(exist_ok=True)
        shutil.copy(keys / f"{name}.pub", home / ".gitolite" / "keydir")
    (home / ".gitolite" / "conf" / "gitolite.conf").write_text(GITOLITE)
    for command in (("compile",), ("setup", "--hooks-only"), ("trigger", "POST_COMPILE")):
        sure("gitolite", *command, cwd=home, **environment)
    git_dir = home / "repositories" / "siwu.git"
    names = {OFFICE: "office", YICHANG: "yichang", ENSHI_BUREAU: "enshi"}
    owners = [{**one, "user": names.get(one["user"], one["user"])} for one in records()[OWNERS]["owners"]]
    first = plain.bare.commit({OWNERS: write(OWNERS, {"owners": owners})}, plain.first)
    sure("git", "fetch", "-q", str(plain.bare.git_dir), f"{first}:refs/heads/main", cwd=git_dir)
    said = install(git_dir)
    assert said.code == 0, said.text
    assert "推送人的账号取自环境变量 GL_USER。" in said.text
    sure("gitolite", "setup", cwd=home, **environment)
    (keys / "authorized_keys").symlink_to(home / ".ssh" / "authorized_keys")
    with sshd(keys, home) as running:
        yield running, git_dir


def test_gitolite_says_who_pushes(gitolite: tuple[Server, Path], tmp_path: Path) -> None:
    server, git_dir = gitolite
    url = server.url("siwu")
    sure("git", "clone", "-q", url, "clone", cwd=tmp_path, **server.environment("yichang"))
    desks = {name: Desk(tmp_path / "clone", server, name) for name in ("office", "yichang", "enshi")}
    yichang = desks["yichang"]
    yichang.branch("plan", **{ZIGUI: plan(remark="场地已定")})
    assert "本账号的分支名要以 enshi/ 开头" in desks["enshi"].push("HEAD:yichang/plan").text
    said = yichang.push("HEAD:yichang/plan")
    assert said.code == 0, said.text
    yichang.branch("other", **{ENSHI: plan(ENSHI, remark="改")})
    assert "GA003" in yichang.push("HEAD:yichang/other").text
    (line,) = (git_dir / "siwu-journal.jsonl").read_text().splitlines()
    assert json.loads(line)["user"] == "yichang"
    office = desks["office"]
    office.sure("checkout", "-q", "-B", "main", "origin/main")
    office.sure("merge", "-q", "--no-ff", "-m", "备案", "plan")
    said = office.push("main")
    assert said.code == 0, said.text
    assert "示例备案登记" in said.text
    # On the server itself, past gitolite, nobody is anybody.
    said = run("git", "push", str(git_dir), "main:refs/heads/office/x", cwd=tmp_path / "clone", GL_USER="")
    assert "环境变量 GL_USER 是空的" in said.text
