// Pages need no script; this one spares people the way to the mouse.
"use strict";

// The key of the field that is written in belongs to that field.
const isField = (element) => element.isContentEditable || /^(INPUT|SELECT|TEXTAREA)$/.test(element.tagName);

document.addEventListener("keydown", (event) => {
  const search = document.getElementById("q");
  if (event.key !== "/" || event.ctrlKey || event.metaKey || event.altKey || !search || isField(event.target)) return;
  event.preventDefault();
  search.focus();
  search.select();
});
