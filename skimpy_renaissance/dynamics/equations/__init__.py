"""The equations of one model: what each reaction does to each variable, and their compiled form."""
