"""The demonstration: two organizations, onboarded twice, against the simulator."""
