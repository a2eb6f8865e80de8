"""Modules run inside the test's own process: options in, result out, as Ansible would do it."""

from __future__ import annotations

import contextlib
import importlib
import io
import json
from typing import Any
from unittest import mock

from ansible.module_utils import basic


def run_module(
    name: str, *, url: str, org_id: str | None = None, check: bool = False, diff: bool = False, **options: Any
) -> dict[str, Any]:
    """Run a module of the collection against the simulator at ``url`` as the partner; return what it returned.

    ``failed`` is in the result when the module failed, as it is in Ansible.
    """
    module = importlib.import_module(f"ansible_collections.wxcc.onboarding.plugins.modules.{name}")
    connection = {"access_token": "sim-partner-token", "webex_api_url": url, "wxcc_api_url": url, "org_id": org_id}
    arguments = {
        **(connection if "access_token" in module.SPEC.options else {}),
        **options,
        "_ansible_check_mode": check,
        "_ansible_diff": diff,
        "_ansible_module_name": f"wxcc.onboarding.{name}",
    }
    said = io.StringIO()
    content = json.dumps({"ANSIBLE_MODULE_ARGS": arguments}).encode()
    with (
        mock.patch.object(basic, "_ANSIBLE_ARGS", content),
        mock.patch.object(basic, "_ANSIBLE_PROFILE", "legacy"),
        contextlib.redirect_stdout(said),
        contextlib.suppress(SystemExit),
    ):
        module.main()
    return dict(json.loads(said.getvalue().strip().splitlines()[-1]))
