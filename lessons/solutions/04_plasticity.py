# %% exercise 4.1
def trace(spikes, impulse, decay, steps):
    value, found = 0, []
    for step in range(steps):
        value = value * decay // 65536
        if step in spikes:
            value += impulse
        value = min(value, 127)
        found.append(value)
    return found


# %% exercise 4.2
def stdp(before, after, steps):
    x1, y1 = trace(before, 64, 51039, steps), trace(after, 64, 51039, steps)
    w, found = 0, []
    for step in range(steps):
        new = w + x1[step] / 2 * (step in after) - y1[step] / 2 * (step in before)
        w = min(max(int(new // 2) * 2, -256), 254)
        found.append(w)
    return found


# %% exercise 4.3
gentle = "dw = 2^-1*x1*y0 - 2^-3*x0*y1"

# %% exercise 4.4
lane_operations = [1, 2, 1, 3, 4]
