"""Names of the tensor axes, used in every signature of the package.

A shape is written in the order of its axes, for example `` `model x km` ``.

=============  ====================================================================
axis           runs over
=============  ====================================================================
``state``      steady-state profiles
``candidate``  weight vectors of one generation of natural evolution strategies
``model``      kinetic models, that is: parameter sets
``reaction``   reactions, in the network's order
``metabolite`` balanced metabolites (variables), in the network's order
``independent`` metabolites left after removing one per conserved pool
``dependent``  metabolites given by the conserved pools
``pool``       conserved pools
``km``         saturation constants, in the order of ``network.km_names``
``latent``     inputs of a generator
``weight``     weights of a generator
``time``       time points
=============  ====================================================================
"""
