"""Property tests here may take their time: a busy machine is not a wrong score."""

from __future__ import annotations

from hypothesis import settings

settings.register_profile("scoring", deadline=None)
settings.load_profile("scoring")
