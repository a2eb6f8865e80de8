"""Seeded disorder: whole chains against the simulator on virtual time, with faults on every route, and what must hold all the same."""
