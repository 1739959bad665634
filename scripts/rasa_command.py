"""Runs Rasa's command line in Rasa's environment, for the measurements."""

import os
import subprocess
from pathlib import Path

ROOT = Path(__file__).parent.parent
PYTHON = ROOT / ".venv-rasa" / "bin" / "python"
ENVIRONMENT = os.environ | {
    "RASA_MAX_CACHE_SIZE": "0",  # or trained parts of earlier runs are used
    "RASA_TELEMETRY_ENABLED": "false",
    "TF_CPP_MIN_LOG_LEVEL": "3",
}


def rasa(*arguments: object) -> None:
    """Runs `rasa` with these arguments, in silence.

    Raises:
        subprocess.CalledProcessError: If it fails.
    """
    subprocess.run(
        [PYTHON, "-m", "rasa", *map(str, arguments), "--quiet"],
        cwd=ROOT,
        env=ENVIRONMENT,
        check=True,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
