"""Starts the action server: `python -m actions`."""

import sys
from datetime import timedelta
from urllib.parse import urlsplit

from sqlalchemy.exc import SQLAlchemyError

from actions.server import build
from actions.usage import UsageLog
from common.keys import RotatingKey
from common.logging import configure
from common.settings import SettingsError, get_settings
from faq import service
from faq.errors import FaqError
from safety import signs


def main() -> int:
    """Serves until stopped; returns the exit status."""
    try:
        settings = get_settings()
        configure("actions", settings.log_level)
        faq = service.load(settings)
    except (FaqError, SettingsError) as error:
        print(error, file=sys.stderr)
        return 1
    except (OSError, SQLAlchemyError) as error:
        kind = type(error).__name__
        print(f"The database cannot be opened ({kind}). See LACHAN_DATABASE_URL.", file=sys.stderr)
        return 1
    key = RotatingKey(settings.var_dir / "keys", "usage", lifetime=timedelta(days=1))
    usage = UsageLog(faq.sessions, key, retention_days=settings.usage_retention_days)
    signs.check("")  # reads its model, which takes a moment
    faq.watch()
    address = urlsplit(settings.actions_url)
    app = build(faq, usage)
    app.run(
        host=address.hostname or "127.0.0.1",
        port=address.port or 5055,
        single_process=True,
        access_log=False,
        motd=False,
    )
    return 0


if __name__ == "__main__":
    sys.exit(main())
