"""What a trainer reads in place of the data."""
