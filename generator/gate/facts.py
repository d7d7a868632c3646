"""A review as JSON, for programs: the `Review` of `generator.gate.reviewed`, field for field.

Objects stand for its dataclasses, arrays for its tuples; nothing is ever missing. `version` is 1: a field more or
less, or another meaning, is a new version.

* `refused`, `sentence`: may it be merged, and the verdict in words. `who` (roles in words), `user`, `old`, `new`
  (commits), `as_of` (the day findings count from, ISO), `base_url` (the site's, "" for none): the push.
* `files` (300 at most): touched paths, `action` 新增, 修改 or 删去, `name` what people call the record.
* `blocking`, `others` (warnings and notices in touched files), `known` (已有问题): findings, 200 of each at most,
  worst first, `line` and `column` from 1, 0 for no place. `more_…` count what was left out.
* `changes`: what changed in 200 records at most, in sentences; `more_changes` were not compared. `earlier`: plans
  beside the same county's of an earlier year (`year` 0: none).
* `checklist`: a reviewer's, `mark` ✓ passes, ✗ error, ⚠ warning, — not applicable or not judged.
* `counties`: the plans of the push, `budget` in yuan, -1 for what could not be read. `dues`: `left` days, negative
  once past, `no` of the first filing.
* `returning`: the text to send back, "" where there is none; the only text with line breaks.

Texts are what records say, cut at 400 characters, personal data left out; nothing in them is escaped for Markdown.
"""

from __future__ import annotations

import json
from dataclasses import asdict

from generator.gate.reviewed import Review


def facts(review: Review) -> str:
    """The document, ended by a line feed."""
    return json.dumps(asdict(review), ensure_ascii=False, indent=1) + "\n"
