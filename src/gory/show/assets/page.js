"use strict";
// Typesets every formula once. One that KaTeX cannot read keeps its plain text.
const options = { throwOnError: true, strict: "ignore" };
for (const place of document.querySelectorAll(".math")) {
  const plain = place.textContent;
  try {
    katex.render("\\displaystyle " + place.dataset.tex, place, options);
    place.title = plain;
  } catch (error) {
    place.textContent = plain;
    place.classList.add("unset");
  }
}
document.documentElement.classList.add("typeset");

// A formula wider than its column is set smaller, down to 70 %; beyond that it scrolls.
const SMALLEST = 0.7;
function fit() {
  for (const line of document.querySelectorAll(".expression, .definitions > li")) {
    line.style.fontSize = "";
    line.removeAttribute("tabindex");
    const share = line.clientWidth / line.scrollWidth;
    if (share < 1) line.style.fontSize = `${100 * Math.max(share * 0.98, SMALLEST)}%`;
    if (line.scrollWidth > line.clientWidth + 1) line.tabIndex = 0;
  }
}
document.fonts.ready.then(fit);
addEventListener("resize", fit);
