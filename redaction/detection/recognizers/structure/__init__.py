"""What structure says about a value: keys of code, JSON and logs, columns of tables, paths and file names."""
