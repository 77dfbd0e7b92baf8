"""The files of a release: shards, rows, digests."""
