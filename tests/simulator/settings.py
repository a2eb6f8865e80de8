"""The switches of the simulator: pace, lags, and one for everything that nobody public knows about the service."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any


class BadSetting(ValueError):
    """An unknown setting, or a value that it cannot take."""


@dataclass(frozen=True)
class Setting:
    """One switch: its default, the values it takes (empty: any of the default's type), and what it means."""

    default: Any
    meaning: str
    choices: tuple[Any, ...] = ()
    optional: bool = False


SETTINGS: dict[str, Setting] = {
    # pace
    "latency_ms": Setting(0, "every answer waits that long"),
    "limit_per_minute": Setting(0, "requests a minute and token on the admin routes; 0 is no limit"),
    "cc_limit_per_minute": Setting(0, "the same for the contact center routes"),
    "limit_kind": Setting("window", "fixed window of a minute, or a bucket that fills evenly", ("window", "bucket")),
    "limit_burst": Setting(0, "size of the bucket; 0 is a tenth of the limit"),
    "retry_after_header": Setting(True, "429 carries Retry-After"),
    "retry_after_s": Setting(0, "value of Retry-After; null computes it", optional=True),
    "cc_429_body": Setting(False, "429 of the contact center has a body"),
    # people and lists
    "search_lag_s": Setting(0.0, "searches and lists do not show a new person for that long; reads by id do"),
    "people_list_lag_s": Setting(0.0, "the same, for GET /people alone"),
    "people_max_page": Setting(1000, "largest page of GET /people; more is clamped"),
    "people_page": Setting("clamped", "GET /people with max above 500: clamped or 400", ("clamped", "refused")),
    "people_by_id": Setting(
        "tolerant", "GET /people?id= with other parameters works, or is 400 (alone)", ("tolerant", "alone")
    ),
    "people_list_admin_fields": Setting(True, "the plain list of people carries roles and licenses"),
    "people_by_id_admin_fields": Setting(False, "GET /people?id= carries roles and licenses"),
    "people_by_id_user_name": Setting(False, "GET /people?id= carries userName (seen live, not in the description)"),
    "people_put_omitted": Setting(
        "clear", "PUT /people without roles or licenses clears or keeps them", ("clear", "keep")
    ),
    "people_create_400_but_created": Setting(False, "POST /people answers 400 and has created the person"),
    # SCIM
    "identities": Setting(
        "complete",
        "sparse: no accountStatus for active people, and cjp.premium_agent or cjp.standard_agent by license among roles",
        ("complete", "sparse"),
    ),
    "scim_max_count": Setting(1000, "largest page of SCIM lists; more is clamped"),
    "scim_filter_max_terms": Setting(0, "terms that a SCIM filter may have; more is 400 invalidFilter; 0 is no limit"),
    "existing_status_scim": Setting(409, "status of a Bulk item that creates somebody who exists", (409, 200)),
    "other_org_status": Setting(409, "status for an address that belongs elsewhere", (409, 400, 403)),
    "other_org_text": Setting("precise", "whether the text tells where the address belongs", ("precise", "vague")),
    "bulk_key": Setting("lower", "key of the results of Bulk", ("lower", "upper", "both")),
    "bulk_error_shape": Setting(
        "detail", "where a failed Bulk item keeps its text", ("detail", "details", "cisco_urn", "message", "string")
    ),
    "bulk_over_limit_status": Setting(400, "status for more than 100 operations", (400, 413)),
    "bulk_omit_items": Setting(0, "the last so many results of a Bulk answer are left out, though carried out"),
    "bulk_requires_fail_on_errors": Setting(False, "Bulk without failOnErrors is 400"),
    # licenses and roles
    "both_licenses": Setting("reject", "premium and standard at once", ("reject", "resolve_premium", "keep")),
    "no_seats_status": Setting(400, "a license without free units", (400, 409, 206, "skip_200")),
    "license_200_but_skipped": Setting([], "addresses whose license requests answer 200 and assign nothing"),
    "license_206": Setting([], "addresses whose license requests answer 206 and assign nothing"),
    "roles_list_contact_center": Setting(False, "GET /roles lists cjp.*, and People carries them"),
    "scim_accepts_cjp_roles": Setting(
        True, "SCIM takes cjp.*: true, false (400), or ignore (200, nothing)", (True, False, "ignore")
    ),
    "cjp_roles_visible": Setting(True, "SCIM shows cjp.* roles"),
    "role_change_kills_token": Setting(True, "a changed role makes that person's tokens invalid"),
    "activation_second_job_status": Setting(409, "a second activation mail job while one runs", (409, 400, 423)),
    "activation_job_polls": Setting(2, "polls of a job's status before it is completed"),
    # contact center
    "sync_mode": Setting("click", "records follow the administrator's click, or come by themselves", ("click", "auto")),
    "auto_sync_s": Setting(0.0, "delay in mode auto"),
    "sync_click_s": Setting(0.0, "delay between the click and its effect"),
    "sync_stay_missing": Setting([], "addresses that no synchronization brings"),
    "sync_name_mismatch": Setting([], "addresses whose record carries another last name"),
    "sync_inactive": Setting([], "addresses whose record stays inactive"),
    "imi_pending": Setting(False, "imiUserCreated stays false for premium people"),
    "cc_max_page_size": Setting(100, "largest page of contact center lists; more is clamped"),
    "cc_omit_fields": Setting(True, "unset fields are left out (false: null)"),
    "list_arrays": Setting(
        "attributes",
        "array fields in contact center lists: always, when asked for by attributes, or never",
        ("always", "attributes", "never"),
    ),
    "capabilities": Setting(
        "absent",
        "supervisorCapabilitiesEnabled and agentCapabilitiesEnabled of users: absent, or shown and a write is 400"
        " (read_only), without effect (ignored), or gives and takes the supervisor role (effective)",
        ("absent", "read_only", "ignored", "effective"),
    ),
    "team_site": Setting("fixed", "PUT of a team with another site: 400, or taken", ("fixed", "changeable")),
    "team_user_ids": Setting(True, "a team read by its id carries userIds"),
    "cc_bulk_max_items": Setting(0, "items that PATCH user/bulk takes; more is 400; 0 is no limit"),
    "cc_strict_version": Setting(False, "PUT with a stale version is 409"),
    "cc_lone_site": Setting("reject", "a new site alone, while teams stay behind", ("reject", "reset_teams")),
    "page_links": Setting("relative", "links in contact center lists", ("relative", "absolute")),
    # the simulator itself
    "journal_response_max": Setting(0, "bytes of an answer that the journal keeps (larger: null); 0 is all"),
}


def _checked(name: str, value: Any) -> Any:
    setting = SETTINGS.get(name)
    if setting is None:
        raise BadSetting(f"no setting {name!r}")
    if value is None and setting.optional:
        return None
    if setting.choices:
        for choice in setting.choices:
            if type(choice) is type(value) and choice == value:
                return value
        raise BadSetting(f"{name}: {value!r} is none of {list(setting.choices)}")
    default = setting.default
    if isinstance(default, bool):
        ok = isinstance(value, bool)
    elif isinstance(default, (int, float)):
        ok = isinstance(value, (int, float)) and not isinstance(value, bool) and value >= 0
    elif isinstance(default, list):
        ok = isinstance(value, list) and all(isinstance(item, str) for item in value)
    else:
        ok = isinstance(value, type(default))
    if not ok:
        raise BadSetting(f"{name}: {value!r} is not of the type of {default!r}")
    return [item.lower() for item in value] if isinstance(default, list) else value


class Settings:
    """The current values; attribute access by the name of the setting."""

    def __init__(self, values: dict[str, Any] | None = None) -> None:
        self._values: dict[str, Any] = {name: _start(setting) for name, setting in SETTINGS.items()}
        self.update(values or {})

    def update(self, values: dict[str, Any]) -> None:
        """Take over several values, or raise BadSetting and take over none."""
        checked = {name: _checked(name, value) for name, value in values.items()}
        self._values.update(checked)

    def __getattr__(self, name: str) -> Any:
        try:
            return self.__dict__["_values"][name]
        except KeyError:
            raise AttributeError(name) from None

    def as_dict(self) -> dict[str, Any]:
        """Return all values, for GET /_sim/settings."""
        return dict(self._values)


def _start(setting: Setting) -> Any:
    if setting.optional:
        return None
    return list(setting.default) if isinstance(setting.default, list) else setting.default
