# Copyright: Contributors to the wxcc.onboarding collection
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Paths count from where the playbook was started: the base of the actions of all modules that take one.

This is a private part of the collection: it may change in any release.

Only an action knows that directory. A module runs in one of Ansible's own (the playbook's, for a playbook of a collection the installed
collection's), and what the environment says (PWD) need not be true: services, containers and ansible-runner leave it out or behind.
"""

from __future__ import annotations

import os
import typing as t

from ansible.plugins.action import ActionBase

Arguments = dict[str, t.Any]

#: The paths among the options of the connection.
CONNECTION_PATHS = ("ca_path", "client_cert", "client_key", "journal_file")

#: The options that take addresses as people paste them.
PASTED = ("addresses", "protected")


def absolute(path: t.Any) -> t.Any:
    """Return a path, or each of a list of paths, from the real working directory; what is no text stays as it is."""
    if isinstance(path, (list, tuple)):
        return [absolute(entry) for entry in path]
    if not isinstance(path, str) or not path.strip():
        return path
    return os.path.abspath(os.path.expanduser(os.path.expandvars(path)))


def with_absolute_paths(arguments: t.Mapping[str, t.Any], names: t.Iterable[str], lists: t.Iterable[str]) -> Arguments:
    """Return the arguments of a task with the options of these names made absolute.

    :param lists: which of them are lists; text with commas between counts as one, as Ansible reads it.
    """
    found = dict(arguments)
    for name in set(names) & found.keys():
        value = found[name]
        if name in lists and isinstance(value, str) and value.strip():
            value = [part.strip() for part in value.split(",")]
        found[name] = absolute(value)
    return found


class PathsAction(ActionBase):
    """Runs the module of its own name, with absolute paths where it runs on the controller."""

    _supports_check_mode = True
    _supports_async = True

    #: The options that are paths, and those of them that are lists. A test compares them with the module's argument spec.
    PATHS: tuple[str, ...] = CONNECTION_PATHS
    LISTS: tuple[str, ...] = ()

    def run(self, tmp: str | None = None, task_vars: t.Mapping[str, t.Any] | None = None) -> dict[str, t.Any]:
        """Run the module; see `ansible.plugins.action.ActionBase.run`."""
        result: dict[str, t.Any] = super().run(tmp, task_vars)
        in_background = bool(self._task.async_val) and not self._connection.has_native_async
        result.update(
            self._execute_module(
                module_args=self.arguments(), task_vars=dict(task_vars or {}), wrap_async=in_background
            )
        )
        if not in_background:
            self._remove_tmp_path(self._connection._shell.tmpdir)
        return result

    def runs_here(self) -> bool:
        """Return whether the module runs on the controller, so that both mean the same files."""
        return str(self._connection.transport).rpartition(".")[2] == "local"

    def arguments(self) -> Arguments:
        """Return the task's arguments as the module gets them; text is a list with one entry where people are pasted."""
        found = dict(self._task.args)
        # Ansible would cut it at its commas, which are within names as well.
        found |= {name: [text] for name in PASTED if isinstance(text := found.get(name), str) and text.strip()}
        return with_absolute_paths(found, self.PATHS, self.LISTS) if self.runs_here() else found
