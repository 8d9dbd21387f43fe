"""The command line: ``skimpy-renaissance {demo,check,train,generate}``."""
