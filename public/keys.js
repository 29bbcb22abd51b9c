// Control+K, or Command+K on Apple's systems, goes to the page's search. It is named beside the field, whose text is
// `hidden` until then: nothing depends on it, and the field is there to be clicked as well.
const isApple = /^(mac|ip)/i.test(navigator.userAgentData?.platform || navigator.platform);
for (const field of document.querySelectorAll("[data-shortcut]")) {
  const key = field.dataset.shortcut.toUpperCase();
  const hint = field.closest(".field").querySelector(".shortcut");
  field.setAttribute("aria-keyshortcuts", `${isApple ? "Meta" : "Control"}+${key}`);
  hint.textContent = isApple ? `⌘${key}` : `Ctrl+${key}`;
  hint.hidden = false;
}
addEventListener("keydown", (event) => {
  const [held, other] = isApple ? [event.metaKey, event.ctrlKey] : [event.ctrlKey, event.metaKey];
  if (!held || other || event.altKey || event.shiftKey) return;
  const field = document.querySelector(`[data-shortcut="${CSS.escape(event.key.toLowerCase())}"]`);
  if (!field) return;
  event.preventDefault();
  field.focus();
  field.select();
});
