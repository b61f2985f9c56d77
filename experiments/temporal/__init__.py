"""Learning over time on data in time: settings, data, learner, results."""
