"""Candidates: who may come, by which screening, with whose consent. Sealed: messages name numbers, never people."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from generator.model import Repo
from generator.model.candidates import Candidate, Candidates
from generator.model.programme import Programme, Site
from generator.problem import Severity
from generator.rule import Finding, rule
from generator.rules.classes import (
    assessment_classes,
    assessment_days,
    assessment_sites,
    preparatory_ends,
)
from generator.rules.identity import Identity, identity
from generator.rules.outcome import admitted
from generator.rules.wording import spoken


def _each(repo: Repo) -> Iterator[tuple[Candidates, Candidate]]:
    for record in repo.candidates:
        for candidate in record.candidates:
            yield record, candidate


def _who(candidate: Candidate) -> Identity:
    return identity(candidate.person.name, candidate.person.unit, candidate.county)


@rule(
    "CA001",
    "学员所在县属于本考点的城市群",
    clause="2.2.2.a",
    sealed=True,
    wrong='# 宜昌考点的班\n- {number: K001, county: "420606", …}   # 襄阳市樊城区，属襄十随神',
    right='# 宜昌考点的班\n- {number: K001, county: "420527", …}   # 宜昌市秭归县，属宜荆荆恩',
)
def in_cluster(repo: Repo) -> Iterator[Finding]:
    """三个考点各对应一片城市群，学员到本地所属的考点参加考核；跨片参加会打乱名额和编号。"""
    sites = assessment_sites(repo)
    for record, candidate in _each(repo):
        site = sites.get((record.year, record.class_id))
        place = repo.places.get(candidate.county)
        if site is None or place is None:
            continue
        programme = repo.programmes[record.year]
        cluster = programme.cluster_of(place.prefecture)
        if cluster is None or cluster.site != site.code:
            city = repo.prefectures[place.prefecture]
            goes = f"属于{cluster.name}" if cluster else f"（{city}）今年不在任何城市群"
            message = f"学员 {candidate.number} 所在的{place.name}{goes}，本班的考点是{_town(repo, site)}"
            yield Finding(
                candidate.where / "county",
                message,
                _transfer(repo, programme, cluster.site if cluster else ""),
            )


def _town(repo: Repo, site: Site) -> str:
    return repo.prefectures.get(site.prefecture, site.code)


def _transfer(repo: Repo, programme: Programme, code: str) -> str:
    site = next((site for site in programme.sites if site.code == code), None)
    check = "请核对县（市、区）代码"
    return (
        f"{check}；没有填错的，请转到{_town(repo, site)}的考核班"
        if site
        else f"{check}，或请省局核对年度方案的城市群"
    )


@rule(
    "CA002",
    "录取的学员填过遴选问卷",
    clause="2.2.2.b",
    sealed=True,
    wrong="- number: K001\n  screening: {decision: admitted, …}",
    right="- number: K001\n  questionnaire: {tags: [high-tech], …}\n  screening: {decision: admitted, …}",
)
def questionnaire(repo: Repo) -> Iterator[Finding]:
    """学员由问卷调查和资格遴选确定，没有问卷就没有遴选的依据。"""
    for _, candidate in _each(repo):
        if admitted(candidate) and candidate.questionnaire is None:
            message = f"学员 {candidate.number} 已录取，但没有遴选问卷"
            yield Finding(
                candidate.where / "screening", message, "请补录问卷（questionnaire）；没有做过问卷的不能录取"
            )


@rule(
    "CA003",
    "录取人数不超过推荐名额",
    clause="3.1.n",
    sealed=True,
    wrong='# 推荐：- {county: "420527", batch: 1, count: 3}\n# 第1批各班录取秭归县 4 人',
    right="# 第1批各班录取秭归县 3 人",
)
def recommended(repo: Repo) -> Iterator[Finding]:
    """自 2023 年起只收市州局和县（市、区）推荐的学员，一县一批录取的人数不能多于推荐的人数。"""
    classes = assessment_classes(repo)
    quota = _quota(repo)
    taken: dict[tuple[int, int, str], list[Candidate]] = {}
    for record, candidate in _each(repo):
        one = classes.get((record.year, record.class_id))
        only = repo.programmes[record.year].assessment.recommended_only.value
        if one is not None and only and admitted(candidate):
            taken.setdefault((record.year, one.batch, candidate.county), []).append(candidate)
    for (year, batch, county), people in taken.items():
        place = repo.places.get(county)
        most = quota[year, batch, county]
        if len(people) <= most or place is None or _unread(repo, year, place.prefecture):
            continue
        message = f"第 {batch} 批录取{place.name} {len(people)} 人，推荐名额是 {most} 人"
        remedy = f"请减少录取，或请{repo.prefectures[place.prefecture]}知识产权局补报推荐名额"
        yield Finding(people[most].where / "county", message, remedy)


def _quota(repo: Repo) -> Counter[tuple[int, int, str]]:
    quota: Counter[tuple[int, int, str]] = Counter()
    for record in repo.of("recommendation"):
        for row in record.counties:
            quota[record.year, row.batch, row.county] += row.count
    return quota


def _unread(repo: Repo, year: int, prefecture: str) -> bool:
    return f"data/recommendations/{year}/{prefecture}.yml" in repo.unread


@rule(
    "CA004",
    "录取的学员完成过预科",
    clause="3.1.n",
    sealed=True,
    wrong="- number: K001\n  screening: {decision: admitted, …}",
    right="- number: K001\n  preparatory: {year: 2023, class: zigui-1}\n  screening: {decision: admitted, …}",
)
def preparatory_done(repo: Repo) -> Iterator[Finding]:
    """方案把考核称为“下一阶段”，本系统读作先完成预科（年度方案有开关，2022 年不要求）。"""
    for record, candidate in _each(repo):
        required = repo.programmes[record.year].assessment.preparatory_required.value
        if required and admitted(candidate) and candidate.preparatory is None:
            message = f"学员 {candidate.number} 已录取，但没有登记完成的预科班次"
            yield Finding(
                candidate.where / "screening",
                message,
                "请补登预科经历（preparatory）；没有完成预科的不能录取",
            )


@rule(
    "CA009",
    "一人一年只在一个考核班",
    clause="3.2.6(5)",
    sealed=True,
    wrong="# kaohe-yichang-1 的 K001 和 kaohe-yichang-2 的 K008 姓名、单位、县区都相同，都已录取",
    right="# 只在 kaohe-yichang-1 录取",
)
def one_class_a_year(repo: Repo) -> Iterator[Finding]:
    """未通过的只有补考机会，不能换一个班重考；同一人在两个班也会重复计数、重复发证。"""
    seen: dict[tuple[int, Identity], tuple[str, str]] = {}
    for record, candidate in _each(repo):
        if not admitted(candidate):
            continue
        class_id, number = seen.setdefault(
            (record.year, _who(candidate)), (record.class_id, candidate.number)
        )
        if class_id != record.class_id:
            message = f"学员 {candidate.number} 与班次 {class_id} 的学员 {number} 姓名、单位、县区都相同，两个班都录取了"
            remedy = "请只保留一个班的录取；确是同名同单位的两个人，请报省局登记豁免"
            yield Finding(candidate.where / "person", message, remedy)


@rule(
    "CA010",
    "学员同意处理个人信息",
    source="个人信息保护法第十三条",
    sealed=True,
    wrong='consent: {processing: false, publication: false, date: "2022-04-10"}',
    right='consent: {processing: true, publication: true, date: "2022-04-10"}',
)
def processing_consent(repo: Repo) -> Iterator[Finding]:
    """为考核登记姓名、单位和成绩，要先取得本人同意；不同意的不能留在记录里。"""
    for _, candidate in _each(repo):
        if not candidate.consent.processing:
            message = f"学员 {candidate.number} 没有同意处理个人信息"
            yield Finding(
                candidate.where / "consent" / "processing", message, "请取得本人同意；不同意的请删去这名学员"
            )


@rule(
    "CA011",
    "一个班里没有重复的学员",
    severity=Severity.WARNING,
    sealed=True,
    wrong="# 同一班的 K001 和 K007 姓名、单位、县区都相同",
    right="# 重复登记的已删去一条",
)
def listed_once(repo: Repo) -> Iterator[Finding]:
    """姓名、单位、县区都相同，多半是登记了两遍；确是两个人的，审核人看过即可。"""
    for record in repo.candidates:
        seen: dict[Identity, str] = {}
        for candidate in record.candidates:
            first = seen.setdefault(_who(candidate), candidate.number)
            if first != candidate.number:
                message = f"学员 {candidate.number} 与学员 {first} 姓名、单位、县区都相同"
                yield Finding(candidate.where / "person", message, "请核对是否重复登记；重复的删去一条")


@rule(
    "CA013",
    "预科在考核开班前完成",
    clause="3.1.n",
    sealed=True,
    wrong="# 考核班 5月24日开班，预科班 zigui-1 到 5月24日才结束\npreparatory: {year: 2022, class: zigui-1}",
    right="# 预科班 zigui-1 在 5月23日或以前结束\npreparatory: {year: 2022, class: zigui-1}",
)
def preparatory_before(repo: Repo) -> Iterator[Finding]:
    """登记的预科经历要在考核开班之前已经完成，否则不能算完成过预科。"""
    ends = preparatory_ends(repo)
    days = assessment_days(repo)
    for record, candidate in _each(repo):
        stated, known = candidate.preparatory, days.get((record.year, record.class_id))
        end = ends.get((stated.year, stated.class_id)) if stated else None
        if stated is None or known is None or end is None or end < known[0]:
            continue
        opening = spoken(known[0], record.year)
        message = f"学员 {candidate.number} 登记的预科班次在本班开班（{opening}）以前没有结束"
        yield Finding(candidate.where / "preparatory", message, "请核对预科班次；没有完成预科的请删去这一项")


@rule(
    "CA016",
    "先同意后遴选",
    source="个人信息保护法第十三条",
    sealed=True,
    wrong='consent: {…, date: "2022-05-06"}\nscreening: {…, date: "2022-05-05"}',
    right='consent: {…, date: "2022-05-05"}\nscreening: {…, date: "2022-05-05"}',
)
def consent_before_screening(repo: Repo) -> Iterator[Finding]:
    """遴选要看问卷，已经在处理个人信息，同意应在遴选当天或以前。"""
    for _, candidate in _each(repo):
        if candidate.screening is not None and candidate.consent.day > candidate.screening.day:
            message = f"学员 {candidate.number} 同意的日期晚于遴选的日期"
            yield Finding(candidate.where / "consent" / "date", message, "请按书面同意和遴选记录核对两个日期")
