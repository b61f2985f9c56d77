"""Conventions that a graph of NIR leaves open, and an import decides."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from backspike.golden.nir.neurons import INTEGRATORS, Integrator, Reset
from backspike.golden.nir.scales import Scaling

__all__ = ["Conventions"]


@dataclass(frozen=True, eq=False)
class Conventions:
    """Time, resets and rounding of an import: see :func:`backspike.read_nir`.

    Attributes
    ----------
    dt : float
        Seconds of a time step.
    resets : mapping of str to str
        Of each group of neurons.
    integrator : str
    scaling : str
    synapses : int
    """

    dt: float
    resets: Mapping[str, Reset]
    integrator: Integrator
    scaling: Scaling
    synapses: int

    def loss(self, tau: np.ndarray) -> np.ndarray:
        """Share of a state with time constants ``tau`` that is lost in a step."""
        return INTEGRATORS[self.integrator](self.dt / tau)
