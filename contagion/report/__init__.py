"""Reports: a results directory of a comparison, a sweep or an analysis becomes one self-contained page."""
