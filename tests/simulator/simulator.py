"""The simulator as one object: world, tokens, settings, faults, limits, journal."""

from __future__ import annotations

import copy
from typing import Any

from . import seed
from .faults import Faults
from .journal import Journal
from .limits import Limiter
from .settings import Settings


class Simulator:
    """Everything that a request can see; ``reset`` starts it again."""

    def __init__(self, scenario: dict[str, Any] | None = None, seed_number: int | None = None) -> None:
        self.start = copy.deepcopy(scenario) if scenario is not None else copy.deepcopy(seed.DEFAULT_SCENARIO)
        if seed_number is not None:
            self.start["seed"] = seed_number
        self.journal = Journal()
        self.faults = Faults()
        self.limiter = Limiter()
        self.reset()

    def reset(self, scenario: dict[str, Any] | None = None) -> None:
        """Play a scenario from its beginning (None: the one of the start); raises BadScenario or BadSetting."""
        scenario = self.start if scenario is None else scenario
        settings = Settings(scenario.get("settings"))
        self.world, self.tokens = seed.build(scenario, settings)
        self.settings = settings
        self.journal.clear()
        self.faults.clear()
        self.limiter.clear()
