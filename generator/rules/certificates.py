"""Certificates one by one: numbers, check characters, tokens, and the chain that holds them together."""

from __future__ import annotations

from collections.abc import Iterator

from generator.model import Repo
from generator.rule import Finding, rule
from generator.rules.classes import assessment_days, assessment_sites
from generator.rules.holdings import events, given, holdings, number_parts
from generator.rules.wording import spoken
from generator.sign import GENESIS, check_character, entry_hash, person_digest, valid_number

# Base32 carries five bits a character; a guess at a token must be hopeless (data model: 96 bits).
TOKEN_BITS = 96
BITS_A_CHARACTER = 5
TOKEN_LENGTH = -(-TOKEN_BITS // BITS_A_CHARACTER)
COMPUTED = "名册由系统从成绩算出，请重新生成，不要手工改"


@rule(
    "CE002",
    "证书编号按考点和年度连续",
    wrong='- {event: issued, "no": ZSCQZY-42-2022-YC-0001-B, …}\n- {event: issued, "no": ZSCQZY-42-2022-YC-0003-7, …}',
    right='- {event: issued, "no": ZSCQZY-42-2022-YC-0001-B, …}\n- {event: issued, "no": ZSCQZY-42-2022-YC-0002-9, …}',
)
def consecutive(repo: Repo) -> Iterator[Finding]:
    """编号不断号，才看得出有没有漏登或抽走的证书；换发的证书用新号，也排在其中。"""
    last: dict[tuple[str, str], int] = {}
    seen: set[str] = set()
    for _, event in given(repo):
        if event.no in seen:
            continue
        seen.add(event.no)
        part = number_parts(event.no)
        key, serial = (part.year, part.site), int(part.serial)
        wanted = last.get(key, 0) + 1
        last[key] = serial
        if serial != wanted:
            message = f"证书编号 {event.no} 的序号是 {part.serial}，按顺序应是 {wanted:04}"
            yield Finding(event.where / "no", message, f"请查明有没有漏登的证书；{COMPUTED}")


@rule(
    "CE003",
    "证书编号不重复",
    wrong='- {seq: 1, event: issued, "no": ZSCQZY-42-2022-YC-0001-B, …}\n'
    '- {seq: 2, event: issued, "no": ZSCQZY-42-2022-YC-0001-B, …}',
    right='- {seq: 1, event: issued, "no": ZSCQZY-42-2022-YC-0001-B, …}\n'
    '- {seq: 2, event: issued, "no": ZSCQZY-42-2022-YC-0002-9, …}',
)
def number_once(repo: Repo) -> Iterator[Finding]:
    """一个编号只发一张证书，各年度都不重复；换发也要用新编号。"""
    seen: dict[str, int] = {}
    for year, event in given(repo):
        if event.no in seen:
            message = f"证书编号 {event.no} 已在 {seen[event.no]} 年名册里用过"
            yield Finding(event.where / "no", message, f"请改用新编号；{COMPUTED}")
        seen.setdefault(event.no, year)


@rule(
    "CE004",
    "证书编号的校验位正确",
    source="ISO 7064 MOD 37,36",
    wrong='"no": ZSCQZY-42-2022-YC-0001-C',
    right='"no": ZSCQZY-42-2022-YC-0001-B',
)
def check_characters(repo: Repo) -> Iterator[Finding]:
    """校验位能查出抄错一位或颠倒两位的编号；名册里的编号对不上，查验时就会被当成假证。"""
    for _, event in events(repo):
        if not valid_number(event.no):
            wanted = check_character(event.no.rsplit("-", 1)[0])
            message = f"证书编号 {event.no} 的校验位不对，应是 {wanted}"
            yield Finding(event.where / "no", message, "请核对编号是否抄错")


@rule(
    "CE005",
    "查验码不重复",
    wrong="# 两张证书的 token 都是 0gvnkx8dgr5vadkcas2v",
    right="# 每张证书一个随机的 token",
)
def token_once(repo: Repo) -> Iterator[Finding]:
    """查验码对应一个查验页，两张证书共用一个，就会查到别人；各年度都不重复。"""
    seen: dict[str, str] = {}
    for _, event in given(repo):
        first = seen.setdefault(event.token, event.no)
        if first != event.no:
            message = f"证书 {event.no} 的查验码与证书 {first} 相同"
            yield Finding(event.where / "token", message, "请重新生成查验码，不要复制别的证书")


@rule(
    "CE006",
    "查验码足够长",
    wrong="token: 0gvnkx8dgr5vadkcas2",
    right="token: 0gvnkx8dgr5vadkcas2v",
)
def token_long(repo: Repo) -> Iterator[Finding]:
    """查验码是防止猜测的，太短就能被逐个试出来。"""
    for _, event in given(repo):
        if len(event.token) < TOKEN_LENGTH:
            message = f"证书 {event.no} 的查验码只有 {len(event.token)} 位，至少要 {TOKEN_LENGTH} 位"
            yield Finding(event.where / "token", message, "请用系统重新生成查验码")


@rule(
    "CE007",
    "名册事件没有改动过",
    wrong='# 事件写入后，issued 从 "2022-07-01" 改成 "2022-07-02"',
    right="# 事件保持原样；有变化的在后面另加一条事件",
)
def unaltered(repo: Repo) -> Iterator[Finding]:
    """每条事件带着自己内容的摘要，改一个字就对不上；名册只增不改，才能证明没有人动过。"""
    for roster in repo.rosters.values():
        for event, raw in zip(roster.events, roster.raw, strict=True):
            if event.hash != entry_hash(raw):
                message = f"第 {event.seq} 条事件（证书 {event.no}）的内容与它的摘要 hash 不符，写入后被改过"
                yield Finding(
                    event.where / "hash", message, "请恢复原来的内容；确有变化的，在末尾另加一条事件"
                )


@rule(
    "CE008",
    "持证人与摘要相符",
    wrong='person: {name: 王示例二, …}   # digest 是按“王示例”算的\ndigest: "1bdb…"',
    right='person: {name: 王示例, …}\ndigest: "1bdb…"',
)
def person_matches(repo: Repo) -> Iterator[Finding]:
    """链上存的是姓名、单位、县区加盐后的摘要；明文和摘要不符，就是换了人或改了字。"""
    for roster in repo.rosters.values():
        for event, raw in zip(roster.events, roster.raw, strict=True):
            if (
                event.person is not None
                and event.salt
                and event.digest != person_digest(event.salt, raw["person"])
            ):
                message = f"证书 {event.no} 的持证人与摘要 digest 不符，姓名、单位或县区写入后被改过"
                yield Finding(
                    event.where / "person", message, "请恢复原来的内容；名字确有错的，用换发事件更正"
                )


@rule(
    "CE010",
    "证书编号的年度与名册一致",
    wrong='# data/rosters/2022.yml\n"no": ZSCQZY-42-2023-YC-0001-Q',
    right='# data/rosters/2022.yml\n"no": ZSCQZY-42-2022-YC-0001-B',
)
def number_year(repo: Repo) -> Iterator[Finding]:
    """编号里的年度是发证的年度；放错名册的证书会打乱两年的编号。"""
    for year, event in given(repo):
        written = number_parts(event.no).year
        if written != str(year):
            message = f"证书编号 {event.no} 的年度是 {written}，与 {year} 年名册不一致"
            yield Finding(event.where / "no", message, COMPUTED)


@rule(
    "CE011",
    "结业之后才发证",
    clause="3.2.6(5)",
    wrong='# 班次 5月27日结束\n- {event: issued, …, issued: "2022-05-26", …}',
    right='# 班次 5月27日结束\n- {event: issued, …, issued: "2022-05-27", …}',
)
def after_class(repo: Repo) -> Iterator[Finding]:
    """完成学时、通过考核的才发证，发证日期不会早于班次结束。"""
    days = assessment_days(repo)
    for year, event in events(repo):
        known = days.get((year, event.class_id))
        if event.event == "issued" and known is not None and event.issued < known[1]:
            message = (
                f"证书 {event.no} 的日期{spoken(event.issued, year)}"
                f"早于班次 {event.class_id} 的结束日期{spoken(known[1], year)}"
            )
            yield Finding(event.where / "issued", message, f"请核对日期；{COMPUTED}")


@rule(
    "CE013",
    "名册事件前后相接",
    wrong='- {seq: 1, …, hash: "81d3…"}\n- {seq: 2, …, prev: "0000…"}',
    right='- {seq: 1, …, hash: "81d3…"}\n- {seq: 2, …, prev: "81d3…"}',
)
def linked(repo: Repo) -> Iterator[Finding]:
    """每条事件记着前一条的摘要，删掉、插入或调换一条都会断开；首条接上一年度名册的末条。"""
    last = GENESIS
    for _, event in events(repo):
        if event.prev != last:
            message = f"第 {event.seq} 条事件（证书 {event.no}）的 prev 不是前一条的摘要，前面有事件被删、插入或调换"
            yield Finding(event.where / "prev", message, "请用备份或登记过的版本恢复名册，不要只改摘要")
        last = event.hash


@rule(
    "CE014",
    "名册序号从 1 起连续",
    wrong="- {seq: 1, …}\n- {seq: 3, …}",
    right="- {seq: 1, …}\n- {seq: 2, …}",
)
def numbered(repo: Repo) -> Iterator[Finding]:
    """序号一年从 1 起连续，公开页和回执都用它指明是哪一条。"""
    for roster in repo.rosters.values():
        for wanted, event in enumerate(roster.events, 1):
            if event.seq != wanted:
                yield Finding(event.where / "seq", f"事件序号是 {event.seq}，按顺序应是 {wanted}", COMPUTED)


@rule(
    "CE015",
    "证书编号的考点与班次一致",
    wrong='# 宜昌考点的班\n"no": ZSCQZY-42-2022-WH-0001-G',
    right='# 宜昌考点的班\n"no": ZSCQZY-42-2022-YC-0001-B',
)
def number_site(repo: Repo) -> Iterator[Finding]:
    """编号里的两个字母是考点；换发的证书沿用原来班次的考点。"""
    sites = assessment_sites(repo)
    held = holdings(repo)
    for _, event in given(repo):
        holding = held.get(event.no)
        site = sites.get(holding.class_key) if holding else None
        written = number_parts(event.no).site
        if site is not None and written != site.code:
            message = f"证书编号 {event.no} 的考点是 {written}，班次 {event.class_id} 属于考点 {site.code}"
            yield Finding(event.where / "no", message, COMPUTED)
