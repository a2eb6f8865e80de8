"""The demonstration: two organisations, onboarded twice, against the simulator."""
