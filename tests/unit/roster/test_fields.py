"""The words of a roster."""

from __future__ import annotations

import pytest

from ansible_collections.wxcc.onboarding.plugins.module_utils._model import (
    ADD_AND_REMOVE,
    ADD_ONLY,
)
from ansible_collections.wxcc.onboarding.plugins.module_utils._roster.fields import normal_mode


def test_words_for_modes() -> None:
    assert normal_mode("add_services_only") == normal_mode("add_only") == ADD_ONLY
    assert normal_mode("add_and_remove_services") == normal_mode("add_and_remove") == ADD_AND_REMOVE
    with pytest.raises(ValueError, match="replace"):
        normal_mode("replace")
