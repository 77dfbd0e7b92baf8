"""The commands about requests of members: record, list, answer, certify."""
