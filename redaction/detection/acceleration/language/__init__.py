"""Language identification over whole batches."""
