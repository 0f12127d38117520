"""The Streamlit pages. Widgets only: no figure is computed here, every one comes from the library."""
