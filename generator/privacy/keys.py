"""Secret keys and access tokens, and pictures written out as text: PI006, PI005."""

from __future__ import annotations

import re
from collections.abc import Iterator
from hashlib import sha256

from generator.privacy.leak import Leak

# sha256 of the secrets in tests/keys/ with all white space taken out: public on purpose, for the demo only.
DEMO_KEYS = frozenset(
    {
        "db16ed7826f5a84ae530479f34ac143d0b5201a1ac96169d0aae9f8a6fbf408c",  # demo-identity.txt
        "20eab8079791f7eb18f33ef853162a70dde06b280704d5e7114a81b7425b311d",  # demo-issuer.pem
        "b8d7bd2d8a6d235d83997f10ade642dc6c3f62b6bdcb935fa7970e8512822d3f",  # demo-status.pem
    }
)


def _word(prefix: str, rest: str) -> re.Pattern[str]:
    return re.compile(rf"(?<![0-9A-Za-z]){prefix}{rest}")


def _written_out(beginning: str) -> re.Pattern[str]:
    """A JPEG, PNG or PDF as base64; inside a data URL it is found as that."""
    return re.compile(rf"(?<![0-9A-Za-z])(?<!base64,){beginning}[0-9A-Za-z+/]{{60,}}+=*")


_PEM = re.compile(
    r"-----BEGIN [A-Z0-9 ]{0,40}PRIVATE KEY(?: BLOCK)?-----(?:[^-]*+-----END [^-\n]{1,60}-----)?"
)
_DATA_URL = re.compile(
    r"data:(?:image/(?!svg)|application/(?:pdf|zip|msword|octet-stream|vnd))[a-z0-9.+;=-]{0,80};base64,"
    r"[0-9A-Za-z+/=]{20,}+"
)

# Signed text is base64url, where `-sk-` comes up by chance in one of some ten thousand certificates: `sk-` is a key's
# only at the beginning of a word that hyphens belong to.
# A literal that must be there, the pattern that is then tried, and the code.
_MARKS: tuple[tuple[str, re.Pattern[str], str], ...] = (
    ("AGE-SECRET-KEY-", _word("AGE-SECRET-KEY-", r"(?:PQ-)?1[0-9A-Z]{30,}"), "PI006"),
    ("age-secret-key-", _word("age-secret-key-", r"(?:pq-)?1[0-9a-z]{30,}"), "PI006"),
    ("PRIVATE KEY", _PEM, "PI006"),
    ("PuTTY-User-Key-File", _word("PuTTY-User-Key-File", r"-[0-9]"), "PI006"),
    ("ghp_", _word("ghp_", r"[0-9A-Za-z]{30,}"), "PI006"),
    ("gho_", _word("gho_", r"[0-9A-Za-z]{30,}"), "PI006"),
    ("ghs_", _word("ghs_", r"[0-9A-Za-z]{30,}"), "PI006"),
    ("github_pat_", _word("github_pat_", r"[0-9A-Za-z_]{22,}"), "PI006"),
    ("glpat-", _word("glpat-", r"[0-9A-Za-z_-]{20,}"), "PI006"),
    ("AKIA", _word("AKIA", r"[0-9A-Z]{16}(?![0-9A-Za-z])"), "PI006"),
    ("LTAI", _word("LTAI", r"[0-9A-Za-z]{12,26}(?![0-9A-Za-z])"), "PI006"),
    ("AKID", _word("AKID", r"[0-9A-Za-z]{28,36}(?![0-9A-Za-z])"), "PI006"),
    ("sk-", re.compile(r"(?<![0-9A-Za-z_-])sk-[0-9A-Za-z_-]{32,}"), "PI006"),
    ("xox", _word("xox", r"[abeprs]-[0-9A-Za-z-]{20,}"), "PI006"),
    ("base64,", _DATA_URL, "PI005"),
    ("/9j/4", _written_out("/9j/4"), "PI005"),
    ("iVBORw0KGgo", _written_out("iVBORw0KGgo"), "PI005"),
    ("JVBERi0", _written_out("JVBERi0"), "PI005"),
)


def secrets(text: str) -> Iterator[Leak]:
    """Every secret key and every picture written as base64 in a text, but the demo's own keys."""
    for literal, pattern, code in _MARKS:
        if literal in text:
            for match in pattern.finditer(text):
                if fingerprint(match[0]) not in DEMO_KEYS:
                    yield Leak(code, match.start(), len(match[0]))


def fingerprint(secret: str) -> str:
    """Sha256 of a key's text without white space: how `DEMO_KEYS` names it."""
    return sha256("".join(secret.split()).encode("utf-8", "surrogatepass")).hexdigest()
