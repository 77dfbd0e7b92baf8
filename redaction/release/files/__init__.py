"""The files of a release: schema, shards, keys of rows, folders."""
