# %% exercise 5.1
def tag(before, after, steps):
    x1, t, found = 0, 0, []
    for step in range(steps):
        x1 = min(127, x1 * 51039 // 65536 + 64 * (step in before))
        t = min(255, (16 * t + 16 * x1 * (step in after) - t) // 16)
        found.append(t)
    return found


# %% exercise 5.2
def weight(before, after, rewards, steps):
    tags = [0, *tag(before, after, steps)]  # one step later: as it was before
    w, found = 0, []
    for step in range(steps):
        new = (8 * w + rewards.get(step, 0) * tags[step]) // 16 * 2
        w = min(max(new, -256), 254)
        found.append(w)
    return found


# %% exercise 5.3
rewarded = "dt = x1*y0 - 2^-1*x0*y1 - 2^-3*t*u0; dw = 2^-2*r1*t*u0"
