"""Whatever words a host may send: the RTL against the golden core behind the host map."""
