"""Every setting of a run, once: TOML key, flag, default and help text are all derived from here.

A section of the run file is a dataclass, a key is a field. Defaults are those of the objects that
take the values, which are the paper's.
"""

# ruff: noqa: RUF009 - sections are frozen, so that defaults may be shared
from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, fields, replace
from math import log
from typing import Any, get_type_hints

from skimpy_renaissance.checks import require_positive, require_whole
from skimpy_renaissance.cli.build_keys import BuildSettings
from skimpy_renaissance.cli.design_settings import aim_of, limits_of
from skimpy_renaissance.cli.kinds import kind_of
from skimpy_renaissance.cli.sections import (
    BUNDLED,
    SBML_ENDINGS,
    CriterionSettings,
    DataSettings,
    DesignSettings,
    GeneratorSettings,
    ModelSettings,
    RunSettings,
    StatesSettings,
    TrainingSettings,
    TuneSettings,
    UnitsSettings,
)
from skimpy_renaissance.cli.setting import FAMILIES, OPTIMIZER, REWARD, Family, Setting, panel
from skimpy_renaissance.errors import InputError, UnitsError, listed
from skimpy_renaissance.kinetic_data import KmSource
from skimpy_renaissance.learning import (
    OPTIMIZERS,
    REWARDS,
    Architecture,
    HeldOut,
    Optimizer,
    Reward,
    architecture_for,
    require_followed,
)
from skimpy_renaissance.priors.randomness import require_seed
from skimpy_renaissance.requirements import Declared
from skimpy_renaissance.spectrum import Validity
from skimpy_renaissance.tasks import Cluster, Processes, Runner, Serial
from skimpy_renaissance.tuning import Effort, SearchSpace
from skimpy_renaissance.units import Units

__all__ = ["Settings", "all_settings"]

_NETWORK = ("output", "latent", "hidden", "relative")  # keys of [generator]


