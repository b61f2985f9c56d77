// Colours of the palette as the page has them now, light or dark.

export function colours() {
  const style = getComputedStyle(document.documentElement);
  const names = ["ink", "soft", "ground", "panel", "rule", "blue", "red", "green", "purple", "gold"];
  return Object.fromEntries(names.map((name) => [name, style.getPropertyValue(`--${name}`).trim()]));
}

// Names of the hues of lines, in this order.
export const HUES = ["blue", "red", "green", "purple", "gold", "soft"];

// Calls when the reader begins to prefer the other ground.
export function onScheme(call) {
  matchMedia("(prefers-color-scheme: dark)").addEventListener("change", call);
}
