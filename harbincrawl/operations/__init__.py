"""Keeping an archive whole for years: health, verify, backup, purge, schedule, notices, metrics, logs."""
