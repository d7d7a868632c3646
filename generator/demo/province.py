"""The real province as the demo sees it: counties with a size, bases, clusters, offices."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any, TypeAlias

from generator.demo.chance import stream
from generator.load import load
from generator.schema import Schemas
from generator.tree import Tree, TreeError

Record: TypeAlias = dict[str, Any]

# Invented, only to make the demo's numbers follow the size of a place.
PREFECTURE_WEIGHT = {"wuhan": 30, "yichang": 16, "xiangyang": 16, "enshi": 8, "shennongjia": 5}
TYPE_WEIGHT = {"市辖区": 10, "县级市": 12, "县": 8, "自治县": 7, "林区": 6, "zone": 15}
AREA_CODES = {
    "wuhan": "027-00000000",
    **{
        slug: f"{code}-0000000"
        for slug, code in {
            "huangshi": "0714",
            "shiyan": "0719",
            "yichang": "0717",
            "xiangyang": "0710",
            "ezhou": "0711",
            "jingmen": "0724",
            "xiaogan": "0712",
            "jingzhou": "0716",
            "huanggang": "0713",
            "xianning": "0715",
            "suizhou": "0722",
            "enshi": "0718",
            "xiantao": "0728",
            "qianjiang": "0728",
            "tianmen": "0728",
            "shennongjia": "0719",
        }.items()
    },
}


@dataclass(frozen=True, slots=True, kw_only=True)
class County:
    """A county or an active zone: whoever files a plan."""

    code: str
    name: str
    prefecture: str
    pinyin: str
    undertaker: str
    size: int
    zone: bool

    @property
    def record(self) -> str:
        """The county's place in the paths of its records."""
        return f"{self.prefecture}/{self.pinyin}"


class Province:
    """What the demo needs of the real records."""

    def __init__(self, files: Mapping[str, bytes], seed: int) -> None:
        self.files = files
        self._seed = seed

    @classmethod
    def read(cls, tree: Tree, schemas: Schemas, seed: int) -> Province:
        """The real records of a tree: the kinds nobody invents."""
        wanted = [
            entry
            for entry in tree.entries("data")
            if (found := schemas.kind_of(entry.path)) and found[0].name in REAL
        ]
        return cls({entry.path: raw for entry, raw in tree.read(wanted)}, seed)

    def record(self, path: str) -> Record:
        """One real record as data; one that cannot be read stops the demo."""
        if path not in self.files:
            raise TreeError(f"缺少 {path}，无法生成演示数据")
        loaded = load(self.files[path], path)
        if loaded.problems or not isinstance(loaded.data, dict):
            raise TreeError(f"{path} 有问题，请先运行 siwu check")
        return loaded.data

    @cached_property
    def dataset(self) -> Record:
        """data/dataset.yml."""
        return self.record("data/dataset.yml")

    @cached_property
    def prefectures(self) -> dict[str, Record]:
        """Prefectures by slug."""
        return {item["slug"]: item for item in self.record("data/regions.yml")["prefectures"]}

    @cached_property
    def counties(self) -> list[County]:
        """The 103 counties, then the active zones."""
        regions = self.record("data/regions.yml")
        zones = [{**zone, "code": zone["id"], "type": "zone"} for zone in regions["zones"] if zone["active"]]
        return [self._county(item) for item in [*regions["counties"], *zones]]

    def _county(self, item: Record) -> County:
        weight = PREFECTURE_WEIGHT.get(item["prefecture"], 11) * TYPE_WEIGHT[item["type"]]
        size = weight * stream(self._seed, "size", item["code"]).randint(85, 125) // 1000
        return County(
            code=item["code"],
            name=item["name"],
            prefecture=item["prefecture"],
            pinyin=item["pinyin"],
            undertaker=self._offices.get(item["code"], self.bureau(item["prefecture"])),
            size=size,
            zone=item["type"] == "zone",
        )

    @cached_property
    def organisations(self) -> list[Record]:
        """data/organisations.yml."""
        organisations: list[Record] = self.record("data/organisations.yml")["organisations"]
        return organisations

    @cached_property
    def _offices(self) -> dict[str, str]:
        return {item["region"]: item["id"] for item in self.organisations if item["role"] == "county"}

    @cached_property
    def _bureaus(self) -> dict[str, str]:
        return {item["region"]: item["id"] for item in self.organisations if item["role"] == "bureau"}

    def bureau(self, prefecture: str) -> str:
        """The organisation that is a prefecture's bureau."""
        return self._bureaus[self.prefectures[prefecture]["code"]]

    @cached_property
    def bases(self) -> dict[str, Record]:
        """Bases by slug."""
        records = [self.record(path) for path in sorted(self.files) if path.startswith("data/bases/")]
        return {record["slug"]: record for record in records}

    @cached_property
    def serving(self) -> dict[str, list[Record]]:
        """The bases that serve a prefecture."""
        return {
            slug: [
                base
                for base in self.bases.values()
                if any(item["prefecture"] == slug for item in base["prefectures"])
            ]
            for slug in self.prefectures
        }

    def has_base(self, prefecture: str) -> bool:
        """Whether a base there is confirmed."""
        return any(
            item["base_status"] == "yes"
            for base in self.serving[prefecture]
            for item in base["prefectures"]
            if item["prefecture"] == prefecture
        )

    def in_prefecture(self, prefecture: str) -> list[County]:
        """A prefecture's counties and zones."""
        return [county for county in self.counties if county.prefecture == prefecture]

    def short(self, prefecture: str) -> str:
        """A prefecture's short name."""
        return str(self.prefectures[prefecture]["short"])

    def copied(self) -> Iterator[str]:
        """The real records that belong to no year."""
        return (path for path in self.files if path.split("/")[1] not in YEARLY)


YEARLY = ("programme", "curriculum", "points")
REAL = {
    *(
        "dataset",
        "regions",
        "organisations",
        "owners",
        "clauses",
        "references",
        "resources",
        "waivers",
        "base",
        "keys",
    ),
    *YEARLY,
}
