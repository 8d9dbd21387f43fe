"""A population in time: many runs of one system, their trajectories, and how robust they are."""
