# Copyright: Contributors to the wxcc.onboarding collection
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The question at the gate: somebody at a terminal is asked, and it is known whether there is anybody.

This is a private part of the collection: it may change in any release.

The module ``pause`` answers the same, an empty text, for somebody who pressed Enter and for a terminal at which nobody sits; what it asks
with tells them apart.
"""

from __future__ import annotations

import typing as t

from ansible.errors import AnsibleActionFail, AnsiblePromptInterrupt, AnsiblePromptNoninteractive
from ansible.utils.display import Display

#: What came of it: it is done, it is left for later, or nobody can be asked.
DONE, LATER, NOBODY = "done", "later", "nobody"
_QUESTION = 'Press Enter when this is done. To leave it for later, type "later" and press Enter:'


def ask(todo: t.Sequence[str]) -> str:
    """Show what is to be done, wait for an answer and return it.

    :raises AnsibleActionFail: interrupted from the keyboard.
    """
    try:
        answer = Display().prompt_until("\n".join(["", *todo, "", _QUESTION]))
    except AnsiblePromptNoninteractive:
        return NOBODY
    except AnsiblePromptInterrupt:
        raise AnsibleActionFail("Interrupted at the gate. Run again when it is done: what was done stays.") from None
    text = answer.decode(errors="replace") if isinstance(answer, bytes) else str(answer)
    return LATER if text.strip().lower() == LATER else DONE
