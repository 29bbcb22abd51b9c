// With JavaScript a question opens as a dialog. The keyboard focus is correct before, in and after the dialog.
import { Filled } from "./people";
import { at, enter, expect, open, test } from "./support";

test("the dialog takes the focus, keeps it, and returns it when it is closed", async ({ page }) => {
  const acme = await Filled.workspace();
  const [{ user }] = await acme.add({ username: "ada", displayName: "Ada Lovelace" });
  await enter(page, acme.name);
  await open(page, at(acme.name, `/members/${user.id}`));
  const [link, dialog] = [page.getByRole("link", { name: "Remove" }), page.getByRole("dialog")];
  const focused = dialog.locator(":focus");

  await link.focus();
  await page.keyboard.press("Enter");
  await expect(dialog).toHaveAccessibleName("Remove Ada Lovelace from this workspace?");
  await expect(focused).toHaveText("Cancel"); // a second Enter does nothing
  for (const _ of [1, 2, 3]) {
    await page.keyboard.press("Tab");
    await expect(page.locator("body > *:not(dialog) a:focus, main input:focus")).toHaveCount(0);
  }
  await page.keyboard.press("Escape");
  await expect(dialog).toBeHidden();
  await expect(link).toBeFocused();

  await link.click();
  await dialog.getByRole("button", { name: "Cancel" }).click();
  await expect(dialog).toBeHidden();
  await expect(link).toBeFocused();
  await expect(page).toHaveURL(at(acme.name, `/members/${user.id}`));
  await expect(page.getByRole("heading", { level: 1 })).toHaveText("Ada Lovelace");
});
