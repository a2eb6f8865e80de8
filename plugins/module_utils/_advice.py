# Copyright: Contributors to the wxcc.onboarding collection
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What to do next, by the code of a problem. Private to this collection.

One place, so that every module, report and document gives the same advice; docs/troubleshooting.md explains each code.
"""

from __future__ import annotations

ADVICE: dict[str, str] = {
    "trial_account": (
        "This address once opened a Webex trial of its own. That trial organization must be deleted first "
        "(the person signs in to Control Hub with this address and deletes the organization, or Webex support does it); "
        "then run again."
    ),
    "other_organization": (
        "The address belongs to another Webex organization. Claim the domain and convert the user in Control Hub "
        "(Management > Users > Manage users > Claim users), or have the other organization release the address; then run again."
    ),
    "free_account": (
        "The address has a free Webex account of its own. Claim the user in Control Hub (Management > Users > Manage users > "
        "Claim users); then run again."
    ),
    "address_taken": (
        "Webex knows this address, but this organization does not show it: it belongs to another organization, to a trial or "
        "to a free account (or the person was added a moment ago and is not shown yet). Look at Control Hub (Management > Users > "
        "Manage users > Claim users), or have the trial deleted; then run again."
    ),
    "domain_claimed": "The address's domain is claimed by another organization. Use an address of a domain of your own.",
    "directory_managed": "The organization's people come from a directory. Add the person to that directory, then run again.",
    "no_seat": "Free or buy licenses in Control Hub (Account > Subscriptions), then run again for the people named.",
    "license_not_found": (
        "Look at the licenses that the organization has (module license_info) and at the option "
        "subscription_id (variable onboard_subscription_id)."
    ),
    "license_conflict": (
        "Only one contact center license may be held. Run with mode add_and_remove (variable onboard_license_mode; with CSV files "
        "onboard_csv_mode: add_and_remove_services), so that the other is taken away."
    ),
    "license_skipped": (
        "Webex answered without an error but did not assign the license. Look at free seats and at conflicting licenses of "
        "this person in Control Hub, then run again."
    ),
    "needs_remove": (
        "mode add_only never takes a license away. Run with mode add_and_remove (variable onboard_license_mode; with CSV files "
        "onboard_csv_mode: add_and_remove_services)."
    ),
    "needs_premium": "Give the person the Premium license first (license: premium in the row; module license), then the role.",
    "record_missing": "Press Synchronize Users in Control Hub (Services > Contact Center > Tenant settings > General), then run again.",
    "identity_mismatch": "Press Synchronize Users in Control Hub (Services > Contact Center > Tenant settings > General), then run again.",
    "needs_license": "Give the person a contact center license first (license in the row; module license), synchronize, then run again.",
    "unknown_name": "Correct the names; the module contact_center_info lists those that there are.",
    "profile_type": "Choose a user profile of the type that fits license and role; the module contact_center_info lists them.",
    "not_enabled": "Declare contact_center_enabled: true for the person as well (in the row's agent, or in onboard_agent_settings).",
    "team_capacity": "Choose a team of type agent.",
    "team_other_site": "Choose a team of the person's site, or declare the site of that team.",
    "teams_needed": "Declare the teams at the new site; an empty list takes the person out of all teams.",
    "desktop_other_site": "Declare a desktop profile of that site or of the whole organization.",
    "desktop_profile_needed": "Declare a desktop profile: the vendor asks for one wherever site and teams are given.",
    "skill_profile_full": "Make another skill profile with the same skills, and declare it for some of the people.",
    "ignored": (
        "The contact center answered without an error and changed nothing. Look at the person in Control Hub (Contact Center > Users), "
        "and at what the subscription includes."
    ),
    "several_subscriptions": (
        "Say which one: set subscription_id (variable onboard_subscription_id), or name it in the header of the file's column."
    ),
    "unknown_subscription": "Export the file again from this organization, or give it to the host that it belongs to.",
    "too_many_changes": "Read the plan. If it is right, raise max_changes (variable onboard_max_changes) for this run.",
    "refused_rows": (
        "Correct the rows, or let the others go on (refused_rows: skip, and a higher max_refused_rows; "
        "variables onboard_refused_rows, onboard_max_refused_rows)."
    ),
    "not_writable": "Run in check mode, or set onboard_writable for this organization.",
    "other_digest": "Read the new plan and approve that, or give the approved plan's file (onboard_plan).",
    "plan_refused": "Make a new plan in check mode, and have that approved.",
    "job_failed": (
        "Look at the errors; with the tracking id, Webex support can find the job. Mails can also be sent in Control Hub "
        "(Management > Users)."
    ),
    "job_running": "One job at a time: wait until it has ended, or follow it with the module invitation and its job_id.",
    "person_missing": "Add the person first (module user; onboard_identities must not be false), then run again.",
    "protected": (
        "The person is protected from removals. Take the address out of protected (variable "
        "onboard_protected) if this is really wanted."
    ),
    "own_account": "Use another account for the run: what is taken from the account in use may end its own access.",
    "own_account_unknown": (
        "Give the token the scope spark:people_read (or identity:people_read), so that the run's own account can be told from the "
        "other administrators; or do this one by hand in Control Hub."
    ),
    "administrator_roles_needed": (
        "Say which administrator roles the person is to have: administrator_roles: [Full Administrator] and the like in the row, "
        "administrator_roles: [] for none; or leave role out, and nothing of it is touched."
    ),
    "roles_unread": "Run again; if it stays so, look the person up in Control Hub (Management > Users).",
    "removals_not_allowed": (
        "Read the list. If it is right, set allow_removals: true (variable onboard_allow_removals), or give a number "
        "(max_removals, variable onboard_max_removals)."
    ),
    "last_full_administrator": "Make somebody else a Full Administrator first.",
    "too_many_removals": "Read the list. If it is right, raise max_removals (variable onboard_max_removals) for this run.",
    "token_invalid": (
        "The access token is expired or wrong. Get a new one (personal tokens live 12 hours, others 14 days) for access_token (variable "
        "webex_access_token, or WEBEX_ACCESS_TOKEN in the environment), or give refresh_token, client_id and client_secret (variables "
        "webex_refresh_token, webex_client_id, webex_client_secret)."
    ),
    "no_token": (
        "Set access_token (variable webex_access_token, or WEBEX_ACCESS_TOKEN in the environment), or refresh_token with client_id and "
        "client_secret (variables webex_refresh_token, webex_client_id, webex_client_secret)."
    ),
    "forbidden": (
        "The token lacks a scope, or the account behind it lacks the administrator role. People and licenses need "
        "spark-admin:people_read, spark-admin:people_write, spark-admin:licenses_read; identities and roles need "
        "identity:people_rw as a Full or User administrator; the contact center needs cjp:config_read."
    ),
    "not_found": "Check the organization id (org_id, variable webex_org_id) and the API address (webex_api_url, wxcc_api_url).",
    "conflict": "Somebody else may have changed the same thing. Run again.",
    "refused": "See the vendor's message; Control Hub (Management > Users) shows what stands against this person.",
    "bad_request": "See the vendor's message. With the tracking id, Webex support can find the request.",
    "locked": "Webex is busy with this person or organization. Run again in a few minutes.",
    "rate_limited": (
        "Lower concurrency or set requests_per_minute (variables webex_concurrency, webex_requests_per_minute), or run again later."
    ),
    "server_error": "The service had a fault. Run again later; with the tracking id, Webex support can find the request.",
    "connection": (
        "Check the API address (webex_api_url, wxcc_api_url, variable wxcc_region), network, proxy and certificates (options proxy, "
        "ca_path, timeout; variables webex_proxy, webex_ca_path, webex_timeout)."
    ),
    "invalid_response": (
        "The answer was not the expected JSON: a proxy or a login page may stand in between. Check the API address "
        "(webex_api_url, wxcc_api_url) and the proxy (variable webex_proxy)."
    ),
    "redirect_refused": "Check the API address (webex_api_url, wxcc_api_url): the token is sent to the configured hosts only.",
    "host_refused": "The token is sent to the configured hosts only. Check webex_api_url and wxcc_api_url.",
    "insecure_url": "Use https. Plain http is accepted for the loopback address only.",
    "not_verified": (
        "Webex accepted the change, but reading it again does not show it. Look at the person in Control Hub and run again."
    ),
    "uncertain": "It is not known whether the request took effect. Run again: what is there already is not done twice.",
    "not_attempted": "Run again: the person was not reached. What was done for others stays, and is not done twice.",
    "interrupted": "Run again: what was done stays, and is not done twice.",
    "unexpected": "Please report this with the traceback. Then look at the people named, and run again.",
    "moved": "Run again: a new plan is made of what is there now.",
    "other_plan": "Make the plan (module plan) and carry it out with the same options, roster and organization; or begin a new run.",
    "other_run": (
        "Begin a run of your own (module run), and pass on its directory; a playbook of this collection begins a new one each time."
    ),
    "no_run": (
        "Run the whole playbook: what was done before is not done twice. In a playbook of your own, begin a run first "
        "(module run, state: started), or give run_directory."
    ),
    "locked_by_run": "Run again when the other run has ended, or raise lock_timeout. Somebody may still be at work there.",
    "bulk_item_missing": "Webex left this person out of its answer. Run again.",
    "invalid_input": "Correct the input and run again.",
    "role_by_hand": (
        "Give it by hand: in Control Hub open Management > Users, the person, Administrator roles (partner roles: in Partner Hub). "
        "Leave it out of administrator_roles; the module leaves it alone."
    ),
    "unknown_role": "Look at the organization's roles (module role_info).",
    "not_in_sync": (
        "Press Synchronize Users in Control Hub (Services > Contact Center > Tenant settings > General), wait, and run again. "
        "If it stays so, open a case with Webex support."
    ),
    "supervisor_manual": (
        "In Control Hub open Management > Users, the person, Edit licenses, and choose Premium Agent - Supervisor Role."
    ),
    "hook_failed": "Look at the hook's own log. The contact center is not synchronized by it.",
    "missing_option": "Set the option, its environment variable, or the variable of the playbooks (webex_ and the name of the option).",
}
