"""Exercises of all lessons, by name."""

from backspike.lessons.exercises import neuron

__all__ = ["EXERCISES"]

EXERCISES = {exercise.name: exercise for lesson in (neuron,) for exercise in lesson.EXERCISES}
