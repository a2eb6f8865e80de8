"""Small faults put into the code one at a time, to see whether the unit tests notice."""
