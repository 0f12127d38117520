"""Names and identifiers -> entities, always with the reason."""
