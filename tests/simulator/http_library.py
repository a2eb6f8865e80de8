"""The HTTP library that the tests themselves use: the same two serve as in the collection, in the same order."""

from __future__ import annotations

try:
    import httpx2 as httpx
except ImportError:
    import httpx

__all__ = ["httpx"]
