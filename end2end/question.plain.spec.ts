// Without JavaScript a question is a page of its own. Its Cancel link leads back.
import { Filled } from "./people";
import { at, enter, expect, test } from "./support";

test("a question on a page of its own changes nothing when it is cancelled", async ({ page }) => {
  const acme = await Filled.workspace();
  const [{ user }] = await acme.add({ username: "ada" });
  const hers = at(acme.name, `/members/${user.id}`);
  await enter(page, acme.name);
  for (const [question, path] of [["Reset password", "/reset-password"], ["Remove", "/remove"]]) {
    await page.goto(hers);
    await page.getByRole("link", { name: question }).click();
    await expect(page).toHaveURL(hers + path);
    await page.getByRole("link", { name: "Cancel" }).click();
    await expect(page).toHaveURL(hers);
    await expect(page.getByRole("heading", { level: 1 })).toHaveText("ada");
  }
});
