import re
from pathlib import Path

import pytest
from pydantic import SecretStr, ValidationError

from common.settings import Settings, SettingsError, get_settings

DOCUMENTATION = Path(__file__).parents[2] / "docs" / "settings.md"
NAMES = {
    str(field.validation_alias or f"LACHAN_{name}".upper())
    for name, field in Settings.model_fields.items()
}


@pytest.fixture(autouse=True)
def _empty_environment(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """No variable of the person who runs the tests, and no `.env` file, counts."""
    for name in NAMES:
        monkeypatch.delenv(name, raising=False)
    monkeypatch.chdir(tmp_path)
    get_settings.cache_clear()


def documented() -> set[str]:
    text = DOCUMENTATION.read_text(encoding="utf-8")
    return set(re.findall(r"\b(?:LACHAN|TELEGRAM)_[A-Z][A-Z_]*\b", text))


def test_every_setting_is_documented() -> None:
    assert documented() >= NAMES


def test_every_documented_setting_exists() -> None:
    assert documented() <= NAMES


def test_a_single_machine_needs_no_setting() -> None:
    settings = get_settings()
    assert settings.telegram_bot_token is None
    assert settings.database_url.startswith("sqlite:///")
    assert settings.log_level == "INFO"


@pytest.mark.parametrize(
    ("name", "value", "field", "expected"),
    [
        ("LACHAN_DATABASE_URL", "sqlite:///x.db", "database_url", "sqlite:///x.db"),
        ("LACHAN_VAR_DIR", "data", "var_dir", Path("data")),
        ("LACHAN_RASA_TIMEOUT_S", "2.5", "rasa_timeout_s", 2.5),
        ("TELEGRAM_WEBHOOK_PORT", "443", "telegram_webhook_port", 443),
        ("TELEGRAM_BOT_TOKEN", "1:abc", "telegram_bot_token", SecretStr("1:abc")),
    ],
)
def test_a_setting_is_read_from_the_environment(
    monkeypatch: pytest.MonkeyPatch, name: str, value: str, field: str, expected: object
) -> None:
    monkeypatch.setenv(name, value)
    assert getattr(get_settings(), field) == expected


def test_settings_are_read_from_a_file(tmp_path: Path) -> None:
    (tmp_path / ".env").write_text("LACHAN_ENCODER=other\nSOMETHING_ELSE=1\n", encoding="utf-8")
    assert get_settings().encoder == "other"


def test_secrets_do_not_show(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TELEGRAM_BOT_TOKEN", "12345:top-secret")
    monkeypatch.setenv("TELEGRAM_WEBHOOK_SECRET", "top-secret")
    settings = get_settings()
    assert settings.telegram_webhook_secret is not None
    assert "top-secret" not in f"{settings!r} {settings} {settings.model_dump()}"


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("TELEGRAM_WEBHOOK_PORT", "top-secret"),
        ("TELEGRAM_WEBHOOK_PORT", "65536"),
        ("LACHAN_RASA_TIMEOUT_S", "0"),
        ("LACHAN_LOG_LEVEL", "top-secret"),
        ("LACHAN_USAGE_RETENTION_DAYS", "0"),
        ("LACHAN_FLOOD_MESSAGES_PER_MINUTE", "0"),
    ],
)
def test_an_unusable_value_is_named_but_not_shown(
    monkeypatch: pytest.MonkeyPatch, name: str, value: str
) -> None:
    monkeypatch.setenv(name, value)
    monkeypatch.setenv("TELEGRAM_BOT_TOKEN", "12345:top-secret")
    with pytest.raises(SettingsError, match=r"docs/settings\.md") as raised:
        get_settings()
    message = str(raised.value)
    assert name.removeprefix("LACHAN_").lower() in message.lower()
    assert "top-secret" not in message
    assert raised.value.__suppress_context__


def test_a_setting_given_in_code_is_checked_as_well() -> None:
    with pytest.raises(ValidationError):
        Settings(crisis_timeout_s=-1)
