"""How the bundled *E. coli* core model is made, one idea per module.

``condition``       the network in one growth condition: reactions kept, directions, flux bounds
``thermodynamics``  formation energies -> pyTFA model, concentration ranges, fixed directions
``states``          pyTFA model -> steady-state profiles, and the checks that they must pass
``hit_and_run``     uniform points of a polytope
``rate_laws``       stoichiometry -> SKiMPy mechanism, by SKiMPy's own conventions
``model_file``      rate laws -> SKiMPy YAML
``scratch``         a folder for pyTFA's log files

Run as ``python -m skimpy_renaissance.examples.build_e_coli_core`` with the extra ``build``
(cobra, pytfa) installed. Nothing is downloaded: the network comes with COBRApy, the tables lie in
``skimpy_renaissance/examples/data``.
"""
