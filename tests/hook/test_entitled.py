"""What stood in the base once, was taken back, and comes again with an old branch that holds it."""

from __future__ import annotations

from tests.gate.repository import ENSHI, OFFICE, OWNERS, YICHANG, ZIGUI, Given, plan
from tests.hook.conftest import Hooked
from tests.support import base, edit, records, write

MAIN = "refs/heads/main"
WIDER = write(OWNERS, edit(records()[OWNERS], {"owners/2/roles": ["bureau:yichang", "bureau:enshi"]}))


def test_an_old_branch_does_not_bring_back_what_its_account_may_not_write(hooked: Hooked) -> None:
    strange: dict[str, Given] = {OWNERS: WIDER, ENSHI: plan(ENSHI, remark="后来撤回的")}
    given = hooked.commit(strange)
    assert hooked.push(given, MAIN, OFFICE).code == 0
    # For this base it is no change at all, and the branch passes.
    head = hooked.commit({**strange, ZIGUI: plan(remark="更正")})
    assert hooked.push(head, "refs/heads/yichang/old", YICHANG).code == 0
    taken = hooked.commit({OWNERS: base()[OWNERS], ENSHI: base()[ENSHI]}, given)
    assert hooked.push(taken, MAIN, OFFICE).code == 0

    said = hooked.push(hooked.merge(head), MAIN, OFFICE)
    assert said.code == 1
    assert "会改动推送该分支的账号（9000104）现在无权改的内容：data/owners.yml、data/plans" in said.text
    assert hooked.tip() == taken

    # The bureau brings its branch up to date, and all is well.
    renewed = hooked.commit({ZIGUI: plan(remark="更正")}, taken, head)
    assert hooked.push(renewed, "refs/heads/yichang/old", YICHANG).code == 0
    merge = hooked.commit({ZIGUI: plan(remark="更正")}, taken, renewed)
    assert hooked.push(merge, MAIN, OFFICE).code == 0

    # Or the office answers for an old branch, by pushing it as its own.
    given = hooked.commit({ENSHI: plan(ENSHI, remark="甲")}, merge)
    assert hooked.push(given, MAIN, OFFICE).code == 0
    head = hooked.commit({ENSHI: plan(ENSHI, remark="甲"), ZIGUI: plan(remark="又更正")}, merge)
    assert hooked.push(head, "refs/heads/yichang/older", YICHANG).code == 0
    assert hooked.push(hooked.commit({ENSHI: base()[ENSHI]}, given), MAIN, OFFICE).code == 0
    assert hooked.push(hooked.merge(head), MAIN, OFFICE).code == 1
    assert hooked.push(head, "refs/heads/office/taken-over", OFFICE).code == 0
    assert hooked.push(hooked.merge(head), MAIN, OFFICE).code == 0
