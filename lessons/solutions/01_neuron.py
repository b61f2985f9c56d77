# %% exercise 1.1
firing_steps = [3, 8, 10]


# %% exercise 1.2
def leak(v, decay):
    kept = abs(v) * (4096 - decay) >> 12
    return kept if v >= 0 else -kept


# %% exercise 1.3
def step(v, total, decay, threshold):
    v = leak(v, decay) + 64 * total
    if v > 64 * threshold:
        return 0, 1
    return v, 0


# %% exercise 1.4
def run(sums, decay, threshold, refractory):
    v, rest, found = 0, 0, []
    for total in sums:
        if rest:
            rest -= 1
            v, spike = 0, 0
        else:
            v, spike = step(v, total, decay, threshold)
            if spike:
                rest = refractory - 1
        found.append((v, spike))
    return found
