"""Views: what the pages and documents say, computed from the records. Pure, and over public fields only."""
