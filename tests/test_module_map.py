"""Where a module is tested: at its own path, else in the file that is named here."""

from pathlib import Path

import skimpy_renaissance as sr

PACKAGE = Path(sr.__file__).parent
TESTS = Path(__file__).parent
# A part of something larger, tested through it: the file of the tests, and the modules.
TESTED_THROUGH: dict[str, tuple[str, ...]] = {
    "thermodynamics/test_component_contribution.py": ("thermodynamics/compounds",),
    "thermodynamics/test_reaction_energies.py": ("thermodynamics/network_constants",),
    "analyses/test_overlap.py": ("analyses/observations",),
    "analyses/test_training.py": (
        "analyses/along_training",
        "analyses/constants",
        "analyses/spectra",
    ),
    "cli/test_build.py": (
        "analyses/build",
        "analyses/build_result",
        "analyses/build_task",
        "analyses/fast_states",
        "cli/build_keys",
        "cli/build_page",
        "cli/build_settings",
        "cli/section_key",
    ),
    "cli/test_check.py": (
        "cli/model_report",
        "cli/pool_report",
        "cli/population_report",
        "cli/state_report",
        "cli/verdict",
    ),
    "cli/test_check_population.py": ("cli/differing_inputs",),
    "cli/test_generate.py": ("cli/writable",),
    "cli/test_model_file.py": ("cli/sbml_report",),
    "cli/test_overlap.py": (
        "cli/input_files",
        "cli/measured_km",
    ),
    "cli/test_design.py": (
        "analyses/design",
        "analyses/design_task",
        "cli/design_section",
        "cli/design_settings",
    ),
    "cli/test_reactor.py": ("analyses/reactor",),
    "design/test_enumerate_designs.py": (
        "design/aims",
        "design/designs",
        "design/highs",
        "design/program",
        "design/tree",
        "design/tree_file",
    ),
    "design/test_value_of_information.py": ("network/km_labels",),
    "design/test_verify_in_batch.py": ("design/batch_yield", "dynamics/reactors/plausible_ranges"),
    "design/test_published.py": (
        "design/evaluate_designs",
        "design/tfa_directions",
        "studies/published_designs",
    ),
    "design/test_published_e_coli.py": ("design/limits",),
    "design/test_response_problem.py": ("design/limit_rows", "design/limits"),
    "dynamics/reactors/test_medium_balance.py": ("analyses/physiology",),
    "cli/test_report.py": (
        "analyses/trade_off",
        "cli/next_steps",
        "cli/report_parts",
        "cli/report_population",
        "cli/report_sections",
        "report/analysis",
    ),
    "cli/test_reproduce.py": (
        "cli/case",
        "cli/findings",
        "report/studies",
        "studies/catalogue",
    ),
    "cli/test_robustness.py": (
        "analyses/robustness",
        "cli/population_file",
        "cli/population_inputs",
    ),
    "cli/test_run_file.py": ("cli/kinds",),
    "cli/test_settings.py": (
        "cli/options",
        "cli/sections",
        "learning/choice",
        "learning/description",
        "learning/options",
    ),
    "cli/test_train.py": (
        "analyses/context",
        "cli/analysis_command",
        "cli/console",
        "cli/inputs",
        "cli/record",
        "cli/threads",
        "cli/trained_folder",
        "cli/training",
    ),
    "control/test_coefficients.py": (
        "control/labelled",
        "control/rate_elasticities",
        "sampling/parameter_sets",
    ),
    "dynamics/ensembles/test_ensemble.py": (
        "dynamics/ensembles/lane_runs",
        "dynamics/ensembles/run",
        "dynamics/ensembles/settling",
        "dynamics/ensembles/trajectories",
    ),
    "dynamics/ensembles/test_robustness.py": (
        "dynamics/ensembles/pieces",
        "dynamics/ensembles/robustness_runs",
        "dynamics/ensembles/sets_of_state",
    ),
    "dynamics/equations/test_compiled_system.py": (
        "dynamics/equations/derivatives",
        "dynamics/equations/ode_system",
    ),
    "dynamics/integrators/test_integrators.py": (
        "dynamics/integrators/bdf",
        "dynamics/integrators/cvode",
        "dynamics/integrators/events",
        "dynamics/integrators/integrate",
        "dynamics/integrators/integrator",
        "dynamics/integrators/outcome",
    ),
    "dynamics/integrators/test_rosenbrock.py": (
        "dynamics/integrators/rodas5p",
        "dynamics/integrators/rosenbrock_kernels",
    ),
    "dynamics/reactors/test_batch_fit.py": ("dynamics/reactors/batch_quantity",),
    "dynamics/reactors/test_batch_reactor.py": (
        "dynamics/reactors/starting_point",
        "dynamics/reactors/strain",
    ),
    "dynamics/reactors/test_simulate_reactor.py": (
        "dynamics/reactors/empty_medium",
        "dynamics/reactors/falls_below",
    ),
    "instructions/test_program.py": (
        "instructions/graph",
        "instructions/interpreter",
        "instructions/program_kernels",
        "instructions/quotients",
    ),
    "kinetic_data/test_integration.py": ("kinetic_data/integration_tasks", "kinetic_data/ways"),
    "kinetic_data/test_matching.py": ("kinetic_data/cofactors",),
    "kinetic_data/test_measured_km.py": ("kinetic_data/name_tables",),
    "kinetics/test_bound_inputs.py": (
        "kinetics/batching",
        "kinetics/capacity",
        "kinetics/log_km",
    ),
    "kinetics/test_closed_form.py": (
        "kinetics/rates",
        "kinetics/reference",
    ),
    "kinetics/test_kinetics_invariants.py": ("kinetics/compiled",),
    "kinetics/test_template.py": ("kinetics/layout",),
    "kinetics/test_valid.py": (
        "kinetics/bound",
        "kinetics/evaluation",
        "kinetics/formulas",
        "kinetics/sparse_jacobian",
        "kinetics/sparse_models",
        "kinetics/verdicts",
    ),
    "landscape/test_embedding.py": ("landscape/neighbourhood",),
    "landscape/test_fastest.py": ("landscape/fastest_models",),
    "landscape/test_resampling.py": (
        "landscape/features",
        "landscape/polytope",
    ),
    "learning/test_checkpoint.py": ("learning/trained",),
    "learning/test_coverage.py": (
        "learning/histogram_generator",
        "learning/problem",
    ),
    "learning/test_generator.py": (
        "learning/architecture",
        "learning/outputs",
    ),
    "learning/test_gradient.py": (
        "learning/adam",
        "learning/schedules",
    ),
    "learning/test_held_out.py": ("learning/history",),
    "learning/test_rewards.py": ("learning/reward",),
    "learning/test_training.py": (
        "learning/optimizer",
        "learning/repeats",
    ),
    "network/test_assembly.py": ("network/roles",),
    "network/test_kinetic_network.py": ("network/compartment",),
    "network/test_rate_laws.py": ("network/reaction",),
    "network/test_skimpy_rate_laws.py": (
        "network/mechanisms",
        "network/modifiers",
    ),
    "network/test_skimpy_yaml.py": ("network/stated_pools", "network/yaml_document"),
    "plots/test_lambda_shift.py": ("plots/rate_axis",),
    "plots/test_landscape.py": (
        "plots/concentration_rules",
        "plots/palette",
        "plots/panels",
    ),
    "plots/test_propagation.py": ("plots/components", "plots/log_axis"),
    "priors/test_laws.py": ("priors/standard_normal",),
    "plots/test_designs.py": ("plots/spread",),
    "plots/test_trajectories.py": ("plots/deviation_axis",),
    "population/test_string_heaps.py": ("population/string_references",),
    "population/test_columnar.py": (
        "population/loading",
        "population/file_layout",
        "population/population_writer",
        "population/stored_population",
    ),
    "population/test_parameter_population.py": (
        "population/assembling",
        "population/joining",
        "population/selection",
        "population/sets",
        "population/table_checks",
    ),
    "requirements/test_composite.py": ("requirements/trade_off",),
    "requirements/test_fermentation.py": (
        "dynamics/reactors/measured_course",
        "requirements/simulated",
    ),
    "requirements/test_measured.py": ("requirements/quantities",),
    "requirements/test_requirements.py": (
        "requirements/control_coefficient",
        "requirements/eigenvalues",
        "requirements/km_prior",
        "requirements/requirement",
        "requirements/response",
    ),
    "sampling/test_live_kinetics.py": ("network/skimpy_fingerprint",),
    "sampling/test_drawing.py": ("sampling/log_uniform",),
    "sampling/test_parametrization.py": ("sampling/origin",),
    "sampling/test_renaissance.py": (
        "sampling/drop_in",
        "sampling/refreshing",
        "sampling/renaissance_parameters",
        "sampling/stated_limits",
    ),
    "sbml/test_read_sbml.py": (
        "sbml/read_annotations",
        "sbml/read_constants",
        "sbml/read_document",
        "sbml/read_laws",
        "sbml/read_quantities",
        "sbml/read_reactions",
        "sbml/read_steady_state",
        "sbml/read_units",
        "sbml/read_values",
    ),
    "sbml/test_write_sbml.py": (
        "sbml/write_document",
        "sbml/write_values",
    ),
    "sparse/test_elimination.py": ("sparse/lane_type",),
    "sparse/test_solving.py": ("sparse/lu_kernels",),
    "spectrum/test_cascade.py": (
        "spectrum/ritz_screen",
        "spectrum/sign_count",
        "spectrum/symmetric_functions",
    ),
    "kinetics/test_mode_gradients.py": (
        "spectrum/mode_gradient_kernels",
        "spectrum/mode_gradients",
    ),
    "spectrum/test_lane_spectra.py": (
        "sparse/inverse_kernels",
        "spectrum/balance_kernels",
        "spectrum/bulge_kernels",
        "spectrum/entry_kernels",
        "spectrum/hessenberg_kernels",
        "spectrum/lane_spectrum_kernels",
        "spectrum/lapack",
        "spectrum/matrix_entries",
        "spectrum/qr_kernels",
    ),
    "spectrum/test_inverse_iteration.py": ("spectrum/inverse_iteration_kernels",),
    "spectrum/test_settled.py": (
        "spectrum/certified",
        "spectrum/error_bounds",
        "spectrum/rounding_kernels",
    ),
    "steady_states/test_consistency.py": (
        "steady_states/consistency_report",
        "steady_states/displacement",
    ),
    "steady_states/test_files.py": (
        "steady_states/archive",
        "steady_states/json_profile",
    ),
    "steady_states/test_plain_tables.py": ("steady_states/csv_table",),
    "steady_states/test_sampling.py": (
        "steady_states/concentration_polytope",
        "steady_states/flux_ranges",
        "steady_states/stated_ranges",
    ),
    "studies/test_kinetic_data.py": (
        "analyses/integrated_km",
        "analyses/informed_km",
        "analyses/integrated_km_answers",
        "analyses/integrated_km_drawings",
        "analyses/integrated_km_result",
        "analyses/integrated_km_runs",
        "analyses/integrated_km_settings",
        "studies/kinetic_data_findings",
        "studies/measurements",
    ),
    "studies/test_landscape.py": (
        "analyses/landscape_drawings",
        "analyses/new_states",
        "studies/landscape_findings",
    ),
    "studies/test_requirements.py": ("studies/curve_fit",),
    "studies/test_tuning.py": (
        "analyses/tuning",
        "studies/study",
    ),
    "tasks/test_runners.py": (
        "tasks/cluster",
        "tasks/processes",
        "tasks/runner",
    ),
    "test_storage.py": ("errors",),
    "tuning/test_search.py": ("tuning/search_result",),
    "tuning/test_search_space.py": ("tuning/trial",),
    "valid_region/test_coverage_report.py": ("valid_region/rejection",),
    "valid_region/test_choice.py": ("valid_region/pilot",),
    "test_data_tree.py": ("population/arviz_tree",),
    "valid_region/test_posterior.py": (
        "valid_region/data",
        "valid_region/draws",
        "valid_region/independent",
        "valid_region/posterior_sample",
        "valid_region/weighted",
        "valid_region/weighted_file",
        "valid_region/weighting",
    ),
    "valid_region/test_refresh.py": (
        "priors/randomness",
        "valid_region/moves_arrays",
        "valid_region/refreshed",
        "valid_region/refreshed_file",
    ),
    "valid_region/test_sampling.py": (
        "valid_region/judging",
        "valid_region/valid_region_sample",
    ),
    "valid_region/test_tempering.py": (
        "valid_region/tempered",
        "valid_region/tempered_file",
    ),
}
# Without a claim of their own: names only, the way in, and what made the bundled data once.
UNTESTED = {"__main__", "_version", "axes"}
BUILT_BY_HAND = "examples/build_e_coli_core"


def _modules() -> set[str]:
    paths = (p for p in PACKAGE.rglob("*.py") if p.name != "__init__.py")
    names = {p.relative_to(PACKAGE).with_suffix("").as_posix() for p in paths}
    return {n for n in names if not n.startswith(BUILT_BY_HAND)} - UNTESTED


def _at_its_path(module: str) -> bool:
    path = TESTS / module
    return path.with_name(f"test_{path.name}.py").exists()


def test_every_module_has_a_test_of_its_path_or_a_named_one():
    named = {module for modules in TESTED_THROUGH.values() for module in modules}
    assert sorted(m for m in _modules() if not _at_its_path(m) and m not in named) == []


def test_what_is_named_is_there_and_needed():
    assert [file for file in TESTED_THROUGH if not (TESTS / file).exists()] == []
    named = {module for modules in TESTED_THROUGH.values() for module in modules}
    assert sorted(m for m in named if _at_its_path(m) or m not in _modules()) == []
