// Without JavaScript an error is shown with the form once. The next load does not show it.
import { at, expect, fresh, open, signIn, signUp, test } from "./support";

test.use({ refusals: [401] });

test("a flash is shown once", async ({ page, context }) => {
  const acme = fresh("acme");
  await signUp(page, acme);
  await context.clearCookies();
  await open(page, at(acme, "/sign-in"));
  await signIn(page, "root", "wrong password");
  await expect(page.getByRole("alert")).toBeVisible();
  await page.reload();
  await expect(page.getByRole("alert")).toHaveCount(0);
});
