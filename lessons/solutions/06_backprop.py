# %% exercise 6.1
def layer(w, x):
    s = x @ w
    return s, s > THETA / 2


# %% exercise 6.2
def output_error(s2, t):
    o = s2 > THETA / 2
    more = t & ~o & (s2 > 0)
    less = ~t & o & (s2 <= THETA)
    return more.astype(int) - less.astype(int)


# %% exercise 6.3
def hidden_error(w2, d2, s1):
    box = (s1 > 0) & (s1 <= THETA)
    return np.sign(w2 @ d2) * box


# %% exercise 6.4
def learn(w1, w2, x, t):
    s1, h = layer(w1, x)
    s2, _ = layer(w2, h)
    d2 = output_error(s2, t)
    d1 = hidden_error(w2, d2, s1)
    w1 = np.clip(w1 + 2 * np.outer(x, d1), -256, 254)
    w2 = np.clip(w2 + 2 * np.outer(h, d2), -256, 254)
    return w1, w2


# %% exercise 6.5
fires_in = {"h": 1, "box": 1, "o": 2, "d": 2, "e": 3}
