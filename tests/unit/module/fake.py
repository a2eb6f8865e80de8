"""As much of an AnsibleModule as the frame of the modules touches."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

SECRET = "s3cret-token"
ORGANIZATION = "aaaaaaaa-bbbb-4ccc-8ddd-eeeeeeeeeeee"


class Module:
    """The options of a module that works on a roster, and what it said in the end."""

    _name = "wxcc.onboarding.user"
    _diff = False

    def __init__(self, *, check_mode: bool = False, tmpdir: str = "/nowhere", **params: Any) -> None:
        defaults: dict[str, Any] = {
            "access_token": SECRET,
            "org_id": ORGANIZATION,
            "users": [{"email": "ada@example.com"}],
            "users_file": None,
            "run_directory": None,
            "part": 0,
            "results": None,
            "on_error": "continue",
            "fail_on": ["failed", "blocked"],
            "max_removals": None,
            "allow_removals": False,
            "protected": [],
            "settle_timeout": 1.0,
            "lock_timeout": 0.3,
            "progress": True,
        }
        self.params = {**defaults, **params}
        self.check_mode = check_mode
        self.tmpdir = tmpdir
        self.no_log_values: set[str] = set()
        self.said: dict[str, Any] = {}
        self.warned: list[str] = []

    def warn(self, text: str) -> None:
        self.warned.append(text)

    def exit_json(self, **result: Any) -> None:
        self.said = result
        raise SystemExit(0)

    def fail_json(self, **result: Any) -> None:
        self.said = {"failed": True, **result}
        raise SystemExit(1)


def ends(work: Callable[[Any], None], **params: Any) -> Module:
    """Return the module after ``work`` has ended its task."""
    module = Module(**params)
    with pytest.raises(SystemExit):
        work(module)
    return module
