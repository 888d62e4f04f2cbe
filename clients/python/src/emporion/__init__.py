"""A client of Emporion: the generated stubs, and what every caller would otherwise write."""

from emporion.client import Client, Refusal, new_request_id, repeat

__all__ = ["Client", "Refusal", "new_request_id", "repeat"]
