"""Settings of every process, read from the environment and an optional `.env` file.

Each setting is described for operators in docs/settings.md; a test fails on one that is not.
"""

from functools import lru_cache
from pathlib import Path

from pydantic import Field, SecretStr, ValidationError
from pydantic_settings import BaseSettings, SettingsConfigDict


class SettingsError(Exception):
    """A setting has a value that cannot be used; the message says which and why."""


class Settings(BaseSettings):
    """All settings, with the defaults of a single machine."""

    model_config = SettingsConfigDict(
        env_prefix="LACHAN_", env_file=".env", extra="ignore", populate_by_name=True
    )

    telegram_bot_token: SecretStr | None = Field(
        default=None, validation_alias="TELEGRAM_BOT_TOKEN"
    )
    telegram_webhook_url: str | None = Field(default=None, validation_alias="TELEGRAM_WEBHOOK_URL")
    telegram_webhook_secret: SecretStr | None = Field(
        default=None, validation_alias="TELEGRAM_WEBHOOK_SECRET"
    )
    telegram_webhook_host: str = Field(
        default="127.0.0.1", validation_alias="TELEGRAM_WEBHOOK_HOST"
    )
    telegram_webhook_port: int = Field(
        default=8443, ge=1, le=65535, validation_alias="TELEGRAM_WEBHOOK_PORT"
    )
    telegram_api_url: str = Field(
        default="https://api.telegram.org", validation_alias="TELEGRAM_API_URL"
    )

    database_url: str = Field(default="sqlite:///var/lachan.db", repr=False)
    var_dir: Path = Path("var")
    rasa_url: str = "http://127.0.0.1:5005"
    actions_url: str = "http://127.0.0.1:5055"
    rasa_timeout_s: float = Field(default=8.0, gt=0)
    crisis_timeout_s: float = Field(default=0.15, gt=0)
    encoder: str = "builtin"
    usage_retention_days: int = Field(default=400, ge=1)
    flood_messages_per_minute: int = Field(default=20, ge=1)
    log_level: str = Field(default="INFO", pattern="^(DEBUG|INFO|WARNING|ERROR)$")


@lru_cache
def get_settings() -> Settings:
    """Returns the settings of this process, read once.

    Raises:
        SettingsError: If a value cannot be used. The message names the settings, never values,
            since one of them may be a secret.
    """
    try:
        return Settings()
    except ValidationError as error:
        problems = "; ".join(
            f"{'.'.join(map(str, problem['loc']))}: {problem['msg']}"
            for problem in error.errors(include_input=False)
        )
        raise SettingsError(
            f"Settings cannot be used ({problems}). See docs/settings.md."
        ) from None
