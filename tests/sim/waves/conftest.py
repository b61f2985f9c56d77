"""A reader of VCD files, written from the standard's grammar alone."""

import pytest


def _read(path):
    """Changes of every variable, [(time, value)], by its path; numbers as int, texts as str."""
    words = path.read_text(encoding="ascii").split()
    at, scope, paths, kinds, changes, time = 0, [], {}, {}, {}, 0
    while at < len(words):
        word = words[at]
        if word in ("$comment", "$date", "$timescale", "$version"):
            at = words.index("$end", at)
        elif word == "$scope":
            scope.append(words[at + 2])
            at += 3
        elif word == "$upscope":
            scope.pop()
            at += 1
        elif word == "$var":
            end = words.index("$end", at)
            kind, width, key, name = words[at + 1 : at + 5]
            assert end == at + 5, words[at : end + 1]
            full = ".".join((*scope, name))
            assert full not in changes, f"{full} is declared twice"
            paths.setdefault(key, []).append(full)
            kinds[key] = kind, int(width)
            changes[full] = []
            at = end
        elif word == "$enddefinitions":
            assert not scope
            at += 1
        elif word[0] == "#":
            assert int(word[1:]) >= time
            time = int(word[1:])
        elif word[0] in "01x":
            for full in paths[word[1:]]:
                changes[full].append((time, int(word[0] == "1")))
        elif word[0] in "bs":
            at += 1
            kind, width = kinds[words[at]]
            value = word[1:]
            if word[0] == "b":
                assert len(value) <= width
                value = int(value, 2)
                value -= (value >> 31) << 32 if kind == "integer" else 0
            for full in paths[words[at]]:
                changes[full].append((time, value))
        else:
            assert word in ("$dumpvars", "$end"), word
        at += 1
    return changes


@pytest.fixture(scope="session")
def read_vcd():
    """Reads a file: see :func:`_read`."""
    return _read
