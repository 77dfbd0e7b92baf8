"""The log of who did what with a corpus, and how it is seen that entries of it are missing."""

from redaction.state.action_log.entries import Action, ActionLogError, Deed
from redaction.state.action_log.heads import OUTPUT_HEAD
from redaction.state.action_log.log import ACTIONS, bind_log, check_log, log_action, read_actions, unlogged_releases

__all__ = [
    "ACTIONS",
    "OUTPUT_HEAD",
    "Action",
    "ActionLogError",
    "Deed",
    "bind_log",
    "check_log",
    "log_action",
    "read_actions",
    "unlogged_releases",
]
