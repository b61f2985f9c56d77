// Words on the run: what it does, and whether the RTL did the same as the golden core.

export function tell(words, kind = "") {
  const place = document.getElementById("verdict");
  place.className = `verdict ${kind}`;
  place.textContent = words;
}

export function showVerdict(difference) {
  if (!difference) return tell("The RTL gives the same spikes, voltages and weights", "same");
  const {step, what, place, rtl, golden} = difference;
  tell(`The RTL differs in step ${step}: ${what} ${place} is ${rtl}, of the golden core ${golden}`, "differs");
}
