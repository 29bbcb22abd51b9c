// Copy buttons. They are hidden where there is no JavaScript or no clipboard. A button copies the text that it carries, or
// else the text that stands with it.
if (navigator.clipboard)
  for (const button of document.querySelectorAll("[data-copy]")) {
    const label = button.textContent;
    button.hidden = false;
    button.addEventListener("click", async () => {
      const beside = () => button.closest(".copyable").querySelector("pre, output, .copied").textContent;
      await navigator.clipboard.writeText(button.dataset.copy || beside());
      button.textContent = "Copied";
      setTimeout(() => (button.textContent = label), 2000);
    });
  }
