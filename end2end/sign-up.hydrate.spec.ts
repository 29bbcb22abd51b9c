// Sign-up with JavaScript: while a name is typed, the page shows its address and whether it is available.
import { expect, fresh, open, port, signUp, test } from "./support";

test("the address and whether it is available are shown while typing", async ({ page }) => {
  const acme = fresh("acme");
  await signUp(page, acme);
  await open(page, "/sign-up");
  await page.locator("[name=tenant]").pressSequentially(acme);
  await expect(page.locator("#tenant-address")).toContainText(`${acme}.localhost:${port}`);
  await expect(page.locator("#tenant-availability")).toContainText("taken");
  await page.fill("[name=tenant]", "Not A Name");
  await expect(page.locator("#tenant-availability")).toContainText("lower-case");
  await page.fill("[name=tenant]", fresh("free"));
  await expect(page.locator("#tenant-availability")).toContainText("Available");
});

test("no typed text is lost when the server cannot be reached", async ({ page, context }) => {
  await open(page, "/sign-up");
  await page.fill("[name=tenant]", fresh("acme"));
  await page.fill("[name=username]", "root");
  await page.fill("[name=password]", "correct horse battery");
  await page.route("**/_fn/sign-up", (route) => route.abort());
  await page.getByRole("button", { name: "Create the workspace" }).click();
  await expect(page.getByRole("alert")).toBeVisible();
  await expect(page.locator("[name=password]")).toHaveValue("correct horse battery");
  expect(await context.cookies()).toEqual([]);
});
