"""What may open sealed records: never the demo's public keys once the data are real."""

from __future__ import annotations

from collections.abc import Iterator

from generator.model import Repo
from generator.problem import Where
from generator.rule import Finding, rule
from generator.sealed import DEMO_RECIPIENTS


@rule(
    "SE004",
    "正式数据不用演示密钥",
    wrong="# data/dataset.yml 写明 kind: production\noffice: [age1…（tests/keys/ 中的演示公钥）]",
    right="office: [age1…（省局自己生成、私钥离线保管的公钥）]",
)
def real_keys(repo: Repo) -> Iterator[Finding]:
    """演示私钥随程序公开，谁都能用它打开；正式的成绩不能密封给它。"""
    if repo.dataset.kind != "production":
        return
    for record in repo.of("recipients"):
        lists = [(record.where / "office", record.office)]
        lists += [(item.where / "recipients", item.recipients) for item in record.classes]
        for where, keys in lists:
            yield from _demo_keys(where, keys)


def _demo_keys(where: Where, keys: tuple[str, ...]) -> Iterator[Finding]:
    for index, key in enumerate(keys):
        if key in DEMO_RECIPIENTS:
            message = f"收件人 {key[:12]}… 是公开的演示公钥，正式数据不能用"
            yield Finding(where / index, message, "请换成省局或基地自己的公钥，并把已密封的文件重新密封")
