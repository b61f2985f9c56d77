"""Exercises of all lessons, by name."""

from backspike.lessons.exercises import hardware, neuron

__all__ = ["EXERCISES"]

EXERCISES = {
    exercise.name: exercise for lesson in (neuron, hardware) for exercise in lesson.EXERCISES
}
