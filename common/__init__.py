"""What every process needs: settings, database, logging and rotating keys."""
