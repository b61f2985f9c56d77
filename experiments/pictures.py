"""Pictures of a run: curves, first-layer weights, the raster of a sample, what is forgotten."""

from collections.abc import Mapping, Sequence
from pathlib import Path

import matplotlib
import numpy as np
from matplotlib import pyplot as plt
from matplotlib.axes import Axes
from matplotlib.ticker import MaxNLocator

from backspike.experiments.continual import LessonsResult

__all__ = ["label_end", "plot_curves", "plot_lessons", "plot_raster", "plot_weights"]

matplotlib.use("Agg")
matplotlib.rcParams["text.parse_math"] = False  # names of files and classes are no formulas
COLOURS = {"test_exact": "#8c8c8c", "test_spikes": "#d1603d", "test_membrane": "#2f6690"}


def plot_curves(history: Sequence[Mapping[str, float]], path: Path, title: str) -> None:
    """Accuracy on the test split after each epoch, by all three read-outs."""
    figure, axes = plt.subplots(figsize=(8, 4.5), layout="constrained")
    epochs = [entry["epoch"] for entry in history]
    axes.plot(
        epochs, [e["train_exact"] for e in history], color="#c9c9c9", ls="--", label="train, exact"
    )
    for name, colour in COLOURS.items():
        values = [entry[name] for entry in history]
        label = f"test, {name.removeprefix('test_')}"
        axes.plot(epochs, values, color=colour, marker="o", ms=3, label=label)
        label_end(axes, (epochs[-1], values[-1]), f"{values[-1]:.3f}", colour)
    axes.set(xlabel="epoch", ylabel="accuracy", title=title)
    axes.xaxis.set_major_locator(MaxNLocator(integer=True))
    axes.grid(alpha=0.3)
    axes.legend(frameon=False, loc="lower right")
    axes.spines[["top", "right"]].set_visible(False)
    figure.savefig(path, dpi=120)
    plt.close(figure)


def label_end(axes: Axes, end: tuple[float, float], text: str, colour: str) -> None:
    """Write ``text`` to the right of the end of a curve."""
    axes.annotate(
        text,
        end,
        xytext=(6, 0),
        textcoords="offset points",
        va="center",
        color=colour,
        annotation_clip=False,
    )


def plot_weights(w1: np.ndarray, image_shape: tuple[int, int, int] | None, path: Path) -> None:
    """Input weights of the first hidden neurons, each as an image.

    Levels of a thermometer code are summed. Without an image shape, the whole matrix.
    """
    if image_shape is None:
        figure, axes = plt.subplots(figsize=(8, 4.5), layout="constrained")
        axes.imshow(w1.T, cmap="RdBu_r", vmin=-256, vmax=256, aspect="auto")
        axes.set(xlabel="input", ylabel="hidden neuron")
    else:
        count = min(64, w1.shape[1])
        columns = 16 if count > 32 else 8
        rows = -(-count // columns)
        figure, grid = plt.subplots(
            rows, columns, figsize=(columns * 0.6, rows * 0.62 + 0.4), layout="constrained"
        )
        images = w1[:, :count].T.reshape(count, *image_shape).sum(axis=-1)
        limit = np.abs(images).max() or 1
        for axes in np.ravel(grid):
            axes.axis("off")
        for axes, image in zip(np.ravel(grid), images, strict=False):
            axes.imshow(image, cmap="RdBu_r", vmin=-limit, vmax=limit)
        figure.suptitle("Input weights of hidden neurons: red excites, blue inhibits", fontsize=9)
    figure.savefig(path, dpi=130)
    plt.close(figure)


def plot_raster(
    rasters: Mapping[str, np.ndarray],
    path: Path,
    title: str,
    *,
    labels: Sequence[str],
    first_step: int = 0,
) -> None:
    """Every population a band, every time step a column, labelled with what happens in it.

    Parameters
    ----------
    rasters : mapping of str to numpy.ndarray
        Spikes of each population, bool, shape (steps, size).
    labels : sequence of str
        Description of each step of a sample.
    first_step : int
        Step of the sample that the first row shows.
    """
    names = list(rasters)
    n_steps = len(rasters[names[0]])
    tall = [0.5 if rasters[name].shape[1] == 1 else 1.0 for name in names]
    tops = [sum(tall[:band]) for band in range(len(names) + 1)]
    figure, axes = plt.subplots(
        figsize=(max(9.0, 1.05 * n_steps), 0.42 * tops[-1] + 1.6), layout="constrained"
    )
    palette = plt.get_cmap("tab10")
    for band, name in enumerate(names):
        raster = rasters[name]
        size = raster.shape[1]
        top, height = tops[band], tall[band]
        axes.axhspan(top, top + height, color="#f4f4f4" if band % 2 else "white", zorder=0)
        steps, neurons = np.nonzero(raster)
        heights = top + height * (0.1 + 0.8 * (neurons + 0.5) / size)
        group = {"g": 7, "x": 0, "m": 0, "h": 1, "c": 1}.get(name[0], 1 if "h1" in name else 3)
        axes.scatter(
            steps + 0.5, heights, s=14 if size <= 16 else 5, marker="_", color=palette(group)
        )
        axes.text(-0.1, top + height / 2, f"{name} ({size})", ha="right", va="center", fontsize=8)
    for step in range(n_steps):
        axes.axvline(step, color="#dddddd", lw=0.6, zorder=1)
        number = (first_step + step) % len(labels)
        axes.text(
            step + 0.5, -0.15, f"{number}\n{labels[number]}", ha="center", va="bottom", fontsize=7
        )
    axes.set(xlim=(0, n_steps), ylim=(tops[-1], 0), xticks=[], yticks=[])
    axes.spines[:].set_visible(False)
    axes.set_title(title, fontsize=10, pad=42)
    figure.savefig(path, dpi=120)
    plt.close(figure)


def plot_lessons(
    results: Mapping[str, LessonsResult], labels: Sequence[str], title: str, path: Path
) -> None:
    """A matrix per remedy: the lesson that was just learned downwards, the tested one across."""
    count = len(labels)
    size = 1.2 + 0.55 * count
    figure, all_axes = plt.subplots(
        1,
        len(results),
        figsize=(size * len(results), size + 1.2),
        layout="constrained",
        squeeze=False,
    )
    for axes, (name, result) in zip(all_axes[0], results.items(), strict=True):
        # Lessons that are still to come are no memory: they stay blank.
        known = np.where(np.tri(count, dtype=bool), result.accuracy, np.nan)
        axes.imshow(known, vmin=0, vmax=1, cmap="viridis")
        for t in range(count):
            for j in range(t + 1):
                value = known[t, j]
                colour = "black" if value > 0.6 else "white"
                text = f"{100 * value:.0f}"
                axes.text(j, t, text, ha="center", va="center", color=colour, fontsize=9)
        axes.set_xticks(range(count), labels, rotation=45, ha="right")
        axes.set_yticks(range(count), labels)
        axes.set_title(f"{name}: {result.final:.1%} at the end", fontsize=10)
        axes.set_xlabel("tested on, %")
        axes.spines[:].set_visible(False)
    all_axes[0][0].set_ylabel("after learning")
    figure.suptitle(title, fontsize=11)
    figure.savefig(path, dpi=130, metadata={"Software": None})
    plt.close(figure)
