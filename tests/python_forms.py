"""Forms of Python, NumPy and PyTorch, for `test_python_forms.py`."""

# Python ~~> the program, then the values and what was passed over, if any; \\n parts lines of Python, ; of the program.
READ = r"""
x.sum() ~~> sum(x)
x.sum(1) ~~> sum(x, axis=1)
x.sum(-1) ~~> sum(x, axis=-1)
x.sum(axis=None) ~~> sum(x)
x.sum(axis=(0, 1)) ~~> sum(x, axis=(0, 1))
x.sum(dim=0, keepdim=True) ~~> sum(x, axis=0, keep=1)
x.sum(axis=0, keepdims=False) ~~> sum(x, axis=0)
x.sum(0, keepdims=1) ~~> sum(x, axis=0, keep=1)
np.sum(x, 0, keepdims=True) ~~> sum(x, axis=0, keep=1)
np.max(x, axis=1) ~~> max(x, axis=1)
x.amax(1) ~~> max(x, axis=1)
np.amin(x) ~~> min(x)
np.average(x, axis=0) ~~> mean(x, axis=0)
np.var(x) ~~> var(x)
np.std(x) ~~> sqrt(var(x))
np.std(x, axis=0) ~~> sqrt(var(x, axis=0))
np.linalg.norm(x) ~~> norm(x)
np.linalg.norm(x, axis=1) ~~> norm(x, axis=1)
np.linalg.norm(x, 2, axis=1, keepdims=True) ~~> norm(x, axis=1, keep=1)
torch.norm(x, 2) ~~> norm(x)
np.prod(x) ~~> prod(x)
F.softmax(x, dim=1) ~~> softmax(x, axis=1)
F.log_softmax(x, -1) ~~> log_softmax(x, axis=-1)
torch.logsumexp(x, 1) ~~> logsumexp(x, axis=1)
np.cumsum(x) ~~> cumsum(flatten(x))
np.sort(x) ~~> sort(x)
np.dot(a, b) ~~> a@b
np.dot(a + b, c) ~~> (a + b)@c
np.dot(a, b @ c) ~~> a@(b@c)
np.matmul(a, b)*c ~~> a@b*c
torch.mm(a, b) ~~> a@b
torch.mv(a, b) ~~> a@b
torch.bmm(a, b) ~~> a@b
np.vdot(a, b) ~~> sum(a*b)
np.inner(a, b) ~~> dot(a, b)
np.outer(a, b + c) ~~> outer(a, b + c)
np.multiply(a, b*c) ~~> a*(b*c)
torch.mul(a + 1, b) ~~> (a + 1)*b
np.divide(a, b*c) ~~> a/(b*c)
torch.div(a, b) ~~> a/b
np.true_divide(a - b, c) ~~> (a - b)/c
np.add(a, b)*c ~~> (a + b)*c
np.add(a, b + c) ~~> a + (b + c)
np.subtract(a, b - c) ~~> a - (b - c)
torch.sub(a, b) ~~> a - b
np.negative(a + b) ~~> -(a + b)
-np.negative(a) ~~> --a
torch.neg(a*b) ~~> -a*b
np.power(a, b) ~~> a**b
np.power(-a, b + 1) ~~> (-a)**(b + 1)
torch.pow(a, 3) ~~> a**3
a.pow(2) ~~> a**2
np.float_power(a, 2) ~~> a**2
np.square(a + b) ~~> (a + b)**2
np.square(a)**2 ~~> (a**2)**2
np.reciprocal(a*b) ~~> 1/(a*b)
torch.rsqrt(a) ~~> 1/sqrt(a)
np.maximum(a, b) ~~> max(a, b)
np.minimum(0, a) ~~> min(0, a)
np.fmax(a, b) + np.fmin(a, b) ~~> max(a, b) + min(a, b)
np.clip(a, 0, 1) ~~> min(max(a, 0), 1)
np.clip(a, 0, None) ~~> max(a, 0)
np.clip(a, None, 1) ~~> min(a, 1)
a.clamp(min=0) ~~> max(a, 0)
a.clamp(max=1) ~~> min(a, 1)
a.clamp(0) ~~> max(a, 0)
a.clamp(0, 1) ~~> min(max(a, 0), 1)
torch.clamp(a, min=0, max=1) ~~> min(max(a, 0), 1)
np.clip(a, a_min=0, a_max=6) ~~> min(max(a, 0), 6)
a.clip(-1, 1) ~~> min(max(a, -1), 1)
np.absolute(a) ~~> abs(a)
abs(a) ~~> abs(a)
np.abs(a - b) ~~> abs(a - b)
np.transpose(a) ~~> a.T
np.transpose(a, (1, 0, 2)) ~~> permute(a, 1, 0, 2)
torch.transpose(a, 0, 1) ~~> a.T
a.transpose(0, 1) ~~> a.T
a.transpose(1, 0) ~~> a.T
a.transpose() ~~> a.T
a.transpose(0, 2, 1) ~~> permute(a, 0, 2, 1)
a.t() ~~> a.T
(a + b).t() ~~> (a + b).T
a.T ~~> a.T
(a*b).T ~~> (a*b).T
a.mT ~~> a.T
a.H ~~> a.T
np.linalg.inv(a) ~~> inv(a)
np.linalg.det(a) ~~> det(a)
np.linalg.solve(a, b) ~~> solve(a, b)
np.trace(a) ~~> trace(a)
np.diag(a) ~~> diag(a)
torch.logdet(a) ~~> logdet(a)
torch.inverse(a) ~~> inv(a)
np.eye(3) ~~> eye(3)
a.flatten() ~~> flatten(a)
a.ravel() ~~> flatten(a)
F.one_hot(y, 3) ~~> onehot(y, 3)
F.one_hot(y, num_classes=3) ~~> onehot(y, 3)
np.hypot(a, b) + np.logaddexp(a, b) + np.arctan2(a, b) ~~> hypot(a, b) + logaddexp(a, b) + atan2(a, b)
np.fmod(a, b) + np.mod(a, b) + np.remainder(a, b) ~~> a - b*sign(a/b)*floor(abs(a/b)) + mod(a, b) + mod(a, b)
math.remainder(a, b + 1) + math.fmod(a, b) ~~> a - (b + 1)*round(a/(b + 1)) + (a - b*sign(a/b)*floor(abs(a/b)))
torch.remainder(a, b) + math.atan2(a, b) + torch.atan2(a, b) ~~> mod(a, b) + atan2(a, b) + atan2(a, b)
math.log(a, 2) + math.log(a) + np.log(b) ~~> log(a, 2) + log(a) + log(b)
torch.sigmoid(a) ~~> sigmoid(a)
F.logsigmoid(a + b) ~~> -softplus(-(a + b))
F.linear(x, w) ~~> x@w.T
F.linear(x, w, b) ~~> x@w.T + b
F.cross_entropy(z, y) ~~> mean(cross_entropy(z, y))
F.nll_loss(z, y) ~~> -mean(pick(z, y))
F.mse_loss(a, b + c) ~~> mean((a - (b + c))**2)
F.l1_loss(a, b) ~~> mean(abs(a - b))
F.binary_cross_entropy(p, y) ~~> -mean(y*log(p) + (1 - y)*log(1 - p))
F.binary_cross_entropy_with_logits(z, y) ~~> mean(softplus(z) - z*y)
F.relu(a) ~~> relu(a)
np.exp(a) + np.log(b) + math.sqrt(c) ~~> exp(a) + log(b) + sqrt(c)
np.arcsin(a) + np.arctanh(b) ~~> asin(a) + atanh(b)
np.log1p(a) + np.expm1(b) ~~> log1p(a) + expm1(b)
np.reshape(a, (2, 3)) ~~> reshape(a, 2, 3)
np.reshape(a, [2, -1]) ~~> reshape(a, 2, -1)
a.reshape(2, 3) ~~> reshape(a, 2, 3)
a.reshape((2, 3)) ~~> reshape(a, 2, 3)
a.view(-1) ~~> reshape(a, -1)
a.permute(1, 0) ~~> permute(a, 1, 0)
a.permute((2, 0, 1)) ~~> permute(a, 2, 0, 1)
torch.permute(a, (1, 0)) ~~> permute(a, 1, 0)
np.zeros(3)*a ~~> zeros(3)*a
np.zeros((2, 3)) + a ~~> zeros(2, 3) + a
np.ones((2,)) + a ~~> ones(2) + a
torch.ones(2, 3) + a ~~> ones(2, 3) + a
a.unsqueeze(0) ~~> a[None]
a.unsqueeze(1) ~~> a[:, None]
(a + b).unsqueeze(1) ~~> (a + b)[:, None]
torch.unsqueeze(a, 0) ~~> a[None]
np.expand_dims(a, 1) ~~> a[:, None]
np.concatenate([a, b]) ~~> concat(a, b)
np.concatenate((a, b), axis=1) ~~> concat(a, b, axis=1)
torch.cat([a, b], dim=0) ~~> concat(a, b, axis=0)
torch.cat([a, b], 1) ~~> concat(a, b, axis=1)
np.stack([a, b]) ~~> stack(a, b)
np.stack([a, b], axis=0) ~~> stack(a, b)
torch.stack([a, b], 0) ~~> stack(a, b)
np.concatenate([a, [1, 2]]) ~~> concat(a, [1, 2])
len(a)*a ~~> size(a, 0)*a
a.size(0)*a ~~> size(a, 0)*a
a.shape[1]*a ~~> size(a, 1)*a
a.shape[-1] + a ~~> size(a, -1) + a
sum([a, b]) + sum([a]) ~~> a + b + a
sum(a) ~~> sum(a, axis=0)
sum((a, b, c))*2 ~~> (a + b + c)*2
sum(a*k for k in [1, 2]) ~~> a*1 + a*2
sum(a*k for k in range(3)) ~~> a*0 + a*1 + a*2
sum(a*k for k in range(1, 3)) ~~> a*1 + a*2
sum(a*k for k in range(4, 0, -2)) ~~> a*4 + a*2
sum([u*v for u, v in zip([a, b], [c, 2])]) ~~> a*c + b*2
sum(k*v for k, v in enumerate([a, b])) ~~> 0*a + 1*b
max(a, b, c) ~~> max(a, b, c)
min([a, b]) ~~> min(a, b)
max(a) ~~> max(a)
np.where(a > b, a, b) ~~> where(a > b, a, b)
np.where((a > 0) & (b > 0), a, b) ~~> where(a > 0 and b > 0, a, b)
np.where((a > 0) | (b > 0), a, b) ~~> where(a > 0 or b > 0, a, b)
np.where(a >= 0, 1, -1) ~~> where(a >= 0, 1, -1)
torch.where(~(a > 0), a, b) ~~> where(not (a > 0), a, b)
a if a > b else b ~~> where(a > b, a, b)
(a > 0)*a ~~> where(a > 0, 1, 0)*a
a*(b <= 0) + (c != 1) ~~> a*where(b <= 0, 1, 0) + where(c != 1, 1, 0)
(a > 0) - (b > 0) ~~> where(a > 0, 1, 0) - where(b > 0, 1, 0)
a if a > 0 and b > 0 else c ~~> where(a > 0 and b > 0, a, c)
a if a > 0 or not b > 0 else c ~~> where(a > 0 or (not (b > 0)), a, c)
a if 0 < a <= 1 else b ~~> where(0 < a and a <= 1, a, b)
a if a == b else 2 ~~> where(a == b, a, 2)
(a > 0).astype(float)*b ~~> where(a > 0, 1, 0)*b
+a ~~> a
-a*b ~~> -a*b
-(a*b) ~~> -(a*b)
--a ~~> --a
a**-b ~~> a**-b
a**b**c ~~> a**b**c
(a**b)**c ~~> (a**b)**c
-a**2 ~~> -a**2
(-a)**2 ~~> (-a)**2
(a + b)*c ~~> (a + b)*c
a*(b/c) ~~> a*(b/c)
a/b/c ~~> a/b/c
a - (b + c) ~~> a - (b + c)
a @ (b @ c) ~~> a@(b@c)
(a @ b) @ c ~~> a@b@c
a @ b * c ~~> a@b*c
a*b @ c ~~> a*b@c
a % b ~~> mod(a, b)
(a + b) % (c*2) ~~> mod(a + b, c*2)
a // b ~~> floor(a/b)
(a + b)//(c*2) ~~> floor((a + b)/(c*2))
a//b*c ~~> floor(a/b)*c
a[0] ~~> a[0]
a[0, 1] ~~> a[0, 1]
a[-1] ~~> a[-1]
a[:, 0] ~~> a[:, 0]
a[1:3] ~~> a[1:3]
a[::2] ~~> a[::2]
a[1:, :-1] ~~> a[1:, :-1]
a[None] ~~> a[None]
a[:, None] ~~> a[:, None]
a[np.newaxis, :] ~~> a[None, :]
a[i] ~~> a[i]
a[[0, 1]] ~~> a[[0, 1]]
a[0][1] ~~> a[0][1]
(a + b)[0] ~~> (a + b)[0]
a[2*1 + 1] ~~> a[3]
a[5//2] ~~> a[2]
a[5//2 - 1:3*2] ~~> a[1:6]
a[np.arange(3), y] ~~> pick(a, y)
a[range(len(y)), y] ~~> pick(a, y)
0b11*a ~~> 3*a
1e-3*a ~~> 1e-3*a
1_0.5*a ~~> 10.5*a
.5*a + 2.*b ~~> .5*a + 2.*b
np.e*math.tau ~~> e*tau
[a, b, 1] ~~> [a, b, 1]
[[a, b], [1, 2]] ~~> [[a, b], [1, 2]]
[a, b][1] ~~> [a, b][1]
[a, b][-1] ~~> [a, b][-1]
(a, b)[0] ~~> [a, b][0]
a.detach().clone() ~~> a
np.array([1, 2]) + a ~~> [1, 2] + a
torch.tensor([[1., 2.]]) @ a ~~> [[1., 2.]]@a
float(a) ~~> a
np.asarray(a, dtype=float)*2 ~~> a*2
F.gelu(a) ~~> gelu(a)
scipy.special.erf(a) ~~> erf(a)
np.linalg.norm(x, 2) ~~> sqrt(dot(x, x))
np.linalg.norm(x, ord=2) ~~> sqrt(dot(x, x))
torch.norm(x, p=2, dim=1) ~~> norm(x, axis=1)
x.norm(dim=1) ~~> norm(x, axis=1)
x.norm(2, 1) ~~> norm(x, axis=1)
x.max(1)[0] ~~> max(x, axis=1)[0]
np.sum(a, keepdims=True) ~~> sum(a, keep=1)
x.mean(0, keepdim=True) ~~> mean(x, axis=0, keep=1)
x.mean((0, 1)) ~~> mean(x, axis=(0, 1))
x.mean([0, 1]) ~~> mean(x, axis=(0, 1))
F.softmax(x) ~~> softmax(x)
x.softmax(dim=-1) ~~> softmax(x, axis=-1)
F.mse_loss(a, b, reduction='mean') ~~> mean((a - b)**2)
np.clip(a) ~~> a
[a, b][2] ~~> [a, b][2]
x = y = 2*a ~~> x = 2*a; y = x
x, y = a + 1, b; x*y ~~> x = a + 1; y = b; x*y
x, y = [a, b]; x*y ~~> x = a; y = b; x*y
N, D = a.shape; N*a ~~> size(a, 0)*a
a = [[1, 2, 3], [4, 5, 6]]\nN, D = a.shape\nx.reshape(N*D) ~~> reshape(x, 6) {'a': '[[1, 2, 3], [4, 5, 6]]'}
W = [[1, 2], [3, 4]]\nx = [1.5, -2]\nW @ x ~~> W@x {'W': '[[1, 2], [3, 4]]', 'x': '[1.5, -2]'}
b = -3\nb*x ~~> b*x {'b': '-3'}
n = 3\nx[n] ~~> x[3] {'n': '3'}
n = 3\nn = x + 1\nn*2 ~~> n_2 = x + 1; n_2*2 {'n': '3'}
x = np.array([1, 2.5])\nx*2 ~~> x*2 {'x': '[1, 2.5]'}
x = np.random.randn(3)*0.1\nx*2 ~~> x*2  ['line 1: x is drawn at random: give it a value, x=...']
x: float = 2\nx*y ~~> x*y {'x': '2'}
x: float\nx*y ~~> x*y
x = a\nx -= b\nx *= 2\nx /= c\nx @= d\nx ~~> x = a; x_2 = x - b; x_3 = x_2*2; x_4 = x_3/c; x_5 = x_4@d
h = []\nh.append(x)\nh.append(2*h[0])\nh[-1] + h[0] ~~> h0 = x; h1 = 2*h0; h1 + h0
h = {}\nh[-1] = x\nfor t in range(2):\n    h[t] = 2*h[t-1]\nh[1] ~~> h_1 = x; h0 = 2*h_1; h1 = 2*h0
h = {}\nh[-1] = x\nh[0] = 2*h[-1]\nlen(h)*h[0] ~~> h_1 = x; h0 = 2*h_1; 2*h0
for w in [a, b]:\n    x = x*w\nx ~~> x = x*a; x_2 = x*b
for k, w in enumerate([a, b]):\n    x = x*w + k\nx ~~> x = x*a + 0; x_2 = x*b + 1
for w, v in zip([a, b], [1, 2]):\n    x = x*w + v\nx ~~> x = x*a + 1; x_2 = x*b + 2
for w in reversed([a, b]):\n    x = x*w\nx ~~> x = x*b; x_2 = x*a
for k in range(2):\n    x = 2*x\nx ~~> x = 2*x; x_2 = 2*x
for k in range(0):\n    x = 2*x\nx*1 ~~> x*1
def f(x, w=2):\n    return x*w\nf(a) ~~> a*2
def f(x, w=2):\n    return x*w\nf(a, w=b) ~~> a*b
def f(x, w=2):\n    return x*w\nf(x=a + 1) ~~> x = a + 1; x*2
def f(x, *, w):\n    y = x*w\n    return y + 1\nz = f(a, w=b)*f(c, w=d) ~~> y = a*b; y_2 = c*d; z = (y + 1)*(y_2 + 1)
def f(x):\n    return x, 2*x\nu, v = f(a)\nu*v ~~> u = a; v = 2*a; u*v
def f(x):\n    "doc"\n    return x\nf(a) ~~> a
def loss(W, x=2.0):\n    y = W*x\n    return y**2, y ~~> y = W*x; y**2 {'x': '2.0'}
def g(x):\n    return x*2\ndef loss(x):\n    return g(x) + 1 ~~> x*2 + 1
f = lambda x, k=3: x*k\nf(a) ~~> a*3
f = lambda x: x*2 ~~> x*2
with torch.no_grad():\n    y = 2*x ~~> y = 2*x
assert x > 0\ny = 2*x ~~> y = 2*x  ['line 1: assert x > 0']
optimizer.zero_grad()\ny = 2*x\ny.backward() ~~> y = 2*x  ['line 1: optimizer.zero_grad()', 'line 3: y.backward()']
print(x)\ny = x ~~> y = x  ['line 1: print(x)']
plt.show()\nx*2 ~~> x*2  ['line 1: plt.show()']
x.requires_grad_()\nx*2 ~~> x*2
"text"\nx*2 ~~> x*2
sum = x.sum()\nsum*2 ~~> sum_ = sum(x); sum_*2
exp = np.exp(x)\nexp = exp*2\nnp.exp(exp) ~~> exp_ = exp(x); exp__2 = exp_*2; exp(exp__2)
y_2 = 3*x\ny = x\ny = y*y_2\ny ~~> y_2 = 3*x; y = x; y_3 = y*y_2
x = 2.0\nx = x*3\nx ~~> x_2 = x*3 {'x': '2.0'}
y = x + \\n    2*x ~~> y = x + 2*x
a = np.array([[1, 2], [3, 4]])\nlen(a)*a[0] ~~> size(a, 0)*a[0] {'a': '[[1, 2], [3, 4]]'}
y = x[foo] ~~> y = x[foo]
"""
HUGE = "1" + 3000 * "0"
LONGER = [
    f"x*{HUGE} ~~> x*{HUGE}",
    f"x[{HUGE}*{HUGE}] ~~> x[{HUGE}*{HUGE}]",
    r"W = np.array([[1, 2], [3, 4]])\nfor w in W:\n    x = x*w\nsum(x) ~~> "
    r"x = x*W[0]; x_2 = x*W[1]; sum(x_2, axis=0) {'W': '[[1, 2], [3, 4]]'}",
    r"a = np.array([[1, 2], [3, 4]])\nfor k in range(len(a)):\n    x = x + k\nx ~~> "
    r"x = x + 0; x_2 = x + 1 {'a': '[[1, 2], [3, 4]]'}",
    r"a = np.array([[1, 2, 3], [3, 4, 5]])\nfor k in range(a.shape[1]):\n    x = x*k\nx ~~> "
    r"x = x*0; x_2 = x*1; x_3 = x_2*2 {'a': '[[1, 2, 3], [3, 4, 5]]'}",
    r"a = np.array([[1, 2, 3], [3, 4, 5]])\nfor k in range(a.shape[-2]):\n    x = x*k\nx ~~> "
    r"x = x*0; x_2 = x*1 {'a': '[[1, 2, 3], [3, 4, 5]]'}",
]  # fmt: skip

