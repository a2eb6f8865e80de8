# Copyright: Contributors to the wxcc.onboarding collection
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Documentation of options that several modules have, not all of them."""

from __future__ import annotations


class ModuleDocFragment:
    """Which people, and what may be taken from them; a part for each option, for modules that have only some."""

    ADDRESSES = r"""
options:
  addresses:
    description:
      - People by address alone, as they are pasted, as a list or as one text. Addresses may be separated by commas, semicolons, blanks or
        line ends, and stand as C(Ana Ruiz <ana@example.com>), in lines of a mail, in bulleted lists, or in cells of a spreadsheet.
      - A name beside an address is taken where it is plainly first and last name, and for people who are added alone.
    type: list
    elements: str
"""

    MODE = r"""
options:
  mode:
    description:
      - V(add_and_remove) makes it exactly as declared.
      - V(add_only) takes nothing away, ever.
    type: str
    choices: [add_only, add_and_remove]
    default: add_and_remove
"""

    FILTERS = r"""
options:
  addresses:
    description: Only these people, as a list or as one text, separated by commas, semicolons, blanks or line ends.
    type: list
    elements: str
  license:
    description: Only people with one of these licenses.
    type: list
    elements: str
    choices: [standard, premium, none]
"""
