"""One file per mechanism of the weekly life of a person; week.py lists them in order."""
