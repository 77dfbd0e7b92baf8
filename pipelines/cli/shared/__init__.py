"""What every command of `discreet` shares: exit codes, global options, consoles, progress, and the lazy group."""
