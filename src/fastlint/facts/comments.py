"""Suppression comments: what they silence, and on which rows."""

from __future__ import annotations
