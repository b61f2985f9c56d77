// Word on whether the RTL did the same as the golden core.

export function showVerdict(difference) {
  const place = document.getElementById("verdict");
  place.className = `verdict ${difference ? "differs" : "same"}`;
  place.textContent = difference
    ? `The RTL differs in step ${difference.step}: ${difference.what} ${difference.place} is ` +
      `${difference.rtl}, of the golden core ${difference.golden}`
    : "The RTL gives the same spikes, voltages and weights";
}
