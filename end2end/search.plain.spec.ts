// The search without JavaScript.
import { Filled } from "./people";
import { at, enter, expect, open, test } from "./support";

test("the search shows no shortcut when there is none", async ({ page }) => {
  const { name } = await Filled.workspace();
  await enter(page, name);
  await open(page, at(name, "/members"));
  await expect(page.getByRole("search")).not.toContainText(/Ctrl|⌘/);
  await expect(page.getByRole("searchbox")).not.toHaveAttribute("aria-keyshortcuts");
});