# Python !!> what is said | the hint | the place.
REFUSED = r"""
y = (x !!> this is not Python: '(' was never closed | None | (
y = x×2 !!> this is not Python: invalid syntax | None | ×
True*a !!> True is not read | None | True
np.sinc(a) !!> sinc is not read | write it as arithmetic and functions of numbers | np.sinc(a)
np.linalg.norm(x, 1) !!> a norm of another order is not read | norm(x) is the square root of the sum of squares | 1
np.sum(a, axis=k) !!> an axis is a whole number | None | k
F.mse_loss(a, b, reduction='sum') !!> reduction= of mse_loss is not read | None | 'sum'
np.where(a, b, c) !!> a choice needs a comparison | for example np.where(x > 0, a, b) | np.where(a, b, c)
a and b !!> and and or are read between comparisons | None | a and b
not a !!> not is read of a comparison | None | not a
a is b !!> this comparison is not read | None | a is b
a & b !!> this operator is not read | None | a & b
a << 2 !!> this operator is not read | None | a << 2
a if b else c !!> a choice needs a comparison | for example np.where(x > 0, a, b) | a if b else c
np.stack([a, b], axis=1) !!> stack is read along the first axis | None | np.stack([a, b], axis=1)
a.transpose(1, 2) !!> transpose is read of a matrix, or with all axes | None | a.transpose(1, 2)
np.foo !!> np.foo is not read | None | np.foo
a.foo !!> .foo is not read | None | a.foo
sum(u for u, v in [a, b]) !!> the names of this loop are not read | None | u, v
f() !!> f is not read | write it as arithmetic and functions of numbers | f()
a.sum(1.5) !!> an axis is a whole number | None | 1.5
np.dot(a) !!> dot is read with 2 arguments | b is missing | np.dot(a)
np.dot(a, b, c, d) !!> dot is read with 2 arguments | None | c
np.exp(a, b) !!> exp is not read | write it as arithmetic and functions of numbers | np.exp(a, b)
np.sum(a, foo=3) !!> foo= of sum is not read | None | 3
F.one_hot(y) !!> one_hot is read with 2 arguments | n is missing | F.one_hot(y)
[][0] !!> an array has entries | None | []
x = a\nx <<= 2 !!> this operator is not read | None | x <<= 2
def f(x):\n    y = x\nf(a) !!> f returns nothing | None | f(a)
def f(x):\n    return\nf(a) !!> nothing is returned | None | return
def f(x, *a):\n    return x\nf(a) !!> a parameter with * is not read | None | a
def f(x):\n    return x\nf(a, b) !!> f takes 1 argument | None | f(a, b)
def f(x):\n    return x\nf(y=a) !!> f has no parameter y | None | a
def f(x):\n    return x\nf() !!> f takes 1 argument | None | f()
def f(x):\n    return x\nf*2 !!> f is a function: it is called with its arguments | None | f
with open(f) as g:\n    y = 2*x !!> with is not read | None | with open(f) as g:
del x !!> del is not read | the forward pass is read: assignments, functions, loops over range(n) | del x
x.y = 3 !!> this is assigned to no name | None | x.y
x.y += 3 !!> this is not read | None | x.y += 3
(x, y)[0] = 3 !!> this is assigned to no name | None | (x, y)[0]
x[0] += 1 !!> an entry of an array cannot be assigned | make the whole array at once | x[0]
a, b = c !!> the parts of this are not known while the file is read | None | c
global x !!> global is not read | the forward pass is read: assignments, functions, loops over range(n) | global x
y = (x +\n  foo(x)) !!> foo is not read | write it as arithmetic and functions of numbers | foo(x)
y = "é"*x !!> a text is not read | None | "é"
ÿ = x*foo(2) !!> foo is not read | write it as arithmetic and functions of numbers | foo(2)
y = x if True else 3 !!> True is not read | None | True
"""
LONGER_REFUSED = [
    r"max(k*a for k in [1, 2]) !!> "
    r"a generator here is not read | write it as arithmetic and function calls | (k*a for k in [1, 2])",
    r"torch.unsqueeze(a, 2) !!> "
    r"a new axis is read in the first or second place | write x[:, :, None] | torch.unsqueeze(a, 2)",
    r"np.random.rand(3) !!> "
    r"random numbers are not read | give the array a name, and a value with NAME=VALUE | np.random.rand(3)",
    r"sum(a for a in [1] if a) !!> "
    r"this generator is not read | write the terms, or a sum of an array | (a for a in [1] if a)",
    r"sum(u*v for u in [1, 2] for v in [3]) !!> "
    r"this generator is not read | write the terms, or a sum of an array | (u*v for u in [1, 2] for v in [3])",
    r"async def f(): pass !!> "
    r"async is not read | the forward pass is read: assignments, functions, loops over range(n)"
    r" | async def f(): pass",
    r"try:\n    x = 1\nexcept E:\n    pass !!> "
    r"try is not read | the forward pass is read: assignments, functions, loops over range(n) | try:",
    r"a = np.array([[1, 2, 3], [3, 4, 5]])\nfor k in range(a.shape[2]):\n    x = x*k\nx !!> "
    r"the number of turns is not known while the file is read"
    r" | write range with a number, or a length of numerals | range(a.shape[2])",
    r"for k in range(2, 5, 0):\n    x = x !!> "
    r"range is not read | write it as arithmetic and functions of numbers | range(2, 5, 0)",
    r"for k in range(1, 2, 3, 4):\n    x = x !!> "
    r"range is not read | write it as arithmetic and functions of numbers | range(1, 2, 3, 4)",
]  # fmt: skip
