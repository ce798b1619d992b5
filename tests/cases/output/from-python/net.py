import numpy as np

lr = 0.1
w = np.array([0.5, -1.0])
X = np.array([[1.0, 2.0], [3.0, -1.0]])
y = np.array([1.0, 0.0])


def sigmoid(z):
    return 1 / (1 + np.exp(-z))


p = sigmoid(X @ w)
loss = -np.mean(y * np.log(p) + (1 - y) * np.log(1 - p))
print("loss", loss)
