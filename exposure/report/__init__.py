"""Reports that stand on their own: their content, redaction, the one-file page, and their verification."""
