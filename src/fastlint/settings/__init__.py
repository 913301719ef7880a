"""The linter's configuration: `[tool.fastlint]` as one frozen `Settings`, all mistakes reported at once."""

from __future__ import annotations

from fastlint.settings.load import (
    CONFIG_NAMES,
    Configuration,
    configured_in,
    load_settings,
    read_config,
)
from fastlint.settings.mistakes import Mistake, SettingsError
from fastlint.settings.schema import (
    DEFAULT_EXCLUDE,
    FailOn,
    FormatName,
    OutputFormat,
    Profile,
    Role,
    Settings,
    SeverityName,
)

__all__ = [
    "CONFIG_NAMES",
    "DEFAULT_EXCLUDE",
    "Configuration",
    "FailOn",
    "FormatName",
    "Mistake",
    "OutputFormat",
    "Profile",
    "Role",
    "Settings",
    "SettingsError",
    "SeverityName",
    "configured_in",
    "load_settings",
    "read_config",
]
