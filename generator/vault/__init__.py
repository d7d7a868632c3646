"""The sealed tier's work on files: sealing, opening outside the repository, new recipients, retention."""
