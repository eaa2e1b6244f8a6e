"""The budget question: what mix of a study's options does most within so many pounds a year, and how sure that is."""
