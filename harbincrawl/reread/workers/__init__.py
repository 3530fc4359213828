"""The workers of `--workers`: this process, several of this machine, or a Dask cluster."""
