-- checkpoint: write down what is dirty, so that no run pays for the one before it.
CHECKPOINT
