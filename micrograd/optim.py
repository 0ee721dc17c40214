"""Optimisers: how parameters follow their slopes."""

import math


class Optimizer:
    """What all have in common: parameters, and a rate that may be changed."""

    def __init__(self, parameters, lr):
        self.parameters = list(parameters)
        self.lr = lr

    def zero_grad(self):
        """Set all slopes to zero, as every round of training begins."""
        for p in self.parameters:
            p.grad = 0.0


class SGD(Optimizer):
    """Gradient descent; with `momentum`, a part of the last step is taken again."""

    def __init__(self, parameters, lr, momentum=0.0):
        super().__init__(parameters, lr)
        self.momentum = momentum
        self.velocity = [0.0] * len(self.parameters)

    def step(self):
        """Move each parameter against its slope, and by what it moved before."""
        for i, p in enumerate(self.parameters):
            self.velocity[i] = self.momentum * self.velocity[i] + p.grad
            p.data -= self.lr * self.velocity[i]


class Adam(Optimizer):
    """Adam (Kingma and Ba, 2015): each parameter has a step of its own length.

    `betas` are what is kept, with each step, of the mean of the slopes and of the
    mean of their squares.
    """

    def __init__(self, parameters, lr=0.001, betas=(0.9, 0.999), eps=1e-8):
        super().__init__(parameters, lr)
        self.betas, self.eps, self.steps = betas, eps, 0
        self.means = [0.0] * len(self.parameters)
        self.squares = [0.0] * len(self.parameters)

    def step(self):
        """Move each parameter against its mean slope, in units of the slopes' size."""
        self.steps += 1
        keep, keep_squares = self.betas
        for i, p in enumerate(self.parameters):
            self.means[i] += (1 - keep) * (p.grad - self.means[i])
            self.squares[i] += (1 - keep_squares) * (p.grad**2 - self.squares[i])
            mean = self.means[i] / (1 - keep**self.steps)
            square = self.squares[i] / (1 - keep_squares**self.steps)
            p.data -= self.lr * mean / (math.sqrt(square) + self.eps)
