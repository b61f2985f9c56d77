"""Exercises of all lessons, by name."""

from backspike.lessons.exercises import hardware, neuron, plasticity, rewards, synapses

__all__ = ["EXERCISES"]

EXERCISES = {
    exercise.name: exercise
    for lesson in (neuron, hardware, synapses, plasticity, rewards)
    for exercise in lesson.EXERCISES
}