@dataclass(frozen=True)
class Settings:
    """The settings of a run; a field per section of the run file, and its requirements.

    Optimisers and rewards have a section each, by name; the chosen ones have an effect.
    """

    model: ModelSettings = ModelSettings()
    units: UnitsSettings = UnitsSettings()
    states: StatesSettings = StatesSettings()
    data: DataSettings = DataSettings()
    criterion: CriterionSettings = CriterionSettings()
    training: TrainingSettings = TrainingSettings()
    generator: GeneratorSettings = GeneratorSettings()
    optimizers: Mapping[str, Mapping[str, Any]] = field(default_factory=OPTIMIZER.defaults)
    rewards: Mapping[str, Mapping[str, Any]] = field(default_factory=REWARD.defaults)
    tune: TuneSettings = TuneSettings()
    design: DesignSettings = DesignSettings()
    build: BuildSettings = BuildSettings()
    run: RunSettings = RunSettings()
    requirements: tuple[Declared, ...] = ()

    @property
    def uses_bundled_states(self) -> bool:
        """Whether the steady states are those that come with the package."""
        if self.states.file is None:
            return str(self.model.file) == BUNDLED
        return str(self.states.file) == BUNDLED

    @property
    def optimizer(self) -> str:
        """Name of the optimiser that trains, chosen or not."""
        return self.training.optimizer or next(iter(OPTIMIZERS))

    def chosen(self, family: Family) -> str | None:
        """Return the name of the optimiser or reward that the run takes.

        Parameters
        ----------
        family
            Optimisers or rewards.

        Returns
        -------
        str or None
            ``None``: the reward that the optimiser declares.
        """
        return self.optimizer if family is OPTIMIZER else self.training.reward

    def value(self, setting: Setting) -> Any:
        """Return the value of a setting.

        Parameters
        ----------
        setting
            The setting.

        Returns
        -------
        object
        """
        if setting.family is not None:
            return getattr(self, setting.family.plural)[setting.section][setting.key]
        return getattr(getattr(self, setting.section), setting.key)

    def with_value(self, setting: Setting, value: object) -> Settings:
        """Return settings with another value of one.

        Parameters
        ----------
        setting
            The setting.
        value
            Of its kind.

        Returns
        -------
        Settings
        """
        if setting.family is None:
            section = replace(getattr(self, setting.section), **{setting.key: value})
            return replace(self, **{setting.section: section})
        sections = getattr(self, setting.family.plural)
        table = {**sections[setting.section], setting.key: value}
        changed: dict[str, Any] = {setting.family.plural: {**sections, setting.section: table}}
        return replace(self, **changed)

    def applies(self, setting: Setting) -> bool:
        """Tell whether a setting has an effect with the chosen optimiser and reward.

        Parameters
        ----------
        setting
            The setting.

        Returns
        -------
        bool
        """
        if setting.family is not None:
            return setting.section == self.chosen(setting.family)
        if setting.section != "generator" or setting.key not in _NETWORK:
            return True
        generator = OPTIMIZERS[self.optimizer]().default_generator
        return setting.key in {f.name for f in fields(generator)}

    @property
    def without_effect(self) -> tuple[str, ...]:
        """Names of the settings that differ from their default, yet have no effect."""
        return tuple(
            setting.name
            for setting in all_settings()
            if not self.applies(setting) and self.value(setting) != setting.default
        )

    def to_units(self) -> Units | None:
        """Return the units, ``None`` where nothing is said of them, or only what SBML lacks.

        Raises
        ------
        UnitsError
            Some of the numbers are given, others that are needed are not.
        """
        given = {f.name: getattr(self.units, f.name) for f in fields(self.units)}
        given = {name: value for name, value in given.items() if value is not None}
        needed = ("concentration_scaling", "density", "gdw_gww_ratio")
        missing = [name for name in needed if name not in given]
        if missing == ["concentration_scaling"] and SBML_ENDINGS & {*self._model_endings}:
            return None  # the file states it, but no density of cells
        if given and missing:
            flags = listed(f"--{name.replace('_', '-')}" for name in missing)
            raise UnitsError(
                "Units need all of concentration scaling, density and dry over wet weight; given "
                f"is {listed(name.replace('_', ' ') for name in given)}. Add {flags}, or "
                f"{listed(missing)} to [units] in the run file."
            )
        return Units(**given) if given else None

    @property
    def _model_endings(self) -> list[str]:
        return [] if self.model.file is None else [s.lower() for s in self.model.file.suffixes[-2:]]

    def to_criterion(self) -> Validity:
        """Return the criterion of validity."""
        given = self.criterion
        partition = Validity().partition if given.partition is None else given.partition
        return Validity(partition, given.fastest, given.allow_unstable)

    def to_generator(self) -> Architecture:
        """Return the architecture of the generator that the optimiser trains.

        Raises
        ------
        InputError
            The range of Km is not one, or Km cannot be relative.
        """
        low, high = self.generator.km_min, self.generator.km_max
        if not 0 < low < high:
            raise InputError(
                "The range of Km must satisfy 0 < --km-min < --km-max in mol/L (km_min and km_max "
                f"in [generator]), got {low:g} and {high:g}."
            )
        network = {name: getattr(self.generator, name) for name in _NETWORK}
        return architecture_for(self.to_optimizer(), range=(log(low), log(high)), **network)

    def to_runner(self) -> Runner:
        """Return what carries out repeats, chunks of states, combinations of data.

        Raises
        ------
        InputError
            Both ways are asked for, a number is below 1, or Ray is not installed.
        """
        processes, cluster = self.run.processes, self.run.cluster
        if processes is not None and cluster is not None:
            raise InputError(
                f"Choose --processes ({processes}) on this machine or a --cluster ({cluster!r}), "
                "not both."
            )
        if cluster is not None:
            return Cluster(None if cluster == "local" else cluster)
        return Serial() if processes is None else Processes(processes)

    def require_usable(self) -> None:
        """Raise where a value makes no sense, before any file is read or written.

        Raises
        ------
        InputError
            Names the setting.
        """
        for read in (
            self.to_criterion,
            self.to_generator,
            self.to_optimizer,
            self.to_reward,
            self.to_held_out,
            self.to_units,
            self.to_runner,
            self.to_search_space,
            self.to_effort,
        ):
            read()
        limits_of(self.design)
        aim_of(self.design)
        require_seed(self.run.seed)
        require_whole("trials", self.tune.trials)
        require_positive("growth_scaling", self.data.growth_scaling)
        for name in ("repeats", "threads"):
            value = getattr(self.run, name)
            if value is not None:
                require_whole(name, value)

    def to_optimizer(self) -> Optimizer:
        """Return the chosen optimiser.

        Raises
        ------
        InputError
            A number is out of its range.
        """
        optimizer: Optimizer = OPTIMIZERS[self.optimizer](**self.optimizers[self.optimizer])
        return optimizer

    def to_reward(self) -> Reward | None:
        """Return the chosen reward, ``None`` for the optimiser's own.

        Raises
        ------
        InputError
            The optimiser cannot follow it, or there are requirements to reward instead.
        """
        name = self.training.reward
        if name is None:
            return None
        if self.requirements:
            raise InputError(
                f"Requirements ([[requirement]]) are what is rewarded; reward = {name!r} would "
                "have no effect. Leave out the one or the other."
            )
        reward: Reward = REWARDS[name](**self.rewards[name])
        require_followed(self.to_optimizer(), reward)
        return reward

    def to_held_out(self) -> HeldOut | None:
        """Return how fresh models are judged beside the training, ``None`` for not at all.

        Raises
        ------
        InputError
            It is not said how many, or a number is out of its range.
        """
        names = {"models": "held_out", "every": "held_out_every", "at_least": "held_out_at_least"}
        given = {
            name: value
            for name, key in names.items()
            if (value := getattr(self.training, key)) is not None
        }
        if given and "models" not in given:
            flags = (f"--{names[name].replace('_', '-')}" for name in given)
            raise InputError(
                f"{listed(flags)} needs --held-out, how many fresh models are judged. Add "
                "--held-out 500, or held_out = 500 to [training]."
            )
        return HeldOut(**given) if given else None

    def to_km_source(self, columns: Mapping[str, str] | None = None) -> KmSource | None:
        """Return where measured Km come from, ``None`` where no table is named.

        Parameters
        ----------
        columns
            The table's name of a column to the name expected.

        Returns
        -------
        KmSource or None
        """
        data = self.data
        if data.measured_km is None:
            return None
        return KmSource(
            data.measured_km,
            unit=data.km_unit,
            columns=columns or {},
            skip_unreadable=data.skip_unreadable,
            ec_pairs=data.ec_pairs,
            synonyms=data.synonyms,
            organism=data.km_organism or (),
            ph=data.km_ph,
            temperature=data.km_temperature,
            unstated=data.km_unstated,
        )

    def to_search_space(self) -> SearchSpace:
        """Return what hyper-parameters are searched in."""
        return SearchSpace(**{f.name: getattr(self.tune, f.name) for f in fields(SearchSpace)})

    def to_effort(self) -> Effort:
        """Return what one trial of a search may cost."""
        given = self.tune
        return Effort(given.budget, given.generations, self.run.repeats, given.verified)


def all_settings() -> Iterator[Setting]:
    """Yield every setting, in the order of the run file.

    Yields
    ------
    Setting
    """
    defaults = Settings()
    families = {family.plural: family for family in FAMILIES}
    for section in fields(defaults):
        if section.name == "requirements":
            continue
        if section.name in families:
            yield from families[section.name].settings()
            continue
        table = getattr(defaults, section.name)
        types = get_type_hints(type(table))
        for entry in fields(table):
            yield Setting(
                section=section.name,
                key=entry.name,
                kind=entry.metadata["kind"] or kind_of(types[entry.name]),
                flags=entry.metadata["flags"] or (f"--{entry.name.replace('_', '-')}",),
                default=entry.default,
                help=entry.metadata["help"],
                panel=panel(f"{type(table).__doc__}".rstrip("."), section.name),
            )
