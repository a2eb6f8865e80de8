# Copyright: Contributors to the wxcc.onboarding collection
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Documentation of the options and results of the modules that work on a roster."""

from __future__ import annotations

import textwrap


class ModuleDocFragment:
    """A roster in, outcomes out."""

    # What the contact center keeps of a person: under one person, and for all who declare no other.
    _AGENT_SETTINGS = r"""
user_profile:
  description: The user profile, by name or id. Its type must be that of license and role.
  type: str
contact_center_enabled:
  description: Whether the person may use the Agent Desktop. Site, teams, profiles and number take effect only with it.
  type: bool
site:
  description: The site, by name or id.
  type: str
teams:
  description: The teams, by name or id, all of the site and of type agent. The list replaces the one that is there.
  type: list
  elements: str
skill_profile:
  description: The skill profile, by name or id. At most 500 people may share one.
  type: str
desktop_profile:
  description: The desktop profile (called agent profile in the API), by name or id. Needed wherever site and teams are given.
  type: str
multimedia_profile:
  description: The multimedia profile, by name or id.
  type: str
external_id:
  description: An id of your own, such as an employee number.
  type: str
default_number:
  description: The default dial number.
  type: str
"""

    # Annotated, since the sanity test that reads plain assignments without running them takes texts in one piece only.
    DOCUMENTATION: str = f"""
options:
  users:
    description:
      - The people wanted. A person may carry the fields of the whole chain; this module uses its own.
      - The same address twice is refused, also if it differs in case.
    type: list
    elements: dict
    suboptions:
      email:
        description: The address; people are told apart by it, without case.
        type: str
        required: true
      first_name:
        description: The first name.
        type: str
      last_name:
        description: The last name.
        type: str
      display_name:
        description: The name that others see. For a new person it is made of the names, else it is the address.
        type: str
      title:
        description: The job title; an empty text takes it away.
        type: str
      department:
        description: The department; an empty text takes it away.
        type: str
      timezone:
        description: The time zone, by its IANA name; an empty text takes it away.
        type: str
      state:
        description: What this person should be, instead of what the module's option says.
        type: str
        choices: [present, disabled, absent]
      license:
        description: The contact center license.
        type: str
        choices: [standard, premium, none]
      role:
        description: The role.
        type: str
        choices: [agent, supervisor, administrator]
      administrator_roles:
        description: Administrator roles by name or id, instead of Full Administrator; also beside another role.
        type: list
        elements: str
      agent:
        description:
          - The agent settings of this person, for the module M(wxcc.onboarding.agent), over those of
            O(wxcc.onboarding.agent#module:settings). What is not named is left alone.
          - An empty text, for the teams an empty list, clears a setting; null leaves it alone.
        type: dict
        suboptions:
{textwrap.indent(_AGENT_SETTINGS, " " * 10)}
  users_file:
    description:
      - A roster file, as M(wxcc.onboarding.roster) writes it, or people of your own as JSON or YAML (C(.yml), C(.yaml)). The better way
        for many people.
      - Mutually exclusive with O(users) and O(run_directory).
    type: path
  run_directory:
    description:
      - The directory of a run (M(wxcc.onboarding.run)). The people are those of the run's roster, and the organization is the run's.
      - >-
        What becomes of each person, every request, and what was read for the next step are kept there. Another organization's directory, a
        check run's, a finished run's, or one whose roster was changed since, is refused.
      - Where M(wxcc.onboarding.plan) left a plan there, the module carries out only what that holds; whoever has changed since is blocked.
      - A check task may read a real run's directory, and writes nothing there.
    type: path
  part:
    description: Only this part of the run's roster, where CSV files are carried out one after the other; V(0) is everybody.
    type: int
    default: 0
  results:
    description:
      - Which people come back in the results. People in trouble come back unless this is V(none).
      - The default is V(all) for people that stand in the task, V(failed) with O(users_file) and O(run_directory).
    type: str
    choices: [changed, failed, all, none]
  on_error:
    description: Whether to go on with the others after somebody failed. The task fails at the end in both cases.
    type: str
    choices: [continue, stop]
    default: continue
  fail_on:
    description:
      - Which people make the task fail. V(failed) are those for whom it went wrong, V(blocked) those whom only a person can help
        (trial account, other organization, protected, no seat).
      - A task that could not be attempted at all fails whatever this says. With an empty list, read RV(summary).
    type: list
    elements: str
    choices: [failed, blocked]
    default: [failed, blocked]
  max_removals:
    description:
      - How many people may lose something (license, role, access), as a number or as a percentage of the roster, such as V(5%).
      - With more, the task changes nobody and names the people. Where the run has a plan, that has counted them over all steps.
      - Without it 10 people may lose something, and nobody everything; see O(allow_removals).
    type: str
  allow_removals:
    description:
      - >-
        Whether people may lose everything (the account, the access to it, or the last license) although nobody gave a number as
        O(max_removals). Without either the task changes nobody and names them.
    type: bool
    default: false
  protected:
    description: Addresses of people from whom nothing is ever taken. What is no address is refused, since it would protect nobody.
    type: list
    elements: str
    default: []
  settle_timeout:
    description: Seconds to read again until a change shows, before it counts as not done.
    type: float
    default: 15.0
  lock_timeout:
    description:
      - Seconds to wait while another run writes to the same organization; a task that waited in vain fails and names it.
      - >-
        Only runs of one account on one machine see each other. Check mode does not wait, nor do modules that only look.
    type: float
    default: 600.0
  progress:
    description: Whether to show how far the task is every few seconds, where the module runs on the controller.
    type: bool
    default: true
"""

    AGENT_SETTINGS: str = f"""
options:
  settings:
    description: Settings of all who do not declare their own.
    type: dict
    suboptions:
{textwrap.indent(_AGENT_SETTINGS, " " * 6)}"""
