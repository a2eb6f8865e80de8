"""A simulator of the Webex admin and Webex Contact Center APIs, for tests: a real HTTP server with state."""
