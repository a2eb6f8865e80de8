"""Agent settings in doubt: a refusal does not undo what an earlier attempt of the request may have done."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest

from ansible_collections.wxcc.onboarding.plugins.module_utils._engine.dispatch import Dispatch
from ansible_collections.wxcc.onboarding.plugins.module_utils._errors import ApiError, Problem, UncertainError
from ansible_collections.wxcc.onboarding.plugins.module_utils._resources.agent import _Sending
from ansible_collections.wxcc.onboarding.plugins.module_utils._resources.agent_plan import AgentChange
from tests.unit.build import change
from tests.unit.engine.test_doubt import dispatch_of

REFUSED = Problem("conflict", "Changed meanwhile.", http_status=409)


class Center:
    """Answers every request with an error."""

    def __init__(self, error: ApiError) -> None:
        self.error = error

    async def change(self, _items: Any) -> Any:
        raise self.error


@pytest.mark.parametrize(("error", "doubt"), [(ApiError(REFUSED), False), (UncertainError(REFUSED), True)])
def test_what_an_earlier_attempt_may_have_done_is_in_doubt(error: ApiError, doubt: bool) -> None:
    changes = [change(f"p{n}@example.com", index=n, payload=AgentChange("R", {}, {})) for n in range(2)]
    dispatch: Dispatch = dispatch_of(*changes)
    context: Any = dispatch._context
    center: Any = Center(error)
    asyncio.run(_Sending(context, center, dispatch, 10)._send_chunk(changes))
    answers = [dispatch.answer(c.index) for c in changes]
    assert [a.certain for a in answers if a] == [not doubt] * 2
    assert [a.problem for a in answers if a] == [REFUSED] * 2
