// What pages can do without: "/" leads to the search field, citations are copied.
(() => {
  "use strict";

  addEventListener("keydown", (event) => {
    const field = document.getElementById("q");
    const isTyped = event.target.closest("input, textarea, select, [contenteditable]");
    if (event.key !== "/" || event.ctrlKey || event.metaKey || event.altKey || isTyped || !field) return;
    event.preventDefault();
    field.focus();
    field.select();
  });

  // Browsers give the clipboard to https and to this machine only; elsewhere what is selected is copied.
  async function copy(text) {
    try {
      await navigator.clipboard.writeText(text.innerText.trim());
      return true;
    } catch {
      getSelection().selectAllChildren(text);
      return document.execCommand("copy");
    }
  }

  for (const text of document.querySelectorAll(".copy")) {
    const button = document.createElement("button");
    button.type = "button";
    button.className = "copying";
    button.textContent = "Copy";
    button.addEventListener("click", async () => {
      button.textContent = (await copy(text)) ? "Copied" : "Selected: copy it now";
    });
    text.after(button);
  }
})();
