"""Operating an archive: health rules, verify, backup, purge, schedules, notifications, metrics, logs."""
