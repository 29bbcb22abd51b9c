// Control+K (or Command+K) goes to the page's search. Nothing depends on it: the field is there to be clicked as well.
addEventListener("keydown", (event) => {
  if (!(event.ctrlKey || event.metaKey) || event.altKey || event.shiftKey) return;
  const field = document.querySelector(`[data-shortcut="${CSS.escape(event.key.toLowerCase())}"]`);
  if (!field) return;
  event.preventDefault();
  field.focus();
  field.select();
});
