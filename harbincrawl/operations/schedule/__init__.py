"""Scheduled crawls: writing and installing systemd units and crontab lines."""
