"""How the bundled *E. coli* core model is made, one idea per module.

``condition``       the network in one growth condition: reactions kept, directions, flux bounds
``thermodynamics``  formation energies -> pyTFA model, concentration ranges, fixed directions
``states``          the checks that steady-state profiles of the pyTFA model must pass
``scratch``         a folder for pyTFA's log files

Rate laws are those of :func:`skimpy_renaissance.draft.draft_from_cobra`; the profiles are drawn by
:func:`skimpy_renaissance.steady_states.sample_tfa_states`, which takes any pyTFA model. Run as
``python -m skimpy_renaissance.examples.build_e_coli_core`` with the extra ``build`` (cobra, pytfa)
installed. Nothing is downloaded: the network comes with COBRApy, the tables lie in
``skimpy_renaissance/examples/data``.
"""
