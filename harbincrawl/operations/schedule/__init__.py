"""Scheduled crawls: the texts of systemd units and of crontab lines."""
