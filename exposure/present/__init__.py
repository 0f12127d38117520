"""Frames -> words, tables, charts and pictures, the same for every face."""
