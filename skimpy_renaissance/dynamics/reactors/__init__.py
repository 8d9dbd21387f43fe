"""Batch reactors, strain designs in them, and fits to what was measured in one."""
