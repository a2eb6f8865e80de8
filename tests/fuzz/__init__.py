"""Fuzzing of the simulator with the vendor's descriptions. It needs tests/requirements-fuzz.txt; "make fuzz" sees to that."""
